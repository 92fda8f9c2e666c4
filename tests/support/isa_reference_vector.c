/* Vectors as rows of bytes: loads and stores, permutes, logic, shifts, integer compares and packs. */
#include "tests/support/isa_reference_storage.h"

#include <string.h>

#define VD r->vr[w->d]
#define VA r->vr[w->a]
#define VB r->vr[w->b]
#define VC r->vr[w->c]

/* Loads and stores. EA's low bits say where in the quadword an element is. */

static uint8_t *quadword(struct isa_reference *r, const struct isa_word *w, bool store)
{
    r->dar_unknown = 15;
    return isa_memory(r, isa_effective_address(r, w) & ~UINT64_C(15), 16, store);
}

static uint8_t *element(struct isa_reference *r, const struct isa_word *w, unsigned size, bool store, unsigned *at)
{
    uint64_t address = isa_effective_address(r, w) & ~(uint64_t)(size - 1);
    r->dar_unknown = 15;
    *at = address & 15;
    return isa_memory(r, address, size, store);
}

static void load_element(struct isa_reference *r, const struct isa_word *w, unsigned size)
{
    if (!r->settings.element_load_keep) {
        isa_reference_lvx(r, w);
        return;
    }
    unsigned at;
    const uint8_t *from = element(r, w, size, false, &at);
    if (from)
        memcpy(VD + at, from, size);
}

static void store_element(struct isa_reference *r, const struct isa_word *w, unsigned size)
{
    unsigned at;
    uint8_t *to = element(r, w, size, true, &at);
    if (to)
        memcpy(to, VD + at, size);
}

INSTRUCTION(lvx)
{
    const uint8_t *from = quadword(r, w, false);
    if (from)
        memcpy(VD, from, 16);
}

INSTRUCTION(stvx)
{
    uint8_t *to = quadword(r, w, true);
    if (to)
        memcpy(to, VD, 16);
}

DOES(lvebx, load_element(r, w, 1))
DOES(lvehx, load_element(r, w, 2))
DOES(lvewx, load_element(r, w, 4))
DOES(stvebx, store_element(r, w, 1))
DOES(stvehx, store_element(r, w, 2))
DOES(stvewx, store_element(r, w, 4))

INSTRUCTION(lvlx)
{
    uint64_t address = isa_effective_address(r, w);
    unsigned count = 16 - (address & 15);
    const uint8_t *from = isa_memory(r, address, count, false);
    if (!from)
        return;
    memset(VD, 0, 16);
    memcpy(VD, from, count);
}

INSTRUCTION(lvrx)
{
    r->dar_unknown = 15;
    uint64_t address = isa_effective_address(r, w);
    unsigned count = address & 15;
    uint8_t to[16] = {0};
    if (count) {
        const uint8_t *from = isa_memory(r, address - count, count, false);
        if (!from)
            return;
        memcpy(to + 16 - count, from, count);
    }
    memcpy(VD, to, 16);
}

INSTRUCTION(stvlx)
{
    uint64_t address = isa_effective_address(r, w);
    unsigned count = 16 - (address & 15);
    uint8_t *to = isa_memory(r, address, count, true);
    if (to)
        memcpy(to, VD, count);
}

INSTRUCTION(stvrx)
{
    r->dar_unknown = 15;
    uint64_t address = isa_effective_address(r, w);
    unsigned count = address & 15;
    uint8_t *to = count ? isa_memory(r, address - count, count, true) : NULL;
    if (to)
        memcpy(to, VD + 16 - count, count);
}

#define SAME(name, as)            \
    INSTRUCTION(name)             \
    {                             \
        isa_reference_##as(r, w); \
    }
SAME(lvxl, lvx)
SAME(lvlxl, lvlx)
SAME(lvrxl, lvrx)
SAME(stvxl, stvx)
SAME(stvlxl, stvlx)
SAME(stvrxl, stvrx)

INSTRUCTION(lvsl)
{
    for (unsigned i = 0; i < 16; i++)
        VD[i] = (uint8_t)((isa_effective_address(r, w) & 15) + i);
}

INSTRUCTION(lvsr)
{
    for (unsigned i = 0; i < 16; i++)
        VD[i] = (uint8_t)(16 - (isa_effective_address(r, w) & 15) + i);
}

INSTRUCTION(mfvscr)
{
    memset(VD, 0, 16);
    isa_set_word(VD, 3, r->vscr);
}

DOES(mtvscr, r->vscr = isa_get_word(VB, 3) & 0x00010001)

/* Permutes. A result is made in full before it is written: the target may be a source. */

INSTRUCTION(vperm)
{
    uint8_t both[32], to[16];
    memcpy(both, VA, 16);
    memcpy(both + 16, VB, 16);
    for (unsigned i = 0; i < 16; i++)
        to[i] = both[VC[i] & 31];
    memcpy(VD, to, 16);
}

INSTRUCTION(vsldoi)
{
    uint8_t both[32];
    memcpy(both, VA, 16);
    memcpy(both + 16, VB, 16);
    memcpy(VD, both + isa_bits(w->bits, 22, 25), 16);
}

INSTRUCTION(vpermwi)
{
    unsigned order = isa_bits(w->bits, 23, 25) << 5 | isa_bits(w->bits, 11, 15);
    uint8_t to[16];
    for (unsigned i = 0; i < 4; i++)
        memcpy(to + 4 * i, VB + 4 * (order >> (6 - 2 * i) & 3), 4);
    memcpy(VD, to, 16);
}

INSTRUCTION(vrlimi)
{
    unsigned z = isa_bits(w->bits, 24, 25);
    uint8_t from[16];
    memcpy(from, VB, 16);
    for (unsigned i = 0; i < 4; i++)
        if (isa_bits(w->bits, 12 + i, 12 + i))
            memcpy(VD + 4 * i, from + 4 * ((i + z) % 4), 4);
}

INSTRUCTION(vsel)
{
    bool wide = w->bits >> 26 != 4;
    const uint8_t *chooser = wide ? VD : VC;
    for (unsigned i = 0; i < 16; i++)
        VD[i] = (uint8_t)((VA[i] & ~chooser[i]) | (VB[i] & chooser[i]));
}

static void merge_words(struct isa_reference *r, const struct isa_word *w, unsigned first)
{
    uint8_t to[16];
    for (unsigned i = 0; i < 2; i++) {
        memcpy(to + 8 * i, VA + 4 * (first + i), 4);
        memcpy(to + 8 * i + 4, VB + 4 * (first + i), 4);
    }
    memcpy(VD, to, 16);
}

DOES(vmrghw, merge_words(r, w, 0))
DOES(vmrglw, merge_words(r, w, 2))

INSTRUCTION(vspltw)
{
    uint32_t word = isa_get_word(VB, isa_bits(w->bits, 14, 15));
    for (unsigned i = 0; i < 4; i++)
        isa_set_word(VD, i, word);
}

INSTRUCTION(vspltisw)
{
    for (unsigned i = 0; i < 4; i++)
        isa_set_word(VD, i, (uint32_t)isa_sign_extend(isa_bits(w->bits, 11, 15), 5));
}

/* Bytes of zeros come in at the end that the others left. */
INSTRUCTION(vslo)
{
    unsigned count = VB[15] >> 3 & 15;
    uint8_t to[16] = {0};
    memcpy(to, VA + count, 16 - count);
    memcpy(VD, to, 16);
}

INSTRUCTION(vsro)
{
    unsigned count = VB[15] >> 3 & 15;
    uint8_t to[16] = {0};
    memcpy(to + count, VA, 16 - count);
    memcpy(VD, to, 16);
}

#define EACH_BYTE(name, expression)         \
    INSTRUCTION(name)                       \
    {                                       \
        for (unsigned i = 0; i < 16; i++) { \
            uint8_t a = VA[i], b = VB[i];   \
            VD[i] = (uint8_t)(expression);  \
        }                                   \
    }
EACH_BYTE(vand, a &b)
EACH_BYTE(vandc, a & ~b)
EACH_BYTE(vor, a | b)
EACH_BYTE(vxor, a ^ b)
EACH_BYTE(vnor, ~(a | b))

#define EACH_WORD(name, expression)                                         \
    INSTRUCTION(name)                                                       \
    {                                                                       \
        for (unsigned i = 0; i < 4; i++) {                                  \
            uint32_t a = isa_get_word(VA, i), b = isa_get_word(VB, i) & 31; \
            isa_set_word(VD, i, (uint32_t)(expression));                    \
        }                                                                   \
    }
EACH_WORD(vslw, a << b)
EACH_WORD(vsrw, a >> b)
EACH_WORD(vrlw, ((uint64_t)a << 32 | a) >> (32 - b))
EACH_WORD(vsraw, isa_sign_extend(a, 32) >> b)

INSTRUCTION(vcmpequw)
{
    unsigned equal = 0;
    for (unsigned i = 0; i < 4; i++) {
        bool same = memcmp(VA + 4 * i, VB + 4 * i, 4) == 0;
        equal += same;
        memset(VD + 4 * i, same ? 0xFF : 0, 4);
    }
    if (w->record)
        isa_set_cr_field(r, 6, equal == 4 ? 8 : equal == 0 ? 2 : 0);
}

/* Packs: elements of 16 or 32 bits become half as wide. */
static void pack(struct isa_reference *r, const struct isa_word *w, unsigned size, bool is_signed, bool saturates,
                 int64_t least, int64_t most)
{
    uint8_t to[16];
    for (unsigned i = 0; i < 32 / size; i++) {
        unsigned in_register = 16 / size;
        const uint8_t *v = i < in_register ? VA : VB;
        unsigned at = i % in_register;
        uint64_t raw = size == 2 ? isa_get_half(v, at) : isa_get_word(v, at);
        int64_t value = is_signed ? isa_sign_extend(raw, 8 * size) : (int64_t)raw;
        if (saturates && (value < least || value > most)) {
            value = value < least ? least : most;
            r->vscr |= 1;
        }
        if (size == 2)
            to[i] = (uint8_t)value;
        else
            isa_set_half(to, i, (uint16_t)value);
    }
    memcpy(VD, to, 16);
}

DOES(vpkshss, pack(r, w, 2, true, true, INT8_MIN, INT8_MAX))
DOES(vpkshus, pack(r, w, 2, true, true, 0, UINT8_MAX))
DOES(vpkswss, pack(r, w, 4, true, true, INT16_MIN, INT16_MAX))
DOES(vpkswus, pack(r, w, 4, true, true, 0, UINT16_MAX))
DOES(vpkuhum, pack(r, w, 2, false, false, 0, 0))
DOES(vpkuhus, pack(r, w, 2, false, true, 0, UINT8_MAX))
DOES(vpkuwum, pack(r, w, 4, false, false, 0, 0))
DOES(vpkuwus, pack(r, w, 4, false, true, 0, UINT16_MAX))

static void unpack_bytes(struct isa_reference *r, const struct isa_word *w, unsigned first)
{
    uint8_t to[16];
    for (unsigned i = 0; i < 8; i++)
        isa_set_half(to, i, (uint16_t)isa_sign_extend(VB[first + i], 8));
    memcpy(VD, to, 16);
}

static void unpack_halves(struct isa_reference *r, const struct isa_word *w, unsigned first)
{
    uint8_t to[16];
    for (unsigned i = 0; i < 4; i++)
        isa_set_word(to, i, (uint32_t)isa_sign_extend(isa_get_half(VB, first + i), 16));
    memcpy(VD, to, 16);
}

DOES(vupkhsb, unpack_bytes(r, w, 0))
DOES(vupklsb, unpack_bytes(r, w, 8))
DOES(vupkhsh, unpack_halves(r, w, 0))
DOES(vupklsh, unpack_halves(r, w, 4))
