/* LZX streams from anywhere. The input is: window bits less 15, size in units of 64 bytes (big-endian, 16 bits), then
 * chunks with their lengths before them, as in a XEX. */
#include "kernel-hle/loader/lzx.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at;
    size_t size;
};

static enum sim_status next(void *context, const uint8_t **chunk, size_t *size, struct sim_error *error)
{
    struct input *input = context;
    if (input->size < 2)
        return sim_fail(error, SIM_BAD_INPUT, "the input ends");
    size_t length = (size_t)(input->at[0] << 8 | input->at[1]);
    if (length > input->size - 2)
        length = input->size - 2;
    *chunk = input->at + 2;
    *size = length;
    input->at += 2 + length;
    input->size -= 2 + length;
    return SIM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct input input = {data + 3, size - 3};
    const struct lzx_source source = {.next = next, .context = &input};
    struct sim_error error = {""};
    size_t out_size = (size_t)(data[1] << 8 | data[2]) * 64;
    uint8_t *out = malloc(out_size + 1);
    if (out != NULL && lzx_decode(out, out_size, 15u + data[0], &source, "fuzz", &error) != SIM_OK &&
        error.text[0] == '\0')
        abort();
    free(out);
    return 0;
}
