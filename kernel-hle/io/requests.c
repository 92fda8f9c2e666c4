/* Work of drives: what is read and written is so at once, and over when the drive would have done it. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    uint32_t request_us, seek_us, kilobytes;
} drives[IO_DRIVES] = {
#define DRIVE(id, name, request_us, seek_us, kilobytes, confidence, source) {request_us, seek_us, kilobytes},
#include "kernel-hle/io/drives.def"
#undef DRIVE
};

struct io *io_new(void)
{
    return calloc(1, sizeof(struct io));
}

void io_reset(struct io *io)
{
    for (unsigned i = 0; i < IO_DEVICES; i++)
        io_store_reset(&io->store[i]);
    for (struct io_file *file = io->files, *next; file; file = next) {
        next = file->next;
        file->object->payload = NULL;
        free(file);
    }
    for (struct io_port *port = io->ports, *next; port; port = next) {
        next = port->next;
        port->object->payload = NULL;
        free(port);
    }
    memset(io, 0, sizeof *io);
}

void io_delete(struct io *io)
{
    if (io)
        io_reset(io);
    free(io);
}

/* When the drive will have moved the bytes, and where it stands then. */
static sim_time over_at(struct kernel *k, struct io_node node, uint64_t offset, uint32_t size)
{
    enum io_drive_id id = io_device_info[node.device].drive;
    struct io_drive *drive = &k->io->drive[id];
    const uint64_t microsecond = SIM_UNITS_PER_SECOND / 1000000;
    sim_time begin = drive->free_at > k->now ? drive->free_at : k->now;
    uint64_t us = drives[id].request_us;
    if (drive->at.device != node.device || drive->at.node != node.node || drive->end != offset)
        us += drives[id].seek_us;
    us += (uint64_t)size * 1000 / drives[id].kilobytes;
    drive->at = node;
    drive->end = offset + size;
    drive->free_at = begin + us * microsecond;
    return drive->free_at;
}

bool io_begin(struct kernel *k, struct kernel_call *c, struct io_file *file, struct ob_object *event, uint64_t offset,
              uint32_t size, struct io_request *request)
{
    struct io *io = k->io;
    if (io->requests == IO_REQUESTS_MAX)
        return false;
    request->number = ++io->number;
    request->over = k->now;
    if (io_device_info[file->at.device].kind != IO_NOTHING)
        request->over = over_at(k, file->at, offset, size);
    request->file = file->object;
    request->event = event;
    request->thread = NULL;
    if (request->routine && request->context)
        request->thread = ob_by_address(k, ke_thread_address(c->thread));
    ob_reference(k, request->file);
    if (request->event)
        ob_reference(k, request->event);
    if (request->thread)
        ob_reference(k, request->thread);
    (void)ke_reset_event(k, file->object->address);

    uint32_t at = io->requests++;
    for (; at != 0 && io->request[at - 1].over > request->over; at--)
        io->request[at] = io->request[at - 1];
    io->request[at] = *request;
    return true;
}

bool io_is_over(const struct kernel *k, uint64_t number)
{
    for (uint32_t i = 0; i < k->io->requests; i++) {
        if (k->io->request[i].number == number)
            return false;
    }
    return true;
}

void io_put_status(struct kernel *k, uint32_t status_block, nt_status status, uint32_t information)
{
    if (!status_block)
        return;
    guest_put_u32(k, status_block, status);
    guest_put_u32(k, status_block + 4, information);
}

static void end(struct kernel *k, const struct io_request *request)
{
    io_put_status(k, request->status_block, request->status, request->information);
    kernel_forget_fault(k); /* the title has taken the record away */
    (void)ke_set_event(k, request->file->address, 0);
    if (request->event)
        (void)ke_set_event(k, request->event->address, 0);
    const struct io_file *file = request->file->payload;
    const struct io_packet packet = {file ? file->key : 0, request->context, request->status, request->information};
    if (file && file->port && request->context && !request->quiet)
        (void)io_post(k, file->port, &packet);
    if (request->thread && request->thread->payload)
        ke_queue_user_apc(k, request->thread->payload, request->routine, request->context, request->status_block, 0);
    ob_dereference(k, request->file);
    if (request->event)
        ob_dereference(k, request->event);
    if (request->thread)
        ob_dereference(k, request->thread);
}

void io_tick(struct kernel *k)
{
    struct io *io = k->io;
    while (io->requests != 0 && io->request[0].over <= k->now && !k->stopped) {
        struct io_request request = io->request[0];
        memmove(io->request, io->request + 1, --io->requests * sizeof *io->request);
        end(k, &request);
    }
}
