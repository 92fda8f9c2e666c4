/* Packets about registers and memory. */
#include "board/cli/gdb/session_parts.h"

#include <string.h>

/* A register that a load under way is still to write is not known. */
static bool is_awaited(struct gdb_session *session, unsigned number)
{
    unsigned count, resource = gdb_register_resource(number, &count);
    for (unsigned i = 0; i < count; i++)
        if (session->target->awaited(session->target->context, session->thread, resource + i))
            return true;
    return false;
}

static void write_register(struct gdb_session *session, const struct xenon_context *t, unsigned number)
{
    uint8_t bytes[GDB_REGISTER_BYTES];
    size_t size = gdb_register_get(t, number, bytes);
    if (is_awaited(session, number))
        for (size_t i = 0; i < size; i++)
            gdb_writer_text(&session->writer, "xx");
    else
        gdb_writer_hex(&session->writer, bytes, size);
}

void gdb_packet_registers(struct gdb_session *session, const char *rest)
{
    if (*rest) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    const struct xenon_context *t = session->target->registers(session->target->context, session->thread);
    gdb_writer_begin(&session->writer);
    for (unsigned i = 0; i < gdb_registers(); i++)
        write_register(session, t, i);
    gdb_answer_written(session);
}

void gdb_packet_register(struct gdb_session *session, const char *rest)
{
    uint64_t number;
    if (!gdb_hex_number(&rest, &number) || *rest) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    if (number >= gdb_registers()) {
        gdb_answer_error(session, GDB_NO_REGISTER);
        return;
    }
    gdb_writer_begin(&session->writer);
    write_register(session, session->target->registers(session->target->context, session->thread), (unsigned)number);
    gdb_answer_written(session);
}

/* Changes those from `first` on, `count` of them, all or none. */
static void set_registers(struct gdb_session *session, unsigned first, unsigned count, const char *rest)
{
    uint8_t bytes[GDB_REGISTER_BYTES];
    const char *text = rest;
    for (unsigned i = 0; i < count; i++)
        if (!gdb_hex_bytes(&text, bytes, gdb_register_size(first + i))) {
            gdb_answer_error(session, GDB_MALFORMED);
            return;
        }
    if (*text) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        if (is_awaited(session, first + i)) { /* the load would undo it */
            gdb_answer_error(session, GDB_NOT_NOW);
            return;
        }
    bool control = false;
    for (unsigned i = 0; i < count; i++)
        control |= gdb_register_is_control(first + i);
    struct xenon_context *t = session->target->change(session->target->context, session->thread, control);
    if (!t) {
        gdb_answer_error(session, GDB_NOT_NOW);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        gdb_hex_bytes(&rest, bytes, gdb_register_size(first + i));
        gdb_register_set(t, first + i, bytes);
    }
    session->target->changed(session->target->context, session->thread, control);
    gdb_answer(session, "OK");
}

void gdb_packet_registers_set(struct gdb_session *session, const char *rest)
{
    set_registers(session, 0, gdb_registers(), rest);
}

void gdb_packet_register_set(struct gdb_session *session, const char *rest)
{
    uint64_t number;
    if (!gdb_hex_number(&rest, &number) || *rest++ != '=')
        gdb_answer_error(session, GDB_MALFORMED);
    else if (number >= gdb_registers())
        gdb_answer_error(session, GDB_NO_REGISTER);
    else
        set_registers(session, (unsigned)number, 1, rest);
}

/* `address,size`, and a size that a packet can hold. */
static bool read_range(const char **rest, uint64_t *address, uint64_t *size)
{
    return gdb_hex_number(rest, address) && *(*rest)++ == ',' && gdb_hex_number(rest, size) && *size <= GDB_PACKET;
}

void gdb_packet_memory(struct gdb_session *session, const char *rest)
{
    static const uint64_t most = (GDB_PACKET - 4) / 2;
    uint8_t bytes[GDB_PACKET / 2];
    uint64_t address, size;
    if (!read_range(&rest, &address, &size) || *rest) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    size = size < most ? size : most; /* it may be answered in part */
    if (!session->target->read(session->target->context, session->thread, address, bytes, size)) {
        gdb_answer_error(session, GDB_NO_MEMORY);
        return;
    }
    gdb_writer_begin(&session->writer);
    gdb_writer_hex(&session->writer, bytes, size);
    gdb_answer_written(session);
}

static void write_memory(struct gdb_session *session, uint64_t address, const uint8_t *bytes, size_t size)
{
    if (size == 0 || session->target->write(session->target->context, session->thread, address, bytes, size))
        gdb_answer(session, "OK");
    else
        gdb_answer_error(session, GDB_NO_MEMORY);
}

void gdb_packet_memory_set(struct gdb_session *session, const char *rest)
{
    uint8_t bytes[GDB_PACKET / 2];
    uint64_t address, size;
    if (!read_range(&rest, &address, &size) || *rest++ != ':' || size > sizeof bytes ||
        !gdb_hex_bytes(&rest, bytes, size) || *rest)
        gdb_answer_error(session, GDB_MALFORMED);
    else
        write_memory(session, address, bytes, size);
}

void gdb_packet_memory_set_binary(struct gdb_session *session, const char *rest)
{
    uint64_t address, size;
    if (!read_range(&rest, &address, &size) || *rest++ != ':' ||
        (size_t)(session->reader.data + session->reader.size - rest) != size)
        gdb_answer_error(session, GDB_MALFORMED);
    else
        write_memory(session, address, (const uint8_t *)rest, size);
}

void gdb_packet_choose_thread(struct gdb_session *session, const char *rest)
{
    int64_t number;
    char what = *rest;
    if (what != 'g' && what != 'c') {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    rest++;
    if (!gdb_thread_number(session, &rest, &number) || *rest) {
        gdb_answer_error(session, GDB_NO_THREAD);
        return;
    }
    unsigned *chosen = what == 'g' ? &session->thread : &session->step;
    *chosen = number > 0 ? (unsigned)number - 1 : session->last.thread;
    gdb_answer(session, "OK");
}

void gdb_packet_thread_alive(struct gdb_session *session, const char *rest)
{
    int64_t number;
    if (gdb_thread_number(session, &rest, &number) && number > 0 && !*rest)
        gdb_answer(session, "OK");
    else
        gdb_answer_error(session, GDB_NO_THREAD);
}
