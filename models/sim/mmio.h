/* The device's end of a register port: requests come in, wait their turn, are carried out, and answers go out. A
 * request is carried out when its answer can be sent, never before, so a sender that does not give credits back stalls
 * its own accesses and nothing else. What waits is bounded by the credits of the request link. */
#ifndef CYCLE360_SIM_MMIO_H
#define CYCLE360_SIM_MMIO_H

#include "models/sim/port.h"

enum { SIM_MMIO_WAITING_MAX = 16 };

struct sim_mmio_port {
    struct sim_in request;
    struct sim_out reply;
    struct sim_msg_mmio_request waiting[SIM_MMIO_WAITING_MAX];
    uint32_t count;
};

static inline void sim_mmio_declare_as(struct sim_mmio_port *port, struct sim_component *owner, const char *request,
                                       const char *reply)
{
    sim_component_in(owner, &port->request, request, SIM_MSG_mmio_request);
    sim_component_out(owner, &port->reply, reply, SIM_MSG_mmio_response);
    port->count = 0;
}

static inline void sim_mmio_declare(struct sim_mmio_port *port, struct sim_component *owner)
{
    sim_mmio_declare_as(port, owner, "mmio", "reply");
}

static inline void sim_mmio_reset(struct sim_mmio_port *port)
{
    SIM_CHECK(port->request.link->credits_total <= SIM_MMIO_WAITING_MAX, "%s.%s: a link of more than %d credits",
              port->request.owner->name, port->request.name, SIM_MMIO_WAITING_MAX);
    port->count = 0;
}

/* Takes the request at the head of the in-port. */
static inline void sim_mmio_accept(struct sim_mmio_port *port)
{
    port->waiting[port->count++] = *(const struct sim_msg_mmio_request *)sim_in_head(&port->request);
    sim_in_take(&port->request);
}

/* The request whose turn it is at t, if its answer could be sent now; NULL otherwise. */
static inline const struct sim_msg_mmio_request *sim_mmio_turn(struct sim_mmio_port *port, sim_time t)
{
    return port->count != 0 && sim_out_ready(&port->reply, t) ? &port->waiting[0] : NULL;
}

/* Answers that request. */
static inline void sim_mmio_answer(struct sim_mmio_port *port, sim_time t, enum sim_mmio_status status, uint64_t data)
{
    struct sim_msg_mmio_response *response = (struct sim_msg_mmio_response *)sim_out_put(&port->reply, t);
    *response = (struct sim_msg_mmio_response){.data = data, .tag = port->waiting[0].tag, .status = (uint8_t)status};
    port->count--;
    for (uint32_t i = 0; i < port->count; i++)
        port->waiting[i] = port->waiting[i + 1];
    sim_in_credit(&port->request, t);
}

/* When the credit comes that the first waiting request needs, as far as is known. SIM_NEVER also where it waits for
 * something else, which only its owner knows. */
static inline sim_time sim_mmio_next(const struct sim_mmio_port *port)
{
    return port->count != 0 && port->reply.link->waiting ? sim_out_credit_time(&port->reply) : SIM_NEVER;
}

static inline void sim_mmio_save(const struct sim_mmio_port *port, struct sim_writer *writer)
{
    sim_put_u32(writer, port->count);
    for (uint32_t i = 0; i < port->count; i++) {
        sim_put_u64(writer, port->waiting[i].address);
        sim_put_u64(writer, port->waiting[i].data);
        sim_put_u32(writer, port->waiting[i].tag);
        sim_put_u8(writer, port->waiting[i].size);
        sim_put_u8(writer, port->waiting[i].write);
    }
}

static inline void sim_mmio_load(struct sim_mmio_port *port, struct sim_reader *reader)
{
    port->count = sim_get_u32_below(reader, SIM_MMIO_WAITING_MAX + 1);
    reader->failed |= port->count != port->request.link->owed; /* each holds the credit of its request back */
    for (uint32_t i = 0; i < port->count; i++) {
        port->waiting[i].address = sim_get_u64(reader);
        port->waiting[i].data = sim_get_u64(reader);
        port->waiting[i].tag = sim_get_u32(reader);
        port->waiting[i].size = sim_get_u8(reader);
        port->waiting[i].write = sim_get_u8(reader);
    }
}

#endif
