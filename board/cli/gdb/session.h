/* One debugger at work: takes the bytes that it sends, answers with bytes, and runs the target when it is told to.
 * Knows no sockets. Whatever comes, a packet that is not understood gets an error or an empty answer, and nothing
 * else. */
#ifndef CYCLE360_BOARD_CLI_GDB_SESSION_H
#define CYCLE360_BOARD_CLI_GDB_SESSION_H

#include "board/cli/gdb/packet.h"
#include "board/cli/gdb/registers.h"
#include "board/cli/gdb/target.h"

enum gdb_end {
    GDB_OPEN,
    GDB_DETACHED, /* the debugger is gone: the run goes on without it */
    GDB_KILLED,   /* it has asked for the end of the run */
    GDB_OVER,     /* the run had ended, and it has heard so */
};

struct gdb_session {
    const struct gdb_target *target;
    void *peer;
    void (*send)(void *peer, const void *bytes, size_t size);

    struct gdb_reader reader;
    struct gdb_writer writer; /* holds the last packet, in case it is wanted again */
    bool no_ack, running, over;
    bool says_break; /* the debugger understands `swbreak` */
    enum gdb_end end;
    unsigned thread; /* that registers and memory are asked of */
    unsigned step;   /* that the old step packets are about */
    struct gdb_stop last;
    bool step_is_done; /* last.thread's next step: it is taken before the machine runs */
    size_t xml_size;
    char xml[GDB_XML_MAX];
};

void gdb_session_begin(struct gdb_session *session, const struct gdb_target *target, void *peer,
                       void (*send)(void *peer, const void *bytes, size_t size));
/* What came from the debugger. */
void gdb_session_take(struct gdb_session *session, const void *bytes, size_t size);
/* While `running`: lets the target run for a while, and tells the debugger if it has stopped. */
void gdb_session_run(struct gdb_session *session);

#endif
