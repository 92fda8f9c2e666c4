/* XEX files from anywhere: never a crash, never a failure without a sentence, never an image whose parts lie outside of
 * it. Digests are not enforced, or hardly anything would get past them; and images are kept small, because a file of
 * a few bytes may rightly ask for half a GiB of zeros, which takes as long to hash as thousands of other inputs. */
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/xex.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IMAGE_MAX = 1 << 20 };

static void must_be_inside(const struct image *image, uint32_t address, uint64_t size)
{
    if (address < image->base || address - image->base + size > image->size)
        abort();
}

static void must_hold(const struct image *image)
{
    uint64_t pages = 0;
    for (size_t i = 0; i < image->pages_count; i++) {
        must_be_inside(image, image->pages[i].address, image->pages[i].size);
        pages += image->pages[i].size;
    }
    if (pages != image->size || image->size > IMAGE_MAX)
        abort();
    for (size_t i = 0; i < image->sections; i++)
        must_be_inside(image, image->section[i].address, image->section[i].size);
    for (size_t i = 0; i < image->resources; i++)
        if (image->resource[i].size > 0)
            must_be_inside(image, image->resource[i].address, image->resource[i].size);
    for (size_t i = 0; i < image->imports; i++) {
        must_be_inside(image, image->import[i].address, image->import[i].thunk ? 16 : 4);
        if (image->import[i].library >= image->libraries)
            abort();
    }
    for (size_t i = 0; i < image->named_exports; i++)
        if (strlen(image->named_export[i].name) > image->size)
            abort();
    if (image->entry != 0)
        must_be_inside(image, image->entry, 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct xex_options options = {.no_verify = true, .image_size_max = IMAGE_MAX};
    struct sim_error error = {""};
    struct loader_keys keys;
    struct image image = {0};
    struct xex xex;

    loader_keys_init(&keys);
    keys.moduli = 1;
    for (unsigned i = 0; i < sizeof keys.modulus[0].bytes; i++)
        keys.modulus[0].bytes[i] = (uint8_t)(0x81 + 2 * i);
    enum sim_status status = xex_read(&xex, "fuzz", data, size, &error);
    if (status == SIM_OK)
        status = xex_load(&image, &xex, &keys, &options, NULL, &error);
    if (status == SIM_OK)
        must_hold(&image);
    else if (error.text[0] == '\0')
        abort();
    image_free(&image);
    return 0;
}
