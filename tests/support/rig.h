/* The display, the interrupt controller and the stimulus in one machine, with the latencies written down here, for
 * tests. Stops take effect 10 us after their event. SystemC elaborates once per process, so each rig runs in a child
 * process:
 *
 *     static int late_acknowledge(void *context, unsigned index, FILE *out)
 *     {
 *         unsigned failures = 0;
 *         ...
 *         EXPECT(rig.irqs == 2);
 *         return failures != 0;
 *     }
 *     CU_ASSERT(rig_child(late_acknowledge, NULL)); */
#ifndef CYCLE360_TESTS_SUPPORT_RIG_H
#define CYCLE360_TESTS_SUPPORT_RIG_H

#include "board/stimulus.h"
#include "models/sim/child.h"
#include "models/sim/machine.h"
#include "models/xenon/iic/iic.h"
#include "models/xenos/display/display.h"

enum { RIG_MESSAGES_MAX = 4096 };

/* In clocks of the receiver. */
enum {
    RIG_GPU_REQUEST = 40,
    RIG_GPU_REPLY = 256,
    RIG_IIC_REQUEST = 10,
    RIG_IIC_REPLY = 20,
    RIG_IRQ = 560,
    RIG_LINE = 160,
    RIG_IPI = 80,
};

struct rig_message {
    sim_time sent, due;
    union {
        struct sim_msg_mmio_request request;
        struct sim_msg_mmio_response response;
        struct sim_msg_interrupt irq;
        struct sim_msg_interrupt_line line;
    } body;
};

struct rig_log {
    unsigned count;
    struct rig_message message[RIG_MESSAGES_MAX];
};

struct rig {
    struct sim_clock core, l2, gpu, pixel;
    struct stimulus_script script;
    struct display display;
    struct iic iic;
    struct stimulus stimulus;
    struct sim_machine *machine;
    struct rig_log irqs, lines, gpu_requests, gpu_replies, iic_requests, iic_replies;
};

struct rig_spec {
    enum display_mode_id mode;
    enum display_rate rate;
    const char *script; /* NULL: the default script */
    uint64_t stop_at_vblank;
    uint32_t irq_credits; /* 0 means 4 */
    bool lockstep;        /* else windowed */
    enum display_acknowledge acknowledge;
    enum display_flip flip;
    uint64_t stop_at_swap;
};

/* On the heap; ends the process where something fails. */
struct rig *rig_new(const struct rig_spec *spec);
void rig_free(struct rig *rig);
struct sim_stop rig_run(struct rig *rig, sim_time until);

/* Runs a test in a child process; true where it returns 0. What it wrote to `out` is printed where not. */
bool rig_child(sim_child_job *test, void *context);

/* Is the machine at `end` the same when it is saved at each of these times and loaded by another process? And when it
 * runs in lockstep? Each run is a child process. */
bool rig_survives_saves(const struct rig_spec *spec, sim_time end, const sim_time *saves, unsigned count);
bool rig_same_in_lockstep(const struct rig_spec *spec, sim_time end);

#define EXPECT(condition)                                                \
    do {                                                                 \
        if (!(condition)) {                                              \
            fprintf(out, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            failures++;                                                  \
        }                                                                \
    } while (0)

/* A small generator for random tests. */
static inline uint64_t rig_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

#endif
