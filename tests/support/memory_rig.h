/* The memory system with scripts in place of the cores and of a unit of the GPU's chip, and a device of 64 registers on
 * either chip. One rig a child process, as rig.h says. */
#ifndef CYCLE360_TESTS_SUPPORT_MEMORY_RIG_H
#define CYCLE360_TESTS_SUPPORT_MEMORY_RIG_H

#include "models/membus/peek.h"
#include "models/sim/machine.h"
#include "models/sim/mmio.h"
#include "models/xenos/display/display.h"
#include "tests/support/rig.h"

enum { MEMORY_LOG = 16384, MEMORY_COPIES = 256 };

struct memory_step {
    uint32_t gap; /* clocks after the step before it, at least */
    bool wait;    /* for all answers first */
    struct sim_msg_core_request request;
};

struct memory_answer {
    sim_time sent, due;
    struct sim_msg_core_reply reply;
};

struct memory_copy {
    bool valid, asked;
    uint64_t address, word[16];
    uint64_t stored[16]; /* since it was asked for */
    uint16_t stores;     /* bit n: word n */
};

/* Plays a core. It keeps what an L1D would: the lines of READs, with its own stores,
 * until it hears of stores of others to them; and like a core it does not ask twice for a line. */
struct memory_driver {
    struct sim_component component;
    struct sim_out request;
    struct sim_in reply;
    const struct memory_step *script;
    uint32_t steps;
    uint32_t round;  /* steps of the script, played again and again further on in memory; 0: it is played once */
    uint32_t window; /* answers that it waits for at most; 0: any number */

    uint32_t sent, answers, expected;
    uint64_t edge; /* the earliest of the next step */
    uint64_t hash; /* of all that came, and when */

    sim_time sent_at[MEMORY_LOG]; /* of the steps */
    struct memory_answer answer[MEMORY_LOG];
    struct memory_copy copy[MEMORY_COPIES]; /* by line number */
};

struct memory_client_step {
    uint32_t gap;
    struct sim_msg_memory_request request;
};

struct memory_client {
    struct sim_component component;
    struct sim_out request;
    struct sim_in reply;
    const struct memory_client_step *script;
    uint32_t steps, sent, answers;
    uint64_t edge, hash;
    struct {
        sim_time sent, due;
        struct sim_msg_memory_reply reply;
    } answer[MEMORY_LOG];
};

struct memory_device {
    struct sim_component component;
    struct sim_mmio_port mmio;
    uint64_t reg[64];
};

struct memory_sink { /* hears of interrupts */
    struct sim_component component;
    struct sim_in irq;
};

struct memory_rig {
    struct sim_clock core, l2_clock, fsb_cpu, fsb_gpu, memory, gpu, pixel;
    struct membus_l2 l2;
    struct membus_north north;
    struct memory_driver driver[3];
    struct memory_client client;
    struct memory_device near, far;
    struct display display;
    struct memory_sink sink;
    struct sim_machine *machine;
};

struct memory_rig_spec {
    const struct memory_step *script[3];
    uint32_t steps[3];
    uint32_t round, window; /* of all drivers */
    const struct memory_client_step *client;
    uint32_t client_steps;
    enum sim_schedule schedule;
    struct membus_timing timing;          /* all zero: the default */
    bool slow_reference;                  /* 99.75 MHz, not 100: no period is a whole number of units then */
    bool devices_late;                    /* answers of devices take long */
    const struct display_config *display; /* in the far device's place, with its picture; clocks are the rig's */
    void (*prepare)(struct memory_rig *rig);
};

/* Those of the display lie where the far registers do. Near registers lie at 0x200_00050000, far ones at 0xEC800000
 * (big-endian), at 0xEA001000 (little-endian, posted). */
struct memory_rig *memory_rig_new(const struct memory_rig_spec *spec);
void memory_rig_free(struct memory_rig *rig);
void memory_rig_run(struct memory_rig *rig, sim_time until);
/* Nanoseconds. */
#define MEMORY_NS(n) ((sim_time)(n)*10000)

/* The digest at `end` of a run of its own process: saved at `save` and loaded by another if that is not 0. False where
 * something went wrong. */
bool memory_rig_digest(const struct memory_rig_spec *spec, sim_time end, sim_time save,
                       uint8_t digest[SIM_DIGEST_SIZE]);

#endif
