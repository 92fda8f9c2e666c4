/* Packets about running: why it stopped, go on, step, breakpoints, the end. */
#include "board/cli/gdb/session_parts.h"

#include <string.h>

void gdb_packet_why(struct gdb_session *session, const char *rest)
{
    static const char *const watched[GDB_POINTS] = {
        [GDB_WATCH_WRITE] = "watch", [GDB_WATCH_READ] = "rwatch", [GDB_WATCH_ACCESS] = "awatch"};
    (void)rest;
    gdb_writer_begin(&session->writer);
    gdb_writer_text(&session->writer, "T%02x", session->last.reason == GDB_INTERRUPTED ? 2U : 5U);
    if (session->last.reason == GDB_AT_BREAK && session->says_break)
        gdb_writer_text(&session->writer, "swbreak:;");
    if (session->last.reason == GDB_AT_WATCH && watched[session->last.watch])
        gdb_writer_text(&session->writer, "%s:%llx;", watched[session->last.watch],
                        (unsigned long long)session->last.address);
    gdb_writer_text(&session->writer, "thread:%x;", session->last.thread + 1);
    gdb_answer_written(session);
}

/* GDB takes the watchpoints of a PowerPC for ones that stop before the access, and has the thread step before it looks.
 * Ours stop behind it, so that step has been taken already. */
static void resume(struct gdb_session *session, int step)
{
    if (session->over) {
        session->end = GDB_OVER;
        gdb_answer(session, "W00");
        return;
    }
    if (session->step_is_done && step == (int)session->last.thread) {
        session->step_is_done = false;
        session->last.reason = GDB_STEPPED;
        gdb_packet_why(session, "");
        return;
    }
    session->step_is_done = false;
    session->running = true;
    session->target->resume(session->target->context, step);
}

/* Behind a signal's number, which means nothing here: a guest has no signals. */
static bool skip_signal(const char **rest)
{
    uint64_t signal;
    return gdb_hex_number(rest, &signal) && signal <= UINT8_MAX;
}

/* The old packets: an address to go on at may follow, behind `separator` where there is a signal. */
static void resume_at(struct gdb_session *session, const char *rest, bool signalled, int step)
{
    uint64_t address;
    bool moved = false;
    if (signalled && !skip_signal(&rest)) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    if (signalled && *rest == ';')
        rest++;
    if (*rest) {
        if (!gdb_hex_number(&rest, &address) || *rest) {
            gdb_answer_error(session, GDB_MALFORMED);
            return;
        }
        moved = true;
    }
    if (moved) {
        struct xenon_context *t = session->target->change(session->target->context, session->step, true);
        if (!t) {
            gdb_answer_error(session, GDB_NOT_NOW);
            return;
        }
        t->nia = address & ~UINT64_C(3);
        session->target->changed(session->target->context, session->step, true);
    }
    resume(session, step);
}

void gdb_packet_continue(struct gdb_session *session, const char *rest)
{
    resume_at(session, rest, false, GDB_NOBODY);
}

void gdb_packet_continue_signalled(struct gdb_session *session, const char *rest)
{
    resume_at(session, rest, true, GDB_NOBODY);
}

void gdb_packet_step(struct gdb_session *session, const char *rest)
{
    resume_at(session, rest, false, (int)session->step);
}

void gdb_packet_step_signalled(struct gdb_session *session, const char *rest)
{
    resume_at(session, rest, true, (int)session->step);
}

/* vCont;action[:thread]...: of several the first that fits a thread counts. All threads run in any case, so all that
 * matters is who steps: the first that is told to by name, else whoever stopped last if all are told to. */
void gdb_packet_continue_all(struct gdb_session *session, const char *rest)
{
    int step = GDB_NOBODY;
    bool everybody_continues = false;
    if (strcmp(rest, "?") == 0) {
        gdb_answer(session, "vCont;c;C;s;S");
        return;
    }
    if (*rest != ';') {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    while (*rest == ';') {
        int64_t thread = -1;
        char action = *++rest;
        bool fine = action && strchr("cCsS", action);
        if (fine)
            rest++;
        if (fine && (action == 'C' || action == 'S'))
            fine = skip_signal(&rest);
        if (fine && *rest == ':') {
            rest++;
            fine = gdb_thread_number(session, &rest, &thread);
        }
        if (!fine || (*rest && *rest != ';')) {
            gdb_answer_error(session, GDB_MALFORMED);
            return;
        }
        bool steps = action == 's' || action == 'S';
        if (steps && step == GDB_NOBODY && !everybody_continues)
            step = thread > 0 ? (int)thread - 1 : (int)session->step;
        if (!steps && thread <= 0)
            everybody_continues = true;
    }
    resume(session, step);
}

static bool read_point(const char *rest, enum gdb_point *kind, uint64_t *address, uint64_t *size)
{
    uint64_t number;
    if (!gdb_hex_number(&rest, &number) || number >= GDB_POINTS || *rest++ != ',' || !gdb_hex_number(&rest, address) ||
        *rest++ != ',' || !gdb_hex_number(&rest, size))
        return false;
    *kind = (enum gdb_point)number;
    return *rest == '\0' && *size != 0 && *size <= GDB_PACKET;
}

void gdb_packet_point_set(struct gdb_session *session, const char *rest)
{
    enum gdb_point kind;
    uint64_t address, size;
    if (!read_point(rest, &kind, &address, &size))
        gdb_answer_error(session, GDB_MALFORMED);
    else if (!session->target->set_point(session->target->context, kind, address, size))
        gdb_answer_error(session, GDB_NO_ROOM);
    else
        gdb_answer(session, "OK");
}

void gdb_packet_point_clear(struct gdb_session *session, const char *rest)
{
    enum gdb_point kind;
    uint64_t address, size;
    if (!read_point(rest, &kind, &address, &size)) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    session->target->clear_point(session->target->context, kind, address, size);
    gdb_answer(session, "OK");
}

void gdb_packet_detach(struct gdb_session *session, const char *rest)
{
    (void)rest;
    session->end = GDB_DETACHED;
    gdb_answer(session, "OK");
}

void gdb_packet_kill(struct gdb_session *session, const char *rest)
{
    session->end = GDB_KILLED;
    if (*rest == ';') /* vKill wants an answer, k does not */
        gdb_answer(session, "OK");
}
