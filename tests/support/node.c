#include "tests/support/node.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const in_names[NODE_PORTS] = {"in0", "in1", "in2", "in3", "in4", "in5", "in6", "in7"};
static const char *const out_names[NODE_PORTS] = {"out0", "out1", "out2", "out3", "out4", "out5", "out6", "out7"};

const struct sim_options node_schedules[NODE_SCHEDULES] = {
    {.schedule = SIM_LOCKSTEP},
    {.schedule = SIM_WINDOWED},
    {.schedule = SIM_WINDOWED, .no_skip = true},
    {.schedule = SIM_PARALLEL, .threads = 2},
};

static struct node *node_of(const struct sim_component *component)
{
    return (struct node *)(uintptr_t)component;
}

static void note(struct node *node, sim_time t, char what, uint32_t port, uint64_t value)
{
    SIM_CHECK(node->logged < NODE_LOG, "%s: more than %d entries", node->component.name, NODE_LOG);
    node->log[node->logged++] = (struct node_entry){t, what, port, value};
}

static void reset(struct sim_component *self)
{
    struct node *node = node_of(self);
    node->next = node->held = node->logged = 0;
    node->sent = 0;
    node->blocked = false;
}

static sim_time act_time(const struct node *node)
{
    return node->next == node->acts ? SIM_NEVER
                                    : sim_clock_edge(node->component.clock[0], node->script[node->next].edge);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct node *node = node_of(self);
    sim_time next = node->blocked ? sim_out_credit_time(&node->out[node->script[node->next].port]) : act_time(node);
    return node->held ? sim_time_min(next, node->held_until[0]) : next;
}

static void give_back(struct node *node, sim_time t)
{
    uint32_t given = 0;
    while (given < node->held && node->held_until[given] <= t)
        sim_in_credit(&node->in[node->held_port[given++]], t);
    for (uint32_t i = given; i < node->held; i++) {
        node->held_until[i - given] = node->held_until[i];
        node->held_port[i - given] = node->held_port[i];
    }
    node->held -= given;
}

static void send(struct node *node, uint32_t port, sim_time t)
{
    struct sim_out *out = &node->out[port];
    if (!sim_out_ready(out, t)) {
        if (!node->blocked)
            note(node, t, 'b', port, out->link->stalls);
        node->blocked = true;
        return;
    }
    struct sim_msg_token *token = sim_out_put(out, t);
    *token = (struct sim_msg_token){.a = ++node->sent, .b = t};
    note(node, t, 's', port, token->a);
    node->blocked = false;
    node->next++;
}

static void event(struct sim_component *self, sim_time t)
{
    struct node *node = node_of(self);
    give_back(node, t);
    while (act_time(node) <= t) {
        const struct node_act *act = &node->script[node->next];
        if (act->what == NODE_SEND) {
            send(node, act->port, t);
            if (node->blocked)
                break;
        } else {
            sim_request_stop(self, t, "act %u of %s", node->next, self->name);
            node->next++;
        }
    }
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct node *node = node_of(self);
    const struct sim_msg_token *token = sim_in_head(in);
    uint32_t port = (uint32_t)(in - node->in);
    note(node, t, 'r', port, token->a);
    sim_in_take(in);
    if (node->hold == 0)
        sim_in_credit(in, t);
    else if (node->hold != UINT64_MAX) {
        const struct sim_clock *clock = self->clock[0];
        SIM_CHECK(node->held < NODE_HELD, "%s: more than %d credits", self->name, NODE_HELD);
        node->held_until[node->held] = sim_clock_edge(clock, sim_clock_ceil(clock, t) + node->hold);
        node->held_port[node->held++] = port;
    }
}

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct node *node = node_of(self);
    sim_put_u32(writer, node->next);
    sim_put_u8(writer, node->blocked);
    sim_put_u64(writer, node->sent);
    sim_put_u32(writer, node->held);
    for (uint32_t i = 0; i < node->held; i++) {
        sim_put_u64(writer, node->held_until[i]);
        sim_put_u32(writer, node->held_port[i]);
    }
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct node *node = node_of(self);
    uint32_t owed[NODE_PORTS] = {0};
    node->next = sim_get_u32(reader);
    uint8_t blocked = sim_get_u8(reader);
    node->blocked = blocked;
    node->sent = sim_get_u64(reader);
    node->held = sim_get_u32(reader);
    if (node->next > node->acts || blocked > (node->next < node->acts) || node->held > NODE_HELD ||
        (blocked && (act_time(node) >= self->at || node->script[node->next].what != NODE_SEND))) {
        reader->failed = true;
        node->next = node->held = 0;
        node->blocked = false;
        return;
    }
    for (uint32_t i = 0; i < node->held; i++) {
        node->held_until[i] = sim_get_u64(reader);
        node->held_port[i] = sim_get_u32(reader);
        if (node->held_port[i] < self->ins)
            owed[node->held_port[i]]++;
        else
            reader->failed = true;
        sim_time until = node->held_until[i], last = i > 0 ? node->held_until[i - 1] : self->at;
        reader->failed |= until < last || until > SIM_TIME_MAX ||
                          sim_clock_edge(self->clock[0], sim_clock_ceil(self->clock[0], until)) != until;
        node->held_until[i] = reader->failed ? last : until;
    }
    for (uint32_t i = 0; i < self->ins; i++)
        reader->failed |= node->hold != UINT64_MAX && node->in[i].link->owed != owed[i];
    for (uint32_t i = 0; i < self->outs; i++)
        reader->failed |= node->out[i].link->waiting != (blocked && node->script[node->next].port == i);
}

static const struct sim_class node_class = {
    .kind = "test.node",
    .version = 3,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = save,
    .load = load,
    .message = message,
    .event = event,
};

void node_init(struct node *node, const char *name, const struct sim_clock *clock, uint32_t priority,
               const struct node_act *script, uint32_t acts)
{
    memset(node, 0, sizeof *node);
    sim_component_init(&node->component, &node_class, name, clock, priority);
    node->script = script;
    node->acts = acts;
}

struct sim_in *node_in(struct node *node)
{
    struct sim_in *in = &node->in[node->component.ins];
    sim_component_in(&node->component, in, in_names[node->component.ins], SIM_MSG_token);
    return in;
}

struct sim_out *node_out(struct node *node)
{
    struct sim_out *out = &node->out[node->component.outs];
    sim_component_out(&node->component, out, out_names[node->component.outs], SIM_MSG_token);
    return out;
}

void node_print(const struct node *node, FILE *out)
{
    fprintf(out, "%s\n", node->component.name);
    for (uint32_t i = 0; i < node->logged; i++)
        fprintf(out, "%llu %c%u %llu\n", (unsigned long long)node->log[i].t, node->log[i].what, node->log[i].port,
                (unsigned long long)node->log[i].value);
}

void node_link(struct sim_machine *machine, struct node *from, struct node *to, struct sim_link_spec spec)
{
    struct sim_error error;
    node_must(sim_machine_connect(machine, node_out(from), node_in(to), spec, &error), &error);
}

struct sim_clock node_clock(const char *name, uint64_t hz_numerator, uint64_t hz_denominator, uint64_t phase)
{
    struct sim_clock clock;
    struct sim_error error;
    node_must(sim_clock_init(&clock, name, hz_numerator, hz_denominator, phase, 1, &error), &error);
    return clock;
}

void node_must(enum sim_status status, const struct sim_error *error)
{
    SIM_CHECK(status == SIM_OK, "%s", error->text);
}

void node_print_digest(const struct sim_machine *machine, FILE *out)
{
    uint8_t digest[SIM_DIGEST_SIZE];
    sim_machine_digest(machine, digest);
    fprintf(out, "%llu ", (unsigned long long)sim_machine_time(machine));
    for (unsigned i = 0; i < SIM_DIGEST_SIZE; i++)
        fprintf(out, "%02x", digest[i]);
    fputc('\n', out);
}

struct call {
    sim_child_job *job;
    void *context;
    unsigned first;
    bool errors_too;
    struct node_result *result;
};

static int call_job(void *context, unsigned index, FILE *out)
{
    struct call *call = context;
    if (call->errors_too)
        dup2(fileno(out), STDERR_FILENO);
    return call->job(call->context, call->first + index, out);
}

static void note_result(void *context, unsigned index, const struct sim_child *child)
{
    struct call *call = context;
    struct node_result *result = &call->result[index];
    size_t size = child->size < NODE_TEXT - 1 ? child->size : NODE_TEXT - 1;
    result->exit_status = child->exit_status;
    result->signal = child->signal;
    memcpy(result->text, child->output, size);
    result->text[size] = '\0';
}

void node_run_child(sim_child_job *job, void *context, unsigned index, struct node_result *result)
{
    struct call call = {job, context, index, true, result};
    struct sim_error error;
    node_must(sim_children_run(1, 1, call_job, note_result, &call, &error), &error);
}

bool node_run_all(sim_child_job *job, void *context, char text[NODE_TEXT])
{
    struct node_result *result = calloc(NODE_SCHEDULES, sizeof *result);
    SIM_CHECK(result, "out of memory");
    struct call call = {job, context, 0, false, result};
    struct sim_error error;
    node_must(sim_children_run(NODE_SCHEDULES, 2, call_job, note_result, &call, &error), &error);
    bool same = true;
    for (unsigned i = 0; i < NODE_SCHEDULES; i++)
        if (result[i].exit_status != 0 || strcmp(result[i].text, result[0].text) != 0) {
            fprintf(stderr, "schedule %u, exit status %d, signal %d:\n%s--- schedule 0:\n%s", i, result[i].exit_status,
                    result[i].signal, result[i].text, result[0].text);
            same = false;
        }
    memcpy(text, result[0].text, NODE_TEXT);
    free(result);
    return same;
}
