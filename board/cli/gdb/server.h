/* Where a debugger connects: a port of this host, for programs of this host alone. */
#ifndef CYCLE360_BOARD_CLI_GDB_SERVER_H
#define CYCLE360_BOARD_CLI_GDB_SERVER_H

#include "board/cli/gdb/session.h"
#include "models/sim/status.h"

#include <signal.h>

struct gdb_server {
    int listener;
    uint16_t port;
};

/* Port 0: one that is free, which the server then knows. */
enum sim_status gdb_server_open(struct gdb_server *server, uint16_t port, struct sim_error *error);
void gdb_server_close(struct gdb_server *server);

/* Waits for one debugger and serves it to its end. A connection that breaks counts as GDB_DETACHED; a signal (*caught)
 * ends it as GDB_KILLED. */
enum sim_status gdb_server_serve(struct gdb_server *server, const struct gdb_target *target,
                                 const volatile sig_atomic_t *caught, enum gdb_end *end, struct sim_error *error);

#endif
