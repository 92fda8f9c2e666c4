/* What an instruction costs: the functional stepper beside qemu-ppc64 on the same programs, which are assembled here
 * and must come to the same result in both. QEMU translates to host code and keeps no count; its rate is of the
 * instructions that the stepper counts. Best of three. */
#include "models/xenon/asm/program.h"
#include "models/xenon/isa/interrupt.h"
#include "models/xenon/isa/stepper.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define BASE  UINT64_C(0x10000000)
#define FLOOR 100e6 /* instructions per second, of the integer mix */

enum { REPEATS = 3, PAGE = 4096 };

struct guest {
    const char *name;
    uint32_t rounds;
    struct xenon_program program;
};

static double user_seconds(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

static void put32(uint8_t *p, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put64(uint8_t *p, uint64_t value)
{
    put32(p, (uint32_t)(value >> 32));
    put32(p + 4, (uint32_t)value);
}

static uint64_t get64(const uint8_t *p)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value = value << 8 | p[i];
    return value;
}

static uint64_t symbol(const struct guest *g, const char *name)
{
    const struct xenon_symbol *s = xenon_program_symbol(&g->program, name);
    if (s == NULL) {
        fprintf(stderr, "bench_isa: %s has no label %s\n", g->name, name);
        exit(4);
    }
    return s->value;
}

static void assemble(struct guest *g)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/guest/%s.s", CYCLE360_SOURCE_DIR, g->name);
    FILE *file = fopen(path, "rb");
    static char text[1 << 16];
    size_t size = file != NULL ? fread(text, 1, sizeof text, file) : 0;
    if (file != NULL)
        fclose(file);
    struct sim_error error;
    if (xenon_assemble(&g->program, path, text, size, BASE, &error) != SIM_OK) {
        fprintf(stderr, "bench_isa: %s\n", error.text);
        exit(4);
    }
    put32(g->program.bytes + (symbol(g, "rounds") - BASE), g->rounds);
}

/* Runs to the first system call: the result is in memory then. */
static double run_stepper(const struct guest *g, uint64_t *result, uint64_t *executed)
{
    struct xenon_stepper *s = xenon_stepper_new(64 << 20);
    if (s == NULL || !xenon_stepper_write(s, BASE, g->program.bytes, g->program.size))
        exit(4);
    struct xenon_context *t = xenon_stepper_context(s);
    t->msr = XENON_MSR_SF | XENON_MSR_FP | XENON_MSR_VXU;
    t->vscr = 0;
    t->nia = symbol(g, "_start");
    double start = user_seconds(RUSAGE_SELF);
    enum xenon_stop stop = xenon_stepper_run(s, UINT64_MAX, UINT64_MAX);
    double seconds = user_seconds(RUSAGE_SELF) - start;
    if (stop != XENON_STOP_INTERRUPT || t->interrupt.vector != XENON_SYSTEM_CALL) {
        fprintf(stderr, "bench_isa: %s ended at %jx, vector %x\n", g->name, (uintmax_t)t->nia, t->interrupt.vector);
        exit(1);
    }
    uint8_t bytes[8];
    xenon_stepper_read(s, symbol(g, "result"), bytes, sizeof bytes);
    *result = get64(bytes);
    *executed = xenon_stepper_executed(s);
    xenon_stepper_free(s);
    return seconds;
}

/* The program as an ELF file with one segment, which begins a page into the file. */
static void write_elf(const struct guest *g, const char *path)
{
    static const uint8_t magic[] = {0x7F, 'E', 'L', 'F', 2, 2, 1}; /* 64 bits, big-endian */
    static uint8_t head[PAGE];
    memset(head, 0, sizeof head);
    memcpy(head, magic, sizeof magic);
    head[17] = 2;  /* an executable */
    head[19] = 21; /* PowerPC, 64 bits */
    put32(head + 20, 1);
    put64(head + 24, symbol(g, "_start"));
    put64(head + 32, 64);
    put32(head + 48, 2); /* ELFv2: the entry is code, not a descriptor */
    head[53] = 64;
    head[55] = 56;
    head[57] = 1;
    uint8_t *segment = head + 64;
    put32(segment, 1);
    put32(segment + 4, 7); /* may be read, written, executed */
    put64(segment + 8, PAGE);
    put64(segment + 16, BASE);
    put64(segment + 24, BASE);
    put64(segment + 32, g->program.size);
    put64(segment + 40, g->program.size);
    put64(segment + 48, PAGE);

    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(head, 1, sizeof head, file) != sizeof head ||
        fwrite(g->program.bytes, 1, g->program.size, file) != g->program.size || fclose(file) != 0) {
        perror(path);
        exit(4);
    }
    chmod(path, 0700);
}

/* User time of QEMU on the program; negative when there is no QEMU. */
static double run_qemu(const char *path, uint64_t *result)
{
    char *const argv[] = {(char[]){"qemu-ppc64"}, (char[]){"-cpu"}, (char[]){"970"}, (char *)path, NULL};
    posix_spawn_file_actions_t actions;
    uint8_t bytes[8] = {0};
    int ends[2], status;
    pid_t child;

    if (pipe(ends) != 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    double start = user_seconds(RUSAGE_CHILDREN);
    int failed = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        return -1;
    }
    ssize_t got = read(ends[0], bytes, sizeof bytes);
    close(ends[0]);
    if (waitpid(child, &status, 0) != child || got != sizeof bytes || status != 0) {
        fprintf(stderr, "bench_isa: qemu-ppc64 failed\n");
        exit(4);
    }
    *result = get64(bytes);
    return user_seconds(RUSAGE_CHILDREN) - start;
}

static double measure(struct guest *g, const char *path)
{
    uint64_t ours = 0, theirs = 0, executed = 0;
    double best = 1e9, qemu = 1e9;

    assemble(g);
    write_elf(g, path);
    for (unsigned i = 0; i < REPEATS; i++) {
        double seconds = run_stepper(g, &ours, &executed);
        best = seconds < best ? seconds : best;
        seconds = run_qemu(path, &theirs);
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
    struct guest guests[] = {{.name = "integer_mix", .rounds = 200}, {.name = "float_mix", .rounds = 100}};
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
