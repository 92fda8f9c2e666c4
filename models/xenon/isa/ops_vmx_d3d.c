/* vpkd3d128 and vupkd3d128: four floats to and from the formats of vertices and colours.
 *
 * Integers travel in biased floats: a caller adds 3.0 (or has 1.0) so that the number stands in the lowest bits of the
 * significand. The instructions hold and cut, and never round. */
#include "models/xenon/isa/ops_vmx.h"

enum { ONE = 0x3F800000, THREE = 0x40400000, QUIET_NAN = 0x7FC00000, INFINITE = 0x7F800000, SIGN = 0x8000 };

enum field_kind { NONE, UNSIGNED, SIGNED, HALF };

/* A format is a number of up to 64 bits, with a field for each of x, y, z, w. */
struct field {
    uint8_t kind, bits, shift;
};

static const struct field format[8][4] = {
    /* D3DCOLOR       */ {{UNSIGNED, 8, 16}, {UNSIGNED, 8, 8}, {UNSIGNED, 8, 0}, {UNSIGNED, 8, 24}},
    /* NORMSHORT2     */ {{SIGNED, 16, 16}, {SIGNED, 16, 0}},
    /* NORMPACKED32   */ {{SIGNED, 10, 0}, {SIGNED, 10, 10}, {SIGNED, 10, 20}, {UNSIGNED, 2, 30}},
    /* FLOAT16_2      */ {{HALF, 16, 16}, {HALF, 16, 0}},
    /* NORMSHORT4     */ {{SIGNED, 16, 48}, {SIGNED, 16, 32}, {SIGNED, 16, 16}, {SIGNED, 16, 0}},
    /* FLOAT16_4      */ {{HALF, 16, 48}, {HALF, 16, 32}, {HALF, 16, 16}, {HALF, 16, 0}},
    /* NORMPACKED64   */ {{SIGNED, 20, 0}, {SIGNED, 20, 20}, {SIGNED, 20, 40}, {UNSIGNED, 4, 60}},
    /* 7: not defined */ {{NONE, 0, 0}},
};

enum { UNDEFINED_FORMAT = 7 };

static bool not_a_number(uint32_t x)
{
    return (x & INT32_MAX) > INFINITE;
}

/* A biased float held between the least and the greatest number of the field. Both are positive floats, which order as
 * their bits do; whatever has a sign is below them. */
static uint32_t pack_integer(const struct xenon_isa_settings *settings, struct field field, uint32_t x)
{
    const uint32_t half = 1U << (field.bits - 1);
    const uint32_t least = field.kind == SIGNED ? THREE - (half - 1) : THREE;
    const uint32_t greatest = field.kind == SIGNED ? THREE + (half - 1) : THREE + (half * 2 - 1);
    const bool low = not_a_number(x) ? !settings->pack_nan_high : x >> 31 || x < least;
    return (low ? least : x > greatest ? greatest : x) & (half * 2 - 1);
}

/* The Xenos' half has no infinities: its largest exponent is one more for numbers, up to 131008. Cut, not rounded. */
static uint32_t pack_half(const struct xenon_isa_settings *settings, uint32_t x)
{
    const uint32_t sign = x >> 16 & SIGN, magnitude = x & INT32_MAX, exponent = magnitude >> 23;
    const bool denormals = settings->pack_half_denormals;
    if (denormals ? magnitude > 0x477FE000 /* 65504 */ : magnitude >= 0x47FFE000 /* 131008 */)
        return sign | 0x7FFF;
    if (exponent >= 113) /* 2^-14 */
        return sign | (magnitude - (112U << 23)) >> 13;
    if (!denormals || exponent <= 102) /* below 2^-24 nothing is left */
        return sign;
    return sign | ((magnitude & 0x7FFFFF) | 0x800000) >> (126 - exponent);
}

static uint32_t unpack_half(uint32_t x)
{
    const uint32_t sign = (x & SIGN) << 16, magnitude = x & 0x7FFF;
    return magnitude < 0x400 ? sign : sign | ((magnitude << 13) + (112U << 23));
}

/* The number whose sign has no counterpart above zero stands for no value. */
static uint32_t unpack_signed(const struct xenon_isa_settings *settings, uint32_t x, unsigned bits)
{
    const uint32_t sign = 1U << (bits - 1);
    return x == sign && !settings->unpack_lowest_value ? (uint32_t)QUIET_NAN : THREE + (x ^ sign) - sign;
}

static uint64_t pack(const struct xenon_isa_settings *settings, const struct field *fields, union xenon_vector v)
{
    uint64_t packed = 0;
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t x = v.u32[XENON_W(i)];
        if (fields[i].kind == HALF)
            packed |= (uint64_t)pack_half(settings, x) << fields[i].shift;
        else if (fields[i].kind != NONE)
            packed |= (uint64_t)pack_integer(settings, fields[i], x) << fields[i].shift;
    }
    return packed;
}

static union xenon_vector unpack(const struct xenon_isa_settings *settings, const struct field *fields, uint64_t packed)
{
    union xenon_vector v = {0};
    v.u32[XENON_W(3)] = ONE; /* x, y, 0, 1 where a format has only two */
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t x = packed >> fields[i].shift & ((1U << fields[i].bits) - 1);
        if (fields[i].kind == HALF)
            v.u32[XENON_W(i)] = unpack_half(x);
        else if (fields[i].kind == SIGNED)
            v.u32[XENON_W(i)] = unpack_signed(settings, x, fields[i].bits);
        else if (fields[i].kind == UNSIGNED)
            v.u32[XENON_W(i)] = ONE + x;
    }
    return v;
}

VMX_OP(VPKD3D128)
{
    /* The words of VD that are replaced, by mask and rotation: one word, or two of which rotating by three leaves one;
     * masks 2 and 3 differ in which. No source says what mask 0 does; like vrlimi128's, it replaces nothing. */
    static const uint8_t replaced[4][4] = {{0, 0, 0, 0}, {1, 2, 4, 8}, {3, 6, 12, 8}, {3, 6, 12, 1}};
    const unsigned type = in->mb;
    if (type == UNDEFINED_FORMAT && !t->settings.pack_type_7_zero)
        return XENON_NEXT;
    const union xenon_vector packed = vmx_vector(pack(&t->settings, format[type], t->vr[in->b]));
    t->vr[in->d] = vmx_insert_rotated(t->vr[in->d], packed, replaced[in->me][in->sh], in->sh);
    return XENON_NEXT;
}

VMX_OP(VUPKD3D128)
{
    const unsigned type = in->imm >> 2 & 7; /* the immediate's two low bits are ignored */
    if (type != UNDEFINED_FORMAT)
        t->vr[in->d] = unpack(&t->settings, format[type], t->vr[in->b].u64[XENON_D(1)]);
    else if (t->settings.pack_type_7_zero)
        t->vr[in->d] = (union xenon_vector){0};
    return XENON_NEXT;
}
