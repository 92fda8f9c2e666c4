/* ELF files from anywhere: never a crash, never a failure without a sentence, never an image whose parts lie outside of
 * it. Images are kept small: a header of 32 bytes may rightly ask for half a GiB of zeros. */
#include "kernel-hle/loader/elf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_inside(const struct image *image, uint32_t address, uint64_t size)
{
    if (address < image->base || address - image->base + size > image->size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_error error = {""};
    struct image image;
    if (elf_load(&image, "fuzz", data, size, 1 << 20, &error) == SIM_OK) {
        for (size_t i = 0; i < image.pages_count; i++)
            must_be_inside(&image, image.pages[i].address, image.pages[i].size);
        for (size_t i = 0; i < image.sections; i++)
            must_be_inside(&image, image.section[i].address, image.section[i].size);
        must_be_inside(&image, image.entry, 4);
    } else if (error.text[0] == '\0') {
        abort();
    }
    image_free(&image);
    return 0;
}
