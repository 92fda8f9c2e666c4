#include "waves/analysis/events_digest.h"

#include "waves/analysis/counts.h"
#include "waves/analysis/events.h"
#include "waves/glob.h"
#include "waves/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 2 * SHA256_DIGEST_SIZE };

struct sum {
    uint64_t thread, records;
    struct sha256_ctx hash;
};

struct sums {
    struct sum all;
    struct sum *thread;
    size_t threads, room;
    struct waves_counts place; /* of a thread + 1, by its number as text */
    char *form;                /* of a record */
    size_t form_room, used;
};

/* The text up to the next comma; NULL at the end. */
static char *next_word(const char **list)
{
    if (!*list || !**list)
        return NULL;
    size_t length = strcspn(*list, ",");
    char *word = waves_copy_text(*list, length);
    *list += length + ((*list)[length] == ',');
    return word;
}

static bool is_wanted(const struct waves_events_digest *digest, const char *event)
{
    const char *list = digest->events;
    bool wanted = !list;
    for (char *glob; (glob = next_word(&list)) != NULL; free(glob))
        wanted = wanted || waves_glob_match(glob, event);
    return wanted;
}

static bool is_left_out(const struct waves_events_digest *digest, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(name, "host_", 5) == 0)
        return true;
    for (const char *at = digest->without; at && *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && memcmp(at, name, length) == 0)
            return true;
    return false;
}

/* ---- the form of a record: members sorted, no blanks ---- */

static char *room_for(struct sums *sums, size_t size)
{
    if (sums->form_room - sums->used < size) {
        sums->form_room = 2 * (sums->used + size);
        sums->form = waves_resize(sums->form, sums->form_room, 1);
    }
    return sums->form + sums->used;
}

static void put(struct sums *sums, const char *text, size_t length)
{
    memcpy(room_for(sums, length), text, length);
    sums->used += length;
}

static void put_string(struct sums *sums, const char *text, size_t length)
{
    enum { ESCAPED_MOST = 6 };
    static const char digit[] = "0123456789abcdef";
    char *to = room_for(sums, length * ESCAPED_MOST + 2);
    *to++ = '"';
    for (size_t i = 0; i < length; i++) {
        uint8_t c = (uint8_t)text[i];
        if (c < ' ') {
            to = mempcpy(to, "\\u00", 4);
            *to++ = digit[c >> 4];
            *to++ = digit[c & 15];
            continue;
        }
        if (c == '"' || c == '\\')
            *to++ = '\\';
        *to++ = (char)c;
    }
    *to++ = '"';
    sums->used = (size_t)(to - sums->form);
}

static int by_name(const void *a, const void *b)
{
    const struct waves_json *x = *(const struct waves_json *const *)a, *y = *(const struct waves_json *const *)b;
    uint32_t common = x->name_length < y->name_length ? x->name_length : y->name_length;
    int order = memcmp(x->name, y->name, common);
    return order ? order : (x->name_length > y->name_length) - (x->name_length < y->name_length);
}

static void put_value(struct sums *sums, const struct waves_events_digest *digest, const struct waves_json *value);

static void put_object(struct sums *sums, const struct waves_events_digest *digest, const struct waves_json *object)
{
    const struct waves_json *member[WAVES_JSON_MEMBERS];
    uint32_t members = 0;
    for (const struct waves_json *v = waves_json_first(object); v; v = waves_json_next(object, v))
        if (!digest || !is_left_out(digest, v->name))
            member[members++] = v;
    if (members)
        qsort(member, members, sizeof(const struct waves_json *), by_name);
    put(sums, "{", 1);
    for (uint32_t i = 0; i < members; i++) {
        if (i)
            put(sums, ",", 1);
        put_string(sums, member[i]->name, member[i]->name_length);
        put(sums, ":", 1);
        put_value(sums, NULL, member[i]);
    }
    put(sums, "}", 1);
}

/* With `digest` members are left out, which is for the record itself. */
static void put_value(struct sums *sums, const struct waves_events_digest *digest, const struct waves_json *value)
{
    char number[24];
    switch (value->type) {
    case WAVES_JSON_OBJECT:
        put_object(sums, digest, value);
        return;
    case WAVES_JSON_ARRAY:
        put(sums, "[", 1);
        for (const struct waves_json *v = waves_json_first(value); v; v = waves_json_next(value, v)) {
            if (v != value + 1)
                put(sums, ",", 1);
            put_value(sums, NULL, v);
        }
        put(sums, "]", 1);
        return;
    case WAVES_JSON_STRING:
        put_string(sums, value->text, value->length);
        return;
    case WAVES_JSON_INTEGER:
        put(sums, number, (size_t)snprintf(number, sizeof number, "%" PRId64, value->integer));
        return;
    case WAVES_JSON_REAL:
        put(sums, value->text, value->length);
        return;
    case WAVES_JSON_TRUE:
        put(sums, "true", 4);
        return;
    case WAVES_JSON_FALSE:
        put(sums, "false", 5);
        return;
    default:
        put(sums, "null", 4);
        return;
    }
}

static struct sum *sum_of(struct sums *sums, uint64_t thread)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRIu64, thread);
    struct waves_count *place = waves_counts_of(&sums->place, name);
    if (place->count)
        return &sums->thread[place->count - 1];
    if (sums->threads == sums->room) {
        sums->room = sums->room ? 2 * sums->room : 16;
        sums->thread = waves_resize(sums->thread, sums->room, sizeof *sums->thread);
    }
    place->count = sums->threads + 1;
    struct sum *sum = &sums->thread[sums->threads++];
    *sum = (struct sum){.thread = thread};
    sha256_init(&sum->hash);
    return sum;
}

static void add(struct sum *sum, const struct sums *sums)
{
    sum->records++;
    sha256_update(&sum->hash, sums->used, (const uint8_t *)sums->form);
}

static void take(struct sums *sums, const struct waves_events_digest *digest, const struct waves_event_record *record)
{
    if (!is_wanted(digest, record->event))
        return;
    sums->used = 0;
    put_value(sums, digest, record->object);
    put(sums, "\n", 1);
    add(&sums->all, sums);
    if (digest->threads)
        add(sum_of(sums, record->thread), sums);
}

static const char *digits(struct sum *sum, char text[DIGITS + 1])
{
    uint8_t byte[SHA256_DIGEST_SIZE];
    sha256_digest(&sum->hash, sizeof byte, byte);
    for (unsigned i = 0; i < sizeof byte; i++)
        snprintf(text + 2 * i, 3, "%02x", byte[i]);
    return text;
}

static int by_thread(const void *a, const void *b)
{
    const struct sum *x = a, *y = b;
    return (x->thread > y->thread) - (x->thread < y->thread);
}

static void print_text(const struct waves_events_digest *digest, struct sums *sums, FILE *out)
{
    char text[DIGITS + 1];
    fprintf(out, "%s  %" PRIu64 " records\n", digits(&sums->all, text), sums->all.records);
    for (size_t i = 0; digest->threads && i < sums->threads; i++)
        fprintf(out, "%s  %" PRIu64 " records of thread %" PRIu64 "\n", digits(&sums->thread[i], text),
                sums->thread[i].records, sums->thread[i].thread);
}

static void print_json(const struct waves_events_digest *digest, struct sums *sums, FILE *out)
{
    char text[DIGITS + 1];
    fputs("{\"file\": ", out);
    waves_json_print(out, digest->path);
    fprintf(out, ", \"records\": %" PRIu64 ", \"digest\": \"%s\"", sums->all.records, digits(&sums->all, text));
    for (size_t i = 0; digest->threads && i < sums->threads; i++)
        fprintf(out, "%s{\"thread\": %" PRIu64 ", \"records\": %" PRIu64 ", \"digest\": \"%s\"}",
                i ? ", " : ", \"threads\": [", sums->thread[i].thread, sums->thread[i].records,
                digits(&sums->thread[i], text));
    if (digest->threads)
        fputs(sums->threads ? "]" : ", \"threads\": []", out);
    fputs("}\n", out);
}

enum sim_status waves_events_digest(const struct waves_events_digest *digest, FILE *out, struct sim_error *error)
{
    struct waves_events *events;
    struct waves_event_record record;
    bool more = true;
    enum sim_status status = waves_events_open(digest->path, &events, error);
    if (status != SIM_OK)
        return status;
    struct sums sums = {0};
    sha256_init(&sums.all.hash);
    while (status == SIM_OK && more) {
        status = waves_events_next(events, &record, &more, error);
        if (status == SIM_OK && more)
            take(&sums, digest, &record);
    }
    if (sums.threads)
        qsort(sums.thread, sums.threads, sizeof *sums.thread, by_thread);
    if (status == SIM_OK && digest->json)
        print_json(digest, &sums, out);
    else if (status == SIM_OK)
        print_text(digest, &sums, out);
    waves_counts_free(&sums.place);
    free(sums.thread);
    free(sums.form);
    waves_events_close(events);
    fflush(out);
    if (status == SIM_OK && ferror(out))
        return sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno));
    return status;
}
