/* What the loader's files of XEX share with each other, and with nobody else. */
#ifndef CYCLE360_HLE_LOADER_XEX_PARTS_H
#define CYCLE360_HLE_LOADER_XEX_PARTS_H

#include "kernel-hle/loader/xex.h"

struct loader_keys;

/* Fills image->bytes: finds the key, decrypts, decompresses. Base and size are known, the bytes are zero. */
enum sim_status xex_load_bytes(struct image *image, const struct xex *xex, const struct loader_keys *keys,
                               const struct xex_options *options, struct xex_report *report, struct sim_error *error);

/* Goes through the digests of headers and imports, and the signature. */
void xex_verify_headers(const struct xex *xex, const struct loader_keys *keys, struct xex_report *report);
/* And of the pages; a wrong one is an error if `strict`. */
enum sim_status xex_verify_pages(const struct image *image, const struct xex *xex, bool strict,
                                 struct xex_report *report, struct sim_error *error);

enum sim_status xex_load_imports(struct image *image, const struct xex *xex, struct sim_error *error);
enum sim_status xex_load_exports(struct image *image, const struct xex *xex, struct sim_error *error);

#endif
