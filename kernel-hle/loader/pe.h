/* The PE inside of a XEX: its headers are little-endian, and it lies in memory as its sections' addresses say. */
#ifndef CYCLE360_HLE_LOADER_PE_H
#define CYCLE360_HLE_LOADER_PE_H

#include "kernel-hle/loader/image.h"

enum {
    PE_DOS_SIZE = 0x40,
    PE_LFANEW = 0x3C,     /* in the DOS header: where "PE\0\0" is */
    PE_FILE_SIZE = 24,    /* of "PE\0\0" and the COFF header */
    PE_SECTION_SIZE = 40, /* of a section header */
    PE_MACHINE_POWERPC_BE = 0x01F2,
    PE_SUBSYSTEM_XBOX = 14,
    PE_EXPORTS_SIZE = 40, /* of an export directory */
};
#define PE_SECTION_CODE    UINT32_C(0x00000020)
#define PE_SECTION_DATA    UINT32_C(0x00000040)
#define PE_SECTION_ZEROS   UINT32_C(0x00000080)
#define PE_SECTION_EXECUTE UINT32_C(0x20000000)
#define PE_SECTION_READ    UINT32_C(0x40000000)
#define PE_SECTION_WRITE   UINT32_C(0x80000000)

/* Fills image->section from the headers at the image's beginning. An image that does not begin with MZ has none. What
 * a section has beyond the image (relocations are left away in a XEX) is cut off. */
enum sim_status pe_sections(struct image *image, const char *name, struct sim_error *error);

/* Fills image->named_export from the PE's export directory. As XEX files have it, the
 * directory's own offsets count from where it begins, and those of functions from the image's base. */
enum sim_status pe_exports(struct image *image, uint32_t directory, const char *name, struct sim_error *error);

#endif
