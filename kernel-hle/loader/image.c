#include "kernel-hle/loader/image.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/elf.h"
#include "kernel-hle/loader/xex.h"

#include <stdlib.h>

static enum sim_status load_xex(struct image *image, const char *name, const uint8_t *bytes, size_t size,
                                const struct loader_keys *keys, struct sim_error *error)
{
    struct xex *xex = malloc(sizeof *xex);
    if (xex == NULL)
        return sim_fail(error, SIM_HOST, "%s: no memory to read its headers", name);
    enum sim_status status = xex_read(xex, name, bytes, size, error);
    if (status == SIM_OK)
        status = xex_load(image, xex, keys, NULL, NULL, error);
    free(xex);
    return status;
}

enum sim_status image_load(struct image *image, const char *name, const uint8_t *bytes, size_t size,
                           const struct loader_keys *keys, struct sim_error *error)
{
    enum { MAGIC_ELF = 0x7F454C46, MAGIC_PE = 0x4D5A };
    *image = (struct image){0};
    uint32_t magic = size >= 4 ? bytes_be32(bytes) : 0;
    switch (magic) {
    case XEX_MAGIC:
    case XEX1_MAGIC:
        return load_xex(image, name, bytes, size, keys, error);
    case MAGIC_ELF:
        return elf_load(image, name, bytes, size, 0, error);
    default:
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x0: magic: %s", name,
                        magic >> 16 == MAGIC_PE ? "a PE by itself is no title; it comes inside of a XEX"
                                                : "neither XEX2, XEX1 nor ELF");
    }
}

void image_free(struct image *image)
{
    free(image->bytes);
    free(image->pages);
    free(image->section);
    free(image->library);
    free(image->import);
    free(image->resource);
    free(image->export);
    free(image->named_export);
    free(image->headers);
    *image = (struct image){0};
}
