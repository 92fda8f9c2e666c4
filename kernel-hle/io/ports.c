/* Completion ports: queues of packets that threads wait for. The port's dispatcher header is a semaphore that counts
 * them. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>
#include <string.h>

struct io_port *io_port_new(struct kernel *k, struct ob_object *object)
{
    struct io_port *port = calloc(1, sizeof *port);
    if (!port)
        return NULL;
    port->object = object;
    port->next = k->io->ports;
    if (port->next)
        port->next->previous = port;
    k->io->ports = port;
    object->payload = port;
    return port;
}

void io_port_ended(struct kernel *k, struct ob_object *object)
{
    struct io_port *port = object->payload;
    if (!port)
        return;
    *(port->previous ? &port->previous->next : &k->io->ports) = port->next;
    if (port->next)
        port->next->previous = port->previous;
    free(port);
}

nt_status io_post(struct kernel *k, struct ob_object *object, const struct io_packet *packet)
{
    struct io_port *port = object->payload;
    int32_t before;
    if (!port)
        return NT_INVALID_HANDLE;
    if (port->packets == IO_PACKETS_MAX)
        return NT_INSUFFICIENT_RESOURCES;
    port->packet[(port->first + port->packets++) % IO_PACKETS_MAX] = *packet;
    (void)ke_release_semaphore(k, object->address, 1, &before);
    return NT_SUCCESS;
}

void hle_NtCreateIoCompletion(struct kernel *k, struct kernel_call *c)
{
    uint32_t handle;
    struct ob_object *object;
    bool existed;
    nt_status status = ob_create_named(k, OB_COMPLETION, kernel_arg(c, 2), &handle, &object, &existed);
    if (object && !existed) {
        ke_init_semaphore(k, object->address, 0, INT32_MAX);
        if (!io_port_new(k, object)) {
            (void)ob_close(k, handle);
            status = NT_INSUFFICIENT_RESOURCES;
            handle = 0;
        }
    }
    guest_put_u32(k, kernel_arg(c, 0), handle);
    c->result = status;
}

void hle_NtSetIoCompletion(struct kernel *k, struct kernel_call *c)
{
    nt_status status;
    struct ob_object *object = ob_by_handle(k, kernel_arg(c, 0), OB_COMPLETION, &status);
    const struct io_packet packet = {kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3), kernel_arg(c, 4)};
    c->result = object ? io_post(k, object, &packet) : status;
}

enum { REMOVE, TAKE };

static void begin_remove(struct kernel *k, struct kernel_call *c)
{
    nt_status status;
    struct ob_object *object = ob_by_handle(k, kernel_arg(c, 0), OB_COMPLETION, &status);
    uint32_t timeout = kernel_arg(c, 4);
    int64_t time = timeout ? (int64_t)guest_u64(k, timeout) : 0;
    c->result = status;
    if (!object)
        return;
    c->local[0] = object->address;
    ob_reference(k, object); /* for the wait */
    struct ke_wait wait = {.count = 1, .object = {object->address}, .timeout = timeout ? &time : NULL};
    ke_begin_wait(k, c, &wait);
    kernel_call_waits(k, c, TAKE);
}

static void take(struct kernel *k, struct kernel_call *c)
{
    struct ob_object *object = ob_by_address(k, (uint32_t)c->local[0]);
    struct io_port *port = object ? object->payload : NULL;
    c->result = c->waited;
    if (c->waited == NT_SUCCESS && port && port->packets != 0) {
        struct io_packet packet = port->packet[port->first];
        port->first = (port->first + 1) % IO_PACKETS_MAX;
        port->packets--;
        guest_put_u32(k, kernel_arg(c, 1), packet.key);
        guest_put_u32(k, kernel_arg(c, 2), packet.context);
        io_put_status(k, kernel_arg(c, 3), packet.status, packet.information);
    } else if (c->waited == NT_SUCCESS) {
        c->result = NT_UNSUCCESSFUL; /* the title has written into the semaphore */
    }
    if (object)
        ob_dereference(k, object);
}

void hle_NtRemoveIoCompletion(struct kernel *k, struct kernel_call *c)
{
    (c->step == REMOVE ? begin_remove : take)(k, c);
}
