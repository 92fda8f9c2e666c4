/* The inside of the command processor, shared by the files that make it up. Nobody else includes this. */
#ifndef CYCLE360_XENOS_CP_PARTS_H
#define CYCLE360_XENOS_CP_PARTS_H

#include "models/xenos/cp/cp.h"

/* CP_INT_STATUS */
enum {
    CP_INT_OPCODE = 1u << 24,
    CP_INT_RESERVED = 1u << 26,
    CP_INT_IB = 1u << 27,
};
enum { CP_ME_HALT = 1u << 28, CP_DEBUG_NO_PREDICATION = 1u << 23, CP_COHER_BUSY = 1u << 31 };
enum { CP_DISPLAY_FIRST = 0x1800, CP_DISPLAY_LAST = 0x1FFF, CP_CONTEXT_FIRST = 0x2000, CP_CONTEXT_LAST = 0x23FF };

/* The value of a word in memory's order (first byte the most significant), as the GPU sees it by an endian mode. */
static inline uint32_t cp_swap(uint32_t big, uint32_t mode)
{
    switch (mode & 3) {
    case 0:
        return __builtin_bswap32(big);
    case 1: /* 8 in 16 */
        return big << 16 | big >> 16;
    case 2: /* 8 in 32 */
        return big;
    default: /* 16 in 32 */
        return (big & 0x00FF00FF) << 8 | (big >> 8 & 0x00FF00FF);
    }
}

static inline uint64_t cp_edge(const struct cp *cp, sim_time t)
{
    return sim_clock_ceil(cp->config.clock, t);
}

static inline bool cp_is_display(uint32_t index)
{
    return index >= CP_DISPLAY_FIRST && index <= CP_DISPLAY_LAST;
}

static inline bool cp_stopped(const struct cp *cp)
{
    return (cp->reg[XENOS_CP_ME_CNTL] & CP_ME_HALT) || (cp->reg[XENOS_RBBM_SOFT_RESET] & 1);
}

static inline uint32_t cp_ring_words(const struct cp *cp)
{
    uint32_t log = XENOS_GET(cp->reg[XENOS_CP_RB_CNTL], CP_RB_CNTL, RB_BUFSZ);
    return 2u << (log < 19 ? log : 19);
}

static inline uint32_t cp_physical(const struct cp *cp, uint32_t address)
{
    return address & (uint32_t)(cp->config.memory_size - 1) & ~3u;
}

/* cp_fetch.c: lines on their way in. */
bool cp_fetch_wants(const struct cp *cp, enum cp_source *source); /* who asks next */
void cp_fetch_ask(struct cp *cp, enum cp_source source, sim_time t);
void cp_fetch_arrived(struct cp *cp, const struct sim_msg_memory_reply *reply);
void cp_fetch_begin(struct cp *cp, enum cp_source source, uint32_t address, uint32_t words);
void cp_fetch_drop(struct cp *cp, enum cp_source source); /* what is asked for and not taken */
bool cp_fetch_here(const struct cp *cp, enum cp_source source, uint32_t words);
uint32_t cp_fetch_count(const struct cp *cp, enum cp_source source, uint32_t most);     /* that can be taken now */
void cp_fetch_take(struct cp *cp, enum cp_source source, uint32_t *to, uint32_t words); /* to NULL: drops them */

/* cp_parse.c */
void cp_parse(struct cp *cp, uint64_t edge);
uint64_t cp_parse_next(const struct cp *cp);
void cp_rewind(struct cp *cp, uint32_t rptr); /* the ring's pointer moves; what was read ahead is dropped */
void cp_error(struct cp *cp, enum cp_error error, uint32_t source, uint32_t address, uint32_t header);

/* cp_engine.c */
void cp_engine_run(struct cp *cp, uint64_t edge);
uint64_t cp_engine_next(const struct cp *cp);
void cp_engine_changed(struct cp *cp, uint64_t edge); /* registers have: waits look again */
/* The value of a register, or of a word of memory: false where it is not there yet; the handler is called again, with
 * cp->me.step 1 and the value in cp->me.value. */
bool cp_engine_get(struct cp *cp, bool memory, uint32_t where, uint64_t edge, uint32_t *value);
void cp_tell(struct cp *cp, const struct cp_piece *piece, uint64_t begun, uint64_t done, enum cp_outcome outcome);

/* cp_memory.c: what leaves. */
bool cp_out_room(const struct cp *cp, uint32_t count);
void cp_out_word(struct cp *cp, uint32_t address, uint32_t value, uint32_t swap, bool gather);
void cp_out_bytes(struct cp *cp, uint32_t address, const uint8_t *bytes, uint32_t count);
void cp_out_interrupt(struct cp *cp, uint8_t vector, uint8_t targets);
void cp_out_display(struct cp *cp, uint32_t index, bool write, uint32_t data);
void cp_out_send(struct cp *cp, sim_time t, uint64_t edge);
sim_time cp_out_next(const struct cp *cp);

/* cp_pipe.c: draws and events, in their order, and who waits for them. */
void cp_pipe_draw(struct cp *cp, uint64_t edge);                     /* what the registers say */
void cp_pipe_immediate(struct cp *cp, uint32_t word, uint64_t edge); /* indices for it */
void cp_pipe_done(struct cp *cp, uint64_t edge);                     /* of the oldest draw that is under way */
bool cp_pipe_busy(const struct cp *cp, uint64_t edge);
void cp_pipe_wait(struct cp *cp, uint64_t edge); /* the micro engine goes on when the pipe is idle */
void cp_pipe_coherency(struct cp *cp, enum cp_coherency which, uint64_t edge);
void cp_pipe_event(struct cp *cp, uint32_t event, uint64_t edge);
bool cp_pipe_room(const struct cp *cp);
void cp_pipe_stamp(struct cp *cp, enum cp_stamp_kind kind, uint32_t event, uint32_t address, uint32_t data,
                   uint64_t edge);
void cp_pipe_run(struct cp *cp, uint64_t edge);
uint64_t cp_pipe_next(const struct cp *cp);
/* Takes the next context where this one's registers have changed. False: none is free before cp->me.free. */
bool cp_pipe_roll(struct cp *cp, uint64_t edge);

/* cp_registers.c */
void cp_write(struct cp *cp, uint32_t index, uint32_t value, uint64_t edge); /* by a packet */
void cp_store(struct cp *cp, uint32_t index, uint32_t value, uint64_t edge); /* by anybody: nobody is told */
uint32_t cp_read(const struct cp *cp, uint32_t index, uint64_t edge);
void cp_read_done(struct cp *cp, uint32_t index); /* what a read does */
void cp_raise(struct cp *cp, uint32_t bits);      /* of CP_INT_STATUS */
void cp_reset_registers(struct cp *cp);
bool cp_writable(uint32_t index);
uint64_t cp_changes_at(const struct cp *cp, uint32_t index, uint64_t edge); /* by itself */

/* cp_mmio.c */
void cp_answer_accesses(struct cp *cp, sim_time t);

/* cp.c */
void cp_run(struct cp *cp, sim_time t);
void cp_flush(struct cp *cp); /* a reset of the command processor: all that is under way is forgotten */

/* cp_state.c */
void cp_save(const struct sim_component *self, struct sim_writer *writer);
void cp_load(struct sim_component *self, struct sim_reader *reader);

/* cp_trace.c */
void cp_trace(struct sim_component *self, struct waves_scope *scope);
void cp_show(struct sim_component *self, sim_time t);
void cp_show_changes(struct cp *cp, sim_time t);

#endif
