#include "kernel-hle/loader/lzx_code.h"

#include "models/sim/status.h"

#include <stdlib.h>
#include <string.h>

struct leaf {
    uint32_t frequency;
    uint16_t symbol;
};

static int by_frequency(const void *a, const void *b)
{
    const struct leaf *x = a, *y = b;
    if (x->frequency != y->frequency)
        return x->frequency < y->frequency ? -1 : 1;
    return (int)x->symbol - (int)y->symbol;
}

/* Huffman's tree of sorted leaves: inner nodes come into being in order of their weight, so that the two lightest nodes
 * always stand at the head of the leaves or of the inner nodes. Returns the greatest depth. */
static unsigned huffman(const struct leaf *leaf, unsigned leaves, uint8_t *length)
{
    uint32_t weight[LZX_MAIN_MAX];
    uint16_t leaf_parent[LZX_MAIN_MAX], inner_parent[LZX_MAIN_MAX], depth[LZX_MAIN_MAX];
    unsigned next_leaf = 0, next_inner = 0, deepest = 0;

    for (unsigned made = 0; made + 1 < leaves; made++) {
        weight[made] = 0;
        for (int child = 0; child < 2; child++) {
            if (next_leaf < leaves && (next_inner == made || leaf[next_leaf].frequency <= weight[next_inner])) {
                weight[made] += leaf[next_leaf].frequency;
                leaf_parent[next_leaf++] = (uint16_t)made;
            } else {
                weight[made] += weight[next_inner];
                inner_parent[next_inner++] = (uint16_t)made;
            }
        }
    }
    depth[leaves - 2] = 0;
    for (unsigned i = leaves - 2; i-- > 0;)
        depth[i] = (uint16_t)(depth[inner_parent[i]] + 1);
    for (unsigned i = 0; i < leaves; i++) {
        unsigned d = depth[leaf_parent[i]] + 1u;
        length[leaf[i].symbol] = (uint8_t)(d < 255 ? d : 255);
        deepest = d > deepest ? d : deepest;
    }
    return deepest;
}

void lzx_code_lengths(const uint32_t *frequency, unsigned symbols, unsigned longest, uint8_t *length)
{
    struct leaf leaf[LZX_MAIN_MAX];
    unsigned leaves = 0;

    SIM_CHECK(symbols <= LZX_MAIN_MAX, "a code of %u symbols", symbols);
    memset(length, 0, symbols);
    for (unsigned i = 0; i < symbols; i++)
        if (frequency[i] > 0)
            leaf[leaves++] = (struct leaf){frequency[i], (uint16_t)i};
    if (leaves == 0)
        return;
    if (leaves == 1) {
        length[leaf[0].symbol] = 1;
        length[leaf[0].symbol == 0 ? 1 : 0] = 1;
        return;
    }
    qsort(leaf, leaves, sizeof *leaf, by_frequency);
    /* A tree that is too deep gets flatter with each halving of the frequencies; their order stays. */
    while (huffman(leaf, leaves, length) > longest)
        for (unsigned i = 0; i < leaves; i++)
            leaf[i].frequency = leaf[i].frequency / 2 + 1;
}

void lzx_code_words(const uint8_t *length, unsigned symbols, uint16_t *word)
{
    uint32_t next = 0;
    for (unsigned bits = 1; bits <= LZX_CODE_LENGTH_MAX; bits++, next <<= 1)
        for (unsigned i = 0; i < symbols; i++)
            if (length[i] == bits)
                word[i] = (uint16_t)next++;
}

unsigned lzx_slots(unsigned window_bits)
{
    static const uint8_t slots[] = {30, 32, 34, 36, 38, 42, 50};
    SIM_CHECK(window_bits >= 15 && window_bits <= 21, "a window of %u bits", window_bits);
    return slots[window_bits - 15];
}

/* Extra bits of slot 2k and 2k + 1 for offsets of up to 2^18: k - 1; from slot 36 on all have 17. */
static struct lzx_offset slot_of(uint32_t formatted)
{
    enum { WIDEST = 17, FIRST_WIDEST = 36 };
    if (formatted < 4)
        return (struct lzx_offset){(uint8_t)formatted, 0, 0};
    if (formatted >= UINT32_C(1) << (WIDEST + 1))
        return (struct lzx_offset){(uint8_t)(FIRST_WIDEST - 2 + (formatted >> WIDEST)), WIDEST,
                                   formatted & ((UINT32_C(1) << WIDEST) - 1)};
    unsigned top = 31 - (unsigned)__builtin_clz(formatted), extra_bits = top - 1;
    return (struct lzx_offset){(uint8_t)(2 * top + (formatted >> extra_bits & 1)), (uint8_t)extra_bits,
                               formatted & ((UINT32_C(1) << extra_bits) - 1)};
}

struct lzx_offset lzx_offset_code(struct lzx_recent *recent, uint32_t offset)
{
    uint32_t *r = recent->offset;
    for (uint8_t i = 0; i < 3; i++)
        if (r[i] == offset) { /* it changes places with the first */
            r[i] = r[0];
            r[0] = offset;
            return (struct lzx_offset){i, 0, 0};
        }
    r[2] = r[1];
    r[1] = r[0];
    r[0] = offset;
    return slot_of(offset + 2);
}
