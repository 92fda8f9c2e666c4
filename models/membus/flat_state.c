/* Power-on, saved state, and signals of flat memory. */
#include "models/membus/flat_parts.h"
#include "waves/waves.h"

#include <string.h>

void flat_reset(struct sim_component *self)
{
    struct flat *flat = (struct flat *)self;
    for (unsigned i = 0; i < FLAT_CORES; i++) {
        struct flat_queue *queue = &flat->queue[i];
        SIM_CHECK(queue->request.link->credits_total <= FLAT_QUEUE_MAX, "%s.%s: a link of more than %d credits",
                  self->name, queue->request.name, FLAT_QUEUE_MAX);
        queue->first = queue->count = queue->io = 0;
        queue->stuck = false;
        memset(queue->reservation, 0, sizeof queue->reservation);
    }
    for (unsigned i = 0; i < FLAT_DEVICES; i++) {
        SIM_CHECK(flat->device[i].reply.link->credits_total <= FLAT_ANSWERS_MAX,
                  "%s.%s: a link of more than %d credits", self->name, flat->device[i].reply.name, FLAT_ANSWERS_MAX);
        flat->device[i].count = 0;
    }
    flat_free_pages(flat);
    flat->acted = 0;
    memset(&flat->last, 0, sizeof flat->last);
}

static bool any(const uint8_t *bytes, size_t size)
{
    return size != 0 && (bytes[0] != 0 || memcmp(bytes, bytes + 1, size - 1) != 0);
}

static void put_message(struct sim_writer *writer, const void *message, enum sim_message type)
{
    const struct sim_message_type *is = &sim_message_types[type];
    for (unsigned i = 0; i < is->fields; i++) {
        const uint8_t *place = (const uint8_t *)message + is->field[i].offset;
        uint64_t wide;
        uint32_t word;
        if (is->field[i].bits == 64) {
            memcpy(&wide, place, sizeof wide);
            sim_put_u64(writer, wide);
        } else if (is->field[i].bits == 32) {
            memcpy(&word, place, sizeof word);
            sim_put_u32(writer, word);
        } else {
            sim_put_u8(writer, *place);
        }
    }
}

static void get_message(struct sim_reader *reader, void *message, enum sim_message type)
{
    const struct sim_message_type *is = &sim_message_types[type];
    for (unsigned i = 0; i < is->fields; i++) {
        uint8_t *place = (uint8_t *)message + is->field[i].offset;
        if (is->field[i].bits == 64) {
            uint64_t wide = sim_get_u64(reader);
            memcpy(place, &wide, sizeof wide);
        } else if (is->field[i].bits == 32) {
            uint32_t word = sim_get_u32(reader);
            memcpy(place, &word, sizeof word);
        } else {
            *place = sim_get_u8(reader);
        }
    }
}

/* Pages that are all zero and nobody's are as good as none. */
static void put_ram(struct sim_writer *writer, const struct flat *flat)
{
    for (uint32_t i = 0; i < FLAT_PAGES_MAX; i++) {
        const struct flat_page *page = flat->page[i];
        bool bytes = page && any(page->bytes, sizeof page->bytes);
        bool holders = page && any(page->holders, sizeof page->holders);
        if (!bytes && !holders)
            continue;
        sim_put_u32(writer, i);
        sim_put_u8(writer, (uint8_t)(bytes | holders << 1));
        if (bytes)
            sim_put_bytes(writer, page->bytes, sizeof page->bytes);
        if (holders)
            sim_put_bytes(writer, page->holders, sizeof page->holders);
    }
    sim_put_u32(writer, UINT32_MAX);
}

static void get_ram(struct sim_reader *reader, struct flat *flat)
{
    uint32_t next = 0;
    flat_free_pages(flat);
    for (uint32_t i; !reader->failed && (i = sim_get_u32(reader)) != UINT32_MAX; next = i + 1) {
        uint8_t what = sim_get_u8_below(reader, 4);
        if (i < next || i >= flat->config.size / FLAT_PAGE || what == 0 || reader->failed) {
            reader->failed = true;
            return;
        }
        struct flat_page *page = flat_page_at(flat, (uint64_t)i * FLAT_PAGE);
        if (what & 1)
            sim_get_bytes(reader, page->bytes, sizeof page->bytes);
        if (what & 2)
            sim_get_bytes(reader, page->holders, sizeof page->holders);
        for (unsigned n = 0; n < FLAT_LINES; n++)
            reader->failed |= page->holders[n] >> FLAT_CORES != 0;
    }
}

void flat_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct flat *flat = (const struct flat *)self;
    for (unsigned i = 0; i < FLAT_CORES; i++) {
        const struct flat_queue *queue = &flat->queue[i];
        sim_put_u32(writer, queue->count);
        for (uint32_t n = 0; n < queue->count; n++) {
            const struct flat_request *entry = &queue->entry[(queue->first + n) % FLAT_QUEUE_MAX];
            sim_put_u64(writer, entry->came);
            sim_put_u64(writer, entry->due);
            put_message(writer, &entry->message, SIM_MSG_core_request);
        }
        sim_put_u32(writer, queue->io);
        for (unsigned n = 0; n < FLAT_THREADS; n++) {
            sim_put_u8(writer, queue->reservation[n].valid);
            sim_put_u64(writer, queue->reservation[n].line);
        }
    }
    for (unsigned i = 0; i < FLAT_DEVICES; i++) {
        sim_put_u32(writer, flat->device[i].count);
        for (uint32_t n = 0; n < flat->device[i].count; n++)
            put_message(writer, &flat->device[i].answer[n], SIM_MSG_mmio_response);
    }
    sim_put_u64(writer, flat->acted);
    sim_put_u8(writer, flat->last.core);
    sim_put_u8(writer, flat->last.kind);
    sim_put_u64(writer, flat->last.address);
    put_ram(writer, flat);
}

static bool request_can_be(const struct sim_msg_core_request *request)
{
    return request->kind < SIM_CORE_REQUESTS && request->thread < FLAT_THREADS;
}

static const void *under_way(const struct sim_link *link, uint32_t at)
{
    return ((const struct sim_slot *)(link->ring + (at & link->mask) * link->stride))->body;
}

/* The requests that wait, and those that are still under way, which take_request would not have. */
static void get_queue(struct sim_reader *reader, struct flat_queue *queue, const struct flat *flat)
{
    const struct sim_link *link = queue->request.link;
    sim_time now = flat->component.at, came = 0, due = 0;
    queue->first = 0;
    queue->count = sim_get_u32_below(reader, FLAT_QUEUE_MAX + 1);
    reader->failed |= queue->count != link->owed;
    for (uint32_t n = 0; n < queue->count && !reader->failed; n++) {
        struct flat_request *entry = &queue->entry[n];
        entry->came = sim_get_u64(reader);
        entry->due = sim_get_u64(reader);
        get_message(reader, &entry->message, SIM_MSG_core_request);
        reader->failed |= entry->came < came || entry->came >= now || entry->due < due || entry->due <= entry->came ||
                          !request_can_be(&entry->message);
        came = entry->came;
        due = entry->due;
    }
    queue->stuck = queue->count != 0 && queue->entry[0].due < now;
    queue->io = sim_get_u32(reader);
    for (unsigned n = 0; n < FLAT_THREADS; n++) {
        queue->reservation[n].valid = sim_get_u8_below(reader, 2);
        queue->reservation[n].line = sim_get_u64_below(reader, flat->config.size);
        reader->failed |= queue->reservation[n].line % SIM_LINE != 0;
    }
    for (uint32_t at = link->head; at != link->tail; at++)
        reader->failed |= !request_can_be(under_way(link, at));
}

static void get_answers(struct sim_reader *reader, struct flat_device_port *port)
{
    const struct sim_link *link = port->reply.link;
    port->count = sim_get_u32_below(reader, FLAT_ANSWERS_MAX + 1);
    reader->failed |= port->count != link->owed;
    for (uint32_t n = 0; n < port->count && !reader->failed; n++) {
        get_message(reader, &port->answer[n], SIM_MSG_mmio_response);
        reader->failed |= !flat_answer_can_be(port->answer[n].tag);
    }
    for (uint32_t at = link->head; at != link->tail; at++)
        reader->failed |= !flat_answer_can_be(((const struct sim_msg_mmio_response *)under_way(link, at))->tag);
}

void flat_load(struct sim_component *self, struct sim_reader *reader)
{
    struct flat *flat = (struct flat *)self;
    for (unsigned i = 0; i < FLAT_CORES; i++)
        get_queue(reader, &flat->queue[i], flat);
    for (unsigned i = 0; i < FLAT_DEVICES; i++)
        get_answers(reader, &flat->device[i]);
    flat->acted = sim_get_u64(reader);
    flat->last.core = sim_get_u8_below(reader, FLAT_CORES);
    flat->last.kind = sim_get_u8_below(reader, SIM_CORE_REQUESTS);
    flat->last.address = sim_get_u64(reader);
    get_ram(reader, flat);
}

void flat_trace(struct sim_component *self, struct waves_scope *scope)
{
    static const char *const kinds[SIM_CORE_REQUESTS] = {
        "read",  "read_code", "read_alone",      "read_walk", "store",       "zero",
        "flush", "clean",     "invalidate_code", "reserve",   "conditional", "lwsync",
        "sync",  "eieio",     "load_io",         "store_io",  "translate",   "tlbie"};
    struct flat *flat = (struct flat *)self;
    flat->scope = scope;
    flat->signals = (struct flat_signals){
        .depth = {waves_bus(scope, "depth0", 7, "request"), waves_bus(scope, "depth1", 7, "request"),
                  waves_bus(scope, "depth2", 7, "request")},
        .core = waves_bus(scope, "core", 2, NULL),
        .kind = waves_enum(scope, "kind", 5, kinds, SIM_CORE_REQUESTS),
        .address = waves_bus(scope, "address", 64, NULL),
        .acted = waves_bus(scope, "acted", 64, "request"),
    };
}

void flat_show(struct sim_component *self, sim_time t)
{
    const struct flat *flat = (const struct flat *)self;
    for (unsigned i = 0; i < FLAT_CORES; i++)
        waves_set_u32(flat->scope, flat->signals.depth[i], t, flat->queue[i].count);
    waves_set_u32(flat->scope, flat->signals.core, t, flat->last.core);
    waves_set_u32(flat->scope, flat->signals.kind, t, flat->last.kind);
    waves_set(flat->scope, flat->signals.address, t, flat->last.address);
    waves_set(flat->scope, flat->signals.acted, t, flat->acted);
}
