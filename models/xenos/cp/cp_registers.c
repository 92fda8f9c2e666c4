/* The register file: what writes do beyond being stored, and what reads of registers that live say. */
#include "models/xenos/cp/cp_parts.h"

#include <string.h>

enum access { UNKNOWN, READ = XENOS_READ, WRITE = XENOS_WRITE, RW = XENOS_RW };

static const uint8_t accesses[XENOS_REGISTERS] = {
#define REG(index, name, unit, how, reset, source, note) [index] = (how),
#include "models/xenos/registers/registers.def"
};

/* Registers whose writes do something. */
enum effect {
    PLAIN,
    RB_BASE,
    RB_CNTL,
    RB_WPTR,
    RB_RPTR_WR,
    SCRATCH,
    INT_CNTL,
    INT_ACK,
    CPU_INT_STATUS,
    CPU_INT_ACK,
    RBBM_ACK,
    SOFT_RESET,
    PFP_ADDR,
    PFP_DATA,
    ME_WADDR,
    ME_RADDR,
    ME_DATA,
    COHER_STATUS,
    COHER_BASE,
    WAIT,
    NRT_DATA,
    EVENT,
    DRAW,
    IMMEDIATE,
    NO_STATE, /* in the range of a context, but none of its registers */
    PROG_COUNTER,
};

static const uint8_t effects[XENOS_REGISTERS] = {
    [XENOS_CP_RB_BASE] = RB_BASE,
    [XENOS_CP_RB_CNTL] = RB_CNTL,
    [XENOS_CP_RB_WPTR] = RB_WPTR,
    [XENOS_CP_RB_RPTR_WR] = RB_RPTR_WR,
    [XENOS_SCRATCH_REG0] = SCRATCH,
    [XENOS_SCRATCH_REG1] = SCRATCH,
    [XENOS_SCRATCH_REG2] = SCRATCH,
    [XENOS_SCRATCH_REG3] = SCRATCH,
    [XENOS_SCRATCH_REG4] = SCRATCH,
    [XENOS_SCRATCH_REG5] = SCRATCH,
    [XENOS_SCRATCH_REG6] = SCRATCH,
    [XENOS_SCRATCH_REG7] = SCRATCH,
    [XENOS_CP_INT_CNTL] = INT_CNTL,
    [XENOS_CP_INT_ACK] = INT_ACK,
    [XENOS_CP_CPU_INT_STATUS] = CPU_INT_STATUS,
    [XENOS_CALLBACK_ACK] = CPU_INT_ACK,
    [XENOS_RBBM_INT_ACK] = RBBM_ACK,
    [XENOS_RBBM_SOFT_RESET] = SOFT_RESET,
    [XENOS_CP_PFP_UCODE_ADDR] = PFP_ADDR,
    [XENOS_CP_PFP_UCODE_DATA] = PFP_DATA,
    [XENOS_CP_ME_RAM_WADDR] = ME_WADDR,
    [XENOS_CP_ME_RAM_RADDR] = ME_RADDR,
    [XENOS_CP_ME_RAM_DATA] = ME_DATA,
    [XENOS_COHER_STATUS_PM4] = COHER_STATUS,
    [XENOS_COHER_STATUS_RT] = COHER_STATUS,
    [XENOS_COHER_STATUS_HOST] = COHER_STATUS,
    [XENOS_COHER_BASE_PM4] = COHER_BASE,
    [XENOS_COHER_BASE_RT] = COHER_BASE,
    [XENOS_COHER_BASE_HOST] = COHER_BASE,
    [XENOS_WAIT_UNTIL] = WAIT,
    [XENOS_NQWAIT_UNTIL] = WAIT,
    [XENOS_CP_ME_NRT_DATA] = NRT_DATA,
    [XENOS_GFX_COPY_STATE] = NO_STATE,
    [XENOS_VGT_EVENT_INITIATOR] = EVENT,
    [XENOS_VGT_DRAW_INITIATOR] = DRAW,
    [XENOS_VGT_IMMED_DATA] = IMMEDIATE,
    [XENOS_CP_PROG_COUNTER] = PROG_COUNTER,
};

bool cp_writable(uint32_t index)
{
    return accesses[index] != READ || effects[index] != PLAIN;
}

static unsigned coher_of(uint32_t index)
{
    return index >= XENOS_COHER_SIZE_HOST ? CP_COHER_HOST : index >= XENOS_COHER_SIZE_RT ? CP_COHER_RT : CP_COHER_PM4;
}

void cp_raise(struct cp *cp, uint32_t bits)
{
    uint32_t before = cp->reg[XENOS_CP_INT_STATUS] & cp->reg[XENOS_CP_INT_CNTL];
    cp->reg[XENOS_CP_INT_STATUS] |= bits;
    if ((cp->reg[XENOS_CP_INT_STATUS] & cp->reg[XENOS_CP_INT_CNTL]) & ~before)
        cp_out_interrupt(cp, cp->config.error_vector, cp->config.error_targets);
}

static void scratch(struct cp *cp, uint32_t index, uint32_t value)
{
    uint32_t mask = cp->reg[XENOS_SCRATCH_UMSK], number = index - XENOS_SCRATCH_REG0;
    if (mask >> number & 1)
        cp_out_word(cp, (cp->reg[XENOS_SCRATCH_ADDR] & ~31u) + 4 * number, value, mask >> 16 & 3, false);
}

static void me_write(struct cp *cp, uint32_t value)
{
    uint32_t *place = &cp->reg[XENOS_CP_ME_RAM_WADDR];
    cp->me_code[*place % CP_ME_WORDS] = value;
    *place = (*place + 1) % CP_ME_WORDS;
}

static void pfp_write(struct cp *cp, uint32_t value)
{
    uint32_t *place = &cp->reg[XENOS_CP_PFP_UCODE_ADDR];
    cp->pfp_code[*place % CP_PFP_WORDS] = value;
    *place = (*place + 1) % CP_PFP_WORDS;
}

/* The ring is read again from its pointer on. */
static void ring_changed(struct cp *cp)
{
    cp->reg[XENOS_CP_RB_WPTR] &= cp_ring_words(cp) - 1;
    cp_rewind(cp, cp->rptr);
}

/* Later traffic of the command stream waits for the pipe, if it is not the display alone that is waited for. */
static void wait_until(struct cp *cp, uint32_t index, uint32_t value, uint64_t edge)
{
    enum { PIPE = 0x3C000 };
    if (index != XENOS_NQWAIT_UNTIL && !(value & PIPE))
        return;
    cp_pipe_wait(cp, edge);
}

static void write_nrt(struct cp *cp, uint32_t value)
{
    uint32_t *address = &cp->reg[XENOS_CP_ME_NRT_ADDR];
    cp_out_word(cp, *address & ~3u, value, *address & 3, false);
    *address += 4;
}

static void soft_reset(struct cp *cp, uint32_t value)
{
    if (!(value & 1))
        return;
    cp_flush(cp);
    cp->reg[XENOS_CP_RB_WPTR] = 0;
    cp_rewind(cp, 0);
}

static void take_effect(struct cp *cp, uint32_t index, uint32_t value, uint64_t edge)
{
    switch ((enum effect)effects[index]) {
    case RB_BASE:
    case RB_CNTL:
        ring_changed(cp);
        break;
    case RB_WPTR:
        cp->reg[index] = value & (cp_ring_words(cp) - 1);
        break;
    case RB_RPTR_WR:
        if (XENOS_GET(cp->reg[XENOS_CP_RB_CNTL], CP_RB_CNTL, RB_RPTR_WR_ENA))
            cp_rewind(cp, value);
        break;
    case SCRATCH:
        scratch(cp, index, value);
        break;
    case INT_CNTL: /* what is pending and let through counts as new */
        if (cp->reg[XENOS_CP_INT_STATUS] & value)
            cp_out_interrupt(cp, cp->config.error_vector, cp->config.error_targets);
        break;
    case INT_ACK:
        cp->reg[XENOS_CP_INT_STATUS] &= ~value;
        break;
    case CPU_INT_STATUS:
        cp->reg[index] = value & 0x3F;
        cp_out_interrupt(cp, cp->config.vector, (uint8_t)(value & 0x3F));
        break;
    case CPU_INT_ACK:
        cp->reg[XENOS_CP_CPU_INT_STATUS] &= ~value;
        break;
    case RBBM_ACK:
        cp->reg[XENOS_RBBM_INT_STATUS] &= ~value;
        break;
    case SOFT_RESET:
        soft_reset(cp, value);
        break;
    case PFP_DATA:
        pfp_write(cp, value);
        break;
    case ME_DATA:
        me_write(cp, value);
        break;
    case COHER_STATUS:
        cp->reg[index] = value | CP_COHER_BUSY;
        cp->coher_done[coher_of(index)] = CP_NEVER;
        cp->coher_draws[coher_of(index)] = 0;
        break;
    case COHER_BASE:
        cp_pipe_coherency(cp, (enum cp_coherency)coher_of(index), edge);
        break;
    case WAIT:
        wait_until(cp, index, value, edge);
        break;
    case NRT_DATA:
        write_nrt(cp, value);
        break;
    case EVENT:
        cp_pipe_event(cp, value, edge);
        break;
    case DRAW:
        cp_pipe_draw(cp, edge);
        break;
    case IMMEDIATE:
        cp_pipe_immediate(cp, value, edge);
        break;
    case PROG_COUNTER:
        cp->counter_base = edge - value;
        break;
    default:
        break;
    }
}

void cp_store(struct cp *cp, uint32_t index, uint32_t value, uint64_t edge)
{
    if (index >= CP_DISPLAY_FIRST && index <= CP_CONTEXT_LAST) {
        if (cp_is_display(index) && cp->config.display) {
            cp_out_display(cp, index, true, value);
            return;
        }
        cp->state_changed |= index >= CP_CONTEXT_FIRST && effects[index] == PLAIN;
    }
    if (!cp_writable(index))
        return;
    cp->reg[index] = value;
    if (effects[index] != PLAIN)
        take_effect(cp, index, value, edge);
}

void cp_write(struct cp *cp, uint32_t index, uint32_t value, uint64_t edge)
{
    if (cp->listener)
        cp->listener->reg(cp->listener->context, index, value);
    cp_store(cp, index, value, edge);
}

static bool busy_coherency(const struct cp *cp, unsigned which, uint64_t edge)
{
    return cp->coher_done[which] > edge;
}

static bool commands_busy(const struct cp *cp, uint64_t edge)
{
    bool ring = !cp_stopped(cp) && cp->rptr != cp->reg[XENOS_CP_RB_WPTR];
    return ring || cp->pfp.source != CP_RING || cp->pfp.mode != CP_PARSE_HEADER || cp->pieces != 0 || cp->outs != 0 ||
           cp->me.free > edge;
}

static uint32_t rbbm_status(const struct cp *cp, uint64_t edge)
{
    enum {
        FIFO_FREE = 16,
        NO_DMA = 1u << 12,
        NRT = 1u << 16,
        MH = 1u << 18,
        MH_COHERENCY = 1u << 19,
        PIPE = 0x47600000,
        GUI = 1u << 31
    };
    bool commands = commands_busy(cp, edge), pipe = cp_pipe_busy(cp, edge), coherency = false;
    for (unsigned i = 0; i < CP_COHERS; i++)
        coherency |= cp->coher_done[i] != CP_NEVER && busy_coherency(cp, i, edge);
    return FIFO_FREE | NO_DMA | (commands ? NRT : 0) | (cp->outs != 0 ? MH : 0) | (coherency ? MH_COHERENCY : 0) |
           (pipe ? PIPE : 0) | (commands || pipe || coherency ? GUI : 0);
}

static uint32_t cp_stat(const struct cp *cp, uint64_t edge)
{
    enum { PFP = 1u << 17, MEQ = 1u << 18, ME = 1u << 26, CP = 1u << 31 };
    bool parser = cp->pfp.source != CP_RING || cp->pfp.mode != CP_PARSE_HEADER || cp->rptr != cp->reg[XENOS_CP_RB_WPTR];
    return (parser ? PFP : 0) | (cp->pieces != 0 ? MEQ : 0) | (cp->pieces != 0 || cp->me.free > edge ? ME : 0) |
           (commands_busy(cp, edge) ? CP : 0);
}

static uint32_t queued(const struct cp *cp, enum cp_source source)
{
    const struct cp_stream *stream = &cp->stream[source];
    uint32_t words = 0;
    for (uint32_t i = 0; i < stream->spans; i++)
        words += (uint32_t)cp->slot[stream->span[i]].count - cp->slot[stream->span[i]].taken;
    return words < 0x7F ? words : 0x7F;
}

static uint32_t master_interrupt(const struct cp *cp)
{
    const uint32_t *reg = cp->reg;
    return ((reg[XENOS_CP_INT_STATUS] & reg[XENOS_CP_INT_CNTL]) != 0 ? 1u << 30 : 0) |
           ((reg[XENOS_RBBM_INT_STATUS] & reg[XENOS_RBBM_INT_CNTL]) != 0 ? 1u << 31 : 0);
}

uint32_t cp_read(const struct cp *cp, uint32_t index, uint64_t edge)
{
    switch (index) {
    case XENOS_CP_RB_RPTR:
        return cp->rptr;
    case XENOS_CP_RB_RPTR_WR:
    case XENOS_CP_INT_ACK:
    case XENOS_CALLBACK_ACK:
    case XENOS_RBBM_INT_ACK:
        return 0;
    case XENOS_CP_IB1_BUFSZ:
        return cp->pfp.source >= CP_IB1 ? cp->stream[CP_IB1].rest : 0;
    case XENOS_CP_IB2_BUFSZ:
        return cp->pfp.source == CP_IB2 ? cp->stream[CP_IB2].rest : 0;
    case XENOS_CP_CSQ_AVAIL:
        return queued(cp, CP_RING) | queued(cp, CP_IB1) << 8 | queued(cp, CP_IB2) << 16;
    case XENOS_CP_MEQ_AVAIL:
        return cp->pieces & 0x1F;
    case XENOS_CP_PFP_UCODE_DATA:
        return cp->pfp_code[cp->reg[XENOS_CP_PFP_UCODE_ADDR] % CP_PFP_WORDS];
    case XENOS_CP_ME_RAM_DATA:
        return cp->me_code[cp->reg[XENOS_CP_ME_RAM_RADDR] % CP_ME_WORDS];
    case XENOS_CP_PROG_COUNTER:
        return (uint32_t)(edge - cp->counter_base);
    case XENOS_CP_STAT:
        return cp_stat(cp, edge);
    case XENOS_RBBM_STATUS:
        return rbbm_status(cp, edge);
    case XENOS_MASTER_INT_SIGNAL:
        return master_interrupt(cp);
    case XENOS_COHER_STATUS_PM4:
    case XENOS_COHER_STATUS_RT:
    case XENOS_COHER_STATUS_HOST:
        return busy_coherency(cp, coher_of(index), edge) ? cp->reg[index] : cp->reg[index] & ~(uint32_t)CP_COHER_BUSY;
    default:
        return cp->reg[index];
    }
}

void cp_read_done(struct cp *cp, uint32_t index)
{
    uint32_t *reg = cp->reg;
    if (index == XENOS_CP_PFP_UCODE_DATA)
        reg[XENOS_CP_PFP_UCODE_ADDR] = (reg[XENOS_CP_PFP_UCODE_ADDR] + 1) % CP_PFP_WORDS;
    else if (index == XENOS_CP_ME_RAM_DATA)
        reg[XENOS_CP_ME_RAM_RADDR] = (reg[XENOS_CP_ME_RAM_RADDR] + 1) % CP_ME_WORDS;
}

uint64_t cp_changes_at(const struct cp *cp, uint32_t index, uint64_t edge)
{
    switch (index) {
    case XENOS_COHER_STATUS_PM4:
    case XENOS_COHER_STATUS_RT:
    case XENOS_COHER_STATUS_HOST: {
        uint64_t done = cp->coher_done[coher_of(index)];
        return done > edge ? done : CP_NEVER;
    }
    case XENOS_CP_RB_RPTR:
    case XENOS_CP_IB1_BASE:
    case XENOS_CP_IB1_BUFSZ:
    case XENOS_CP_IB2_BASE:
    case XENOS_CP_IB2_BUFSZ:
    case XENOS_CP_CSQ_AVAIL:
    case XENOS_CP_MEQ_AVAIL:
    case XENOS_CP_PROG_COUNTER:
    case XENOS_CP_STAT:
    case XENOS_RBBM_STATUS:
    case XENOS_CP_INT_STATUS:
    case XENOS_MASTER_INT_SIGNAL:
    case XENOS_CP_BIN_MASK_LO:
    case XENOS_CP_BIN_MASK_HI:
    case XENOS_CP_BIN_SELECT_LO:
    case XENOS_CP_BIN_SELECT_HI:
        return edge;
    default:
        return CP_NEVER;
    }
}

void cp_reset_registers(struct cp *cp)
{
    memset(cp->reg, 0, sizeof cp->reg);
    for (unsigned i = 0; i < XENOS_NUMBERS; i++)
        cp->reg[xenos_registers[i].first] = xenos_registers[i].reset;
    memset(cp->pfp_code, 0, sizeof cp->pfp_code);
    memset(cp->me_code, 0, sizeof cp->me_code);
    memset(cp->store, 0, sizeof cp->store);
}
