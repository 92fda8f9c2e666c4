/* Anything that is to be packed: an ELF, a PE, or else plain bytes. It is refused with a sentence, or becomes a title
 * whose digests are right and, of plain bytes, in which they are. The first byte chooses how. */
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/xex_pack.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT = 1 << 17 }; /* what a small input can be; every byte of it is digested and compressed */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_plain(const uint8_t *bytes, size_t size)
{
    return (size < 4 || memcmp(bytes + 1, "ELF", 3) != 0) && (size < 2 || memcmp(bytes, "MZ", 2) != 0);
}

static void must_load(const struct xex_packed *packed, const uint8_t *plain, size_t size)
{
    struct loader_keys keys;
    struct image image = {0};
    struct xex_report report;
    struct sim_error error;
    struct xex *xex = calloc(1, sizeof *xex);
    loader_keys_init(&keys);
    if (xex == NULL || xex_read(xex, "packed", packed->bytes, packed->size, &error) != SIM_OK ||
        xex_load(&image, xex, &keys, NULL, &report, &error) != SIM_OK)
        abort();
    if (report.pages != XEX_RIGHT || report.header != XEX_RIGHT || report.imports == XEX_WRONG)
        abort();
    if (plain != NULL && memcmp(image.bytes + packed->page_size, plain, size) != 0)
        abort();
    image_free(&image);
    free(xex);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct xex_pack_options options = {
        .compression = (data[0] & 7) == 2 ? XEX_LZX : data[0] & 1, /* LZX is slow */
        .encryption = data[0] >> 3 & 1,
        .page_size = data[0] & 0x80 ? 0x1000 : 0,
        .window_bits = 15 + data[0] % 7,
        .image_size_max = LIMIT,
    };
    struct xex_packed packed;
    struct sim_error error = {""};
    if (xex_pack(&packed, "fuzz", data + 1, size - 1, &options, &error) == SIM_OK)
        must_load(&packed, is_plain(data + 1, size - 1) ? data + 1 : NULL, size - 1);
    else if (error.text[0] == '\0')
        abort(); /* a failure without a sentence */
    free(packed.bytes);
    return 0;
}
