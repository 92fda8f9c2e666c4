/* The command processor: the ring and the buffers that it calls, the packets in them, and the registers of all of the
 * GPU but the display's.
 *
 * Two stages, both on the GPU's clock. The prefetch parser (PFP) reads lines of the ring and of two levels of indirect
 * buffers ahead, takes headers, goes into buffers and comes back, and leaves out what predication leaves out. What is
 * left goes through a queue of bounded length, in pieces of up to 32 words, to the micro engine (ME), which carries
 * packets out in their order. What that writes to memory, to the display and to the interrupt controller leaves in one
 * order, at most one message to memory a clock.
 *
 * Order at one instant: what memory and the display answer and accesses to registers, as they come; then stamps whose
 * time has come, the micro engine, the parser, and what leaves. */
#ifndef CYCLE360_XENOS_CP_H
#define CYCLE360_XENOS_CP_H

#include "models/sim/memory.h"
#include "models/sim/mmio.h"
#include "models/xenos/cp/packets.h"
#include "models/xenos/registers/registers.h"

enum {
    CP_PIECE = 32, /* words of a packet that are handed on at once; those of a line */
    CP_SPANS = 8,
    CP_SLOTS = 40,
    CP_PIECES = 32,
    CP_OUT = 64,
    CP_STAMPS = 16,
    CP_CONTEXTS = 8,
    CP_PFP_WORDS = 0x200,
    CP_ME_WORDS = 0x1000,
    CP_STORE_WORDS = 3 * 4096,
    CP_IMMEDIATE_WORDS = 0x10000, /* indices of a draw that come in its packet */
    CP_DRAWS = 40,                /* under way: CP_DRAWS_WANTED, and a piece of a packet full of them */
    CP_DRAWS_WANTED = 8,          /* with so many under way no packet begins */
};

#define CP_NEVER UINT64_MAX /* of edges */

/* Where words come from. The last one is what packets load and look at. */
enum cp_source { CP_RING, CP_IB1, CP_IB2, CP_DATA, CP_SOURCES };
extern const char *const cp_source_names[CP_SOURCES];

/* What function 0 of a test says: sources differ. */
enum cp_function0 { CP_FUNCTION0_ALWAYS, CP_FUNCTION0_NEVER, CP_FUNCTION0_COUNT };
extern const char *const cp_function0_names[CP_FUNCTION0_COUNT];
/* What EVENT_WRITE_SHD stores as the counter. */
enum cp_counter { CP_COUNTER_CLOCKS, CP_COUNTER_FRAMES, CP_COUNTER_COUNT };
extern const char *const cp_counter_names[CP_COUNTER_COUNT];
/* A header of 0: a filler, or a write of a word to register 0. */
enum cp_zero { CP_ZERO_FILLER, CP_ZERO_WRITE, CP_ZERO_COUNT };
extern const char *const cp_zero_names[CP_ZERO_COUNT];

struct cp_config {
    const struct sim_clock *clock;
    struct cp_timing timing;
    uint64_t memory_size;                /* a power of two */
    uint8_t vector;                      /* of the packet INTERRUPT: 0x54 */
    uint8_t error_vector, error_targets; /* of the interrupts of CP_INT_STATUS and RBBM_INT_STATUS */
    enum cp_function0 function0;
    enum cp_counter counter;
    enum cp_zero zero;
    bool pipe;    /* ports `pipe` and `pipe_reply`; otherwise draws only take time */
    bool display; /* ports `display` and `display_reply`; otherwise the display's registers hold what is written */
};

/* Words of one line on their way or here. */
enum cp_slot_state {
    CP_SLOT_FREE,
    CP_SLOT_ASKED,
    CP_SLOT_HERE,
    CP_SLOT_DROPPED /* asked for, and not wanted any more */
};
struct cp_slot {
    uint8_t state, source, first, count; /* of the line's words */
    uint8_t taken;
    uint32_t word[CP_PIECE]; /* from the first wanted one on */
};

struct cp_stream {
    uint32_t ask;  /* address of the next word to be asked for; of the ring, its place in it in words */
    uint32_t left; /* words that are to be asked for; of the ring they follow from its pointers */
    uint32_t rest; /* words that are to be taken, of all but the ring */
    uint32_t at;   /* address of the next word to be taken, of all but the ring */
    uint32_t spans, span[CP_SPANS]; /* slots, in the order of words */
};

/* A packet of up to 32 words, or a part of one. */
struct cp_piece {
    uint32_t header, address; /* of the header */
    uint32_t total, offset, count;
    uint8_t source;
    uint64_t ready; /* the edge at which the micro engine sees it */
    uint32_t word[CP_PIECE];
};

enum cp_parse { CP_PARSE_HEADER, CP_PARSE_PASS, CP_PARSE_OWN, CP_PARSE_SKIP, CP_PARSE_MODES };
struct cp_pfp {
    uint8_t mode, source;
    uint32_t header, address, total, offset;
    uint64_t free; /* the edge at which it goes on */
};

/* What the micro engine waits for, beside its own time. */
enum cp_phase { CP_PHASE_RUN, CP_PHASE_DATA, CP_PHASE_DISPLAY, CP_PHASE_CHANGE /* of a register */, CP_PHASES };
struct cp_me {
    uint8_t phase, step; /* step: how far the handler is; 0 where a piece begins */
    bool answered;
    uint32_t value;          /* what it looked at */
    uint32_t word[2];        /* the first ones of a packet in pieces */
    uint32_t dwords;         /* to be loaded */
    uint32_t target;         /* where the next loaded one goes */
    uint32_t swap;           /* of the data that it reads */
    uint64_t free;           /* the edge at which it goes on; CP_NEVER: when a register changes */
    uint64_t draws;          /* and not before so many draws are done */
    uint64_t origin, period; /* CHANGE: when it looks */
};

enum cp_out_kind { CP_OUT_WRITE, CP_OUT_DISPLAY_WRITE, CP_OUT_DISPLAY_READ, CP_OUT_INTERRUPT, CP_OUT_KINDS };
struct cp_out {
    uint8_t kind;
    uint32_t address; /* of the line; byte offset of a register; vector */
    uint32_t data;    /* of a register; targets */
    uint64_t mask[2];
    uint8_t bytes[SIM_LINE];
};

enum cp_stamp_kind { CP_STAMP_WORD, CP_STAMP_EXTENT, CP_STAMP_SAMPLES, CP_STAMP_KINDS };
struct cp_stamp {
    uint8_t kind;
    uint32_t address, data;
    uint64_t draws; /* so many are done */
    uint64_t least; /* the edge at which its event would be through alone */
    uint64_t due;   /* CP_NEVER until the draws are done */
};

enum cp_coherency { CP_COHER_PM4, CP_COHER_RT, CP_COHER_HOST, CP_COHERS };

/* What was wrong with the commands: how often, and where last. */
enum cp_error { CP_ERROR_OPCODE, CP_ERROR_RESERVED, CP_ERROR_PAYLOAD, CP_ERROR_LEVEL, CP_ERROR_SHORT, CP_ERRORS };
extern const char *const cp_error_texts[CP_ERRORS];
struct cp_report {
    uint64_t count;
    uint32_t address, header;
    uint8_t source;
};

/* Who is told of packets, and of registers that they change, on the thread that runs the component. */
enum cp_outcome { CP_CARRIED_OUT, CP_PREDICATED_OFF, CP_BAD };
struct cp_told {
    sim_time begun, done;
    uint64_t cycle; /* at which it began */
    uint32_t header, address, total, count;
    const uint32_t *word; /* the first ones */
    uint8_t source, outcome;
};
struct cp_listener {
    void *context;
    void (*packet)(void *context, const struct cp_told *told);  /* when it is done */
    void (*reg)(void *context, uint32_t index, uint32_t value); /* of the micro engine's next packet that is done */
};

struct cp_signals {
    uint32_t rptr, wptr, ib1_left, ib2_left, header, packet, packet_address, packet_source, stall, pfp_stall, pfp_busy,
        me_busy, pipe_busy, meq, packets, interrupts, errors, mmio_count, mmio_write, mmio_address, mmio_data;
};

struct cp {
    struct sim_component component;
    struct sim_mmio_port mmio; /* ports `mmio` and `reply` */
    struct sim_out memory;
    struct sim_in memory_reply;
    struct sim_out irq;
    struct sim_out display;
    struct sim_in display_reply;
    struct sim_out pipe;
    struct sim_in pipe_reply;
    struct cp_config config;

    uint32_t reg[XENOS_REGISTERS];
    uint32_t pfp_code[CP_PFP_WORDS], me_code[CP_ME_WORDS];
    uint32_t store[2][CP_STORE_WORDS]; /* what vertex and pixel shaders are loaded into */

    uint32_t rptr;
    struct cp_stream stream[CP_SOURCES];
    struct cp_slot slot[CP_SLOTS];
    struct cp_pfp pfp;
    struct cp_piece piece[CP_PIECES];
    uint32_t piece_first, pieces;
    struct cp_me me;
    struct cp_out out[CP_OUT];
    uint32_t out_first, outs;
    uint32_t stale;       /* answers of the display that nobody waits for any more */
    uint64_t memory_free; /* the edge from which on a message to memory can go */
    struct cp_stamp stamp[CP_STAMPS];
    uint32_t stamps;
    uint64_t draws_sent, draws_done;
    uint64_t pipe_free; /* the edge at which all that was sent down the pipe is through, as far as is known */
    uint64_t coher_done[CP_COHERS];  /* CP_NEVER: not begun */
    uint64_t coher_draws[CP_COHERS]; /* it begins when so many are done */
    bool state_changed;              /* registers of the context, since it was last used */
    bool caches_invalid;             /* the next draw is told */
    uint32_t context;
    uint64_t context_free[CP_CONTEXTS], context_draws[CP_CONTEXTS];     /* both must have come */
    uint32_t immediate[CP_IMMEDIATE_WORDS], immediates, immediates_due; /* due: more of them, before the draw begins */
    uint64_t counter_base;                                              /* the edge at which CP_PROG_COUNTER was 0 */

    uint64_t packets, draws, skipped, interrupts;
    struct cp_report report[CP_ERRORS];
    struct {
        uint64_t count;
        uint32_t address, data;
        bool write;
    } access;                     /* the last one */
    sim_time now;                 /* of the last message or event; follows from the machine's time */
    struct cp_listener *listener; /* set between runs; not state */
    uint64_t begun;               /* the edge at which the packet of the micro engine began */

    struct waves_scope *scope;
    struct cp_signals signals;
};

void cp_init(struct cp *cp, const char *name, uint32_t priority, const struct cp_config *config);

/* A read without side effects, as of an access at t. */
enum sim_mmio_status cp_peek(const struct cp *cp, uint64_t address, sim_time t, uint32_t *data);

#endif
