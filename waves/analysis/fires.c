#include "waves/analysis/fires_parts.h"
#include "waves/glob.h"
#include "waves/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const producers[] = {
#define PRODUCER(export, ...) #export,
#include "waves/analysis/producers.def"
#undef PRODUCER
};

/* The list has globs between commas. */
static bool is_in(const char *list, const char *export)
{
    bool found = false;
    while (*list && !found) {
        size_t length = strcspn(list, ",");
        char *glob = waves_copy_text(list, length);
        found = waves_glob_match(glob, export);
        free(glob);
        list += length + (list[length] == ',');
    }
    return found;
}

static bool is_wanted(const struct fires *fires, const char *export)
{
    if (fires->what->operations)
        return is_in(fires->what->operations, export);
    for (size_t i = 0; i < sizeof producers / sizeof *producers; i++)
        if (strcmp(producers[i], export) == 0)
            return true;
    return false;
}

bool fires_is_wanted(struct fires *fires, const char *export)
{
    enum { UNKNOWN, NO, YES };
    struct waves_count *known = waves_counts_of(&fires->wanted, export);
    if (known->count == UNKNOWN)
        known->count = is_wanted(fires, export) ? YES : NO;
    return known->count == YES;
}

struct fires_thread *fires_thread_of(struct fires_log *log, uint64_t number)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRIu64, number);
    struct waves_count *place = waves_counts_of(&log->place, name);
    if (place->count)
        return &log->thread[place->count - 1];
    if (log->threads == log->room) {
        log->room = log->room ? 2 * log->room : 16;
        log->thread = waves_resize(log->thread, log->room, sizeof *log->thread);
    }
    log->thread[log->threads++] = (struct fires_thread){.number = number};
    place->count = log->threads;
    return &log->thread[log->threads - 1];
}

static size_t site_of(struct fires *fires, const char *operation, const uint64_t *caller, size_t callers)
{
    size_t at = fires->what->depth < callers ? (size_t)fires->what->depth : callers - 1;
    char *name = callers ? waves_print("%s %" PRIx64, operation, caller[at]) : waves_print("%s", operation);
    struct waves_count *place = waves_counts_of(&fires->place, name);
    free(name);
    if (place->count)
        return place->count - 1;
    if (fires->sites == fires->room) {
        fires->room = fires->room ? 2 * fires->room : 64;
        fires->site = waves_resize(fires->site, fires->room, sizeof *fires->site);
    }
    struct fires_site *site = &fires->site[fires->sites++];
    *site = (struct fires_site){.operation = waves_copy_text(operation, strlen(operation)), .placed = callers != 0};
    site->caller = callers ? caller[at] : 0;
    if (fires->what->families)
        site->family = waves_family_of(fires->what->families, operation, caller, callers);
    place->count = fires->sites;
    return fires->sites - 1;
}

static void add_share(struct fires_of *of, size_t thread)
{
    size_t i = 0;
    while (i < of->shares && of->share[i].thread != thread)
        i++;
    if (i == of->shares) {
        of->share = waves_resize(of->share, of->shares + 1, sizeof *of->share);
        of->share[of->shares++] = (struct fires_share){.thread = thread};
    }
    of->share[i].fires++;
}

void fires_add(struct fires *fires, unsigned log, struct fires_thread *thread, const char *operation,
               const uint64_t *caller, size_t callers, const char *handle)
{
    size_t place = site_of(fires, operation, caller, callers);
    struct fires_of *of = &fires->site[place].of[log];
    char *name = waves_print("%zu %u %s", place, log, handle);
    of->handles += waves_counts_of(&fires->handle, name)->count++ == 0;
    free(name);
    of->fires++;
    thread->fires++;
    fires->log[log].fires++;
    add_share(of, (size_t)(thread - fires->log[log].thread));
}

enum fires_kind fires_kind_of(const struct fires *fires, const struct fires_site *site)
{
    uint64_t a = site->of[0].fires, b = site->of[1].fires;
    if (a == 0)
        return FIRES_NEW;
    if (b == 0 && fires->two)
        return FIRES_NEVER;
    return fires->two && b <= a && b * 100 < a * fires->what->under ? FIRES_UNDER : FIRES_OTHER;
}

uint64_t fires_lost(const struct fires *fires, size_t thread)
{
    uint64_t lost = 0;
    for (size_t i = 0; i < fires->sites; i++) {
        const struct fires_site *site = &fires->site[i];
        for (size_t j = 0; j < site->of[0].shares && site->of[1].fires == 0; j++)
            lost += site->of[0].share[j].thread == thread;
    }
    return lost;
}

/* The most fires of the first log first, then of the second; equal ones by name. */
static int by_fires(const void *x, const void *y)
{
    const struct fires_site *a = x, *b = y;
    for (unsigned i = 0; i < 2; i++)
        if (a->of[i].fires != b->of[i].fires)
            return a->of[i].fires < b->of[i].fires ? 1 : -1;
    int order = strcmp(a->operation, b->operation);
    return order ? order : (a->caller > b->caller) - (a->caller < b->caller);
}

static int by_share(const void *x, const void *y)
{
    const struct fires_share *a = x, *b = y;
    return a->fires != b->fires ? (a->fires < b->fires) - (a->fires > b->fires)
                                : (a->thread > b->thread) - (a->thread < b->thread);
}

static void sort(struct fires *fires)
{
    if (fires->sites)
        qsort(fires->site, fires->sites, sizeof *fires->site, by_fires);
    for (size_t i = 0; i < fires->sites; i++)
        for (unsigned log = 0; log < 2; log++)
            if (fires->site[i].of[log].shares)
                qsort(fires->site[i].of[log].share, fires->site[i].of[log].shares, sizeof(struct fires_share),
                      by_share);
}

static void release(struct fires *fires)
{
    for (size_t i = 0; i < fires->sites; i++) {
        free(fires->site[i].operation);
        free(fires->site[i].of[0].share);
        free(fires->site[i].of[1].share);
    }
    free(fires->site);
    waves_counts_free(&fires->place);
    waves_counts_free(&fires->handle);
    waves_counts_free(&fires->wanted);
    for (unsigned i = 0; i < 2; i++) {
        struct fires_log *log = &fires->log[i];
        for (size_t j = 0; j < log->threads; j++) {
            free(log->thread[j].entry);
            free(log->thread[j].context);
        }
        free(log->thread);
        waves_counts_free(&log->place);
    }
}

enum sim_status waves_fires(const struct waves_fires *what, FILE *out, struct sim_error *error)
{
    struct fires fires = {.what = what, .two = what->path[1] != NULL};
    enum sim_status status = fires_read(&fires, 0, error);
    if (status == SIM_OK && fires.two)
        status = fires_read(&fires, 1, error);
    if (status == SIM_OK && fires.two)
        status = fires_match(&fires, error);
    if (status == SIM_OK) {
        sort(&fires);
        (what->form == WAVES_FIRES_CSV    ? fires_print_csv
         : what->form == WAVES_FIRES_JSON ? fires_print_json
                                          : fires_print_markdown)(&fires, out);
    }
    release(&fires);
    fflush(out);
    if (status == SIM_OK && ferror(out))
        return sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno));
    return status;
}
