/* Saved machines from anywhere, with a right header and a right checksum around them: refused with a sentence that
 * names file and offset, or loaded; never a crash. The input is the state: what lies between board and checksum. */
#include "tests/support/talkers.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_file(struct sim_writer *file, const uint8_t *state, size_t size)
{
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    size_t board = strlen(TALKERS_BOARD);
    sim_put_bytes(file, "C360SAVE", 8);
    sim_put_u32(file, 1);
    sim_put_u64(file, 8 + 4 + 8 + 4 + board + size + sizeof digest);
    sim_put_u32(file, (uint32_t)board);
    sim_put_bytes(file, TALKERS_BOARD, board);
    sim_put_bytes(file, state, size);
    sha256_init(&sha);
    sha256_update(&sha, file->size, file->bytes);
    sha256_digest(&sha, sizeof digest, digest);
    sim_put_bytes(file, digest, sizeof digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct talkers talkers; /* loaded again and again, never run */
    if (!talkers.machine)
        talkers_new(&talkers, &(struct sim_options){.schedule = SIM_LOCKSTEP});
    struct sim_writer file = {0};
    struct sim_error error = {""};
    char path[64];
    put_file(&file, data, size);
    int memory = memfd_create("snapshot", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    if (memory < 0 || write(memory, file.bytes, file.size) != (ssize_t)file.size)
        abort();
    enum sim_status status = sim_machine_load(talkers.machine, TALKERS_BOARD, path, &error);
    if (status != SIM_OK && (status != SIM_BAD_INPUT || !strstr(error.text, "offset ") || !strstr(error.text, path)))
        abort();
    close(memory);
    sim_writer_free(&file);
    return 0;
}
