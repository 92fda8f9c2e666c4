/* The inside of the reference, shared by its files:
 *
 *   core_reference.c       the five steps of a clock, code, turns
 *   reference_issue.c      when an instruction issues, and what that sets going
 *   reference_branch.c     what branches cost
 *   reference_access.c     loads, stores and what else has an address
 *   reference_storage.c    L1D, gather buffers, store queue, outbox
 *   reference_execute.c    what instructions do, from models/xenon/isa
 *
 * Times are clocks, signed, so that what has always been ready can lie far back. */
#ifndef CYCLE360_TESTS_CONFORMANCE_REFERENCE_PARTS_H
#define CYCLE360_TESTS_CONFORMANCE_REFERENCE_PARTS_H

#include "tests/conformance/core_reference/core_reference.h"

enum { ALWAYS = -1000000000, L1I_SETS = 128, L1I_WAYS = 2, L1D_SETS = 64, L1D_WAYS = 4, ERAT_SETS = 32, ERAT_WAYS = 2 };
#define NEVER INT64_MAX

/* What storage.def says of an instruction. */
enum access_kind {
    ACCESS_NONE,
    ACCESS_LOAD,
    ACCESS_STORE,
    ACCESS_VLOAD,
    ACCESS_VSTORE,
    ACCESS_BLOCK_LOAD,
    ACCESS_BLOCK_STORE,
    ACCESS_RESERVE,
    ACCESS_CONDITIONAL,
    /* Not of storage.def, but with an address all the same. */
    ACCESS_ZERO,
    ACCESS_TOUCH,
    ACCESS_FLUSH,
    ACCESS_CLEAN,
    ACCESS_INVALIDATE_CODE,
};

/* Bytes of storage, `bytes` of them from `ea` on; of a store, what they become. */
struct access {
    enum access_kind kind;
    uint64_t ea;
    unsigned bytes;
    unsigned offset; /* of vector loads: EA's low four bits */
    uint8_t data[SIM_LINE];
};

/* An instruction, taken apart. */
struct decoded {
    struct xenon_insn in;
    struct xenon_uses uses;
};

/* A line under way to L1D, and what was stored to it since it was asked for. */
struct overlay {
    bool written[SIM_LINE];
    uint8_t bytes[SIM_LINE];
};
struct miss {
    bool used;
    uint64_t line;
    unsigned first_block; /* the aligned 32 bytes asked for first */
    uint8_t tag;
    struct overlay overlay;
};
/* A load that waits for one. */
struct waiter {
    unsigned thread;
    uint64_t line;
    struct decoded d;
    struct access access;
    bool blocking;       /* of the thread's blocking load; otherwise the load itself, all of it */
    int64_t earliest;    /* its result is not ready before */
    struct overlay seen; /* stores older than it */
};

struct gather_buffer {
    bool used;
    uint64_t address, mask;
    int64_t begun;
    uint64_t order;
    uint8_t bytes[SIM_BLOCK];
};
/* A store, or the part of it in one aligned 64 bytes. */
struct queued_store {
    uint64_t address, mask;
    uint8_t bytes[SIM_BLOCK];
};

enum code_state { CODE_TO_LOOK_UP, CODE_ASKED, CODE_THERE };

struct reference_thread {
    struct xenon_context c;
    int64_t not_before; /* it issues nothing earlier, by a rule of its last instruction */
    int64_t next;       /* nor earlier than in the clock after that */
    int64_t ready[XENON_R_COUNT];
    int64_t dot_ready[XENON_R_COUNT]; /* the same for dot products */
    bool under_way[XENON_R_COUNT];    /* a load is still to write it */
    int64_t lr_for_branches, ctr_for_branches, fp_ready, last_vector_store;
    unsigned priority;
    uint32_t history;
    uint64_t link[16];
    unsigned links;

    enum code_state code;
    uint64_t code_line; /* what it executes from, or waits for */
    uint8_t code_bytes[SIM_LINE];

    bool barrier, barrier_posted;
    uint8_t barrier_kind;
    unsigned loads; /* under way */
    bool reserving, storing_conditionally;
    struct decoded atomic; /* lwarx or stwcx. under way */
    uint64_t atomic_ea;
    bool so;         /* as it was when stwcx. issued */
    bool translated; /* its access, which waits */

    /* A load that holds the thread up until it is complete. */
    struct {
        bool active, waiting; /* for a line */
        bool missed;
        struct decoded d;
        struct access access;
        unsigned done; /* bytes */
        int64_t earliest;
    } blocking;
};

struct cache_way {
    bool valid;
    uint64_t line;
    uint64_t used; /* when last, of L1I and the ERATs */
    uint8_t bytes[SIM_LINE];
};

enum {
    OUTBOX_MAX = 4096,
    OUTBOX_BUSY = 8,
    WAITERS_MAX = 64,
    MISSES_MAX = 8,
    STORES_MAX = 64,
    CODE_MISSES_MAX = 2,
    REPLIES_MAX = 4096,
    DECODED_MAX = 16384,
    CODE_TAG = 64
};

struct core_reference {
    struct core_reference_config config;
    struct xenon_core_timing timing;
    int64_t now;
    const char *failure;
    struct reference_thread thread[2];
    uint64_t halt[2];
    bool halted[2];

    unsigned last_issued; /* which thread; 1 at first */
    int64_t unit_until[XENON_UNITS];
    uint8_t counter[1 << 16];

    struct cache_way l1i[L1I_SETS][L1I_WAYS], l1d[L1D_SETS][L1D_WAYS];
    uint8_t l1d_tree[L1D_SETS]; /* bit 0: which half; bits 1, 2: which of the lower, the upper half */
    struct cache_way erat[2][ERAT_SETS][ERAT_WAYS]; /* data, code */
    uint64_t uses;

    struct miss miss[MISSES_MAX];
    struct waiter waiter[WAITERS_MAX];
    unsigned waiters;
    uint64_t code_asked[CODE_MISSES_MAX];
    unsigned code_misses;

    struct gather_buffer buffer[8];
    uint64_t buffer_order;
    int64_t last_drain;
    struct queued_store queue[STORES_MAX];
    unsigned queued;
    int64_t last_store[1 << 17]; /* by the address bits that load_hit_store_bits compares */
    uint32_t last_store_used[1 << 17];
    unsigned last_stores_used;

    struct sim_msg_core_request outbox[OUTBOX_MAX];
    unsigned outbox_head, outbox_count;
    int64_t last_sent;
    uint32_t credits;
    int64_t credit_back[1024];
    unsigned credit_head, credit_count;

    struct decoded decoded[DECODED_MAX]; /* by address; each stands for the word that it was made of */

    struct core_memory memory;
    struct core_memory_reply reply[REPLIES_MAX];
    unsigned reply_head, reply_count;
};

/* reference_storage.c */
uint64_t cr_line_of(uint64_t address);
struct cache_way *cr_l1d_find(struct core_reference *r, uint64_t line);
void cr_l1d_touch(struct core_reference *r, const struct cache_way *way);
void cr_l1d_drop(struct core_reference *r, uint64_t line);
void cr_l1d_enter(struct core_reference *r, uint64_t line, const uint8_t *bytes);
struct miss *cr_miss_find(struct core_reference *r, uint64_t line);
struct miss *cr_miss_begin(struct core_reference *r, unsigned thread, uint64_t address); /* NULL: no entry */
bool cr_queue_has_line(const struct core_reference *r, uint64_t line);
void cr_store_enter(struct core_reference *r, uint64_t address, uint64_t mask, const uint8_t *block);
void cr_store_step(struct core_reference *r);
void cr_send_buffers_of(struct core_reference *r, uint64_t line);
bool cr_stores_are_out(const struct core_reference *r);
void cr_post(struct core_reference *r, struct sim_msg_core_request message);
bool cr_could_send(struct core_reference *r);
void cr_send_step(struct core_reference *r);
/* ERAT `which` (0 data, 1 code): true on a hit; otherwise the entry is there now. */
bool cr_erat_look(struct core_reference *r, unsigned which, uint64_t ea);
/* An access that issues uses the entry of its page. */
void cr_erat_use(struct core_reference *r, unsigned which, uint64_t ea);

/* reference_execute.c */
enum xenon_outcome cr_execute(struct xenon_context *c, const struct xenon_insn *in);
struct access cr_access_of(const struct xenon_context *c, const struct xenon_insn *in);
/* What the bytes that a load has read make of its registers. */
void cr_load_done(struct xenon_context *c, const struct xenon_insn *in, const struct access *access,
                  const uint8_t *bytes);
bool cr_is_update(const struct xenon_insn *in);

/* reference_access.c */
/* Issues it, or says that it must wait. */
bool cr_access_issue(struct core_reference *r, unsigned n, const struct decoded *d, bool paired);
void cr_blocking_step(struct core_reference *r, unsigned n);
void cr_line_arrived(struct core_reference *r, const struct sim_msg_core_reply *reply);
void cr_reserved(struct core_reference *r, const struct sim_msg_core_reply *reply);
void cr_conditional_done(struct core_reference *r, const struct sim_msg_core_reply *reply);

/* reference_branch.c */
void cr_branch_issue(struct core_reference *r, unsigned n, const struct decoded *d);
/* It waits for nothing but a stwcx. whose CR0 it tests. */
bool cr_branch_may_issue(const struct core_reference *r, unsigned n, const struct decoded *d);

/* reference_issue.c */
/* Issues what stands at the thread's nia in this clock, alone or with a second. */
bool cr_issue(struct core_reference *r, unsigned n);
void cr_hold(struct reference_thread *t, int64_t until);
/* To the instruction behind this one. */
void cr_go_on(struct reference_thread *t, const struct xenon_insn *in);
void cr_report(struct core_reference *r, unsigned n, const struct decoded *d, int64_t ready, bool paired);
/* When a microcoded instruction that issues now is over; words: that micro_block begins. */
int64_t cr_micro_end(const struct core_reference *r, const struct decoded *d, unsigned words);

/* core_reference.c */
/* Posts the thread's barrier if it has become possible. */
void cr_barrier_step(struct core_reference *r, unsigned n);
/* The line leaves L1I; threads other than `except` that are in it hear of it. */
void cr_code_goes(struct core_reference *r, uint64_t line, unsigned except);

#endif
