/* What an instruction costs: the functional stepper beside qemu-ppc64 on the same programs, which are assembled here
 * and must come to the same result in both. QEMU translates to host code and keeps no count; its rate is of the
 * instructions that the stepper counts. Best of three. */
#include "models/xenon/isa/interrupt.h"
#include "models/xenon/isa/stepper.h"
#include "tests/bench/guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define BASE  UINT64_C(0x10000000)
#define FLOOR 100e6 /* instructions per second, of the integer mix */

enum { REPEATS = 3 };

/* Runs to the first system call: the result is in memory then. */
static double run_stepper(const struct bench_guest *g, uint64_t *result, uint64_t *executed)
{
    struct xenon_stepper *s = xenon_stepper_new(64 << 20);
    if (s == NULL || !xenon_stepper_write(s, BASE, g->program.bytes, g->program.size))
        exit(4);
    struct xenon_context *t = xenon_stepper_context(s);
    t->msr = XENON_MSR_SF | XENON_MSR_FP | XENON_MSR_VXU;
    t->vscr = 0;
    t->nia = bench_symbol(g, "_start");
    double start = bench_user_seconds(RUSAGE_SELF);
    enum xenon_stop stop = xenon_stepper_run(s, UINT64_MAX, UINT64_MAX);
    double seconds = bench_user_seconds(RUSAGE_SELF) - start;
    if (stop != XENON_STOP_INTERRUPT || t->interrupt.vector != XENON_SYSTEM_CALL) {
        fprintf(stderr, "bench_isa: %s ended at %jx, vector %x\n", g->name, (uintmax_t)t->nia, t->interrupt.vector);
        exit(1);
    }
    uint8_t bytes[8];
    xenon_stepper_read(s, bench_symbol(g, "result"), bytes, sizeof bytes);
    *result = bench_get64(bytes);
    *executed = xenon_stepper_executed(s);
    xenon_stepper_free(s);
    return seconds;
}

static double measure(struct bench_guest *g, const char *path)
{
    uint64_t ours = 0, theirs = 0, executed = 0;
    double best = 1e9, qemu = 1e9;

    bench_assemble(g, BASE);
    bench_write_elf(g, path);
    for (unsigned i = 0; i < REPEATS; i++) {
        double seconds = run_stepper(g, &ours, &executed);
        best = seconds < best ? seconds : best;
        seconds = bench_run_qemu(path, &theirs);
        qemu = seconds < qemu ? seconds : qemu;
    }
    double rate = (double)executed / best;
    printf("%-12s %6.1f M instructions, result %016jx\n", g->name, (double)executed * 1e-6, (uintmax_t)ours);
    printf("  stepper      %7.1f M/s, %.2f ns each\n", rate * 1e-6, 1e9 / rate);
    if (qemu < 0)
        printf("  qemu-ppc64   is not installed\n");
    else
        printf("  qemu-ppc64   %7.1f M/s, %.2f times the stepper's\n", (double)executed / qemu * 1e-6, best / qemu);
    if (qemu >= 0 && ours != theirs) {
        fprintf(stderr, "bench_isa: %s comes to %016jx under QEMU\n", g->name, (uintmax_t)theirs);
        exit(1);
    }
    xenon_program_free(&g->program);
    return rate;
}

int main(void)
{
    struct bench_guest guests[] = {{.name = "integer_mix", .rounds = 200}, {.name = "float_mix", .rounds = 100}};
    char path[] = "/tmp/bench_isa-XXXXXX";
    int file = mkstemp(path);
    if (file < 0) {
        perror(path);
        return 4;
    }
    close(file);
    double integer = measure(&guests[0], path);
    measure(&guests[1], path);
    unlink(path);
    printf("floor: the integer mix at %.0f M/s: %s\n", FLOOR * 1e-6, integer >= FLOOR ? "held" : "not held");
    return 0;
}
