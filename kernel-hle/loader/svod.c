#include "kernel-hle/loader/svod.h"

enum sim_status svod_open(struct tree *tree, const struct stfs_header *header, bool verify, struct sim_error *error)
{
    (void)header, (void)verify;
    return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%x: volume type: packages in several files (SVOD) are not read",
                    tree->path, STFS_VOLUME_TYPE);
}
