/* What each kind of request does, all at one instant. */
#include "models/membus/flat_parts.h"

#include <string.h>

bool flat_ready(struct flat *flat, uint32_t cores, sim_time t)
{
    bool ready = true;
    for (unsigned i = 0; i < FLAT_CORES; i++)
        if (cores >> i & 1)
            ready &= sim_out_ready(&flat->queue[i].reply, t);
    return ready;
}

static void send(struct flat *flat, unsigned core, sim_time t, const struct sim_msg_core_reply *reply)
{
    struct sim_msg_core_reply *message = sim_out_put(&flat->queue[core].reply, t);
    *message = *reply;
}

static void tell(struct flat *flat, uint32_t cores, sim_time t, const struct sim_msg_core_reply *reply)
{
    for (unsigned i = 0; i < FLAT_CORES; i++)
        if (cores >> i & 1)
            send(flat, i, t, reply);
}

void flat_snoop_line(struct flat *flat, uint32_t cores, uint64_t address, sim_time t)
{
    tell(flat, cores, t,
         &(struct sim_msg_core_reply){.kind = SIM_SNOOP_LINE, .address = address & -(uint64_t)SIM_LINE});
}

static uint32_t others(unsigned core)
{
    return ((1u << FLAT_CORES) - 1) & ~(1u << core);
}

static struct sim_msg_core_reply answer(const struct sim_msg_core_request *request, enum sim_core_reply_kind kind)
{
    return (struct sim_msg_core_reply){
        .kind = (uint8_t)kind, .thread = request->thread, .tag = request->tag, .address = request->address};
}

/* FILL and RESERVED: the whole line; all ones where there is no RAM. */
static bool read_line(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t)
{
    bool reserve = request->kind == SIM_RESERVE;
    struct flat_reservation *reservation = &flat->queue[core].reservation[request->thread];
    struct sim_msg_core_reply reply = answer(request, reserve ? SIM_RESERVED : SIM_FILL);
    uint8_t bytes[SIM_LINE];
    uint64_t offset;
    if (!flat_ready(flat, 1u << core, t))
        return false;
    bool in_ram = flat_in_ram(flat, request->address, &offset);
    offset &= -(uint64_t)SIM_LINE;
    if (in_ram)
        flat_read(flat, offset, bytes, sizeof bytes);
    else
        memset(bytes, 0xFF, sizeof bytes);
    if (in_ram && request->kind == SIM_READ)
        *flat_holders(flat, offset) |= (uint8_t)(1u << core);
    if (reserve)
        *reservation = in_ram ? (struct flat_reservation){true, offset} : (struct flat_reservation){0};
    reply.address &= -(uint64_t)SIM_LINE;
    reply.status = in_ram ? SIM_FROM_L2 : SIM_FROM_NOWHERE;
    sim_bytes_to_words(&reply.data0, bytes, SIM_LINE / 8);
    send(flat, core, t, &reply);
    return true;
}

static void write_bytes(struct flat *flat, uint64_t offset, const struct sim_msg_core_request *request)
{
    uint8_t bytes[SIM_BLOCK];
    uint64_t block = offset & -(uint64_t)SIM_BLOCK;
    sim_words_to_bytes(bytes, &request->data0, SIM_BLOCK / 8);
    uint8_t *place = flat_page_at(flat, block)->bytes + block % FLAT_PAGE;
    for (unsigned i = 0; i < SIM_BLOCK; i++)
        if (request->mask >> i & 1)
            place[i] = bytes[i];
}

/* STORE, ZERO and FLUSH, and stores that are not cached: `hear` are the cores that do if they may have the line. */
static bool store(struct flat *flat, const struct sim_msg_core_request *request, uint32_t hear, sim_time t)
{
    uint64_t offset;
    if (!flat_in_ram(flat, request->address, &offset))
        return true;
    uint8_t *holders = flat_holders(flat, offset);
    uint32_t told = *holders & hear;
    if (!flat_ready(flat, told, t))
        return false;
    *holders &= (uint8_t)~told;
    flat_snoop_line(flat, told, request->address, t);
    if (request->kind == SIM_FLUSH)
        return true;
    flat_clear_reservations(flat, offset);
    if (request->kind == SIM_ZERO)
        memset(flat_page_at(flat, offset)->bytes + (offset % FLAT_PAGE & -(uint64_t)SIM_LINE), 0, SIM_LINE);
    else
        write_bytes(flat, offset, request);
    return true;
}

/* Where it stores, the sender hears of its own line before the answer: a message of its own, which may need to wait. */
static bool conditional(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t)
{
    struct flat_reservation *reservation = &flat->queue[core].reservation[request->thread];
    struct sim_msg_core_reply reply = answer(request, SIM_CONDITIONAL_DONE);
    uint64_t offset;
    bool stores = flat_in_ram(flat, request->address, &offset) && reservation->valid &&
                  reservation->line == (offset & -(uint64_t)SIM_LINE);
    if (stores) {
        uint8_t *holders = flat_holders(flat, offset);
        if (*holders >> core & 1) {
            if (!flat_ready(flat, 1u << core, t))
                return false;
            *holders &= (uint8_t) ~(1u << core);
            flat_snoop_line(flat, 1u << core, request->address, t);
        }
        if (!flat_ready(flat, *holders | 1u << core, t))
            return false;
        (void)store(flat, request, others(core), t);
    } else if (!flat_ready(flat, 1u << core, t)) {
        return false;
    }
    *reservation = (struct flat_reservation){0};
    reply.status = stores;
    send(flat, core, t, &reply);
    return true;
}

static bool barrier(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t)
{
    struct sim_msg_core_reply reply = answer(request, SIM_BARRIER_DONE);
    if ((request->kind != SIM_LWSYNC && flat->queue[core].io != 0) || !flat_ready(flat, 1u << core, t))
        return false;
    send(flat, core, t, &reply);
    return true;
}

static bool translate(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t)
{
    struct sim_msg_core_reply reply = answer(request, SIM_TRANSLATION);
    if (!flat_ready(flat, 1u << core, t))
        return false;
    reply.status = flat_translate(flat, request->address, &reply.data0, &reply.data1);
    send(flat, core, t, &reply);
    return true;
}

static bool tell_others(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t)
{
    struct sim_msg_core_reply reply = {.address = request->address, .data0 = request->data0, .data1 = request->data1};
    reply.kind = request->kind == SIM_TLBIE ? SIM_SNOOP_TLB : SIM_SNOOP_CODE;
    if (!flat_ready(flat, others(core), t))
        return false;
    tell(flat, others(core), t, &reply);
    return true;
}

bool flat_act(struct flat *flat, unsigned core, sim_time t)
{
    const struct flat_queue *queue = &flat->queue[core];
    const struct sim_msg_core_request *request = &queue->entry[queue->first].message;
    uint64_t offset;
    switch ((enum sim_core_request_kind)request->kind) {
    case SIM_READ:
    case SIM_READ_CODE:
    case SIM_READ_ALONE:
    case SIM_READ_WALK:
    case SIM_RESERVE:
        return read_line(flat, core, request, t);
    case SIM_STORE:
    case SIM_ZERO:
    case SIM_FLUSH:
        return store(flat, request, others(core), t);
    case SIM_CLEAN:
        return true; /* what is stored is in RAM at once */
    case SIM_INVALIDATE_CODE:
    case SIM_TLBIE:
        return tell_others(flat, core, request, t);
    case SIM_CONDITIONAL:
        return conditional(flat, core, request, t);
    case SIM_LWSYNC:
    case SIM_SYNC:
    case SIM_EIEIO:
        return barrier(flat, core, request, t);
    case SIM_LOAD_IO:
        return flat_load_io(flat, core, request, t);
    case SIM_STORE_IO: /* of RAM: the sender's own cache may have the line too */
        return flat_in_ram(flat, request->address, &offset) ? store(flat, request, others(core) | 1u << core, t)
                                                            : flat_store_io(flat, core, request, t);
    case SIM_TRANSLATE:
        return translate(flat, core, request, t);
    case SIM_CORE_REQUESTS:
        break;
    }
    SIM_BUG("%s: a request of kind %u", flat->component.name, request->kind);
}
