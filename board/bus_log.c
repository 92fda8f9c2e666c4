#include "board/bus_log.h"

#include "board/device_registers.h"
#include "waves/glob.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_L2, AT_NORTH, PLACES };
enum { ASKERS_MAX = 4, LINE_MAX_BYTES = 512 };
enum { FIRST_ROOM = 256 };

static const char *const place_names[PLACES] = {"l2", "north"};

/* What one component has told. Only the thread that runs it adds; only closing, when it does not run, takes away. */
_Static_assert(ASKERS_MAX >= (int)MEMBUS_CORES && ASKERS_MAX >= (int)MEMBUS_CLIENTS_MAX, "a name for each");

struct told {
    struct membus_listener listener;
    struct bus_log *log;
    unsigned place;
    const char *const *kind;
    unsigned kinds;
    const char *who[ASKERS_MAX];
    unsigned askers;
    const struct membus_routes *routes;
    uint32_t from_wanted, kinds_wanted; /* bit n: number n */
    struct membus_record *record;
    size_t count, room;
};

struct bus_log {
    struct told told[PLACES];
    struct membus_l2 *l2;
    struct membus_north *north;
    uint64_t memory_size, base, last; /* the range */
    bool ranged;
    struct waves_output output;
    uint64_t lines;
};

/* Has the transaction an address of the machine, and not of a title, or none at all? */
static bool is_real(const struct told *told, unsigned kind)
{
    return told->place == AT_NORTH ||
           (kind != SIM_LWSYNC && kind != SIM_SYNC && kind != SIM_EIEIO && kind != SIM_TRANSLATE && kind != SIM_TLBIE &&
            kind != SIM_TRAP && kind != SIM_UNMAPPED);
}

static bool wanted(const struct told *told, const struct membus_record *record)
{
    const struct bus_log *log = told->log;
    if (record->kind >= told->kinds || record->who >= told->askers || !(told->from_wanted >> record->who & 1) ||
        !(told->kinds_wanted >> record->kind & 1))
        return false;
    if (!log->ranged)
        return true;
    if (!is_real(told, record->kind))
        return false;
    uint64_t first = membus_target_of(record->address, log->memory_size).address;
    return first <= log->last && first + (record->size ? record->size - 1u : 0) >= log->base;
}

static void heard(void *context, const struct membus_record *record)
{
    struct told *told = context;
    if (!wanted(told, record))
        return;
    if (told->count == told->room) {
        told->room = told->room ? 2 * told->room : FIRST_ROOM;
        told->record = waves_resize(told->record, told->room, sizeof *told->record);
    }
    told->record[told->count++] = *record;
}

static char *put_text(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
    return at;
}

static char *put_number(char *at, const char *key, uint64_t value)
{
    char digits[20];
    unsigned length = 0;
    at = put_text(at, key);
    do
        digits[length++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    while (length != 0)
        *at++ = digits[--length];
    return at;
}

static char *put_address(char *at, uint64_t address)
{
    int digits = 8;
    at = put_text(at, ",\"address\":\"0x");
    while (digits < 16 && address >> 4 * digits != 0)
        digits++;
    while (digits-- > 0)
        *at++ = "0123456789abcdef"[address >> 4 * digits & 15];
    *at++ = '"';
    return at;
}

/* Device and register of an address outside memory. An access of the processor's chip that none of its routes takes
 * goes over the bus, to those of the other chip. */
static char *put_device(char *at, const struct bus_log *log, const struct told *told, struct membus_target target)
{
    char name[BOARD_REGISTER_TEXT];
    const struct membus_route *route = membus_routes_find(told->routes, target.address);
    if (!route && told->place == AT_L2 && target.place == MEMBUS_BUS)
        route = membus_routes_find(log->told[AT_NORTH].routes, target.address);
    if (!route)
        return at;
    at = put_text(put_text(at, ",\"device\":\""), route->name);
    *at++ = '"';
    if (!board_register_name(route, target.address - route->base + route->first, name))
        return at;
    at = put_text(put_text(at, ",\"register\":\""), name);
    *at++ = '"';
    return at;
}

static void write_line(struct bus_log *log, const struct told *told, const struct membus_record *record)
{
    static const char *const sources[] = {
        [SIM_FROM_L2] = "l2",
        [SIM_FROM_MEMORY] = "memory",
        [SIM_FROM_DEVICE] = "device",
        [SIM_FROM_NOWHERE] = "nowhere",
    };
    char *at = waves_output_at(&log->output, LINE_MAX_BYTES);
    at = put_text(put_text(at, "{\"at\":\""), place_names[told->place]);
    at = put_text(put_text(at, "\",\"who\":\""), told->who[record->who]);
    *at++ = '"';
    if (told->place == AT_L2)
        at = put_number(at, ",\"thread\":", record->thread);
    at = put_text(put_text(at, ",\"kind\":\""), told->kind[record->kind]);
    *at++ = '"';
    struct membus_target target = {MEMBUS_MEMORY, record->address};
    if (is_real(told, record->kind))
        target = membus_target_of(record->address, log->memory_size);
    at = put_address(at, target.address);
    at = put_number(at, ",\"size\":", record->size);
    if (target.place != MEMBUS_MEMORY)
        at = put_device(at, log, told, target);
    at = put_number(at, ",\"issued\":", record->issued);
    at = put_number(at, ",\"granted\":", record->granted);
    at = put_number(at, ",\"done\":", record->done);
    at = put_text(put_text(at, ",\"source\":\""), sources[record->source & 3]);
    waves_output_wrote(&log->output, put_text(at, "\"}\n"));
    log->lines++;
}

/* Everything before t is over. */
static void closed(void *context, sim_time t)
{
    struct bus_log *log = context;
    size_t at[PLACES] = {0};
    for (;;) {
        struct told *next = NULL;
        for (unsigned p = 0; p < PLACES; p++) {
            struct told *told = &log->told[p];
            if (at[p] < told->count && told->record[at[p]].done < t &&
                (!next || told->record[at[p]].done < next->record[at[next->place]].done))
                next = told;
        }
        if (!next)
            break;
        if (!log->output.failed)
            write_line(log, next, &next->record[at[next->place]]);
        at[next->place]++;
    }
    for (unsigned p = 0; p < PLACES; p++) {
        struct told *told = &log->told[p];
        if (at[p] == 0)
            continue;
        memmove(told->record, told->record + at[p], (told->count - at[p]) * sizeof *told->record);
        told->count -= at[p];
    }
}

static bool is_chosen(const char *name, const char *glob, size_t length)
{
    char *text = waves_copy_text(glob, length);
    bool matches = waves_glob_match(text, name);
    free(text);
    return matches;
}

/* Bits of the names that one of the globs matches. NULL is every name. */
static uint32_t choose(const char *globs, const char *const *names, unsigned count)
{
    uint32_t chosen = 0;
    if (!globs)
        return UINT32_MAX;
    for (const char *at = globs; *at; at += strcspn(at, ","), at += *at == ',')
        for (unsigned i = 0; i < count; i++)
            if (is_chosen(names[i], at, strcspn(at, ",")))
                chosen |= UINT32_C(1) << i;
    return chosen;
}

/* One glob must match one of the names, which are those of both places. */
static enum sim_status check_glob(const char *option, const char *glob, size_t length, const char *const *const names[],
                                  const unsigned counts[], struct sim_error *error)
{
    char list[400] = "";
    size_t used = 0;
    for (unsigned p = 0; p < PLACES; p++)
        for (unsigned i = 0; i < counts[p]; i++) {
            if (is_chosen(names[p][i], glob, length))
                return SIM_OK;
            if (used < sizeof list && !strstr(list, names[p][i]))
                used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", names[p][i]);
        }
    return sim_fail(error, SIM_USAGE, "%s: '%.*s' matches none of %s", option, (int)length, glob, list);
}

/* Sets, for each place, which of its names the globs choose. */
static enum sim_status choose_by(const char *option, const char *globs, const char *const *const names[],
                                 const unsigned counts[], uint32_t *const chosen[], struct sim_error *error)
{
    const char *at = globs;
    while (at) {
        size_t length = strcspn(at, ",");
        enum sim_status status = check_glob(option, at, length, names, counts, error);
        if (status != SIM_OK)
            return status;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    for (unsigned p = 0; p < PLACES; p++)
        *chosen[p] = choose(globs, names[p], counts[p]);
    return SIM_OK;
}

static enum sim_status choose_all(struct bus_log *log, const struct bus_log_options *options, struct sim_error *error)
{
    struct told *l2 = &log->told[AT_L2], *north = &log->told[AT_NORTH];
    const char *const *const askers[] = {l2->who, north->who}, *const *const kinds[] = {l2->kind, north->kind};
    const unsigned asker_counts[] = {l2->askers, north->askers}, kind_counts[] = {l2->kinds, north->kinds};
    uint32_t *const from[] = {&l2->from_wanted, &north->from_wanted}, *const kind[] = {&l2->kinds_wanted,
                                                                                       &north->kinds_wanted};
    enum sim_status status = choose_by("--bus-log-from", options->from, askers, asker_counts, from, error);
    return status == SIM_OK ? choose_by("--bus-log-kinds", options->kinds, kinds, kind_counts, kind, error) : status;
}

static bool read_address(const char *text, char end, uint64_t *value, const char **rest)
{
    char *after;
    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    *value = strtoull(text, &after, text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10);
    *rest = after + (*after != '\0');
    return errno == 0 && after != text && *after == end;
}

static enum sim_status read_range(struct bus_log *log, const char *text, struct sim_error *error)
{
    const char *rest;
    if (!text)
        return SIM_OK;
    log->ranged = true;
    if (read_address(text, '-', &log->base, &rest) && read_address(rest, '\0', &log->last, &rest) &&
        log->base <= log->last)
        return SIM_OK;
    return sim_fail(error, SIM_USAGE, "--bus-log-range %s: expected BASE-LAST, two addresses as in 0x1000-0x1fff",
                    text);
}

static void name_places(struct bus_log *log)
{
    static const char *const cores[MEMBUS_CORES] = {"core0", "core1", "core2"};
    const struct membus_north *north = log->north;
    struct told *l2 = &log->told[AT_L2], *far = &log->told[AT_NORTH];
    *l2 = (struct told){.log = log,
                        .place = AT_L2,
                        .kind = membus_l2_kinds,
                        .kinds = SIM_CORE_REQUESTS,
                        .askers = MEMBUS_CORES,
                        .routes = &log->l2->routes};
    memcpy(l2->who, cores, sizeof cores);
    *far = (struct told){.log = log,
                         .place = AT_NORTH,
                         .kind = membus_north_kinds,
                         .kinds = MEMBUS_NORTH_KINDS,
                         .askers = north->clients,
                         .routes = &north->routes};
    far->who[0] = place_names[AT_L2];
    for (unsigned i = 1; i < north->clients; i++)
        far->who[i] = north->config.client[i - 1].request;
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t length = strlen(path), part = strlen(suffix);
    return length > part && strcmp(path + length - part, suffix) == 0;
}

enum sim_status bus_log_open(struct bus_log **result, struct membus_l2 *l2, struct membus_north *north,
                             const struct bus_log_options *options, struct sim_error *error)
{
    struct bus_log *log = waves_zeroed(1, sizeof *log);
    bool gzip = ends_in(options->path, ".jsonl.gz");
    enum sim_status status = SIM_OK;
    log->l2 = l2;
    log->north = north;
    log->memory_size = l2->config.memory_size;
    name_places(log);
    if (!gzip && !ends_in(options->path, ".jsonl") && !waves_is_special(options->path))
        status =
            sim_fail(error, SIM_USAGE, "--bus-log %.300s: the name must end in .jsonl or .jsonl.gz", options->path);
    if (status == SIM_OK)
        status = choose_all(log, options, error);
    if (status == SIM_OK)
        status = read_range(log, options->range, error);
    if (status == SIM_OK)
        status = waves_output_open(&log->output, options->path, gzip, error);
    if (status != SIM_OK) {
        free(log);
        return status;
    }
    for (unsigned p = 0; p < PLACES; p++)
        log->told[p].listener = (struct membus_listener){.context = &log->told[p], .heard = heard};
    membus_listen(&l2->listener, &log->told[AT_L2].listener);
    membus_listen(&north->listener, &log->told[AT_NORTH].listener);
    *result = log;
    return SIM_OK;
}

struct sim_observer bus_log_observer(struct bus_log *log)
{
    return (struct sim_observer){.context = log, .closed = closed};
}

bool bus_log_failed(const struct bus_log *log)
{
    return log->output.failed;
}

enum sim_status bus_log_close(struct bus_log *log, bool keep, uint64_t *lines, struct sim_error *error)
{
    closed(log, SIM_NEVER);
    membus_listen_no_more(&log->l2->listener, &log->told[AT_L2].listener);
    membus_listen_no_more(&log->north->listener, &log->told[AT_NORTH].listener);
    enum sim_status status = waves_output_close(&log->output, keep, error);
    *lines = log->lines;
    for (unsigned p = 0; p < PLACES; p++)
        free(log->told[p].record);
    free(log);
    return status;
}
