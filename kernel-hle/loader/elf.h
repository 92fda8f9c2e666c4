/* Big-endian ELF executables for PowerPC, of 32 or 64 bits: what compilers and linkers make. They have no imports. */
#ifndef CYCLE360_HLE_LOADER_ELF_H
#define CYCLE360_HLE_LOADER_ELF_H

#include "kernel-hle/loader/image.h"

enum { ELF_STACK_SIZE = 1 << 20, ELF_SEGMENTS_MAX = 128 };

/* Segments become pages of the size that the console has at their addresses; where several share a page it may be used
 * in each of their ways. image_size_max 0 is IMAGE_SIZE_MAX. */
enum sim_status elf_load(struct image *image, const char *name, const uint8_t *bytes, uint64_t size,
                         uint32_t image_size_max, struct sim_error *error);

#endif
