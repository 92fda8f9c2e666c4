#include "tests/support/core_rig_memory.h"

#include <string.h>

static const char *const request_names[CORE_RIG_CORES] = {"request0", "request1", "request2"};
static const char *const reply_names[CORE_RIG_CORES] = {"reply0", "reply1", "reply2"};
static const char *const line_names[CORE_RIG_CORES] = {"line0", "line1", "line2"};

#define LINE_OF(address) ((address) & ~(uint64_t)(SIM_LINE - 1))

static struct core_rig_memory *memory_of(const struct sim_component *self)
{
    return (struct core_rig_memory *)(uintptr_t)self;
}

/* What was written before the machine was made is what it holds at reset: a program. */
static void reset(struct sim_component *self)
{
    struct core_rig_memory *m = memory_of(self);
    memset(m->device, 0, sizeof m->device);
    memset(m->reservation, 0, sizeof m->reservation);
    memset(m->queue, 0, sizeof m->queue);
    m->accesses = 0;
    m->line_done = m->line_clock == 0;
}

/* Replies. */

static void send(struct core_rig_memory *m, unsigned core, sim_time t)
{
    struct core_rig_queue *q = &m->queue[core];
    while (q->count != 0 && sim_out_ready(&m->reply[core], t)) {
        *(struct sim_msg_core_reply *)sim_out_put(&m->reply[core], t) = q->message[q->first];
        q->first = (q->first + 1) % CORE_RIG_QUEUE;
        q->count--;
    }
}

static void answer(struct core_rig_memory *m, unsigned core, const struct sim_msg_core_reply *message, sim_time t)
{
    struct core_rig_queue *q = &m->queue[core];
    SIM_CHECK(q->count < CORE_RIG_QUEUE, "%s: more than %d replies wait", m->component.name, CORE_RIG_QUEUE);
    q->message[(q->first + q->count++) % CORE_RIG_QUEUE] = *message;
    send(m, core, t);
}

/* Says something to every core but one; nobody is core CORE_RIG_CORES. */
static void tell(struct core_rig_memory *m, unsigned but, const struct sim_msg_core_reply *message, sim_time t)
{
    for (unsigned i = 0; i < m->cores; i++)
        if (i != but)
            answer(m, i, message, t);
}

/* Memory. Where nothing is, all ones are read, and nothing is written. */

static bool there(uint64_t line)
{
    return line < CORE_RIG_MEMORY;
}

static void get_line(const struct core_rig_memory *m, uint64_t line, struct sim_msg_core_reply *reply)
{
    uint8_t bytes[SIM_LINE];
    memset(bytes, 0xFF, sizeof bytes);
    reply->status = there(line) ? SIM_FROM_L2 : SIM_FROM_NOWHERE;
    if (there(line))
        memcpy(bytes, &m->bytes[line], sizeof bytes);
    sim_bytes_to_words(&reply->data0, bytes, SIM_LINE / 8);
}

static void put_block(struct core_rig_memory *m, const struct sim_msg_core_request *r)
{
    uint64_t block = r->address & ~(uint64_t)(SIM_BLOCK - 1);
    uint8_t bytes[SIM_BLOCK];
    sim_words_to_bytes(bytes, &r->data0, SIM_BLOCK / 8);
    for (unsigned i = 0; there(block) && i < SIM_BLOCK; i++)
        if (r->mask >> i & 1)
            m->bytes[block + i] = bytes[i];
    for (unsigned i = 0; i < 2 * CORE_RIG_CORES; i++)
        if (m->reservation[i].line == LINE_OF(r->address))
            m->reservation[i].held = false;
}

/* The device. */

static uint8_t device_byte(const struct core_rig_memory *m, uint64_t offset)
{
    if (offset < CORE_RIG_DEVICE_BYTES)
        return m->device[offset];
    uint64_t shift = 8 * (CORE_RIG_DEVICE_BYTES + 3 - offset);
    return offset < CORE_RIG_DEVICE_BYTES + 4 ? (uint8_t)(m->accesses >> shift) : 0xFF;
}

static uint64_t device_read(struct core_rig_memory *m, const struct sim_msg_core_request *r)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < r->size; i++)
        value = value << 8 | device_byte(m, r->address - CORE_RIG_DEVICE + i);
    m->accesses++;
    return value;
}

static void device_write(struct core_rig_memory *m, const struct sim_msg_core_request *r)
{
    uint64_t block = (r->address & ~(uint64_t)(SIM_BLOCK - 1)) - CORE_RIG_DEVICE;
    uint8_t bytes[SIM_BLOCK];
    sim_words_to_bytes(bytes, &r->data0, SIM_BLOCK / 8);
    for (unsigned i = 0; i < SIM_BLOCK; i++)
        if (r->mask >> i & 1 && block + i < CORE_RIG_DEVICE_BYTES)
            m->device[block + i] = bytes[i];
    m->accesses++;
}

/* Requests. */

static void conditional(struct core_rig_memory *m, unsigned core, const struct sim_msg_core_request *r,
                        struct sim_msg_core_reply *reply, sim_time t)
{
    unsigned thread = 2 * core + (r->thread & 1);
    bool holds = m->reservation[thread].held && m->reservation[thread].line == LINE_OF(r->address);
    m->reservation[thread].held = false;
    reply->kind = SIM_CONDITIONAL_DONE;
    reply->status = holds;
    if (!holds)
        return;
    put_block(m, r);
    const struct sim_msg_core_reply snoop = {.kind = SIM_SNOOP_LINE, .address = LINE_OF(r->address)};
    tell(m, CORE_RIG_CORES, &snoop, t);
}

static void request(struct core_rig_memory *m, unsigned core, const struct sim_msg_core_request *r, sim_time t)
{
    uint64_t line = LINE_OF(r->address);
    struct sim_msg_core_reply reply = {.thread = r->thread, .tag = r->tag, .address = line};
    struct sim_msg_core_reply snoop = {.kind = SIM_SNOOP_LINE, .address = line};
    switch (r->kind) {
    case SIM_READ:
    case SIM_READ_CODE:
    case SIM_READ_ALONE:
    case SIM_READ_WALK:
        reply.kind = SIM_FILL;
        get_line(m, line, &reply);
        break;
    case SIM_RESERVE:
        reply.kind = SIM_RESERVED;
        m->reservation[2 * core + (r->thread & 1)].held = true;
        m->reservation[2 * core + (r->thread & 1)].line = line;
        get_line(m, line, &reply);
        break;
    case SIM_CONDITIONAL:
        conditional(m, core, r, &reply, t);
        break;
    case SIM_STORE:
        put_block(m, r);
        tell(m, core, &snoop, t);
        return;
    case SIM_ZERO: {
        struct sim_msg_core_request zeros = {.address = line, .mask = UINT64_MAX};
        put_block(m, &zeros);
        zeros.address += SIM_BLOCK;
        put_block(m, &zeros);
        tell(m, core, &snoop, t);
        return;
    }
    case SIM_FLUSH:
        tell(m, core, &snoop, t);
        return;
    case SIM_CLEAN:
        return;
    case SIM_INVALIDATE_CODE:
        snoop.kind = SIM_SNOOP_CODE;
        tell(m, core, &snoop, t);
        return;
    case SIM_LWSYNC:
    case SIM_SYNC:
    case SIM_EIEIO:
        reply.kind = SIM_BARRIER_DONE;
        break;
    case SIM_LOAD_IO:
        reply.kind = SIM_IO_DATA;
        reply.status = SIM_FROM_DEVICE;
        reply.address = r->address;
        reply.data0 = device_read(m, r);
        break;
    case SIM_STORE_IO:
        device_write(m, r);
        return;
    case SIM_TRANSLATE:
        reply.kind = SIM_TRANSLATION;
        reply.address = r->address;
        break;
    default:
        snoop = (struct sim_msg_core_reply){.kind = SIM_SNOOP_TLB, .data0 = r->data0, .data1 = r->data1};
        tell(m, core, &snoop, t);
        return;
    }
    answer(m, core, &reply, t);
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct core_rig_memory *m = memory_of(self);
    unsigned core = (unsigned)(in - m->request);
    const struct sim_msg_core_request r = *(const struct sim_msg_core_request *)sim_in_head(in);
    sim_in_take(in);
    sim_in_credit(in, t);
    request(m, core, &r, t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct core_rig_memory *m = memory_of(self);
    sim_time next = m->line_done ? SIM_NEVER : sim_clock_edge(self->clock[0], m->line_clock);
    for (unsigned i = 0; i < m->cores; i++)
        if (m->queue[i].count != 0)
            next = sim_time_min(next, sim_out_credit_time(&m->reply[i]));
    return next;
}

static void event(struct sim_component *self, sim_time t)
{
    struct core_rig_memory *m = memory_of(self);
    if (!m->line_done && t >= sim_clock_edge(self->clock[0], m->line_clock) && sim_out_ready(&m->line[0], t)) {
        *(struct sim_msg_interrupt_line *)sim_out_put(&m->line[0], t) =
            (struct sim_msg_interrupt_line){.thread = 0, .level = 1};
        m->line_done = true;
    }
    for (unsigned i = 0; i < m->cores; i++)
        send(m, i, t);
}

/* Saves. Queued replies are rare and short; a message is saved as the words that it is. */

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct core_rig_memory *m = memory_of(self);
    sim_put_bytes(writer, m->bytes, sizeof m->bytes);
    sim_put_bytes(writer, m->device, sizeof m->device);
    sim_put_u32(writer, m->accesses);
    sim_put_u8(writer, m->line_done);
    for (unsigned i = 0; i < 2 * CORE_RIG_CORES; i++) {
        sim_put_u8(writer, m->reservation[i].held);
        sim_put_u64(writer, m->reservation[i].line);
    }
    for (unsigned i = 0; i < m->cores; i++) {
        const struct core_rig_queue *q = &m->queue[i];
        sim_put_u32(writer, q->count);
        for (uint32_t k = 0; k < q->count; k++) {
            const struct sim_msg_core_reply *r = &q->message[(q->first + k) % CORE_RIG_QUEUE];
            const uint64_t *word = &r->data0;
            sim_put_u8(writer, r->kind);
            sim_put_u8(writer, r->thread);
            sim_put_u8(writer, r->tag);
            sim_put_u8(writer, r->status);
            sim_put_u64(writer, r->address);
            for (unsigned w = 0; w < SIM_LINE / 8; w++)
                sim_put_u64(writer, word[w]);
        }
    }
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct core_rig_memory *m = memory_of(self);
    sim_get_bytes(reader, m->bytes, sizeof m->bytes);
    sim_get_bytes(reader, m->device, sizeof m->device);
    m->accesses = sim_get_u32(reader);
    m->line_done = sim_get_u8_below(reader, 2);
    for (unsigned i = 0; i < 2 * CORE_RIG_CORES; i++) {
        m->reservation[i].held = sim_get_u8_below(reader, 2);
        m->reservation[i].line = sim_get_u64(reader);
    }
    for (unsigned i = 0; i < m->cores; i++) {
        struct core_rig_queue *q = &m->queue[i];
        q->first = 0;
        q->count = sim_get_u32_below(reader, CORE_RIG_QUEUE);
        for (uint32_t k = 0; k < q->count; k++) {
            struct sim_msg_core_reply *r = &q->message[k];
            uint64_t *word = &r->data0;
            r->kind = sim_get_u8(reader);
            r->thread = sim_get_u8(reader);
            r->tag = sim_get_u8(reader);
            r->status = sim_get_u8(reader);
            r->address = sim_get_u64(reader);
            for (unsigned w = 0; w < SIM_LINE / 8; w++)
                word[w] = sim_get_u64(reader);
        }
    }
}

static const struct sim_class memory_class = {
    .kind = "core_rig_memory",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = save,
    .load = load,
    .message = message,
    .event = event,
};

void core_rig_memory_init(struct core_rig_memory *m, const struct sim_clock *clock, unsigned cores, uint64_t line_clock)
{
    m->cores = cores;
    m->line_clock = line_clock;
    sim_component_init(&m->component, &memory_class, "memory", clock, SIM_PRIORITY_MEMORY);
    for (unsigned i = 0; i < cores; i++) {
        sim_component_in(&m->component, &m->request[i], request_names[i], SIM_MSG_core_request);
        sim_component_out(&m->component, &m->reply[i], reply_names[i], SIM_MSG_core_reply);
        sim_component_out(&m->component, &m->line[i], line_names[i], SIM_MSG_interrupt_line);
    }
}
