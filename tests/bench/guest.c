#include "tests/bench/guest.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PAGE = 4096 };

double bench_user_seconds(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

void bench_put32(uint8_t *p, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put64(uint8_t *p, uint64_t value)
{
    bench_put32(p, (uint32_t)(value >> 32));
    bench_put32(p + 4, (uint32_t)value);
}

uint64_t bench_get64(const uint8_t *p)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value = value << 8 | p[i];
    return value;
}

uint64_t bench_symbol(const struct bench_guest *g, const char *name)
{
    const struct xenon_symbol *s = xenon_program_symbol(&g->program, name);
    if (s == NULL) {
        fprintf(stderr, "bench: %s has no label %s\n", g->name, name);
        exit(4);
    }
    return s->value;
}

void bench_assemble(struct bench_guest *g, uint64_t base)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/guest/%s.s", CYCLE360_SOURCE_DIR, g->name);
    FILE *file = fopen(path, "rb");
    static char text[1 << 16];
    size_t size = file != NULL ? fread(text, 1, sizeof text, file) : 0;
    if (file != NULL)
        fclose(file);
    struct sim_error error;
    if (xenon_assemble(&g->program, path, text, size, base, &error) != SIM_OK) {
        fprintf(stderr, "bench: %s\n", error.text);
        exit(4);
    }
    bench_put32(g->program.bytes + (bench_symbol(g, "rounds") - base), g->rounds);
}

/* The program as an ELF file with one segment, which begins a page into the file. */
void bench_write_elf(const struct bench_guest *g, const char *path)
{
    static const uint8_t magic[] = {0x7F, 'E', 'L', 'F', 2, 2, 1}; /* 64 bits, big-endian */
    static uint8_t head[PAGE];
    memset(head, 0, sizeof head);
    memcpy(head, magic, sizeof magic);
    head[17] = 2;  /* an executable */
    head[19] = 21; /* PowerPC, 64 bits */
    bench_put32(head + 20, 1);
    put64(head + 24, bench_symbol(g, "_start"));
    put64(head + 32, 64);
    bench_put32(head + 48, 2); /* ELFv2: the entry is code, not a descriptor */
    head[53] = 64;
    head[55] = 56;
    head[57] = 1;
    uint8_t *segment = head + 64;
    bench_put32(segment, 1);
    bench_put32(segment + 4, 7); /* may be read, written, executed */
    put64(segment + 8, PAGE);
    put64(segment + 16, g->program.base);
    put64(segment + 24, g->program.base);
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
double bench_run_qemu(const char *path, uint64_t *result)
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
    double start = bench_user_seconds(RUSAGE_CHILDREN);
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
        fprintf(stderr, "bench: qemu-ppc64 failed\n");
        exit(4);
    }
    *result = bench_get64(bytes);
    return bench_user_seconds(RUSAGE_CHILDREN) - start;
}
