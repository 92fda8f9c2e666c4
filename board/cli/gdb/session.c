/* The session: frames in, the packet's function, frames out; and how a run begins and ends. */
#include "board/cli/gdb/session_parts.h"

#include <stdio.h>
#include <string.h>

static const struct packet {
    const char *name;
    void (*function)(struct gdb_session *session, const char *rest);
} packet[] = {
#define PACKET(name, function) {name, gdb_packet_##function},
#include "board/cli/gdb/packets.def"
#undef PACKET
};

void gdb_session_begin(struct gdb_session *session, const struct gdb_target *target, void *peer,
                       void (*send)(void *peer, const void *bytes, size_t size))
{
    memset(session, 0, sizeof *session);
    session->target = target;
    session->peer = peer;
    session->send = send;
    session->xml_size = gdb_registers_xml(session->xml);
}

void gdb_answer_written(struct gdb_session *session)
{
    if (session->writer.full) { /* never a packet that lacks its end */
        gdb_writer_begin(&session->writer);
        gdb_writer_text(&session->writer, "E%02x", GDB_MALFORMED);
    }
    gdb_writer_end(&session->writer);
    session->send(session->peer, session->writer.frame, session->writer.size);
}

void gdb_answer(struct gdb_session *session, const char *text)
{
    gdb_writer_begin(&session->writer);
    gdb_writer_text(&session->writer, "%s", text);
    gdb_answer_written(session);
}

void gdb_answer_error(struct gdb_session *session, enum gdb_complaint why)
{
    gdb_writer_begin(&session->writer);
    gdb_writer_text(&session->writer, "E%02x", (unsigned)why);
    gdb_answer_written(session);
}

void gdb_say(struct gdb_session *session, const char *text)
{
    gdb_writer_begin(&session->writer);
    gdb_writer_text(&session->writer, "O");
    gdb_writer_hex(&session->writer, text, strlen(text));
    gdb_answer_written(session);
}

bool gdb_thread_number(const struct gdb_session *session, const char **text, int64_t *number)
{
    uint64_t id;
    if (strncmp(*text, "-1", 2) == 0) {
        *text += 2;
        *number = -1;
        return true;
    }
    if (!gdb_hex_number(text, &id) || id > session->target->threads)
        return false;
    *number = (int64_t)id;
    return true;
}

static void take_packet(struct gdb_session *session)
{
    const char *data = session->reader.data;
    for (size_t i = 0; i < sizeof packet / sizeof *packet; i++) {
        size_t length = strlen(packet[i].name);
        if (strncmp(data, packet[i].name, length) == 0 && (length == 1 || strchr(":;,?", data[length]))) {
            packet[i].function(session, data + length);
            return;
        }
    }
    gdb_answer(session, "");
}

static void interrupt(struct gdb_session *session)
{
    if (!session->running)
        return;
    session->running = false;
    session->last = (struct gdb_stop){.reason = GDB_INTERRUPTED, .thread = session->thread};
    gdb_packet_why(session, "");
}

static void take_event(struct gdb_session *session, enum gdb_event event)
{
    switch (event) {
    case GDB_NOTHING:
        break;
    case GDB_INTERRUPT:
        interrupt(session);
        break;
    case GDB_REFUSED:
        if (!session->no_ack && session->writer.size)
            session->send(session->peer, session->writer.frame, session->writer.size);
        break;
    case GDB_BAD:
        if (session->no_ack)
            gdb_answer_error(session, GDB_MALFORMED);
        else
            session->send(session->peer, "-", 1);
        break;
    case GDB_DATA:
        if (!session->no_ack)
            session->send(session->peer, "+", 1);
        if (session->running) /* only an interrupt has a meaning now */
            gdb_answer_error(session, GDB_MALFORMED);
        else
            take_packet(session);
        break;
    }
}

void gdb_session_take(struct gdb_session *session, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < size && session->end == GDB_OPEN; i++)
        take_event(session, gdb_reader_take(&session->reader, byte[i]));
}

void gdb_session_run(struct gdb_session *session)
{
    if (!session->running || !session->target->run(session->target->context, &session->last))
        return;
    session->running = false;
    session->thread = session->step = session->last.thread;
    session->step_is_done = session->last.reason == GDB_AT_WATCH;
    if (session->last.reason == GDB_ENDED) {
        char text[GDB_TEXT + 32];
        session->over = true;
        snprintf(text, sizeof text, "The run has ended: %s.\n", session->last.text);
        gdb_say(session, text);
    }
    gdb_packet_why(session, "");
}
