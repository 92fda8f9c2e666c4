/* What the ground floor costs: messages through ports by schedule, a window, an idle component. Every figure stands
 * beside a plain loop of the same run, so that a slow machine shows as one. Each machine runs in a child process; best
 * of five. */
#include "board/board.h"
#include "models/sim/child.h"
#include "models/sim/machine.h"
#include "tests/bench/seconds.h"

#include <stdlib.h>
#include <string.h>

enum { REPEATS = 5, IDLE_MAX = 32 };

/* Sends a token on every edge on which it has a credit. */
struct source {
    struct sim_component component;
    struct sim_out out;
    uint64_t value;
};

static void source_reset(struct sim_component *self)
{
    ((struct source *)self)->value = 0;
}

static void source_advance(struct sim_component *self, sim_time until)
{
    struct source *source = (struct source *)self;
    struct sim_edge edge = sim_edge_at(self->clock[0], sim_clock_ceil(self->clock[0], self->at));
    (void)until;
    for (; edge.time < self->until; sim_edge_next(self->clock[0], &edge))
        if (sim_out_ready(&source->out, edge.time)) {
            struct sim_msg_token *token = sim_out_put(&source->out, edge.time);
            token->a = source->value++;
            token->b = edge.index;
        }
}

static sim_time source_next(const struct sim_component *self)
{
    return sim_clock_edge(self->clock[0], sim_clock_ceil(self->clock[0], self->at));
}

static void source_save(const struct sim_component *self, struct sim_writer *writer)
{
    sim_put_u64(writer, ((const struct source *)self)->value);
}

static void source_load(struct sim_component *self, struct sim_reader *reader)
{
    ((struct source *)self)->value = sim_get_u64(reader);
}

static const struct sim_class source_class = {
    .kind = "bench.source",
    .version = 1,
    .reset = source_reset,
    .advance = source_advance,
    .next_event = source_next,
    .save = source_save,
    .load = source_load,
};

/* Adds up what arrives. */
struct sink {
    struct sim_component component;
    struct sim_in in;
    uint64_t sum, taken;
};

static void sink_reset(struct sim_component *self)
{
    ((struct sink *)self)->sum = ((struct sink *)self)->taken = 0;
}

static void sink_advance(struct sim_component *self, sim_time until)
{
    struct sink *sink = (struct sink *)self;
    (void)until;
    for (sim_time due = sim_in_time(&sink->in); due < self->until; due = sim_in_time(&sink->in)) {
        const struct sim_msg_token *token = sim_in_head(&sink->in);
        sink->sum += token->a ^ token->b;
        sink->taken++;
        sim_in_take(&sink->in);
        sim_in_credit(&sink->in, due);
    }
}

static sim_time never(const struct sim_component *self)
{
    (void)self;
    return SIM_NEVER;
}

static void sink_save(const struct sim_component *self, struct sim_writer *writer)
{
    sim_put_u64(writer, ((const struct sink *)self)->sum);
    sim_put_u64(writer, ((const struct sink *)self)->taken);
}

static void sink_load(struct sim_component *self, struct sim_reader *reader)
{
    ((struct sink *)self)->sum = sim_get_u64(reader);
    ((struct sink *)self)->taken = sim_get_u64(reader);
}

static const struct sim_class sink_class = {
    .kind = "bench.sink",
    .version = 1,
    .reset = sink_reset,
    .advance = sink_advance,
    .next_event = never,
    .save = sink_save,
    .load = sink_load,
};

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status != SIM_OK) {
        fprintf(stderr, "bench: %s\n", error->text);
        exit(1);
    }
}

/* One measurement: what to build, how long to run it. */
struct setup {
    struct sim_options options;
    bool stream;      /* the source sends; otherwise nobody does anything */
    unsigned idle;    /* sinks that nothing is sent to, wired to one another in a ring */
    uint32_t latency; /* of every link, in clocks */
    uint32_t credits; /* of every link; 0: 64 */
    uint64_t sink_hz; /* the sink's clock; 0: the source's own */
    uint64_t clocks;
};

struct figures {
    double seconds;
    uint64_t messages, windows, kernel_events;
};

struct measurement {
    struct setup setup;
    struct figures best;
};

static int measure_job(void *context, unsigned index, FILE *out)
{
    const struct setup *setup = &((struct measurement *)context)->setup;
    static struct sim_clock clock, other;
    static struct source source[2 + IDLE_MAX];
    static struct sink sink[2 + IDLE_MAX];
    static char name[IDLE_MAX][16];
    struct sim_error error;
    (void)index;
    must(sim_clock_init(&clock, "core", 3200000000u, 1, 0, 1, &error), &error);
    must(sim_clock_init(&other, "other", setup->sink_hz ? setup->sink_hz : 1, 1, 0, 1, &error), &error);
    struct sim_machine *machine = sim_machine_new(&setup->options);
    struct sim_link_spec spec = {
        .latency = setup->latency, .credits = setup->credits ? setup->credits : 64, .credit_latency = setup->latency};
    static struct sim_out idle_out[IDLE_MAX];
    if (setup->stream) {
        sim_component_init(&source[0].component, &source_class, "source", &clock, 1);
        sim_component_out(&source[0].component, &source[0].out, "out", SIM_MSG_token);
        sim_component_init(&sink[0].component, &sink_class, "sink", setup->sink_hz ? &other : &clock, 2);
        sim_component_in(&sink[0].component, &sink[0].in, "in", SIM_MSG_token);
        sim_machine_add(machine, &source[0].component);
        sim_machine_add(machine, &sink[0].component);
        must(sim_machine_connect(machine, &source[0].out, &sink[0].in, spec, &error), &error);
    }
    for (unsigned i = 0; i < setup->idle; i++) {
        struct sink *part = &sink[1 + i];
        snprintf(name[i], sizeof name[i], "idle%u", i);
        sim_component_init(&part->component, &sink_class, name[i], &clock, 10 + i);
        sim_component_in(&part->component, &part->in, "in", SIM_MSG_token);
        sim_component_out(&part->component, &idle_out[i], "out", SIM_MSG_token);
        sim_machine_add(machine, &part->component);
    }
    for (unsigned i = 0; i < setup->idle; i++)
        must(sim_machine_connect(machine, &idle_out[i], &sink[1 + (i + 1) % setup->idle].in, spec, &error), &error);
    must(sim_machine_elaborate(machine, &error), &error);
    struct sim_stop stop;
    double start = seconds(CLOCK_MONOTONIC);
    must(sim_machine_run(machine, sim_clock_edge(&clock, setup->clocks), &stop, &error), &error);
    struct figures figures = {.seconds = seconds(CLOCK_MONOTONIC) - start,
                              .messages = sink[0].taken,
                              .windows = sim_machine_counters(machine).windows,
                              .kernel_events = sim_machine_counters(machine).kernel_events};
    fwrite(&figures, sizeof figures, 1, out);
    sim_machine_free(machine);
    return 0;
}

static void keep_best(void *context, unsigned index, const struct sim_child *child)
{
    struct figures *best = &((struct measurement *)context)->best, figures;
    (void)index;
    if (child->size != sizeof figures) {
        fprintf(stderr, "bench: a measurement failed\n");
        exit(1);
    }
    memcpy(&figures, child->output, sizeof figures);
    if (best->seconds == 0 || figures.seconds < best->seconds)
        *best = figures;
}

static struct figures best_of(sim_child_job *job, struct setup setup)
{
    struct measurement measurement = {.setup = setup};
    struct sim_error error;
    must(sim_children_run(REPEATS, 1, job, keep_best, &measurement, &error), &error);
    return measurement.best;
}

static struct figures measure(struct setup setup)
{
    return best_of(measure_job, setup);
}

/* 60 simulated seconds of the built-in board, whose only event is the display's. */
static int display_job(void *context, unsigned index, FILE *out)
{
    static struct board board;
    static struct board_description description;
    struct sim_error error;
    struct sim_stop stop;
    (void)context;
    (void)index;
    must(board_description_load(&description, "retail", NULL, 0, &error), &error);
    must(board_build(&board, &description,
                     &(struct board_options){.sim = {.schedule = SIM_WINDOWED}, .stimulus = "none"}, &error),
         &error);
    double start = seconds(CLOCK_MONOTONIC);
    must(sim_machine_run(board.machine, 60 * SIM_UNITS_PER_SECOND, &stop, &error), &error);
    struct figures figures = {.seconds = seconds(CLOCK_MONOTONIC) - start, .messages = board.display.vblanks};
    fwrite(&figures, sizeof figures, 1, out);
    board_free(&board);
    return 0;
}

/* The yardstick: a function called through a pointer that hands a value over in memory. */
static void __attribute__((noinline)) yardstick_call(volatile uint64_t *place, uint64_t value)
{
    *place += value;
}

static double yardstick_ns(void)
{
    double best = 1;
    void (*volatile call)(volatile uint64_t *, uint64_t) = yardstick_call;
    for (unsigned repeat = 0; repeat < REPEATS; repeat++) {
        volatile uint64_t place = 0;
        double start = seconds(CLOCK_MONOTONIC);
        for (uint64_t i = 0; i < 20000000; i++)
            call(&place, i);
        double took = (seconds(CLOCK_MONOTONIC) - start) / 20000000;
        best = took < best ? took : best;
    }
    return best * 1e9;
}

int main(void)
{
    double yardstick = yardstick_ns();
    printf("%-58s %10.2f ns\n", "yardstick: a call through a pointer", yardstick);
    static const struct {
        const char *name;
        struct sim_options options;
        uint64_t clocks;
    } schedules[] = {
        {"windowed", {.schedule = SIM_WINDOWED}, 10000000},
        {"parallel, two threads", {.schedule = SIM_PARALLEL, .threads = 2}, 5000000},
        {"lockstep", {.schedule = SIM_LOCKSTEP}, 500000},
    };
    for (unsigned i = 0; i < sizeof schedules / sizeof schedules[0]; i++) {
        struct figures f = measure((struct setup){
            .options = schedules[i].options, .stream = true, .latency = 32, .clocks = schedules[i].clocks});
        double ns = 1e9 * f.seconds / (double)f.messages;
        printf("messages, %-48s %10.2f ns  %8.1f M/s  %6.1f yardsticks\n", schedules[i].name, ns, 1e3 / ns,
               ns / yardstick);
    }
    static const uint64_t sink_hz[] = {500000000, 700000000};
    for (unsigned i = 0; i < sizeof sink_hz / sizeof sink_hz[0]; i++) {
        struct figures f =
            measure((struct setup){.stream = true, .latency = 8, .sink_hz = sink_hz[i], .clocks = 10000000});
        double ns = 1e9 * f.seconds / (double)f.messages;
        printf("messages, windowed, from 3.2 GHz to %llu MHz                 %10.2f ns  %8.1f M/s  %6.1f yardsticks\n",
               (unsigned long long)sink_hz[i] / 1000000, ns, 1e3 / ns, ns / yardstick);
    }
    struct sim_options fixed = {.schedule = SIM_WINDOWED, .no_skip = true};
    for (unsigned idle = 1; idle <= 32; idle = idle == 1 ? 5 : idle == 5 ? 32 : 33) {
        uint64_t windows = 1000000;
        struct figures f =
            measure((struct setup){.options = fixed, .idle = idle, .latency = 32, .clocks = 32 * windows});
        double ns = 1e9 * f.seconds / (double)f.windows;
        printf("a window of 32 clocks with %2u idle components, SystemC's   %10.2f ns  (%.2f kernel events a window)  "
               "%6.1f "
               "yardsticks\n",
               idle, ns, (double)f.kernel_events / (double)f.windows, ns / yardstick);
    }
    struct figures skipping = measure((struct setup){
        .options = {.schedule = SIM_WINDOWED}, .idle = 5, .latency = 32, .clocks = UINT64_C(192000000000)});
    printf("%-58s %10.2f us\n", "60 simulated seconds of five idle components", 1e6 * skipping.seconds);
    struct figures display = best_of(display_job, (struct setup){0});
    printf("%-58s %10.2f ms  (%llu vblanks)\n", "60 simulated seconds with only the display running",
           1e3 * display.seconds, (unsigned long long)display.messages);
    double alone = 0;
    for (unsigned idle = 0; idle <= 32; idle += 16) {
        struct figures f = measure((struct setup){.options = {.schedule = SIM_WINDOWED},
                                                  .stream = true,
                                                  .idle = idle,
                                                  .latency = 32,
                                                  .credits = 1,
                                                  .clocks = 20000000});
        double ns = 1e9 * f.seconds / (double)f.windows;
        if (idle == 0)
            alone = ns;
        printf("a round of one message with %2u idle components             %10.2f ns  (%.2f ns for each idle one)\n",
               idle, ns, idle ? (ns - alone) / idle : 0);
    }
    return 0;
}
