/* Packets that look at a register or a word of memory: waits and a conditional write. */
#include "models/xenos/cp/packets_parts.h"

const char *const cp_function0_names[CP_FUNCTION0_COUNT] = {"always", "never"};

enum { IN_MEMORY = 1u << 4, TO_MEMORY = 1u << 8 };

static bool passes(const struct cp *cp, uint32_t function, uint32_t value, uint32_t reference)
{
    switch (function & 7) {
    case 0:
        return cp->config.function0 == CP_FUNCTION0_ALWAYS;
    case 1:
        return value < reference;
    case 2:
        return value <= reference;
    case 3:
        return value == reference;
    case 4:
        return value != reference;
    case 5:
        return value >= reference;
    case 6:
        return value > reference;
    default:
        return true;
    }
}

/* It looks again after `interval` units. A register that changes of itself at a time that is known, or only when
 * somebody writes it, is not looked at in between. */
static bool look_again(struct cp *cp, bool memory, uint32_t where, uint32_t interval, uint64_t edge)
{
    struct cp_me *me = &cp->me;
    const struct cp_timing *timing = &cp->config.timing;
    me->period = (uint64_t)interval * timing->cp_me_poll + timing->cp_me_test;
    me->step = 0;
    me->free = edge + me->period;
    if (memory || (cp_is_display(where) && cp->config.display)) {
        me->phase = CP_PHASE_RUN;
        me->step = 2; /* a packet that has begun */
        return false;
    }
    me->origin = me->free;
    me->phase = CP_PHASE_CHANGE;
    me->free = CP_NEVER;
    uint64_t changes = cp_changes_at(cp, where & (XENOS_REGISTERS - 1), edge);
    if (changes != CP_NEVER)
        cp_engine_changed(cp, changes);
    return false;
}

static bool wait(struct cp *cp, uint32_t function, uint32_t where, uint32_t reference, uint32_t mask, uint32_t interval,
                 uint64_t edge)
{
    bool memory = function & IN_MEMORY;
    uint32_t value;
    if (!cp_engine_get(cp, memory, where, edge, &value))
        return false;
    return passes(cp, function, value & mask, reference) || look_again(cp, memory, where, interval, edge);
}

bool packet_wait_reg_mem(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    const uint32_t *word = piece->word;
    return wait(cp, word[0], word[1], word[2], word[3], word[4], edge);
}

bool packet_wait_reg(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    const uint32_t *word = piece->word;
    bool equal = (piece->header >> 8 & 0x7F) == CP_OP_WAIT_REG_EQ;
    return wait(cp, equal ? 3 : 5, word[0], word[1], word[2], word[3], edge);
}

bool packet_wait_until_read(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)cp, (void)piece, (void)edge; /* reads have come back before their packets end */
    return true;
}

bool packet_cond_write(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    const uint32_t *word = piece->word;
    uint32_t value;
    if (!cp_engine_get(cp, word[0] & IN_MEMORY, word[1], edge, &value))
        return false;
    if (!passes(cp, word[0], value & word[3], word[2]))
        return true;
    if (word[0] & TO_MEMORY)
        cp_out_word(cp, word[4] & ~3u, word[5], word[4] & 3, false);
    else
        cp_write(cp, word[4] & (XENOS_REGISTERS - 1), word[5], edge);
    return true;
}
