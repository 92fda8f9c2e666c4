/* All that a XEX file says, by name. */
#ifndef CYCLE360_BOARD_CLI_XEX_PRINT_H
#define CYCLE360_BOARD_CLI_XEX_PRINT_H

#include "board/cli/show.h"
#include "kernel-hle/loader/xex.h"

/* The headers: of the file, security info, page descriptors, optional headers, import libraries. */
enum sim_status xex_print_headers(struct show *show, const struct xex *xex, struct sim_error *error);

/* What the digests say. */
void xex_print_report(struct show *show, const struct xex_report *report);

/* What lies in memory, of a XEX or an ELF: pages, sections, imports, exports. */
void xex_print_image(struct show *show, const struct image *image);

#endif
