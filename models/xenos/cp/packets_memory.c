/* Packets that write words to memory, or change a register by itself. */
#include "models/xenos/cp/packets_parts.h"

bool packet_mem_write(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    (void)edge;
    uint32_t address = cp->me.word[0], begin = piece->offset == 0 ? 1 : 0;
    for (uint32_t i = begin; i < piece->count; i++)
        cp_out_word(cp, (address & ~3u) + 4 * (piece->offset + i - 1), piece->word[i], address & 3, i != begin);
    return true;
}

bool packet_mem_write_cntr(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    uint32_t address = piece->word[0];
    cp_out_word(cp, address & ~3u, cp_read(cp, XENOS_CP_PROG_COUNTER, edge), address & 3, false);
    return true;
}

bool packet_reg_to_mem(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    uint32_t address = piece->word[1], value;
    if (!cp_engine_get(cp, false, piece->word[0], edge, &value))
        return false;
    cp_out_word(cp, address & ~3u, value, address & 3, false);
    return true;
}

/* Operands that are registers are no registers of the display's. */
bool packet_reg_rmw(struct cp *cp, const struct cp_piece *piece, uint64_t edge)
{
    const uint32_t *word = piece->word;
    uint32_t index = word[0] & 0x1FFF, value;
    if (!cp_engine_get(cp, false, index, edge, &value))
        return false;
    uint32_t keep = word[0] >> 31 & 1 ? cp_read(cp, word[1] & 0x1FFF, edge) : word[1];
    uint32_t set = word[0] >> 30 & 1 ? cp_read(cp, word[2] & 0x1FFF, edge) : word[2];
    cp_write(cp, index, (value & keep) | set, edge);
    return true;
}
