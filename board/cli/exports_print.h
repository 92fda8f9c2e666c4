/* The tables of exports, for reading. */
#ifndef CYCLE360_BOARD_CLI_EXPORTS_PRINT_H
#define CYCLE360_BOARD_CLI_EXPORTS_PRINT_H

#include "kernel-hle/exports/exports.h"

#include <stdio.h>

struct exports_choice {
    enum hle_module module; /* HLE_MODULES: all */
    enum hle_group group;   /* HLE_GROUPS: all */
    const char *pattern;    /* of names, as fnmatch() takes it */
};

size_t exports_count(const struct exports_choice *choice);

void exports_print_table(FILE *out, const struct exports_choice *choice);
void exports_print_details(FILE *out, const struct exports_choice *choice);
void exports_print_json(FILE *out, const struct exports_choice *choice);

#endif
