#include "board/tape.h"

#include "models/sim/part.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { BLOCK = 1 << 16, LEAST = 8 + 4 + SHA256_DIGEST_SIZE };
static const uint64_t MOST = UINT64_C(4) << 30; /* bytes, unpacked */

/* All of a file, plain or gzipped. */
static enum sim_status read_all(struct tape *tape, struct sim_error *error)
{
    struct sim_writer all = {0};
    uint8_t block[BLOCK];
    int got = 0, code = Z_OK;
    gzFile file = gzopen(tape->path, "rb");
    if (!file)
        return sim_fail(error, SIM_BAD_INPUT, "%s: cannot open: %s", tape->path, strerror(errno));
    while (all.size <= MOST && (got = gzread(file, block, sizeof block)) > 0)
        sim_put_bytes(&all, block, (size_t)got);
    const char *reason = got < 0 ? gzerror(file, &code) : NULL;
    if (reason && code == Z_ERRNO)
        reason = strerror(errno);
    tape->bytes = all.bytes;
    tape->size = all.size;
    enum sim_status status = SIM_OK;
    if (reason)
        status = sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: cannot read on: %s", tape->path, all.size, reason);
    else if (all.size > MOST)
        status = sim_fail(error, SIM_BAD_INPUT, "%s: a tape of more than 4 GiB", tape->path);
    gzclose(file);
    return status;
}

static enum sim_status bad(const struct tape *tape, const struct sim_reader *reader, const char *what,
                           struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: %s", tape->path, reader->offset, what);
}

/* A text of printable characters that fits. */
static bool get_name(struct sim_reader *reader, char name[TAPE_NAME])
{
    uint32_t length = sim_get_u32_below(reader, TAPE_NAME);
    memset(name, 0, TAPE_NAME);
    sim_get_bytes(reader, name, length);
    for (uint32_t i = 0; i < length; i++)
        if (name[i] < ' ' || name[i] > '~')
            reader->failed = true;
    reader->failed |= length == 0;
    return !reader->failed;
}

static enum sim_status get_board(struct tape *tape, struct sim_reader *reader, struct sim_error *error)
{
    uint32_t length = sim_get_u32(reader);
    if (reader->failed || length > reader->size - reader->offset)
        return bad(tape, reader, "the board is cut short", error);
    const char *text = (const char *)reader->bytes + reader->offset;
    reader->offset += length;
    return board_description_parse(&tape->description, tape->path, text, length, error);
}

static enum sim_status get_neighbours(struct tape *tape, struct sim_reader *reader, struct sim_error *error)
{
    tape->neighbours = sim_get_u32_below(reader, SIM_PORTS_MAX + 1);
    for (uint32_t i = 0; i < tape->neighbours; i++) {
        struct tape_neighbour *neighbour = &tape->neighbour[i];
        get_name(reader, neighbour->name);
        neighbour->priority = sim_get_u32(reader);
        neighbour->clocks = sim_get_u32_below(reader, SIM_CLOCKS_MAX + 1);
        for (uint32_t c = 0; c < neighbour->clocks; c++)
            get_name(reader, neighbour->clock[c]);
        if (reader->failed || neighbour->clocks == 0 || strcmp(neighbour->name, tape->subject) == 0)
            return bad(tape, reader, "a neighbour that cannot be", error);
        for (uint32_t other = 0; other < i; other++)
            if (strcmp(tape->neighbour[other].name, neighbour->name) == 0)
                return bad(tape, reader, "a neighbour that was there already", error);
    }
    return SIM_OK;
}

static bool known_type(const char *name, enum sim_message *type)
{
    for (unsigned i = 0; i < SIM_MESSAGE_COUNT; i++)
        if (strcmp(sim_message_types[i].name, name) == 0) {
            *type = (enum sim_message)i;
            return true;
        }
    return false;
}

static bool is_neighbour(const struct tape *tape, const char *name)
{
    for (uint32_t i = 0; i < tape->neighbours; i++)
        if (strcmp(tape->neighbour[i].name, name) == 0)
            return true;
    return false;
}

static enum sim_status get_links(struct tape *tape, struct sim_reader *reader, struct sim_error *error)
{
    tape->links = sim_get_u32_below(reader, TAPE_LINKS_MAX + 1);
    for (uint32_t i = 0; i < tape->links; i++) {
        struct tape_link *link = &tape->link[i];
        char type[TAPE_NAME];
        bool names = get_name(reader, link->sender) && get_name(reader, link->out) &&
                     get_name(reader, link->receiver) && get_name(reader, link->in) && get_name(reader, type) &&
                     known_type(type, &link->type);
        link->spec.latency = sim_get_u32_below(reader, 1u << 24);
        link->spec.credits = sim_get_u32_below(reader, 1u << 20);
        link->spec.credit_latency = sim_get_u32_below(reader, 1u << 24);
        if (!names || reader->failed || link->spec.latency == 0 || link->spec.credits == 0 ||
            link->spec.credit_latency == 0)
            return bad(tape, reader, "a link that cannot be", error);
        link->heard = strcmp(link->receiver, tape->subject) == 0;
        if (!is_neighbour(tape, link->heard ? link->sender : link->receiver) ||
            (!link->heard && strcmp(link->sender, tape->subject) != 0))
            return bad(tape, reader, "a link that does not end at the component", error);
    }
    return SIM_OK;
}

/* Goes through what was said: with `keep` it is put where the counts of the first time have made room. */
static bool get_items(struct tape *tape, struct sim_reader *reader, bool keep)
{
    sim_time said[TAPE_LINKS_MAX] = {0}, back[TAPE_LINKS_MAX] = {0};
    uint64_t scratch[64];
    uint64_t *body = tape->bodies;
    for (uint8_t what; (what = sim_get_u8_below(reader, TAPE_CREDIT + 1)) != TAPE_END;) {
        uint8_t number = sim_get_u8_below(reader, tape->links);
        sim_time t = sim_get_u64(reader), *last = what == TAPE_CREDIT ? &back[number] : &said[number];
        if (reader->failed || t > SIM_TIME_MAX || t < tape->from || t < *last)
            return false;
        struct tape_link *link = &tape->link[number];
        *last = t;
        if (what == TAPE_CREDIT) {
            if (keep)
                link->credit[link->credits] = t;
            link->credits++;
            continue;
        }
        size_t words = (sim_message_types[link->type].size + 7u) / 8;
        memset(keep ? body : scratch, 0, 8 * words);
        sim_get_message(reader, link->type, keep ? body : scratch);
        if (keep)
            link->message[link->messages] = (struct tape_message){t, body};
        body += keep ? words : 0;
        link->messages++;
    }
    tape->to = sim_get_u64(reader);
    sim_get_bytes(reader, tape->digest, sizeof tape->digest);
    return !reader->failed && tape->to <= SIM_TIME_MAX && reader->offset == reader->size;
}

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    SIM_CHECK(memory, "out of memory for %zu of a tape's items", count);
    return memory;
}

static enum sim_status get_tape(struct tape *tape, struct sim_reader *reader, struct sim_error *error)
{
    size_t words = 0;
    tape->state = reader->offset + 8;
    tape->state_size = sim_get_u64(reader);
    if (reader->failed || tape->state_size > reader->size - reader->offset)
        return bad(tape, reader, "the component's state is cut short", error);
    struct sim_reader state = {reader->bytes, tape->state + tape->state_size, tape->state, false};
    tape->from = sim_get_u64(&state);
    reader->offset += tape->state_size;
    struct sim_reader again = *reader;
    if (!get_items(tape, reader, false))
        return bad(tape, reader, "something was said that cannot be", error);
    if (tape->from > tape->to)
        return bad(tape, reader, "it ends before it begins", error);
    for (uint32_t i = 0; i < tape->links; i++) {
        struct tape_link *link = &tape->link[i];
        link->message = room(link->messages, sizeof *link->message);
        link->credit = room(link->credits, sizeof *link->credit);
        words += link->messages * ((sim_message_types[link->type].size + 7u) / 8);
        *(link->heard ? &tape->counts.heard : &tape->counts.said) += link->messages;
        tape->counts.credits += link->credits;
        link->messages = link->credits = 0;
    }
    tape->bodies = room(words, 8);
    get_items(tape, &again, true);
    return SIM_OK;
}

static enum sim_status check_whole(const struct tape *tape, struct sim_error *error)
{
    if (tape->size < LEAST || memcmp(tape->bytes, "C360TAPE", 8) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0: not a tape", tape->path);
    struct sim_reader reader = {tape->bytes, tape->size, 8, false};
    uint32_t version = sim_get_u32(&reader);
    if (version != TAPE_VERSION)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 8: a tape of version %u; this program reads version %d",
                        tape->path, version, TAPE_VERSION);
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    size_t body = tape->size - SHA256_DIGEST_SIZE;
    sha256_init(&sha);
    sha256_update(&sha, body, tape->bytes);
    sha256_digest(&sha, sizeof digest, digest);
    if (memcmp(digest, tape->bytes + body, sizeof digest) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: the checksum is wrong: the file is damaged", tape->path,
                        body);
    return SIM_OK;
}

enum sim_status tape_read(struct tape *tape, const char *path, struct sim_error *error)
{
    *tape = (struct tape){.path = path};
    enum sim_status status = read_all(tape, error);
    if (status == SIM_OK)
        status = check_whole(tape, error);
    if (status == SIM_OK) {
        struct sim_reader reader = {tape->bytes, tape->size - SHA256_DIGEST_SIZE, 12, false};
        status = get_board(tape, &reader, error);
        if (status == SIM_OK && !get_name(&reader, tape->subject))
            status = bad(tape, &reader, "a component without a name", error);
        if (status == SIM_OK)
            status = get_neighbours(tape, &reader, error);
        if (status == SIM_OK)
            status = get_links(tape, &reader, error);
        if (status == SIM_OK)
            status = get_tape(tape, &reader, error);
    }
    if (status != SIM_OK)
        tape_free(tape);
    return status;
}

void tape_free(struct tape *tape)
{
    for (uint32_t i = 0; i < tape->links; i++) {
        free(tape->link[i].message);
        free(tape->link[i].credit);
    }
    free(tape->bodies);
    free(tape->bytes);
    *tape = (struct tape){0};
}
