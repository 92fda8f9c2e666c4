#include "board/cli/gdb/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    LOOK_MS = 200,   /* how often a wait looks whether a signal has come */
    SEND_SECONDS = 5 /* a debugger that takes nothing for so long is gone */
};

struct peer {
    int socket;
    bool gone;
};

enum sim_status gdb_server_open(struct gdb_server *server, uint16_t port, struct sim_error *error)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int on = 1;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0)
        return sim_fail(error, SIM_HOST, "--gdb: no socket: %s", strerror(errno));
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server->listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(server->listener, 1) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &size) != 0) {
        int why = errno;
        gdb_server_close(server);
        return sim_fail(error, SIM_HOST, "--gdb %u: cannot listen at this port: %s", (unsigned)port, strerror(why));
    }
    server->port = ntohs(address.sin_port);
    return SIM_OK;
}

void gdb_server_close(struct gdb_server *server)
{
    if (server->listener >= 0)
        close(server->listener);
    server->listener = -1;
}

static void send_all(void *context, const void *bytes, size_t size)
{
    struct peer *peer = context;
    const char *next = bytes;
    while (size > 0 && !peer->gone) {
        ssize_t sent = send(peer->socket, next, size, MSG_NOSIGNAL);
        if (sent > 0) {
            next += sent;
            size -= (size_t)sent;
        } else if (errno != EINTR) {
            peer->gone = true;
        }
    }
}

/* Whether there is something to read, or somebody to accept. */
static bool is_ready(int socket, int wait_ms)
{
    struct pollfd look = {.fd = socket, .events = POLLIN};
    return poll(&look, 1, wait_ms) > 0;
}

static void receive(struct peer *peer, struct gdb_session *session)
{
    char bytes[4096];
    ssize_t size = recv(peer->socket, bytes, sizeof bytes, 0);
    if (size > 0)
        gdb_session_take(session, bytes, (size_t)size);
    else if (size == 0 || errno != EINTR)
        peer->gone = true;
}

enum sim_status gdb_server_serve(struct gdb_server *server, const struct gdb_target *target,
                                 const volatile sig_atomic_t *caught, enum gdb_end *end, struct sim_error *error)
{
    static struct gdb_session session; /* large */
    const struct timeval patience = {.tv_sec = SEND_SECONDS};
    const int on = 1;
    *end = GDB_KILLED;
    while (!*caught && !is_ready(server->listener, LOOK_MS))
        ;
    if (*caught)
        return SIM_OK;
    struct peer peer = {.socket = accept(server->listener, NULL, NULL)};
    if (peer.socket < 0)
        return sim_fail(error, SIM_HOST, "--gdb: a connection that cannot be taken: %s", strerror(errno));
    setsockopt(peer.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(peer.socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    gdb_session_begin(&session, target, &peer, send_all);
    while (session.end == GDB_OPEN && !peer.gone && !*caught) {
        if (is_ready(peer.socket, session.running ? 0 : LOOK_MS))
            receive(&peer, &session);
        if (!peer.gone && session.end == GDB_OPEN)
            gdb_session_run(&session);
    }
    close(peer.socket);
    if (!*caught)
        *end = session.end == GDB_OPEN ? GDB_DETACHED : session.end;
    return SIM_OK;
}
