/* The inside of a core, shared by the files that make it up. Nobody else includes this.
 *
 * A moment is a clock and a cause in one number, clock << 5 | enum xenon_cause: the later of two moments is the larger
 * number, and says why it is later. So whatever an instruction waits for, it takes one maximum, and the cause comes
 * along. A moment that is not known yet (a load under way) has PENDING set, which is later than every horizon. */
#ifndef CYCLE360_XENON_CORE_CORE_PARTS_H
#define CYCLE360_XENON_CORE_CORE_PARTS_H

#include "models/sim/storage.h"
#include "models/xenon/core/core.h"
#include "models/xenon/isa/interrupt.h"

#define CAUSE_BITS     5
#define CAUSE_MASK     UINT64_C(31)
#define MOMENT(c, why) ((uint64_t)(c) << CAUSE_BITS | XENON_CAUSE_OF_##why)
#define CLOCK_OF(m)    ((m) >> CAUSE_BITS)
#define ONE_CLOCK      (UINT64_C(1) << CAUSE_BITS)
#define PENDING        (UINT64_C(1) << 62)
#define CLOCK_NEVER    (UINT64_MAX >> CAUSE_BITS)
#define later(a, b)    ((a) > (b) ? (a) : (b))

enum {
    CORE_THREADS = 2,
    L1I_SETS = 128,
    L1I_WAYS = 2,
    L1D_SETS = 64,
    L1D_WAYS = 4,
    ERAT_SETS = 32,
    ERAT_WAYS = 2,
    TLB_SETS = 256,
    TLB_WAYS = 4,
    LINE_WORDS = SIM_LINE / 4,
    MISSES_MAX = 8,
    WAITERS_MAX = 64,
    STORES_MAX = 64,
    GATHERS_MAX = 8,
    OUTBOX_MAX = 64,
    OUTBOX_BUSY = 8, /* cache operations and stores that are not cached wait while it holds so many */
    LINK_STACK_MAX = 16,
    ACCESS_MAX = 132, /* bytes of the longest blocking access */
    BREAKS_MAX = 64,
};

/* An instruction in L1I: taken apart, with what timing asks of it. */
struct core_insn {
    struct xenon_insn in;
    uint8_t address[2], reads[XENON_READS_MAX], writes[XENON_WRITES_MAX]; /* enum xenon_resource */
    uint8_t unit, flags;                                                  /* enum core_flags */
    uint16_t handler;   /* the instruction's enum xenon_op, or an enum core_handler */
    uint32_t step;      /* moment from the instruction before it, if that did not branch */
    uint32_t latency;   /* moments to be added: for writes[0], */
    uint32_t latency_1; /* for the others, */
    union {
        uint32_t busy; /* and for who comes next, of MICRO and BLOCKS */
        int32_t skip;  /* NEAR: how many records further its target is */
    };
};

enum core_flags {
    CORE_MICRO = 1,
    CORE_BLOCKS = 2,
    CORE_SYNC = 4,
    CORE_THIRD = 8, /* writes[2] counts */
    CORE_SPECIAL = CORE_MICRO | CORE_BLOCKS | CORE_SYNC | CORE_THIRD,
    CORE_ALWAYS = 0x10, /* a branch that asks for nothing */
    CORE_HINTED = 0x20, /* one whose BO says what to predict */
};

/* What stands in a record, where it is not an instruction with a handler of its own. The first is what a new line is
 * full of. */
enum core_handler {
    HANDLER_UNKNOWN = XENON_OP_ILLEGAL,
    HANDLER_LINE_END = XENON_OP_COUNT,
    HANDLER_ILLEGAL,
    HANDLER_FIELDS, /* several fields of CR */
    HANDLER_HINT,   /* or 1,1,1 and its kin */
    HANDLER_NEAR,   /* bc within its line, that sets no LR */
    HANDLER_MFLR,
    HANDLER_MTLR,
    HANDLER_MFCTR,
    HANDLER_MTCTR,
    HANDLER_DOT,
    HANDLER_STORAGE, /* kind STORAGE of isa.def */
    HANDLER_SYSTEM,  /* group SYSTEM */
    CORE_HANDLERS
};

/* The moments of a dot product's result have a cause of their own, by which another dot product knows it. */
enum { CAUSE_DOT = XENON_CAUSES };

struct core_code_line {
    uint64_t tag; /* real address | 1; 0: empty */
    uint64_t ea;  /* that the records' pc begin with */
    uint32_t word[LINE_WORDS];
    struct core_insn insn[LINE_WORDS + 1];
};

struct core_erat {
    struct core_erat_entry {
        uint64_t key; /* effective page | whose it is; 0: empty */
        uint64_t page;
        uint32_t flags;   /* enum sim_page_flags */
        uint32_t none[3]; /* up to 32 bytes, which are found without a multiplication */
    } entry[ERAT_SETS][ERAT_WAYS];
    uint8_t last[ERAT_SETS]; /* the way used last */
};

struct core_tlb_entry {
    uint64_t key;  /* 0: empty */
    uint64_t page; /* real */
    uint32_t flags;
    uint8_t bits; /* log2 of the page's size */
};

/* A line of data under way. */
struct core_miss {
    bool used;
    uint8_t first;    /* the 32 bytes asked for first */
    uint64_t line;    /* real address */
    uint64_t mask[2]; /* bytes stored by this core since */
    uint8_t stored[SIM_LINE];
};

/* A load that waits for one. */
struct core_waiter {
    uint8_t used; /* WAITER_... */
    uint8_t miss, thread;
    uint8_t offset, bytes; /* in the line */
    uint8_t in_offset;     /* of vectors: the low bits of the address */
    uint64_t mask[2];      /* bytes that older stores of this core have written since the line was asked for */
    uint8_t stored[SIM_LINE];
    struct xenon_insn in;
    uint32_t resource;
    uint64_t floor; /* clock before which the register is not ready */
};
enum { WAITS_FOR_DEVICE = 0xFE, WAITS_FOR_RESERVE = 0xFF }; /* instead of a miss' number */
enum { WAITER_FREE, WAITER_LOAD, WAITER_ACCESS };
enum { CORE_TAG_CODE = 0x80, CORE_TAG_WALK }; /* of a message; otherwise the number of a miss or of a waiter */

struct core_store {
    uint64_t block; /* real address of its 64 bytes */
    uint64_t mask;
    uint8_t bytes[SIM_BLOCK];
};

struct core_gather {
    bool used;
    uint64_t begun, order; /* clock; which came first */
    struct core_store store;
};

/* A load or store that has its thread to itself. */
struct core_access {
    struct xenon_insn in;
    uint64_t ea, ra[2];         /* of its first byte, and of the first byte of its second page or line */
    uint8_t bytes, done, split; /* split: bytes before ra[1] */
    bool waits;                 /* it could not ask for its next line yet */
    uint64_t floor;             /* moment from which its thread may go on at the earliest */
    uint8_t resource;
    uint8_t buffer[ACCESS_MAX];
};

/* A translation that is waited for. */
struct core_walk {
    uint64_t ea;
    bool store, code, secondary;
    bool hint; /* a touch: without a translation nothing happens */
};

/* An access that waits for room or for its own stwcx. is translated once: what that came to. */
struct core_kept {
    bool valid, store;
    uint8_t bytes;
    uint32_t flags;
    uint64_t ea, ra[2], instructions; /* the thread's, when it waited: it is the next one */
};

struct core_thread {
    struct xenon_context context;
    uint64_t ready[XENON_R_COUNT]; /* moments */
    uint64_t now;                  /* moment of its last issue; while `lookup`, the one from which on it may look up */
    uint64_t lr_ready, ctr_ready;  /* for branches */
    uint64_t vector_stored;        /* moment until which stores of FPRs wait */
    uint64_t start;                /* clock; CLOCK_NEVER: not about to start */
    uint64_t instructions;
    union {
        struct {
            uint8_t state;  /* enum xenon_thread_state */
            bool lookup;    /* its line of code must be looked up */
            bool interrupt; /* not state: one is due when it next could issue */
            uint8_t priority;
        };
        uint32_t turn; /* all four: where two threads' are the same, nothing but the clock says who issues */
    };
    bool line_up;        /* external interrupt */
    bool conditional_so; /* XER.SO when the conditional store issued */
    bool barrier_posted;
    bool idles;      /* the kernel's, and traps when there is an external interrupt */
    uint8_t traps;   /* that the kernel has been told of */
    bool woken;      /* about to start because of an interrupt */
    uint8_t barrier; /* enum sim_core_request_kind: SIM_TRAP where the kernel is asked, for context.interrupt */
    uint8_t index;
    union {
        struct {
            uint16_t loads_under_way;
            bool conditional_under_way; /* or a reservation */
            bool none;
        };
        uint32_t under_way; /* of both; where it is 0 no register is pending */
    };
    uint64_t resume; /* not state: moment from which on the next instruction may issue, from the slow paths; 0: any */
    uint32_t history;
    uint64_t link_stack[LINK_STACK_MAX];
    uint8_t links;
    uint64_t waits_for; /* state FETCHES: the line | 1 */
    struct core_walk walk;
    struct core_access access;
    struct core_kept kept;
    uint64_t dec_edge, hdec_edge; /* time base edge at which context.decrementer held */

    /* Not state: follows from it. */
    struct core_thread *other;
    struct core_insn *in; /* while RUNS and not `lookup` */
    uint8_t wait_cause;   /* of an instruction that could not issue for lack of room */
    uint64_t bound;       /* moment before which it does not issue; PENDING: until something happens */
    uint64_t data_key, code_key;
    uint64_t address_mask; /* of effective addresses */
    uint32_t need_read, need_write;
    uint64_t dec_clock; /* at which DEC or HDEC becomes negative */
    uint64_t charged;   /* profile: clocks accounted for */
    uint64_t profile[XENON_CAUSES];
};

struct core_signals {
    uint32_t pc[CORE_THREADS], state[CORE_THREADS], cause[CORE_THREADS], issued[CORE_THREADS], line[CORE_THREADS];
    uint32_t misses, stores, gathers, outbox, l1d_fill, l1d_drop, l1i_fill;
};

struct xenon_core {
    struct sim_component component;
    struct sim_out request;
    struct sim_in reply, line;
    struct xenon_core_config config;
    struct xenon_core_timing timing;

    struct core_thread thread[CORE_THREADS];
    uint64_t unit_free[XENON_UNITS]; /* moments */
    uint64_t last_issue;             /* clock + 1 of the core's last issue; 0: none */
    uint8_t last_thread;

    struct core_code_line *l1i; /* [set * L1I_WAYS + way] */
    uint8_t l1i_last[L1I_SETS];
    uint64_t l1d_tag[L1D_SETS][L1D_WAYS]; /* real address | 1; 0: empty */
    uint8_t l1d_tree[L1D_SETS];
    uint8_t (*l1d)[SIM_LINE]; /* [set * L1D_WAYS + way] */
    struct core_erat erat[2]; /* data, code */
    struct core_tlb_entry (*tlb)[TLB_WAYS];
    uint8_t tlb_tree[TLB_SETS];
    uint8_t *predictor;
    uint64_t *stored_at; /* moments until which a load behind a store waits */
    uint64_t stored_mask;

    struct core_miss miss[MISSES_MAX];
    uint32_t misses;
    struct core_waiter waiter[WAITERS_MAX];
    uint32_t waiters;
    struct core_store store[STORES_MAX]; /* a ring */
    uint32_t store_first, stores;
    struct core_gather gather[GATHERS_MAX];
    uint32_t gathers, last_gather;
    uint64_t gather_order, last_drain; /* last_drain: clock + 1; 0: never */
    struct sim_msg_core_request outbox[OUTBOX_MAX];
    uint32_t out_first, out_count;
    struct {
        uint32_t owed;         /* SNOOP_TLB that UNMAPPED is still to answer */
        uint32_t stores;       /* in the store queue, of before the last of them */
        uint64_t gather_order; /* gather buffers up to this one, likewise */
        uint8_t accesses;      /* bit n: thread n was in the middle of an access */
        uint64_t from;         /* clock of the earliest answer */
    } unmap;
    uint64_t send_free;         /* clock from which a message may be sent */
    uint64_t tb_edge, tb_value; /* time base: value at that edge */
    bool tb_counts;

    /* Not state. */
    uint64_t limit;                   /* clocks before this may be run */
    uint64_t horizon;                 /* the running thread's, a moment */
    uint64_t event;                   /* clock of the next event of its own */
    uint64_t gather_tag[GATHERS_MAX]; /* block | 1; 0: not used */
    uint32_t oldest_gather;           /* the buffer that goes next; GATHERS_MAX: none may */
    uint32_t held_gathers;            /* bit n: buffer n waits for its line, which is under way */
    uint32_t block_mask;
    uint64_t address_skew, behind_store; /* moments to be added */
    struct {
        uint32_t mask, history_mask;
        uint8_t history_shift;
    } predicts;
    const struct xenon_core_watch *watch;
    bool watched, profiling, tracing;
    unsigned breaks;
    uint64_t break_at[BREAKS_MAX];
    uint64_t shown[CORE_THREADS]; /* instructions that waves have seen */
    struct waves_scope *scope;
    struct core_signals signals;
};

/* Clocks and times. */
static inline sim_time core_time(const struct xenon_core *core, uint64_t clock)
{
    return sim_clock_edge(core->config.clock, clock);
}

static inline uint64_t core_clock_at(const struct xenon_core *core, sim_time t)
{
    return t > SIM_TIME_MAX ? CLOCK_NEVER : sim_clock_ceil(core->config.clock, t);
}

/* Is it the kernel's? */
static inline bool core_parked(const struct core_thread *th)
{
    return th->state == XENON_THREAD_WAITS && th->barrier == SIM_TRAP && th->barrier_posted;
}

/* The moment from which on the rules of order and redirection let the thread's next instruction issue. */
static inline uint64_t core_floor(const struct core_thread *th)
{
    return th->lookup ? th->now : th->now + th->in->step;
}

/* Something will have to be done at a clock: nobody issues at or after it before. */
static inline void core_event_at(struct xenon_core *core, uint64_t clock)
{
    if (clock < core->event) {
        core->event = clock;
        if (clock << CAUSE_BITS < core->horizon)
            core->horizon = clock << CAUSE_BITS;
    }
}

/* run.h, twice: without and with someone who looks. Runs the threads through all clocks before core->limit and
 * core->event. */
void core_run_plain(struct xenon_core *core);
void core_run_watched(struct xenon_core *core);

/* watch.c: called where core->watched is set, before an instruction that issues at m is executed, and after */
void core_issuing(struct xenon_core *core, struct core_thread *th, const struct core_insn *in, uint64_t m);
void core_issued(struct xenon_core *core, struct core_thread *th, const struct core_insn *in, uint64_t m, bool faulted);
void core_charge(struct core_thread *th, uint64_t clock, uint64_t why); /* clocks before this one */

/* events.c */
void core_advance(struct sim_component *self, sim_time until);
sim_time core_next_event(const struct sim_component *self);
void core_find_still(struct xenon_core *core);
void core_events(struct xenon_core *core, uint64_t clock); /* steps 1 to 4 of a clock */
uint64_t core_next_own_event(const struct xenon_core *core, uint64_t from);
struct sim_msg_core_request *core_post(struct xenon_core *core, uint64_t clock, unsigned kind, unsigned thread,
                                       uint64_t address); /* zeroed; to be filled in, then core_posted() */
void core_posted(struct xenon_core *core, uint64_t clock);
/* Past the outbox, which is empty, at a clock at which a message may be sent: the place to put it. */
struct sim_msg_core_request *core_send(struct xenon_core *core, uint64_t clock, enum sim_core_request_kind kind);
void core_take_interrupt(struct xenon_core *core, struct core_thread *th, uint64_t clock); /* context.interrupt */
void core_see_interrupts(struct xenon_core *core, struct core_thread *th, uint64_t clock);
bool core_barrier_possible(const struct xenon_core *core, const struct core_thread *th);
void core_control_changed(struct xenon_core *core, struct core_thread *th, uint64_t clock);
void core_thread_changed(struct xenon_core *core, struct core_thread *th); /* MSR, SPRs: what follows from them */

/* stores.c */
bool core_store_room(const struct xenon_core *core, unsigned pieces);
void core_store(struct xenon_core *core, uint64_t clock, uint64_t ra, const uint8_t *bytes, unsigned size);
void core_flush_line(struct xenon_core *core, uint64_t clock, uint64_t line); /* its gather buffers go ahead */
bool core_store_queued(const struct xenon_core *core, uint64_t line);
bool core_gather_has(const struct xenon_core *core, uint64_t ra);
struct core_store *core_gather_other(struct xenon_core *core, uint64_t ra, uint64_t clock);
void core_stores_move(struct xenon_core *core, uint64_t clock);
uint64_t core_stores_event(const struct xenon_core *core, uint64_t from);
void core_gathers_loaded(struct xenon_core *core); /* what follows from their state */

/* cache.c */
struct core_code_line *core_code_find(struct xenon_core *core, uint64_t ra, uint64_t ea);
void core_look_up(struct xenon_core *core, struct core_thread *th, uint64_t clock); /* the line of th's nia */
void core_code_drop(struct xenon_core *core, uint64_t ra, uint64_t clock);
void core_code_begin(struct core_code_line *line, uint64_t ea);
void core_decode_pair(struct xenon_core *core, struct core_code_line *line, unsigned word);
uint8_t *core_data_find(struct xenon_core *core, uint64_t ra, bool touch); /* the line's bytes, NULL where it is not */
void core_data_drop(struct xenon_core *core, uint64_t ra);
void core_data_drop_range(struct xenon_core *core, uint64_t ra, uint64_t size);
void core_data_fill(struct xenon_core *core, uint64_t ra, const uint8_t *bytes);
struct core_miss *core_miss_find(struct xenon_core *core, uint64_t line);
void core_data_stored(struct xenon_core *core, uint64_t ra, const uint8_t *bytes, unsigned size);
void core_fill(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *reply);
void core_value_came(struct xenon_core *core, struct core_thread *th, uint64_t clock,
                     const struct sim_msg_core_reply *reply); /* of a reservation, of a device */

/* access.c: what a load, store or cache operation comes to that is not the usual case */
enum core_result {
    CORE_DONE,    /* issued                                                       */
    CORE_LATER,   /* not issued: not before thread->resume, or where that is 0 until something happens */
    CORE_FAULTS,  /* context.interrupt asks                                                            */
    CORE_ENTERED, /* issued, and the thread's state is another                                         */
    CORE_REFETCH, /* issued, and the next instruction is to be looked up at context.nia                */
};
/* Each leaves in thread->resume from when on the next instruction may issue; 0: as after any. */
enum core_result core_load_slow(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m);
enum core_result core_store_slow(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m);
enum core_result core_storage(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m);
enum core_result core_system(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m);
void core_access_filled(struct xenon_core *core, struct core_thread *th, uint64_t clock, const uint8_t *bytes,
                        unsigned size);
void core_access_retry(struct xenon_core *core, struct core_thread *th, uint64_t clock, bool came);
void core_resume(struct core_thread *th, uint64_t moment); /* a thread that was not RUNS goes on */
enum core_result core_cache_operation(struct xenon_core *core, struct core_thread *th, struct core_insn *in,
                                      uint64_t m);
void core_put_loaded(struct core_thread *th, const struct xenon_insn *in, unsigned offset, const uint8_t *bytes);

/* translate.c */
enum core_translation { CORE_HIT, CORE_WAIT, CORE_FAULT };
/* An effective address at a clock. WAIT: the thread may not issue before thread->bound, or is TRANSLATES. FAULT:
 * context.interrupt asks. */
enum core_translation core_translate(struct xenon_core *core, struct core_thread *th, uint64_t clock, uint64_t ea,
                                     bool store, bool code, uint64_t *ra, uint32_t *flags);
void core_translated(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *reply);
void core_walked(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *reply);
void core_erat_flush(struct xenon_core *core);
void core_tlb_invalidate(struct xenon_core *core, uint64_t base, uint64_t size); /* whole pages */
void core_tlb_reload(struct xenon_core *core, const struct core_thread *th);
void core_tlb_instruction(struct xenon_core *core, const struct core_thread *th, const struct xenon_insn *in);
void core_tlb_broadcast(struct xenon_core *core, uint64_t rb);
uint32_t core_real_flags(uint64_t ra);

/* clocks.c */
uint64_t core_time_base(const struct xenon_core *core, uint64_t clock);
void core_counters_read(struct xenon_core *core, struct core_thread *th, uint64_t clock);
void core_counters_written(struct xenon_core *core, struct core_thread *th, uint64_t clock, enum xenon_spr spr);
bool core_decrementer_is_negative(const struct xenon_core *core, const struct core_thread *th, uint64_t clock,
                                  bool hypervisor);
void core_find_decrementer(struct xenon_core *core, struct core_thread *th, uint64_t clock); /* th->dec_clock */

/* state.c, trace.c */
void core_save(const struct sim_component *self, struct sim_writer *writer);
void core_load(struct sim_component *self, struct sim_reader *reader);
void core_trace(struct sim_component *self, struct waves_scope *scope);
void core_show(struct sim_component *self, sim_time t);
void core_show_issue(struct xenon_core *core, const struct core_thread *th, uint64_t pc, uint64_t m);
void core_show_state(struct xenon_core *core, uint64_t clock);
void core_show_thread(struct xenon_core *core, const struct core_thread *th, uint64_t clock);
enum core_line_event { CORE_L1D_FILL, CORE_L1D_DROP, CORE_L1I_FILL };
void core_show_line(struct xenon_core *core, enum core_line_event event, uint64_t line, uint64_t clock);

#endif
