/* Accesses that are not cached, on their way to a device and back. What the answer needs travels in its tag. */
#include "models/membus/flat_parts.h"

enum {
    TAG_THREAD = 8, /* below it the core's own tag */
    TAG_CORE = 9,
    TAG_SIZE = 11, /* log2 */
    TAG_LITTLE = 13,
    TAG_WRITE = 14,
    TAG_END = 15
};

static unsigned core_of(uint32_t tag)
{
    return tag >> TAG_CORE & 3;
}

bool flat_answer_can_be(uint32_t tag)
{
    return tag >> TAG_END == 0 && core_of(tag) < FLAT_CORES;
}

static bool sized(const struct sim_msg_core_request *request)
{
    unsigned size = request->size;
    return (size == 1 || size == 2 || size == 4 || size == 8) && request->address % size == 0;
}

static uint64_t ones(unsigned size)
{
    return UINT64_MAX >> (64 - 8 * size);
}

static uint64_t swapped(uint64_t value, unsigned size)
{
    return __builtin_bswap64(value) >> (64 - 8 * size);
}

static bool ask(struct flat *flat, unsigned core, const struct sim_msg_core_request *request,
                const struct flat_route *route, bool write, uint64_t data, sim_time t)
{
    struct sim_out *out = &flat->device[route->device].request;
    unsigned size = request->size;
    if (!sim_out_ready(out, t))
        return false;
    struct sim_msg_mmio_request *message = sim_out_put(out, t);
    *message = (struct sim_msg_mmio_request){
        .address = route->address,
        .data = route->little ? swapped(data, size) : data,
        .tag = (uint32_t)request->tag | (uint32_t)request->thread << TAG_THREAD | core << TAG_CORE |
               (uint32_t)__builtin_ctz(size) << TAG_SIZE | (uint32_t)route->little << TAG_LITTLE |
               (uint32_t)write << TAG_WRITE,
        .size = (uint8_t)size,
        .write = write,
    };
    flat->queue[core].io++;
    return true;
}

static void answer(struct flat *flat, unsigned core, uint8_t thread, uint8_t tag, enum sim_source source,
                   uint64_t address, uint64_t data, sim_time t)
{
    struct sim_msg_core_reply *reply = sim_out_put(&flat->queue[core].reply, t);
    *reply = (struct sim_msg_core_reply){.kind = SIM_IO_DATA,
                                         .thread = thread,
                                         .tag = tag,
                                         .status = (uint8_t)source,
                                         .address = address,
                                         .data0 = data};
}

bool flat_load_io(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t)
{
    struct flat_route route;
    uint64_t offset, value = UINT64_MAX;
    enum sim_source source = SIM_FROM_NOWHERE;
    bool well = sized(request);
    if (well && flat_in_ram(flat, request->address, &offset)) {
        uint8_t bytes[8] = {0};
        flat_read(flat, offset, bytes + 8 - request->size, request->size);
        sim_bytes_to_words(&value, bytes, 1);
        source = SIM_FROM_MEMORY;
    } else if (well && flat_find_route(request->address, &route)) {
        return ask(flat, core, request, &route, false, 0, t);
    } else if (well) {
        value = ones(request->size);
    }
    if (!flat_ready(flat, 1u << core, t))
        return false;
    answer(flat, core, request->thread, request->tag, source, request->address, value, t);
    return true;
}

/* What nobody answers to is lost. */
bool flat_store_io(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t)
{
    struct flat_route route;
    if (!sized(request) || !flat_find_route(request->address, &route))
        return true;
    const uint64_t *word = &request->data0 + request->address % SIM_BLOCK / 8;
    unsigned end = (unsigned)(request->address % 8) + request->size; /* within the word, from its first byte */
    return ask(flat, core, request, &route, true, *word >> (64 - 8 * end) & ones(request->size), t);
}

/* An answer to nobody comes only from a saved machine whose parts disagree; it is dropped. */
void flat_accept_answer(struct flat *flat, struct flat_device_port *port, sim_time t)
{
    const struct sim_msg_mmio_response *response = sim_in_head(&port->reply);
    uint32_t tag = response->tag;
    bool asked = flat_answer_can_be(tag) && flat->queue[core_of(tag)].io != 0;
    bool keep = asked && !(tag >> TAG_WRITE & 1);
    if (asked)
        flat->queue[core_of(tag)].io--;
    if (keep)
        port->answer[port->count++] = *response;
    sim_in_take(&port->reply);
    if (!keep)
        sim_in_credit(&port->reply, t);
}

void flat_send_answers(struct flat *flat, sim_time t)
{
    for (unsigned i = 0; i < FLAT_DEVICES; i++) {
        struct flat_device_port *port = &flat->device[i];
        while (port->count != 0) {
            uint32_t tag = port->answer[0].tag;
            unsigned size = 1u << (tag >> TAG_SIZE & 3);
            bool well = port->answer[0].status == SIM_MMIO_OK;
            uint64_t data = (well ? port->answer[0].data : UINT64_MAX) & ones(size);
            if (!flat_ready(flat, 1u << core_of(tag), t))
                break;
            answer(flat, core_of(tag), tag >> TAG_THREAD & 1, (uint8_t)tag, well ? SIM_FROM_DEVICE : SIM_FROM_NOWHERE,
                   0, tag >> TAG_LITTLE & 1 ? swapped(data, size) : data, t);
            port->count--;
            for (uint32_t n = 0; n < port->count; n++)
                port->answer[n] = port->answer[n + 1];
            sim_in_credit(&port->reply, t);
        }
    }
}
