/* A machine written down: the digest, and whole-machine files.
 *
 * A file is: the 8 bytes "C360SAVE", format version (u32), size of the whole file (u64), board identity (u32 length,
 * bytes), the state, and the SHA-256 of all before it. The state, which is also what the digest is over: time (u64),
 * the stop on record, then one block per link and one per component (name, kind, version, size, bytes). Everything is
 * little-endian. Links come first, so that a component's load can hold what it reads against them. */
#include "models/sim/machine_parts.h"
#include "models/sim/part.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = "C360SAVE";
enum { FORMAT_VERSION = 1, HEADER_SIZE = 8 + 4 + 8 };

static void put_text(struct sim_writer *writer, const char *text)
{
    size_t length = strlen(text);
    sim_put_u32(writer, (uint32_t)length);
    sim_put_bytes(writer, text, length);
}

/* Reads a text that must be exactly this one. */
static bool get_text(struct sim_reader *reader, const char *expected)
{
    size_t length = sim_get_u32(reader);
    if (reader->failed || length != strlen(expected) || reader->size - reader->offset < length ||
        memcmp(reader->bytes + reader->offset, expected, length) != 0)
        return false;
    reader->offset += length;
    return true;
}

void sim_put_message(struct sim_writer *writer, enum sim_message is, const void *body)
{
    const struct sim_message_type *type = &sim_message_types[is];
    for (unsigned i = 0; i < type->fields; i++) {
        const uint8_t *at = (const uint8_t *)body + type->field[i].offset;
        switch (type->field[i].bits) {
        case 8:
            sim_put_u8(writer, *at);
            break;
        case 16:
            sim_put_u16(writer, *(const uint16_t *)(const void *)at);
            break;
        case 32:
            sim_put_u32(writer, *(const uint32_t *)(const void *)at);
            break;
        default:
            sim_put_u64(writer, *(const uint64_t *)(const void *)at);
        }
    }
}

void sim_get_message(struct sim_reader *reader, enum sim_message is, void *body)
{
    const struct sim_message_type *type = &sim_message_types[is];
    for (unsigned i = 0; i < type->fields; i++) {
        uint8_t *at = (uint8_t *)body + type->field[i].offset;
        switch (type->field[i].bits) {
        case 8:
            *at = sim_get_u8(reader);
            break;
        case 16:
            *(uint16_t *)(void *)at = sim_get_u16(reader);
            break;
        case 32:
            *(uint32_t *)(void *)at = sim_get_u32(reader);
            break;
        default:
            *(uint64_t *)(void *)at = sim_get_u64(reader);
        }
    }
}

/* A sender folds a returned credit into its count when it looks, which is its own business: what is written down has
 * every credit folded that came before the machine's time. */
static void put_link(struct sim_writer *writer, const struct sim_link *link, sim_time now)
{
    uint32_t credits = sim_link_credits(link, now), first = link->credit_head + (credits - link->credits);
    sim_put_u32(writer, link->tail - link->head);
    for (uint32_t at = link->head; at != link->tail; at++) {
        const struct sim_slot *slot = (struct sim_slot *)(link->ring + (at & link->mask) * link->stride);
        sim_put_u64(writer, slot->due);
        sim_put_u64(writer, slot->sent);
        sim_put_message(writer, link->type, slot->body);
    }
    sim_put_message(writer, link->type, sim_link_last(link)->body);
    sim_put_u32(writer, credits);
    sim_put_u32(writer, link->owed);
    sim_put_u32(writer, link->credit_tail - first);
    for (uint32_t at = first; at != link->credit_tail; at++)
        sim_put_u64(writer, link->credit_ring[at & link->mask]);
    sim_put_u8(writer, link->waiting);
    sim_put_u64(writer, link->waiting ? link->waiting_since : 0);
    sim_put_u64(writer, link->last_sent);
    sim_put_u64(writer, link->sent);
    sim_put_u64(writer, link->stalls);
    sim_put_u64(writer, link->stalled);
}

static bool is_edge(const struct sim_clock *clock, sim_time t)
{
    return t > SIM_TIME_MAX || sim_clock_edge(clock, sim_clock_ceil(clock, t)) == t;
}

static void must(struct sim_reader *reader, bool condition)
{
    reader->failed |= !condition;
}

/* Messages under way arrive when the link says, in order and not in the past; all credits are somewhere. */
static void get_link(struct sim_reader *reader, struct sim_link *link, sim_time now)
{
    uint64_t total = link->credits_total;
    uint32_t messages = sim_get_u32(reader);
    sim_time last = now, sent = 0;
    must(reader, messages <= total);
    link->head = link->credit_head = 0;
    for (link->tail = 0; link->tail < messages && !reader->failed; link->tail++) {
        struct sim_slot *slot = (struct sim_slot *)(link->ring + link->tail * link->stride);
        slot->due = sim_get_u64(reader);
        slot->sent = sim_get_u64(reader);
        sim_get_message(reader, link->type, slot->body);
        must(reader, slot->due >= last && slot->sent >= sent && slot->sent < now);
        must(reader,
             !reader->failed && slot->due == sim_link_arrival(link, slot->sent) && is_edge(link->clock, slot->due));
        last = slot->due;
        sent = slot->sent;
    }
    link->written = link->tail;
    sim_get_message(reader, link->type, sim_link_last(link)->body);
    link->credits = sim_get_u32(reader);
    link->owed = sim_get_u32(reader);
    uint32_t returning = sim_get_u32(reader);
    must(reader, (uint64_t)messages + link->credits + link->owed + returning == total);
    last = now;
    for (link->credit_tail = 0; link->credit_tail < returning && !reader->failed; link->credit_tail++) {
        sim_time due = sim_get_u64(reader);
        must(reader, due >= last && due <= sim_link_credit_arrival(link, now) && is_edge(link->credit_clock, due));
        link->credit_ring[link->credit_tail] = last = due;
    }
    link->credit_written = link->credit_tail;
    uint8_t waiting = sim_get_u8(reader);
    link->waiting = waiting != 0;
    link->waiting_since = sim_get_u64(reader);
    link->last_sent = sim_get_u64(reader);
    link->sent = sim_get_u64(reader);
    link->stalls = sim_get_u64(reader);
    link->stalled = sim_get_u64(reader);
    must(reader, waiting <= 1 && (waiting ? link->credits == 0 && link->waiting_since < now && link->stalls != 0
                                          : link->waiting_since == 0));
    must(reader, link->sent >= total - link->credits && (link->sent ? link->last_sent < now : link->last_sent == 0));
    must(reader, link->stalled <= now && (messages == 0 || link->last_sent == sent));
    link->dirty_forward = link->dirty_backward = link->quiet = false;
}

static void put_component(struct sim_writer *writer, const struct sim_component *component)
{
    put_text(writer, component->name);
    put_text(writer, component->type->kind);
    sim_put_u32(writer, component->type->version);
    size_t size_at = writer->size;
    sim_put_u64(writer, 0);
    if (!component->foreign) /* whose state is in SystemC, out of reach */
        component->type->save(component, writer);
    uint64_t size = writer->size - size_at - 8;
    for (unsigned b = 0; b < 8; b++)
        writer->bytes[size_at + b] = (uint8_t)(size >> (8 * b));
}

static void put_state(struct sim_writer *writer, const struct sim_machine *machine)
{
    sim_put_u64(writer, machine->now);
    sim_put_u64(writer, machine->stop.event_time);
    sim_put_u32(writer, machine->stop.by ? machine->stop.by->index : UINT32_MAX);
    put_text(writer, machine->stop.reason);
    sim_put_u32(writer, machine->links);
    for (unsigned i = 0; i < machine->links; i++)
        put_link(writer, &machine->link[i], machine->now);
    sim_put_u32(writer, machine->components);
    for (unsigned i = 0; i < machine->components; i++)
        put_component(writer, machine->component[i]);
}

void sim_machine_digest(const struct sim_machine *machine, uint8_t digest[SIM_DIGEST_SIZE])
{
    struct sim_writer writer = {0};
    put_state(&writer, machine);
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, writer.size, writer.bytes);
    sha256_digest(&sha, SIM_DIGEST_SIZE, digest);
    sim_writer_free(&writer);
}

/* Written beside its place and moved there when it is whole. */
static enum sim_status write_file(const char *path, const struct sim_writer *content, struct sim_error *error)
{
    struct stat place;
    bool special = stat(path, &place) == 0 && !S_ISREG(place.st_mode); /* /dev/full, a pipe: cannot be replaced */
    size_t room = strlen(path) + sizeof ".part";
    char *part = malloc(room);
    SIM_CHECK(part, "out of memory for a file name of %zu bytes", room);
    snprintf(part, room, "%s%s", path, special ? "" : ".part");
    int failure = 0;
    FILE *file = fopen(part, "wb");
    if (!file)
        failure = errno;
    else {
        if (fwrite(content->bytes, 1, content->size, file) != content->size || fflush(file) != 0)
            failure = errno ? errno : EIO;
        if (fclose(file) != 0 && failure == 0)
            failure = errno;
        if (failure == 0 && !special && rename(part, path) != 0)
            failure = errno;
        if (failure != 0 && !special)
            unlink(part);
    }
    free(part);
    return failure ? sim_fail(error, SIM_HOST, "%s: cannot write: %s", path, strerror(failure)) : SIM_OK;
}

static enum sim_status refuse_foreign(const struct sim_machine *machine, const char *path, struct sim_error *error)
{
    for (unsigned i = 0; i < machine->components; i++)
        if (machine->component[i]->foreign)
            return sim_fail(error, SIM_USAGE, "%s: %s is a foreign part, whose state can be neither saved nor loaded",
                            path, machine->component[i]->name);
    return SIM_OK;
}

enum sim_status sim_machine_save(const struct sim_machine *machine, const char *board, const char *path,
                                 struct sim_error *error)
{
    if (refuse_foreign(machine, path, error) != SIM_OK)
        return SIM_USAGE;
    struct sim_writer state = {0}, file = {0};
    put_state(&state, machine);
    sim_put_bytes(&file, magic, sizeof magic);
    sim_put_u32(&file, FORMAT_VERSION);
    sim_put_u64(&file, HEADER_SIZE + 4 + strlen(board) + state.size + SHA256_DIGEST_SIZE);
    put_text(&file, board);
    sim_put_bytes(&file, state.bytes, state.size);
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, file.size, file.bytes);
    sha256_digest(&sha, sizeof digest, digest);
    sim_put_bytes(&file, digest, sizeof digest);
    enum sim_status status = write_file(path, &file, error);
    sim_writer_free(&state);
    sim_writer_free(&file);
    return status;
}

static enum sim_status read_file(const char *path, struct sim_writer *content, struct sim_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return sim_fail(error, SIM_BAD_INPUT, "%s: cannot open: %s", path, strerror(errno));
    uint8_t header[HEADER_SIZE] = {0};
    size_t got = fread(header, 1, sizeof header, file);
    struct sim_reader reader = {header, got, sizeof magic, false};
    enum sim_status status = SIM_OK;
    if (got < sizeof header || memcmp(header, magic, sizeof magic) != 0) {
        status = sim_fail(error, SIM_BAD_INPUT, "%s: offset 0: not a saved machine", path);
    } else {
        uint32_t version = sim_get_u32(&reader);
        uint64_t size = sim_get_u64(&reader);
        struct stat facts;
        if (version != FORMAT_VERSION)
            status = sim_fail(error, SIM_BAD_INPUT, "%s: offset 8: saved in format %u; this program reads format %d",
                              path, version, FORMAT_VERSION);
        else if (fstat(fileno(file), &facts) != 0 || (uint64_t)facts.st_size != size)
            status = sim_fail(error, SIM_BAD_INPUT, "%s: offset 12: the file was %llu bytes when saved and is %lld now",
                              path, (unsigned long long)size, (long long)facts.st_size);
        else if (size < HEADER_SIZE + SHA256_DIGEST_SIZE)
            status = sim_fail(error, SIM_BAD_INPUT, "%s: offset 12: a size of %llu bytes cannot be", path,
                              (unsigned long long)size);
        else {
            sim_put_bytes(content, header, sizeof header);
            uint8_t block[65536];
            while (content->size < size && (got = fread(block, 1, sizeof block, file)) > 0)
                sim_put_bytes(content, block, got);
            if (content->size != size)
                status = sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: cannot read on", path, content->size);
        }
    }
    fclose(file);
    return status;
}

static enum sim_status check_whole(const char *path, const struct sim_writer *content, struct sim_error *error)
{
    size_t body = content->size - SHA256_DIGEST_SIZE;
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, body, content->bytes);
    sha256_digest(&sha, sizeof digest, digest);
    if (memcmp(digest, content->bytes + body, sizeof digest) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: the checksum is wrong: the file is damaged", path, body);
    return SIM_OK;
}

static bool is_edge_of(const struct sim_component *component, sim_time t)
{
    for (uint32_t i = 0; i < component->clocks; i++)
        if (is_edge(component->clock[i], t))
            return true;
    return false;
}

static enum sim_status get_component(struct sim_component *component, struct sim_reader *reader, sim_time now,
                                     const char *path, struct sim_error *error)
{
    size_t start = reader->offset;
    if (!get_text(reader, component->name) || !get_text(reader, component->type->kind))
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: here should be %s (%s)", path, start, component->name,
                        component->type->kind);
    uint32_t version = sim_get_u32(reader);
    if (version != component->type->version)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: %s was saved in version %u; this program has %u", path,
                        start, component->name, version, component->type->version);
    uint64_t size = sim_get_u64(reader);
    struct sim_reader inside = {reader->bytes + reader->offset, size, 0, false};
    if (reader->failed || size > reader->size - reader->offset)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: %s is cut short", path, start, component->name);
    component->at = component->until = now;
    component->type->load(component, &inside);
    if (inside.failed || inside.offset != size)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: the state of %s cannot be", path,
                        reader->offset + inside.offset, component->name);
    sim_time next = component->type->next_event(component);
    if (next < now || !is_edge_of(component, next))
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: %s has an event at %llu, which is %s", path,
                        reader->offset, component->name, (unsigned long long)next,
                        next < now ? "over" : "between the edges of its clocks");
    reader->offset += size;
    return SIM_OK;
}

static enum sim_status get_components(struct sim_machine *machine, struct sim_reader *reader, const char *path,
                                      struct sim_error *error)
{
    if (sim_get_u32(reader) != machine->components)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: saved from a machine of other components", path,
                        reader->offset);
    for (unsigned i = 0; i < machine->components; i++) {
        enum sim_status status = get_component(machine->component[i], reader, machine->now, path, error);
        if (status != SIM_OK)
            return status;
    }
    machine_find_ways_around(machine);
    machine_count_waiting(machine);
    return SIM_OK;
}

static enum sim_status get_links(struct sim_machine *machine, struct sim_reader *reader, const char *path,
                                 struct sim_error *error)
{
    if (sim_get_u32(reader) != machine->links)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: saved from a machine of other links", path,
                        reader->offset);
    for (unsigned i = 0; i < machine->components; i++)
        machine->component[i]->waits = machine->component[i]->pending = 0;
    for (unsigned i = 0; i < machine->links; i++) {
        size_t start = reader->offset;
        struct sim_link *link = &machine->link[i];
        get_link(reader, link, machine->now);
        link->sender->waits += link->waiting;
        link->receiver->pending |= (uint32_t)(link->head != link->tail) << link->in->place;
        if (reader->failed)
            return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: the state of the link %s.%s cannot be", path, start,
                            machine->link[i].sender->name, machine->link[i].out->name);
    }
    return SIM_OK;
}

/* The stop on record: all of it, or nothing. */
static bool get_stop(struct sim_machine *machine, struct sim_reader *reader)
{
    struct sim_stop *stop = &machine->stop;
    stop->event_time = sim_get_u64(reader);
    uint32_t by = sim_get_u32(reader);
    uint32_t length = sim_get_u32(reader);
    if (reader->failed || length >= sizeof stop->reason)
        return false;
    sim_get_bytes(reader, stop->reason, length);
    stop->reason[length] = '\0';
    for (uint32_t i = 0; i < length; i++)
        if ((uint8_t)stop->reason[i] < ' ')
            return false;
    stop->by = by < machine->components ? machine->component[by] : NULL;
    return !reader->failed && (stop->event_time == SIM_NEVER ? by == UINT32_MAX && length == 0
                                                             : stop->event_time < machine->now && stop->by);
}

static enum sim_status get_state(struct sim_machine *machine, struct sim_reader *reader, const char *path,
                                 struct sim_error *error)
{
    size_t start = reader->offset;
    machine->now = machine->closed = sim_get_u64(reader);
    if (machine->now > SIM_TIME_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: a time that cannot be", path, start);
    start = reader->offset;
    if (!get_stop(machine, reader))
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: a stop that cannot be", path, start);
    enum sim_status status = get_links(machine, reader, path, error);
    if (status == SIM_OK)
        status = get_components(machine, reader, path, error);
    if (status == SIM_OK && reader->offset != reader->size)
        status = sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: more than a machine's state", path, reader->offset);
    return status;
}

enum sim_status sim_machine_load(struct sim_machine *machine, const char *board, const char *path,
                                 struct sim_error *error)
{
    if (refuse_foreign(machine, path, error) != SIM_OK)
        return SIM_USAGE;
    if (machine->ran)
        return sim_fail(error, SIM_USAGE, "%s: the machine has run already; a saved one is loaded before", path);
    struct sim_writer content = {0};
    enum sim_status status = read_file(path, &content, error);
    if (status == SIM_OK)
        status = check_whole(path, &content, error);
    if (status == SIM_OK) {
        struct sim_reader reader = {content.bytes, content.size - SHA256_DIGEST_SIZE, HEADER_SIZE, false};
        if (!get_text(&reader, board))
            status = sim_fail(error, SIM_BAD_INPUT, "%s: offset %d: saved from another board than this one", path,
                              HEADER_SIZE);
        else
            status = get_state(machine, &reader, path, error);
    }
    sim_writer_free(&content);
    if (status != SIM_OK)
        machine_power_on(machine);
    for (unsigned i = 0; i < machine->components && status == SIM_OK; i++)
        machine_after_advance(machine, machine->component[i]);
    return status;
}

static bool ends_at(const struct sim_link *link, const struct sim_component *part)
{
    return link->sender == part || link->receiver == part;
}

void sim_part_save(const struct sim_machine *machine, const struct sim_component *part, struct sim_writer *writer)
{
    uint32_t links = 0;
    sim_put_u64(writer, machine->now);
    for (unsigned i = 0; i < machine->links; i++)
        links += ends_at(&machine->link[i], part);
    sim_put_u32(writer, links);
    for (unsigned i = 0; i < machine->links; i++) {
        const struct sim_link *link = &machine->link[i];
        if (!ends_at(link, part))
            continue;
        put_text(writer, link->sender->name);
        put_text(writer, link->out->name);
        put_link(writer, link, machine->now);
    }
    put_component(writer, part);
}

/* The one of the part's links whose names come next. */
static struct sim_link *named_link(struct sim_machine *machine, const struct sim_component *part,
                                   struct sim_reader *reader)
{
    size_t start = reader->offset;
    for (unsigned i = 0; i < machine->links; i++, reader->offset = start) {
        struct sim_link *link = &machine->link[i];
        if (ends_at(link, part) && get_text(reader, link->sender->name) && get_text(reader, link->out->name))
            return link;
    }
    return NULL;
}

enum sim_status sim_part_load(struct sim_machine *machine, struct sim_component *part, struct sim_reader *reader,
                              const char *path, struct sim_error *error)
{
    size_t start = reader->offset;
    machine->now = machine->closed = sim_get_u64(reader);
    if (machine->now > SIM_TIME_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: a time that cannot be", path, start);
    uint32_t links = sim_get_u32(reader);
    for (uint32_t i = 0; i < links; i++) {
        start = reader->offset;
        struct sim_link *link = reader->failed ? NULL : named_link(machine, part, reader);
        if (!link)
            return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: a link that %s has not", path, start, part->name);
        get_link(reader, link, machine->now);
        if (reader->failed)
            return sim_fail(error, SIM_BAD_INPUT, "%s: offset %zu: the state of the link %s.%s cannot be", path, start,
                            link->sender->name, link->out->name);
        if (link->sender != part) { /* who does not look for credits as the other did */
            link->waiting = false;
            link->waiting_since = 0;
        }
        link->sender->waits += link->waiting;
        link->receiver->pending |= (uint32_t)(link->head != link->tail) << link->in->place;
    }
    for (unsigned i = 0; i < machine->components; i++)
        machine->component[i]->at = machine->component[i]->until = machine->now;
    enum sim_status status = get_component(part, reader, machine->now, path, error);
    if (status != SIM_OK)
        return status;
    machine_find_ways_around(machine);
    machine_count_waiting(machine);
    for (unsigned i = 0; i < machine->components; i++)
        machine_after_advance(machine, machine->component[i]);
    return SIM_OK;
}

void sim_part_digest(const struct sim_component *part, uint8_t digest[SIM_DIGEST_SIZE])
{
    struct sim_writer writer = {0};
    put_component(&writer, part);
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, writer.size, writer.bytes);
    sha256_digest(&sha, SIM_DIGEST_SIZE, digest);
    sim_writer_free(&writer);
}
