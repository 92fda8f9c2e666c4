/* Reading and writing. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"

enum { SEGMENT = 0x1000 }; /* bytes of each, of scattered reads */

/* Arguments that all of these have: file, event, routine, context, status block, buffer, size, offset. */
enum { ARG_FILE, ARG_EVENT, ARG_ROUTINE, ARG_CONTEXT, ARG_STATUS_BLOCK, ARG_BUFFER, ARG_SIZE, ARG_OFFSET };

typedef nt_status transfer(struct kernel *k, struct io_node node, uint64_t offset, uint32_t buffer, uint32_t size,
                           uint32_t *done);

static nt_status write_bytes(struct kernel *k, struct io_node node, uint64_t offset, uint32_t buffer, uint32_t size,
                             uint32_t *done)
{
    nt_status status = io_write(k, node, offset, buffer, size);
    *done = status == NT_SUCCESS ? size : 0;
    return status;
}

static nt_status read_segments(struct kernel *k, struct io_node node, uint64_t offset, uint32_t segments, uint32_t size,
                               uint32_t *done)
{
    nt_status status = NT_SUCCESS;
    *done = 0;
    for (uint32_t part, got; *done < size && status == NT_SUCCESS; segments += 4, *done += got) {
        part = size - *done < SEGMENT ? size - *done : SEGMENT;
        status = io_read(k, node, offset + *done, guest_u32(k, segments), part, &got);
        if (got < part) {
            *done += got;
            break;
        }
    }
    return status == NT_END_OF_FILE && *done != 0 ? NT_SUCCESS : status;
}

/* The handle of an event may be 0. */
static struct ob_object *event_of(struct kernel *k, uint32_t handle, nt_status *status)
{
    *status = NT_SUCCESS;
    return handle ? ob_by_handle(k, handle, OB_EVENT, status) : NULL;
}

/* Where the work begins: at an offset that is given, or where the last one has ended. */
static uint64_t begin_at(struct kernel *k, uint32_t offset, const struct io_file *file)
{
    const uint64_t current = UINT64_MAX, as_it_is = UINT64_MAX - 1;
    uint64_t at = offset ? guest_u64(k, offset) : current;
    return at == current || at == as_it_is ? file->position : at;
}

static void begin(struct kernel *k, struct kernel_call *c, transfer *transfer_bytes, const char *what)
{
    nt_status status;
    struct io_file *file = io_file_of(k, kernel_arg(c, ARG_FILE), &status);
    c->result = status;
    if (!file)
        return;
    struct ob_object *event = event_of(k, kernel_arg(c, ARG_EVENT), &status);
    uint32_t size = kernel_arg(c, ARG_SIZE), done = 0, address, status_block = kernel_arg(c, ARG_STATUS_BLOCK);
    uint64_t offset = begin_at(k, kernel_arg(c, ARG_OFFSET), file);
    bool write;
    if (status == NT_SUCCESS && (file->directory || offset > INT64_MAX))
        status = NT_INVALID_PARAMETER;
    c->result = status;
    if (status != NT_SUCCESS || kernel_fault(k, &address, &write))
        return;
    if (event)
        (void)ke_reset_event(k, event->address);
    status = transfer_bytes(k, file->at, offset, kernel_arg(c, ARG_BUFFER), size, &done);
    c->result = status;
    if (status != NT_SUCCESS) {
        io_put_status(k, status_block, status, 0);
        if (event)
            (void)ke_set_event(k, event->address, 0);
        return;
    }
    file->position = offset + done;
    log_other(k, c->thread, what, "file", "hex", kernel_arg(c, ARG_FILE), "offset", "u64", offset, "size", "hex", done,
              NULL);
    struct io_request request = {.routine = kernel_arg(c, ARG_ROUTINE) & ~UINT32_C(1),
                                 .quiet = kernel_arg(c, ARG_ROUTINE) & 1,
                                 .context = kernel_arg(c, ARG_CONTEXT),
                                 .status_block = status_block,
                                 .status = status,
                                 .information = done};
    if (!io_begin(k, c, file, event, offset, done, &request)) {
        c->result = NT_INSUFFICIENT_RESOURCES;
        return;
    }
    c->result = NT_PENDING;
    if (!file->waits)
        return;
    c->local[0] = request.number;
    c->local[1] = file->object->address;
    c->local[2] = status;
    ob_reference(k, file->object); /* for the wait */
}

enum { BEGIN, LOOK, WAIT, AGAIN_CYCLES = 1000 };

static void wait_for_file(struct kernel *k, struct kernel_call *c)
{
    struct ke_wait wait = {.count = 1, .object = {(uint32_t)c->local[1]}};
    (void)ke_reset_event(k, wait.object[0]);
    ke_begin_wait(k, c, &wait);
    kernel_call_waits(k, c, LOOK);
}

/* A call of a file that was opened so waits until the work is over. The file's event tells of the work of all. */
static void look(struct kernel *k, struct kernel_call *c)
{
    if (!io_is_over(k, c->local[0])) {
        kernel_call_again(k, c, WAIT, AGAIN_CYCLES);
        return;
    }
    struct ob_object *file = ob_by_address(k, (uint32_t)c->local[1]);
    if (file)
        ob_dereference(k, file);
    c->result = c->local[2];
}

static void transfer_call(struct kernel *k, struct kernel_call *c, transfer *transfer_bytes, const char *what)
{
    if (c->step == BEGIN)
        begin(k, c, transfer_bytes, what);
    if (c->step == LOOK)
        look(k, c);
    else if (c->local[0] != 0)
        wait_for_file(k, c);
}

void hle_NtReadFile(struct kernel *k, struct kernel_call *c)
{
    transfer_call(k, c, io_read, "file.read");
}

void hle_NtReadFileScatter(struct kernel *k, struct kernel_call *c)
{
    transfer_call(k, c, read_segments, "file.read");
}

void hle_NtWriteFile(struct kernel *k, struct kernel_call *c)
{
    transfer_call(k, c, write_bytes, "file.write");
}

void hle_NtFlushBuffersFile(struct kernel *k, struct kernel_call *c)
{
    nt_status status;
    (void)io_file_of(k, kernel_arg(c, 0), &status);
    io_put_status(k, kernel_arg(c, 1), status, 0);
    c->result = status;
}

/* The headers of a XEX, as they are in its file. */
static nt_status load_headers(struct kernel *k, uint32_t path_string, uint32_t buffer, uint32_t size)
{
    enum { FIRST = 0x800, MOST = 0x10000, MAGIC = 0x58455832, HEADERS_SIZE = 8 };
    char path[IO_PATH_MAX];
    struct io_place place;
    uint32_t done;
    if (size < FIRST)
        return NT_BUFFER_TOO_SMALL;
    nt_status status = io_string_path(k, 0, path_string, path);
    if (status != NT_SUCCESS)
        return status;
    status = io_find(k, path, &place);
    if (status != NT_SUCCESS || !place.found)
        return status == NT_SUCCESS ? k->reference.io_file_missing : k->reference.io_path_missing;
    status = io_read(k, place.node, 0, buffer, FIRST, &done);
    if (status != NT_SUCCESS)
        return status;
    uint32_t headers = guest_u32(k, buffer + HEADERS_SIZE);
    if (done < FIRST || guest_u32(k, buffer) != MAGIC || headers % FIRST != 0 || headers < FIRST || headers > MOST)
        return NT_INVALID_IMAGE_FORMAT;
    if (headers > size)
        return NT_BUFFER_TOO_SMALL;
    return io_read(k, place.node, 0, buffer, headers, &done);
}

void hle_XexLoadImageHeaders(struct kernel *k, struct kernel_call *c)
{
    c->result = load_headers(k, kernel_arg(c, 0), kernel_arg(c, 1), kernel_arg(c, 2));
}
