/* The processor's accesses to registers, by byte offset in the aperture. */
#include "models/xenos/cp/cp_parts.h"

enum { APERTURE = 0x10000, OUT_NEEDED = 4 };

static enum sim_mmio_status check(uint64_t address, uint32_t size, bool write)
{
    uint32_t index = (uint32_t)(address / 4);
    if (address >= APERTURE || cp_is_display(index) || !xenos_register_at(index))
        return SIM_MMIO_UNMAPPED;
    bool whole = size == 4 && address % 4 == 0;
    bool part = !write && size < 4 && address % size == 0; /* the first bytes are the most significant */
    return whole || part ? SIM_MMIO_OK : SIM_MMIO_REFUSED;
}

static uint64_t part_of(uint32_t value, uint64_t address, uint32_t size)
{
    return size == 4 ? value : value >> (8 * (4 - size - address % 4)) & ((1u << 8 * size) - 1);
}

static enum sim_mmio_status access(struct cp *cp, const struct sim_msg_mmio_request *request, sim_time t,
                                   uint64_t *data)
{
    uint32_t index = (uint32_t)(request->address / 4);
    uint64_t edge = cp_edge(cp, t);
    enum sim_mmio_status status = check(request->address, request->size, request->write);
    if (status != SIM_MMIO_OK)
        return status;
    if (request->write) {
        cp_store(cp, index, (uint32_t)*data, edge);
        cp_engine_changed(cp, edge);
    } else {
        *data = part_of(cp_read(cp, index, edge), request->address, request->size);
        cp_read_done(cp, index);
    }
    return status;
}

void cp_answer_accesses(struct cp *cp, sim_time t)
{
    const struct sim_msg_mmio_request *request;
    while (cp_out_room(cp, OUT_NEEDED) && (request = sim_mmio_turn(&cp->mmio, t))) {
        uint64_t data = request->data;
        enum sim_mmio_status status = access(cp, request, t, &data);
        cp->access.count++;
        cp->access.address = request->address & (APERTURE - 1);
        cp->access.data = (uint32_t)data;
        cp->access.write = request->write != 0;
        sim_mmio_answer(&cp->mmio, t, status, status == SIM_MMIO_OK ? data : UINT64_MAX);
    }
}

enum sim_mmio_status cp_peek(const struct cp *cp, uint64_t address, sim_time t, uint32_t *data)
{
    enum sim_mmio_status status = check(address, 4, false);
    *data = status == SIM_MMIO_OK ? cp_read(cp, (uint32_t)(address / 4), cp_edge(cp, t)) : UINT32_MAX;
    return status;
}
