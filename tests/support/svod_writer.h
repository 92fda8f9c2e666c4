/* SVOD packages of a disc's sectors, written apart from the loader: a header, and data files with tables of hashes
 * between the sectors. */
#ifndef CYCLE360_TESTS_SUPPORT_SVOD_WRITER_H
#define CYCLE360_TESTS_SUPPORT_SVOD_WRITER_H

#include <stdint.h>

enum svod_writer_layout {
    SVOD_WRITER_ENHANCED,  /* the disc from its descriptor on, sector 32 */
    SVOD_WRITER_CONVERTED, /* the disc from its sector 0 on */
    SVOD_WRITER_SINGLE,    /* the disc from sector 32 on, behind the header in one file */
};

/* Writes the package `path`, and path.data/Data0000 and so on. `disc` is an open image. */
void svod_writer(const char *path, enum svod_writer_layout layout, int disc, uint64_t disc_size);

#endif
