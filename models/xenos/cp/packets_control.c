/* Packets that steer the micro engine itself, and interrupts. */
#include "models/xenos/cp/packets_parts.h"

enum { MAGIC_0 = 0x12B9B0A1, MAGIC_1 = 0x1033C4D6 };

bool packet_ignored(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)cp, (void)piece, (void)edge;
    return true;
}

/* What it says of contexts and intervals is what the model does anyway. */
bool packet_me_init(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)cp, (void)piece, (void)edge;
    return true;
}

bool packet_wait_for_idle(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)piece;
    cp_write(cp, XENOS_NQWAIT_UNTIL, 1, edge);
    return true;
}

bool packet_interrupt(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    cp_write(cp, XENOS_CP_CPU_INT_STATUS, piece->word[0] & 0x3F, edge);
    return true;
}

bool packet_cp_interrupt(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)edge;
    cp_raise(cp, piece->word[0] & 0xE0000000);
    return true;
}

bool packet_check_words(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)edge;
    if (piece->word[0] != MAGIC_0 || piece->word[1] != MAGIC_1)
        cp_raise(cp, CP_INT_IB);
    return true;
}
