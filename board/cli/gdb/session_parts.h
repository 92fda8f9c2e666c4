/* The inside of a session, shared by the files that answer packets. Nobody else includes this. */
#ifndef CYCLE360_BOARD_CLI_GDB_SESSION_PARTS_H
#define CYCLE360_BOARD_CLI_GDB_SESSION_PARTS_H

#include "board/cli/gdb/session.h"

/* What is wrong, in the answer's two digits. GDB shows the number only. */
enum gdb_complaint {
    GDB_MALFORMED = 1,
    GDB_NO_THREAD = 2,
    GDB_NO_MEMORY = 3, /* not all of it is memory */
    GDB_NOT_NOW = 4,   /* registers cannot be changed here */
    GDB_NO_ROOM = 5,   /* for one more breakpoint */
    GDB_NO_REGISTER = 6,
};

/* Each answers by one packet, or by none where the run goes on. */
#define PACKET(name, function) void gdb_packet_##function(struct gdb_session *session, const char *rest);
#include "board/cli/gdb/packets.def"
#undef PACKET

void gdb_answer(struct gdb_session *session, const char *text);
void gdb_answer_error(struct gdb_session *session, enum gdb_complaint why);
/* Sends what session->writer holds since gdb_writer_begin. */
void gdb_answer_written(struct gdb_session *session);
/* Text for the person at the debugger. Only while it waits for an answer. */
void gdb_say(struct gdb_session *session, const char *text);

/* A thread of the protocol, from 1 on; 0 and -1 are any and all. False where there is no such thread. */
bool gdb_thread_number(const struct gdb_session *session, const char **text, int64_t *number);

#endif
