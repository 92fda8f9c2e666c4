/* What leaves: writes to memory, accesses to the display and interrupts, in one order; then reads of lines. One message
 * to memory a clock. */
#include "models/xenos/cp/cp_parts.h"

#include <string.h>

bool cp_out_room(const struct cp *cp, uint32_t count)
{
    return cp->outs + count <= CP_OUT;
}

static struct cp_out *add(struct cp *cp, enum cp_out_kind kind, uint32_t address)
{
    struct cp_out *out = &cp->out[(cp->out_first + cp->outs++) % CP_OUT];
    *out = (struct cp_out){.kind = (uint8_t)kind, .address = address};
    return out;
}

static void put_bytes(struct cp_out *out, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    memcpy(out->bytes + offset, bytes, count);
    for (uint32_t i = offset; i < offset + count; i++)
        out->mask[i / 64] |= UINT64_C(1) << i % 64;
}

void cp_out_bytes(struct cp *cp, uint32_t address, const uint8_t *bytes, uint32_t count)
{
    while (count != 0) {
        uint32_t place = cp_physical(cp, address), offset = place % SIM_LINE;
        uint32_t part = SIM_LINE - offset < count ? SIM_LINE - offset : count;
        put_bytes(add(cp, CP_OUT_WRITE, place - offset), offset, bytes, part);
        address += part;
        bytes += part;
        count -= part;
    }
}

/* gather: a word of the same packet may share the message with the one before it. */
void cp_out_word(struct cp *cp, uint32_t address, uint32_t value, uint32_t swap, bool gather)
{
    uint32_t place = cp_physical(cp, address), offset = place % SIM_LINE;
    uint32_t big = cp_swap(value, swap); /* every mode is its own inverse, but that the value is little-endian */
    const uint8_t bytes[4] = {(uint8_t)(big >> 24), (uint8_t)(big >> 16), (uint8_t)(big >> 8), (uint8_t)big};
    struct cp_out *last = cp->outs != 0 ? &cp->out[(cp->out_first + cp->outs - 1) % CP_OUT] : NULL;
    if (!gather || !last || last->kind != CP_OUT_WRITE || last->address != place - offset)
        last = add(cp, CP_OUT_WRITE, place - offset);
    put_bytes(last, offset, bytes, 4);
}

void cp_out_interrupt(struct cp *cp, uint8_t vector, uint8_t targets)
{
    if (targets == 0)
        return;
    add(cp, CP_OUT_INTERRUPT, vector)->data = targets;
}

void cp_out_display(struct cp *cp, uint32_t index, bool write, uint32_t data)
{
    add(cp, write ? CP_OUT_DISPLAY_WRITE : CP_OUT_DISPLAY_READ, 4 * index)->data = data;
}

static const struct sim_out *port_of(const struct cp *cp, const struct cp_out *out)
{
    return out->kind == CP_OUT_WRITE ? &cp->memory : out->kind == CP_OUT_INTERRUPT ? &cp->irq : &cp->display;
}

static bool ready(struct cp *cp, const struct cp_out *out, sim_time t)
{
    return sim_out_ready(out->kind == CP_OUT_WRITE       ? &cp->memory
                         : out->kind == CP_OUT_INTERRUPT ? &cp->irq
                                                         : &cp->display,
                         t);
}

static void send_one(struct cp *cp, const struct cp_out *out, sim_time t)
{
    if (out->kind == CP_OUT_WRITE) {
        struct sim_msg_memory_request *request = sim_out_put_quiet(&cp->memory, t);
        memset(request, 0, sizeof *request);
        request->kind = SIM_MEMORY_WRITE;
        request->size = SIM_LINE;
        request->address = out->address;
        request->mask0 = out->mask[0];
        request->mask1 = out->mask[1];
        sim_bytes_to_words(SIM_WORDS_OF(request, memory_request), out->bytes, SIM_LINE / 8);
    } else if (out->kind == CP_OUT_INTERRUPT) {
        struct sim_msg_interrupt *message = sim_out_put(&cp->irq, t);
        *message = (struct sim_msg_interrupt){.vector = (uint8_t)out->address, .targets = (uint8_t)out->data};
        cp->interrupts++;
    } else {
        struct sim_msg_mmio_request *request = sim_out_put(&cp->display, t);
        bool write = out->kind == CP_OUT_DISPLAY_WRITE;
        *request = (struct sim_msg_mmio_request){
            .address = out->address, .data = out->data, .tag = !write, .size = 4, .write = write};
    }
}

/* Reads of data that packets look at see what the packets before them wrote. */
static bool wants_line(const struct cp *cp, enum cp_source *source)
{
    return cp_fetch_wants(cp, source) && (*source != CP_DATA || cp->outs == 0);
}

void cp_out_send(struct cp *cp, sim_time t, uint64_t edge)
{
    while (cp->outs != 0) {
        const struct cp_out *out = &cp->out[cp->out_first];
        bool memory = out->kind == CP_OUT_WRITE;
        if ((memory && cp->memory_free > edge) || !ready(cp, out, t))
            break;
        send_one(cp, out, t);
        cp->out_first = (cp->out_first + 1) % CP_OUT;
        cp->outs--;
        if (memory)
            cp->memory_free = edge + 1;
    }
    enum cp_source source;
    if (cp->memory_free <= edge && wants_line(cp, &source) && sim_out_ready(&cp->memory, t)) {
        cp_fetch_ask(cp, source, t);
        cp->memory_free = edge + 1;
    }
}

static sim_time when(const struct cp *cp, const struct sim_out *port, uint64_t from)
{
    return port->link->waiting ? sim_out_credit_time(port) : sim_clock_edge(cp->config.clock, from);
}

sim_time cp_out_next(const struct cp *cp)
{
    sim_time next = SIM_NEVER;
    enum cp_source source;
    if (cp->outs != 0) {
        const struct cp_out *out = &cp->out[cp->out_first];
        next = when(cp, port_of(cp, out), out->kind == CP_OUT_WRITE ? cp->memory_free : 0);
    }
    if (wants_line(cp, &source))
        next = sim_time_min(next, when(cp, &cp->memory, cp->memory_free));
    return next;
}
