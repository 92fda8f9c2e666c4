#include "waves/analysis/events_digest.h"

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
    json_t *place; /* of a thread, by its number as text */
    char *form;    /* of a record */
    size_t form_room;
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

static void leave_out(const struct waves_events_digest *digest, json_t *record)
{
    const char *list = digest->without, *name;
    json_t *value;
    void *next;
    for (char *word; (word = next_word(&list)) != NULL; free(word))
        json_object_del(record, word);
    json_object_foreach_safe(record, next, name, value) if (strncmp(name, "host_", 5) == 0)
        json_object_del(record, name);
}

static struct sum *sum_of(struct sums *sums, uint64_t thread)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRIu64, thread);
    const json_t *place = json_object_get(sums->place, name);
    if (place)
        return &sums->thread[json_integer_value(place)];
    if (sums->threads == sums->room) {
        sums->room = sums->room ? 2 * sums->room : 16;
        sums->thread = waves_resize(sums->thread, sums->room, sizeof *sums->thread);
    }
    json_object_set_new(sums->place, name, json_integer((json_int_t)sums->threads));
    struct sum *sum = &sums->thread[sums->threads++];
    *sum = (struct sum){.thread = thread};
    sha256_init(&sum->hash);
    return sum;
}

static void add(struct sum *sum, const char *form, size_t size)
{
    sum->records++;
    sha256_update(&sum->hash, size, (const uint8_t *)form);
}

static void take(struct sums *sums, const struct waves_events_digest *digest, const struct waves_event_record *record)
{
    const size_t flags = JSON_COMPACT | JSON_SORT_KEYS;
    if (!is_wanted(digest, record->event))
        return;
    uint64_t thread = record->thread;
    leave_out(digest, record->object);
    size_t size = json_dumpb(record->object, sums->form, sums->form_room, flags);
    if (size + 1 > sums->form_room) {
        sums->form_room = 2 * (size + 1);
        sums->form = waves_resize(sums->form, sums->form_room, 1);
        size = json_dumpb(record->object, sums->form, sums->form_room, flags);
    }
    sums->form[size] = '\n';
    add(&sums->all, sums->form, size + 1);
    add(sum_of(sums, thread), sums->form, size + 1);
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

static json_t *to_json(struct sum *sum)
{
    char text[DIGITS + 1];
    return json_pack("{s:I, s:s}", "records", (json_int_t)sum->records, "digest", digits(sum, text));
}

static void print_json(const struct waves_events_digest *digest, struct sums *sums, FILE *out)
{
    json_t *object = to_json(&sums->all), *list = json_array();
    json_object_set_new(object, "file", json_string(digest->path));
    for (size_t i = 0; digest->threads && i < sums->threads; i++) {
        json_t *thread = to_json(&sums->thread[i]);
        json_object_set_new(thread, "thread", json_integer((json_int_t)sums->thread[i].thread));
        json_array_append_new(list, thread);
    }
    if (digest->threads)
        json_object_set(object, "threads", list);
    json_decref(list);
    json_dumpf(object, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(object);
}

enum sim_status waves_events_digest(const struct waves_events_digest *digest, FILE *out, struct sim_error *error)
{
    struct waves_events *events;
    struct waves_event_record record;
    bool more = true;
    enum sim_status status = waves_events_open(digest->path, &events, error);
    if (status != SIM_OK)
        return status;
    struct sums sums = {.place = json_object(), .form_room = 4096};
    sums.form = waves_resize(NULL, sums.form_room, 1);
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
    json_decref(sums.place);
    free(sums.thread);
    free(sums.form);
    waves_events_close(events);
    fflush(out);
    if (status == SIM_OK && ferror(out))
        return sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno));
    return status;
}
