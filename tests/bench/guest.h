/* The programs of tests/guest that end as Linux programs do: assembled, and run under qemu-ppc64. */
#ifndef CYCLE360_TESTS_BENCH_GUEST_H
#define CYCLE360_TESTS_BENCH_GUEST_H

#include "models/xenon/asm/program.h"

struct bench_guest {
    const char *name;
    uint32_t rounds;
    struct xenon_program program;
};

/* User time so far; who is as for getrusage. */
double bench_user_seconds(int who);

void bench_put32(uint8_t *p, uint32_t value);
uint64_t bench_get64(const uint8_t *p);

/* These end the process where something is not as it should be. */
void bench_assemble(struct bench_guest *guest, uint64_t base);
uint64_t bench_symbol(const struct bench_guest *guest, const char *label);
void bench_write_elf(const struct bench_guest *guest, const char *path);
/* User time of QEMU on the program, and what it wrote; negative when there is no QEMU. */
double bench_run_qemu(const char *path, uint64_t *result);

#endif
