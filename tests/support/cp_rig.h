/* The command processor with one component in the place of all around it: a processor that plays a script of register
 * accesses and stores, a memory of 256 KiB, a display that is 0x800 registers, and an end for interrupts. Behind it
 * there is nothing, or the pipe with the same memory. One rig a child process, as rig.h says. */
#ifndef CYCLE360_TESTS_SUPPORT_CP_RIG_H
#define CYCLE360_TESTS_SUPPORT_CP_RIG_H

#include "models/sim/machine.h"
#include "models/xenos/cp/cp.h"
#include "models/xenos/pipe/pipe.h"
#include "tests/support/rig.h"

enum { CP_RIG_MEMORY = 0x40000, CP_RIG_READS = 32, CP_RIG_LOG = 4096, CP_RIG_DISPLAY = 0x800 };

/* In memory: the ring, and where tests put buffers and look for results. */
enum { CP_RIG_RING = 0x1000, CP_RIG_RING_LOG = 9 /* of quadwords */, CP_RIG_BUFFER = 0x8000, CP_RIG_RESULT = 0x20000 };

#define CP_RIG_NS(n) ((sim_time)(n)*10000)

enum cp_rig_kind { CP_RIG_STORE /* a word of memory */, CP_RIG_WRITE, CP_RIG_READ /* registers, by index */ };

struct cp_rig_step {
    sim_time time; /* no earlier */
    enum cp_rig_kind kind;
    uint32_t where, value;
};

struct cp_rig_access {
    sim_time sent, done;
    uint32_t where, value;
};

/* Who reads and writes memory: answers come in order, each after the same time. */
struct cp_rig_client {
    struct sim_in request;
    struct sim_out reply;
    struct {
        sim_time ready;
        uint32_t tag, address;
        bool fence;
    } read[CP_RIG_READS];
    uint32_t reads;
};

struct cp_host {
    struct sim_component component;
    struct sim_out mmio;
    struct sim_in mmio_reply;
    struct cp_rig_client memory, pipe_memory; /* the second one where there is a pipe */
    struct sim_in irq;
    struct sim_mmio_port display;
    const struct sim_clock *clock;
    const struct cp_rig_step *script;
    uint32_t steps, latency;

    uint8_t bytes[CP_RIG_MEMORY];
    uint32_t shown[CP_RIG_DISPLAY];
    uint32_t next;
    bool away; /* an access is under way */
    uint64_t read_count, write_count;

    /* of the run, not state */
    struct cp_rig_access access[CP_RIG_LOG]; /* reads of registers */
    uint32_t accesses;
    struct {
        sim_time time;
        uint8_t vector, targets;
    } interrupt[CP_RIG_LOG];
    uint32_t interrupts;
    struct {
        sim_time time;
        uint32_t address; /* of the first byte */
        uint32_t word;    /* and the word there */
    } write[CP_RIG_LOG];
    uint32_t writes;
};

struct cp_rig {
    struct sim_clock gpu, memory;
    struct cp cp;
    struct pipe pipe;
    bool has_pipe;
    struct cp_host host;
    struct sim_machine *machine;
};

struct cp_rig_spec {
    const uint32_t *ring; /* words that are there at power-on */
    uint32_t words;
    const uint32_t *buffer; /* the same at CP_RIG_BUFFER */
    uint32_t buffer_words;
    const struct cp_rig_step *script; /* NULL: sets the ring up and lets its words be carried out */
    uint32_t steps;
    enum sim_schedule schedule;
    enum cp_function0 function0;
    enum cp_counter counter;
    enum cp_zero zero;
    bool no_display;
    bool slow_reference;     /* 498.75 MHz */
    uint32_t latency;        /* of memory, clocks of 700 MHz; 0: 40 */
    struct cp_timing timing; /* all zero: the default */
    bool pipe;
    struct pipe_timing ways;         /* the same */
    struct xenos_array_timing array; /* the same */
};

struct pipe_timing cp_rig_ways_default(void);

/* What sets up and starts a ring of these words, as a script: `steps` of CP_RIG_START. */
enum { CP_RIG_START = 6 };
void cp_rig_start(struct cp_rig_step step[CP_RIG_START], uint32_t words, uint32_t control);

struct cp_rig *cp_rig_new(const struct cp_rig_spec *spec);
void cp_rig_free(struct cp_rig *rig);
void cp_rig_run(struct cp_rig *rig, sim_time until);
/* A word of memory as the processor sees it. */
uint32_t cp_rig_word(const struct cp_rig *rig, uint32_t address);
/* The clock's edge of the first write of a word at an address; 0 where there was none. */
uint64_t cp_rig_written(const struct cp_rig *rig, uint32_t address);

/* The digest at `end` of a run of its own process: saved at `save` and loaded by another if that is not 0. */
bool cp_rig_digest(const struct cp_rig_spec *spec, sim_time end, sim_time save, uint8_t digest[SIM_DIGEST_SIZE]);

/* Headers. */
#define CP_TYPE0(index, words)     ((((words)-1u) << 16) | (index))
#define CP_TYPE0_ONE(index, words) ((((words)-1u) << 16) | 0x8000u | (index))
#define CP_TYPE1(first, second)    (0x40000000u | (uint32_t)(second) << 11 | (first))
#define CP_TYPE3(name, words)      (0xC0000000u | (((words)-1u) << 16) | (uint32_t)CP_OP_##name << 8)

#endif
