/* The GPU's registers as text. */
#ifndef CYCLE360_BOARD_CLI_GPU_REGISTERS_H
#define CYCLE360_BOARD_CLI_GPU_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Those whose name matches a glob, a line each; or the one that a number means: an index, or from 0x7FC80000 and
 * 0xEC800000 on an address. Each with its fields where `fields` is set. False where there is none. */
bool gpu_registers_print(FILE *file, const char *which, bool fields);
bool gpu_registers_print_json(FILE *file, const char *which);
/* A value taken apart. */
bool gpu_registers_print_value(FILE *file, const char *which, uint32_t value);

#endif
