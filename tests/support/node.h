/* A component that follows a script, for tests of the machine: it sends on the edges that it is told, writes down what
 * arrives and when, and holds credits back for as long as it is told. And machines in child processes, whose logs come
 * back as text. */
#ifndef CYCLE360_TESTS_SUPPORT_NODE_H
#define CYCLE360_TESTS_SUPPORT_NODE_H

#include "models/sim/child.h"
#include "models/sim/machine.h"

enum { NODE_PORTS = 8, NODE_HELD = 64, NODE_LOG = 8192, NODE_TEXT = 1 << 20 };

enum node_what { NODE_SEND, NODE_STOP };

struct node_act {
    uint64_t edge; /* of the node's clock; a send that finds no credit happens later, and all that follows with it */
    enum node_what what;
    uint32_t port; /* of a send */
};

struct node_entry {
    sim_time t;
    char what; /* s: sent, r: received, b: blocked */
    uint32_t port;
    uint64_t value;
};

struct node {
    struct sim_component component;
    struct sim_in in[NODE_PORTS];
    struct sim_out out[NODE_PORTS];
    const struct node_act *script;
    uint32_t acts;
    uint64_t hold; /* clocks from an arrival to its credit; UINT64_MAX: never */
    /* state */
    uint32_t next; /* act */
    bool blocked;
    uint64_t sent;
    uint32_t held, held_port[NODE_HELD];
    sim_time held_until[NODE_HELD];
    /* host */
    struct node_entry log[NODE_LOG];
    uint32_t logged;
};

/* Ports are called in0, in1... and out0, out1... and are there after sim_component_init. */
void node_init(struct node *node, const char *name, const struct sim_clock *clock, uint32_t priority,
               const struct node_act *script, uint32_t acts);
struct sim_in *node_in(struct node *node);
struct sim_out *node_out(struct node *node);
/* One line for each entry: time, what, port, value. */
void node_print(const struct node *node, FILE *out);
void node_link(struct sim_machine *machine, struct node *from, struct node *to, struct sim_link_spec spec);

/* `hz` must be a clock: the test ends with the reason where it is none. */
struct sim_clock node_clock(const char *name, uint64_t hz_numerator, uint64_t hz_denominator, uint64_t phase);
void node_must(enum sim_status status, const struct sim_error *error);
void node_print_digest(const struct sim_machine *machine, FILE *out);

/* The ways to run a machine: a job gets the index of one. */
enum { NODE_SCHEDULES = 4 };
extern const struct sim_options node_schedules[NODE_SCHEDULES];

struct node_result {
    int exit_status, signal;
    char text[NODE_TEXT];
};

/* Runs job `index` alone in a child process; its standard error comes back with its output. */
void node_run_child(sim_child_job *job, void *context, unsigned index, struct node_result *result);
/* Runs the job once in every schedule: true if all returned 0 and wrote the same, which `text` gets. */
bool node_run_all(sim_child_job *job, void *context, char text[NODE_TEXT]);

#endif
