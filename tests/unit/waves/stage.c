#include "tests/unit/waves/stage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const unsigned widths[STAGE_SIGNALS] = {1, 13, 2, 64, 1, 7, 1, 32, 33};

uint64_t stage_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void declare(struct stage *stage)
{
    static const char *const states[] = {"idle", "busy", NULL, "done"};
    stage->registry = waves_registry_new();
    /* Created in another order than they are ranked in. */
    struct waves_scope *last = waves_scope_new(stage->registry, "xenos.display", 30);
    struct waves_scope *first = waves_scope_new(stage->registry, "xenon.core0", 10);
    struct waves_scope *middle = waves_scope_new(stage->registry, "xenon.core1", 10);
    struct waves_scope *scope[STAGE_SCOPES] = {first, middle, last};
    static const char *const names[STAGE_SIGNALS] = {"run",  "line",   "state", "pc",  "run",
                                                     "slot", "vblank", "addr",  "wide"};
    for (unsigned i = 0; i < STAGE_SIGNALS; i++) {
        stage->scope[i] = scope[i * STAGE_SCOPES / STAGE_SIGNALS];
        if (widths[i] == 1)
            stage->code[i] = waves_wire(stage->scope[i], names[i]);
        else if (widths[i] == 2)
            stage->code[i] = waves_enum(stage->scope[i], names[i], 2, states, 4);
        else
            stage->code[i] = waves_bus(stage->scope[i], names[i], widths[i], widths[i] == 13 ? "line" : NULL);
    }
}

void stage_init(struct stage *stage, uint64_t seed, sim_time start, unsigned spread)
{
    *stage = (struct stage){0};
    const char *parent = getenv("TMPDIR");
    snprintf(stage->folder, sizeof stage->folder, "%.40s/waves.XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(stage->folder))
        abort();
    declare(stage);

    stage->emits = malloc((size_t)STAGE_WINDOWS * (spread + 1) * sizeof *stage->emits);
    sim_time now = start;
    for (uint32_t w = 0; w < STAGE_WINDOWS; w++) {
        /* Mostly narrow windows with many changes at one time, now and then a step that 32 bits cannot hold. */
        sim_time length = stage_random(&seed) % 16 ? 1 + stage_random(&seed) % (2 * spread) : stage_random(&seed) >> 25;
        stage->window_end[w] = now + length;
        size_t count = stage_random(&seed) % (spread + 1);
        for (size_t i = 0; i < count; i++) {
            /* Any order inside the window; a few lie in the next one already. */
            sim_time time = now + stage_random(&seed) % (length + length / 4 + 1);
            uint32_t signal = (uint32_t)(stage_random(&seed) % STAGE_SIGNALS);
            uint64_t value = stage_random(&seed) >> (64 - widths[signal]);
            if (stage_random(&seed) % 2)
                value &= 1;
            stage->emits[stage->emit_count++] = (struct stage_emit){time, value, signal, w};
        }
        now += length;
    }
}

void stage_free(struct stage *stage)
{
    DIR *folder = opendir(stage->folder);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", stage->folder, entry->d_name);
        unlink(path);
    }
    if (folder)
        closedir(folder);
    rmdir(stage->folder);
    waves_registry_free(stage->registry);
    free(stage->emits);
}

const char *stage_path(struct stage *stage, const char *name)
{
    static char paths[64][160];
    static unsigned next;
    char *path = paths[next++ % 64];
    snprintf(path, sizeof paths[0], "%s/%.80s", stage->folder, name);
    return path;
}

sim_time stage_end(const struct stage *stage)
{
    return stage->window_end[STAGE_WINDOWS - 1];
}

enum sim_status stage_dump(struct stage *stage, const struct waves_options *options, unsigned close_every,
                           struct waves_result *result, struct sim_error *error)
{
    struct waves_dump *dump;
    enum sim_status status = waves_open(stage->registry, options, &dump, error);
    if (status != SIM_OK)
        return status;
    waves_start(dump, 0);
    size_t next = 0;
    for (uint32_t w = 0; w < STAGE_WINDOWS; w++) {
        for (; next < stage->emit_count && stage->emits[next].window == w; next++) {
            const struct stage_emit *emit = &stage->emits[next];
            waves_set(stage->scope[emit->signal], stage->code[emit->signal], emit->time, emit->value);
        }
        if (close_every && w % close_every == 0)
            waves_close(dump, stage->window_end[w]);
    }
    return waves_finish(dump, stage_end(stage), result, error);
}

/* ---- what must come out ---- */

static int by_place(const void *a, const void *b)
{
    const struct stage_emit *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->signal != y->signal)
        return x->signal < y->signal ? -1 : 1;
    return x->window < y->window ? -1 : x->window > y->window; /* here: the number of the call */
}

struct stage_emit *stage_changes(const struct stage *stage, size_t *count)
{
    struct stage_emit *sorted = malloc((stage->emit_count + 1) * sizeof *sorted);
    memcpy(sorted, stage->emits, stage->emit_count * sizeof *sorted);
    for (size_t i = 0; i < stage->emit_count; i++)
        sorted[i].window = (uint32_t)i;
    qsort(sorted, stage->emit_count, sizeof *sorted, by_place);
    uint64_t values[STAGE_SIGNALS] = {0};
    *count = 0;
    for (size_t i = 0; i < stage->emit_count; i++) {
        if (i + 1 < stage->emit_count && sorted[i + 1].time == sorted[i].time &&
            sorted[i + 1].signal == sorted[i].signal)
            continue;
        if (values[sorted[i].signal] == sorted[i].value || sorted[i].time >= stage_end(stage))
            continue;
        values[sorted[i].signal] = sorted[i].value;
        sorted[(*count)++] = sorted[i];
    }
    return sorted;
}

static void print_value(FILE *out, uint32_t signal, uint64_t value)
{
    char digits[65];
    unsigned count = 0;
    for (unsigned bit = 64; bit-- > 0;)
        if (count || value >> bit & 1 || bit == 0)
            digits[count++] = value >> bit & 1 ? '1' : '0';
    digits[count] = 0;
    fprintf(out, widths[signal] == 1 ? "%s%c\n" : "b%s %c\n", digits, '!' + (int)signal);
}

char *stage_expect(const struct stage *stage, sim_time begin, sim_time end)
{
    size_t count, i = 0, size;
    struct stage_emit *changes = stage_changes(stage, &count);
    uint64_t values[STAGE_SIGNALS] = {0};
    char *text;
    FILE *out = open_memstream(&text, &size);
    for (; i < count && changes[i].time <= begin; i++)
        values[changes[i].signal] = changes[i].value;
    fprintf(out, "#%llu\n$dumpvars\n", (unsigned long long)begin);
    for (uint32_t s = 0; s < STAGE_SIGNALS; s++)
        print_value(out, s, values[s]);
    fputs("$end\n", out);
    sim_time now = begin;
    for (; i < count && changes[i].time < end; i++) {
        if (changes[i].time != now)
            fprintf(out, "#%llu\n", (unsigned long long)changes[i].time);
        now = changes[i].time;
        print_value(out, changes[i].signal, changes[i].value);
    }
    if (end > now)
        fprintf(out, "#%llu\n", (unsigned long long)end);
    fclose(out);
    free(changes);
    return text;
}

/* ---- files ---- */

char *stage_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(*size + 1);
    *size = fread(data, 1, *size, file);
    data[*size] = 0;
    fclose(file);
    return data;
}

void stage_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
}

const char *stage_body(const char *vcd)
{
    static const char mark[] = "$enddefinitions $end\n";
    const char *body = strstr(vcd, mark);
    return body ? body + sizeof mark - 1 : "";
}

bool stage_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
