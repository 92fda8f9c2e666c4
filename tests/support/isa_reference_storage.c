/* Loads and stores of general and floating-point registers. */
#include "tests/support/isa_reference_storage.h"

#include <string.h>

uint8_t *isa_memory(struct isa_reference *r, uint64_t address, unsigned size, bool store)
{
    if (address > UINT64_C(0x100000000) - size) {
        r->spr[ISA_DAR] = address;
        r->spr[ISA_DSISR] = store ? 0x42000000 : 0x40000000;
        isa_interrupt(r, 0x300, 0, false);
        if (address < UINT64_C(0x100000000)) /* a part of it is there */
            r->unmodelled = true;
        return NULL;
    }
    if (address < r->memory_at || address - r->memory_at > ISA_REFERENCE_WINDOW - size) {
        r->unmodelled = true;
        return NULL;
    }
    return r->memory + (address - r->memory_at);
}

uint64_t isa_effective_address(const struct isa_reference *r, const struct isa_word *w)
{
    return isa_address(r, (w->a ? r->gpr[w->a] : 0) + r->gpr[w->b]);
}

enum address_form { D, DS, X };

/* The sum that update forms write: all of its 64 bits. */
static uint64_t sum(const struct isa_reference *r, const struct isa_word *w, enum address_form form, bool update)
{
    uint64_t base = w->a || update ? r->gpr[w->a] : 0;
    uint64_t d = form == X ? r->gpr[w->b] : (uint64_t)isa_sign_extend(isa_bits(w->bits, 16, 31), 16);
    return base + (form == DS ? d & ~UINT64_C(3) : d);
}

static uint64_t get(const uint8_t *from, unsigned size, bool reversed)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++)
        value = value << 8 | from[reversed ? size - 1 - i : i];
    return value;
}

static void put(uint8_t *to, unsigned size, uint64_t value, bool reversed)
{
    for (unsigned i = 0; i < size; i++, value >>= 8)
        to[reversed ? i : size - 1 - i] = (uint8_t)value;
}

/* Reads `size` bytes into *value; updates RA. False when the access did not happen. */
static bool load(struct isa_reference *r, const struct isa_word *w, enum address_form form, bool update, unsigned size,
                 bool reversed, uint64_t *value)
{
    uint64_t to = sum(r, w, form, update);
    const uint8_t *from = isa_memory(r, isa_address(r, to), size, false);
    if (!from)
        return false;
    *value = get(from, size, reversed);
    if (update)
        r->gpr[w->a] = to;
    return true;
}

static void store(struct isa_reference *r, const struct isa_word *w, enum address_form form, bool update, unsigned size,
                  bool reversed, uint64_t value)
{
    uint64_t address = sum(r, w, form, update);
    uint8_t *to = isa_memory(r, isa_address(r, address), size, true);
    if (!to)
        return;
    put(to, size, value, reversed);
    if (update)
        r->gpr[w->a] = address;
}

/* An integer load with update cannot have its base as its target, nor register 0 as its base. */
#define LOAD(name, form, update, size, reversed, value_as)         \
    INSTRUCTION(name)                                              \
    {                                                              \
        uint64_t value;                                            \
        if (update && (w->a == 0 || w->a == w->d))                 \
            r->unmodelled = true;                                  \
        else if (load(r, w, form, update, size, reversed, &value)) \
            r->gpr[w->d] = value_as;                               \
    }
#define LOAD_FLOAT(name, form, update, size, value_as)          \
    INSTRUCTION(name)                                           \
    {                                                           \
        uint64_t value;                                         \
        if (update && w->a == 0)                                \
            r->unmodelled = true;                               \
        else if (load(r, w, form, update, size, false, &value)) \
            r->fpr[w->d] = value_as;                            \
    }
#define STORE(name, form, update, size, reversed, value)      \
    INSTRUCTION(name)                                         \
    {                                                         \
        if (update && w->a == 0)                              \
            r->unmodelled = true;                             \
        else                                                  \
            store(r, w, form, update, size, reversed, value); \
    }

#define FOUR(list, name, ...)                                                                                  \
    list(name, D, false, __VA_ARGS__) list(name##u, D, true, __VA_ARGS__) list(name##x, X, false, __VA_ARGS__) \
        list(name##ux, X, true, __VA_ARGS__)

#define EXTENDED(width) (uint64_t) isa_sign_extend(value, width)
FOUR(LOAD, lbz, 1, false, value)
FOUR(LOAD, lhz, 2, false, value)
FOUR(LOAD, lha, 2, false, EXTENDED(16))
FOUR(LOAD, lwz, 4, false, value)
LOAD(lwa, DS, false, 4, false, EXTENDED(32))
LOAD(lwax, X, false, 4, false, EXTENDED(32))
LOAD(lwaux, X, true, 4, false, EXTENDED(32))
LOAD(ld, DS, false, 8, false, value)
LOAD(ldu, DS, true, 8, false, value)
LOAD(ldx, X, false, 8, false, value)
LOAD(ldux, X, true, 8, false, value)
LOAD(lhbrx, X, false, 2, true, value)
LOAD(lwbrx, X, false, 4, true, value)
LOAD(ldbrx, X, false, 8, true, value)
FOUR(LOAD_FLOAT, lfs, 4, isa_single_to_double((uint32_t)value))
FOUR(LOAD_FLOAT, lfd, 8, value)

#define RS r->gpr[w->d]
#define FS r->fpr[w->d]
FOUR(STORE, stb, 1, false, RS)
FOUR(STORE, sth, 2, false, RS)
FOUR(STORE, stw, 4, false, RS)
STORE(std, DS, false, 8, false, RS)
STORE(stdu, DS, true, 8, false, RS)
STORE(stdx, X, false, 8, false, RS)
STORE(stdux, X, true, 8, false, RS)
STORE(sthbrx, X, false, 2, true, RS)
STORE(stwbrx, X, false, 4, true, RS)
STORE(stdbrx, X, false, 8, true, RS)
FOUR(STORE, stfs, 4, false, isa_double_to_single(FS))
FOUR(STORE, stfd, 8, false, FS)
STORE(stfiwx, X, false, 4, false, FS)

uint64_t isa_single_to_double(uint32_t single)
{
    uint64_t sign = (uint64_t)(single >> 31) << 63, fraction = single & 0x7FFFFF;
    uint32_t exponent = single >> 23 & 255;
    if (exponent == 255)
        return sign | UINT64_C(2047) << 52 | fraction << 29;
    if (exponent)
        return sign | (uint64_t)(exponent + 896) << 52 | fraction << 29;
    if (!fraction)
        return sign;
    uint64_t doubled = fraction, e = 897;
    while (!(doubled & 0x800000)) {
        doubled <<= 1;
        e--;
    }
    return sign | e << 52 | (doubled & 0x7FFFFF) << 29;
}

uint32_t isa_double_to_single(uint64_t value)
{
    uint64_t exponent = value >> 52 & 2047;
    if (exponent > 896 || value << 1 == 0) /* WORD[0:1] = FRS[0:1], WORD[2:31] = FRS[5:34] */
        return (uint32_t)(value >> 62 << 30 | (value >> 29 & 0x3FFFFFFF));
    uint64_t fraction = (value & UINT64_C(0xFFFFFFFFFFFFF)) | UINT64_C(1) << 52; /* smaller than 874 shifts all out */
    unsigned shift = (unsigned)(897 - exponent);
    return (uint32_t)(value >> 63 << 31 | (shift + 29 > 63 ? 0 : fraction >> (29 + shift)));
}

INSTRUCTION(lmw)
{
    uint64_t address = isa_address(r, sum(r, w, D, false));
    if (w->a >= w->d && w->a) {
        r->unmodelled = true;
        return;
    }
    const uint8_t *from = isa_memory(r, address, 4 * (32 - w->d), false);
    for (unsigned i = w->d; from && i < 32; i++, from += 4)
        r->gpr[i] = get(from, 4, false);
}

INSTRUCTION(stmw)
{
    uint8_t *to = isa_memory(r, isa_address(r, sum(r, w, D, false)), 4 * (32 - w->d), true);
    for (unsigned i = w->d; to && i < 32; i++, to += 4)
        put(to, 4, r->gpr[i], false);
}

static bool in_range(unsigned first, unsigned bytes, unsigned i)
{
    for (unsigned n = 0; n < (bytes + 3) / 4; n++)
        if ((first + n) % 32 == i)
            return true;
    return false;
}

static void load_string(struct isa_reference *r, const struct isa_word *w, uint64_t address, unsigned bytes,
                        bool indexed)
{
    if (bytes == 0 || (w->a && in_range(w->d, bytes, w->a)) || (indexed && in_range(w->d, bytes, w->b))) {
        r->unmodelled = true; /* undefined, or an invalid form */
        return;
    }
    const uint8_t *from = isa_memory(r, isa_address(r, address), bytes, false);
    for (unsigned i = 0; from && i < bytes; i++) {
        uint64_t *to = &r->gpr[(w->d + i / 4) % 32];
        if (i % 4 == 0)
            *to = 0;
        *to |= (uint64_t)from[i] << (24 - 8 * (i % 4));
    }
}

static void store_string(struct isa_reference *r, const struct isa_word *w, uint64_t address, unsigned bytes)
{
    if (bytes == 0)
        return;
    uint8_t *to = isa_memory(r, isa_address(r, address), bytes, true);
    for (unsigned i = 0; to && i < bytes; i++)
        to[i] = (uint8_t)(r->gpr[(w->d + i / 4) % 32] >> (24 - 8 * (i % 4)));
}

#define BASE (w->a ? r->gpr[w->a] : 0)
DOES(lswi, load_string(r, w, BASE, w->b ? w->b : 32, false))
DOES(stswi, store_string(r, w, BASE, w->b ? w->b : 32))
DOES(lswx, load_string(r, w, BASE + r->gpr[w->b], r->xer & 127, true))
DOES(stswx, store_string(r, w, BASE + r->gpr[w->b], r->xer & 127))

static bool aligned(struct isa_reference *r, uint64_t address, unsigned size)
{
    if (address % size == 0)
        return true;
    isa_interrupt(r, 0x600, 0, false);
    r->spr[ISA_DAR] = address;
    return false;
}

static void load_reserved(struct isa_reference *r, const struct isa_word *w, unsigned size)
{
    uint64_t address = isa_effective_address(r, w);
    if (!aligned(r, address, size))
        return;
    const uint8_t *from = isa_memory(r, address, size, false);
    if (!from)
        return;
    r->gpr[w->d] = get(from, size, false);
    r->reservation.held = true;
    r->reservation.address = address;
}

static void store_conditional(struct isa_reference *r, const struct isa_word *w, unsigned size)
{
    uint64_t address = isa_effective_address(r, w), unit = r->settings.reservation_match_address ? 1 : 128;
    if (!aligned(r, address, size))
        return;
    bool stores = r->reservation.held && address / unit == r->reservation.address / unit;
    uint8_t *to = isa_memory(r, address, size, true);
    if (!to) { /* one that does not store may or may not look at its address */
        r->unmodelled |= !stores;
        return;
    }
    if (stores)
        put(to, size, RS, false);
    r->reservation.held = false;
    isa_set_cr_field(r, 0, (stores ? 2U : 0U) | r->xer >> 31);
}

DOES(lwarx, load_reserved(r, w, 4))
DOES(ldarx, load_reserved(r, w, 8))
DOES(stwcx_dot, store_conditional(r, w, 4))
DOES(stdcx_dot, store_conditional(r, w, 8))

static void clear_block(struct isa_reference *r, const struct isa_word *w, uint64_t size)
{
    uint8_t *to = isa_memory(r, isa_effective_address(r, w) & ~(size - 1), (unsigned)size, true);
    if (to)
        memset(to, 0, size);
    r->dar_unknown = 127;
}

DOES(dcbz, clear_block(r, w, r->settings.dcbz_block_32 ? 32 : 128))
DOES(dcbz128, clear_block(r, w, 128))
