#include "tests/conformance/isa_reference/generate.h"
#include "tests/conformance/isa_qemu/values.h"

#include <fnmatch.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void reference_rows_find(struct reference_rows *rows, const char *only)
{
    rows->count = 0;
    for (unsigned i = 1; i < XENON_OP_COUNT; i++)
        if (isa_reference_mnemonic(xenon_op_info[i].match) && (!only || !fnmatch(only, xenon_op_info[i].mnemonic, 0)))
            rows->row[rows->count++] = (uint16_t)i;
}

static bool has_operand(const struct xenon_op_info *info, enum xenon_operand operand)
{
    for (unsigned i = 0; i < info->operands; i++)
        if (info->operand[i] == operand)
            return true;
    return false;
}

/* Numbers of registers that exist; half of the time of those that the reference has something to say about. */
static uint32_t special_register(struct random *random)
{
    static const uint16_t known[] = {1,   8,   9,   18,  19,  22,  25,  26,  27,  256, 259, 268, 269, 272, 273,
                                     274, 275, 284, 285, 287, 304, 305, 310, 312, 313, 314, 315, 318, 1023};
    return known[random_below(random, COUNT(known))];
}

static uint32_t make_word(struct random *random, const struct xenon_op_info *info)
{
    uint32_t word = info->match;
    if (random_one_in(random, 2)) { /* reserved bits are ignored */
        word |= (uint32_t)random_u64(random) & ~info->mask;
    } else {
        for (unsigned i = 0; i < info->operands; i++)
            word = xenon_operand_put((enum xenon_operand)info->operand[i], word, (int64_t)random_u64(random));
        if (info->flags & XENON_RC)
            word |= (uint32_t)random_one_in(random, 2);
        if (info->flags & (XENON_OE | XENON_RC21))
            word |= (uint32_t)random_one_in(random, 2) << 10;
        if (info->flags & XENON_RC25)
            word |= (uint32_t)random_one_in(random, 2) << 6;
        if (info->flags & XENON_LK)
            word |= (uint32_t)random_one_in(random, 2);
        if (info->flags & XENON_AA)
            word |= (uint32_t)random_one_in(random, 4) << 1;
    }
    if (has_operand(info, XENON_OPERAND_SPR))
        word = xenon_operand_put(XENON_OPERAND_SPR, word, special_register(random));
    if (has_operand(info, XENON_OPERAND_TBR))
        word = xenon_operand_put(XENON_OPERAND_TBR, word, 268 + random_below(random, 2));
    if (has_operand(info, XENON_OPERAND_BO) && random_one_in(random, 4))
        word |= 1U << 25; /* counting down to zero is rare enough */
    return word;
}

/* 3.0 and a few last places, at the ends of what each format of vpkd3d128 holds. */
static uint32_t biased_single(struct random *random)
{
    static const uint32_t edges[] = {0x40400000, 0x404000FF, 0x403F8001, 0x40407FFF, 0x403FFE01,
                                     0x404001FF, 0x40400003, 0x40380001, 0x4047FFFF, 0x4040000F,
                                     0x47FFE000, 0x477FE000, 0x38800000, 0x33800000, 0x38000000};
    /* One draw to a statement: C leaves the order of operands and arguments open. */
    uint32_t x = edges[random_below(random, COUNT(edges))];
    uint64_t any = random_u64(random);
    switch (random_below(random, 4)) {
    case 0:
        return x + random_below(random, 5) - 2;
    case 1:
        return 0x40400000 + (uint32_t)((int64_t)any >> (44 + random_below(random, 17)));
    case 2: /* about as large as a half */
        return ((uint32_t)any & 0x807FFFFF) | (100 + random_below(random, 48)) << 23;
    default:
        return x;
    }
}

static void put_vector(uint8_t bytes[16], const uint64_t value[2])
{
    for (unsigned i = 0; i < 16; i++)
        bytes[i] = (uint8_t)(value[i / 8] >> (56 - 8 * (i % 8)));
}

static void make_vectors(struct random *random, struct isa_reference *r, bool biased)
{
    uint64_t near[2];
    near[0] = random_u64(random);
    near[1] = random_u64(random);
    for (unsigned i = 0; i < 128; i++) {
        uint64_t value[2];
        value_vector(random, value, near);
        if (biased && !random_one_in(random, 4))
            for (unsigned half = 0; half < 2; half++) {
                value[half] = (uint64_t)biased_single(random) << 32;
                value[half] |= biased_single(random);
            }
        put_vector(r->vr[i], value);
        if (random_one_in(random, 2))
            memcpy(near, value, sizeof near);
    }
}

/* Numbers whose products and sums fall just beside where normal numbers begin and end. */
static void make_boundaries(struct random *random, struct isa_reference *r)
{
    static const uint32_t singles[] = {0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x00800000, 0x00800001, 0x007FFFFF,
                                       0x00000001, 0x00000000, 0x3F000000, 0x33800000, 0x7F7FFFFF, 0x40000000,
                                       0x00FFFFFF, 0x1FFFFFFF, 0x20000000, 0x7FC00001};
    static const uint64_t doubles[] = {0x3FEFFFFFFFFFFFFF, 0x3FF0000000000000, 0x3FF0000000000001, 0x0010000000000000,
                                       0x0010000000000001, 0x000FFFFFFFFFFFFF, 0x0000000000000001, 0x0000000000000000,
                                       0x3FE0000000000000, 0x3CA0000000000000, 0x7FEFFFFFFFFFFFFF, 0x380FFFFFFFFFFFFF,
                                       0x3810000000000000, 0x380FFFFFE0000000, 0x47EFFFFFF0000000, 0x1FFFFFFFFFFFFFFF};
    for (unsigned i = 0; i < 32; i++)
        r->fpr[i] = doubles[random_below(random, COUNT(doubles))] | (random_u64(random) & UINT64_C(1) << 63);
    for (unsigned i = 0; i < 128; i++) {
        uint64_t value[2];
        for (unsigned half = 0; half < 2; half++) {
            uint64_t left = singles[random_below(random, COUNT(singles))];
            value[half] = left << 32 | singles[random_below(random, COUNT(singles))];
            value[half] |= random_u64(random) & UINT64_C(0x8000000080000000);
        }
        put_vector(r->vr[i], value);
    }
}

/* The most negative code of each format that vupkd3d128 reads, and its neighbours. */
static void make_codes(struct random *random, struct isa_reference *r)
{
    static const uint32_t codes[] = {0x80008000, 0x80007FFF, 0x20080200, 0x1FF80201,
                                     0x00080000, 0x80000800, 0x00000080};
    for (unsigned i = 0; i < 128; i++) {
        uint64_t value[2] = {0, (uint64_t)codes[random_below(random, COUNT(codes))] << 32};
        value[1] |= codes[random_below(random, COUNT(codes))];
        put_vector(r->vr[i], value);
    }
}

static void make_machine_state(struct random *random, struct isa_reference *r)
{
    static const uint64_t bits[] = {0x8000, 0x4000, 0x1000, 0x800, 0x100, 0x20, 0x10, 0x2};
    r->msr = random_one_in(random, 16) ? 0 : UINT64_C(0x02000000);
    r->msr |= random_one_in(random, 16) ? 0 : UINT64_C(0x2000);
    r->msr |= random_one_in(random, 2) ? UINT64_C(1) << 63 : 0;
    r->msr |= random_one_in(random, 2) ? UINT64_C(1) << 60 : 0;
    for (unsigned i = 0; i < COUNT(bits); i++)
        r->msr |= random_one_in(random, i == 1 ? 8 : 2) ? bits[i] : 0;
}

/* Flags of any kind, but those that sum up others as they must be. */
static uint32_t fpscr(struct random *random)
{
    uint32_t value = (uint32_t)random_u64(random) & 0xFFFFF7FF & ~UINT32_C(0x60000000);
    if (random_one_in(random, 2))
        value &= 0x0007FFFF; /* nothing has happened yet */
    if (random_one_in(random, 2))
        value &= ~UINT32_C(0xF8); /* nothing is enabled */
    if (value & 0x01F80700)
        value |= 0x20000000;
    if ((value & 0x20000000 && value & 0x80) || (value >> 22 & value & 0x78))
        value |= 0x40000000;
    return value;
}

static void make_settings(struct random *random, struct xenon_isa_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    if (random_one_in(random, 2))
        return;
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++)
        xenon_isa_settings_choose(settings, (enum xenon_isa_setting)i, random_one_in(random, 2));
}

/* Registers that lead an access somewhere, and the window around that place. */
static void make_address(struct random *random, struct reference_case *c, const struct xenon_op_info *info)
{
    static const uint64_t places[] = {0x10001000, 0x7FFFFF00, 0x80000000,  0xFFFFFE00, 0x00000400,
                                      0x82010800, 0xFFFFFFF0, 0x100000000, 0x00000000};
    struct isa_reference *r = &c->start;
    const struct xenon_insn in = xenon_decode(0, c->word);
    bool indexed = has_operand(info, XENON_OPERAND_RB) && in.b < 32;
    uint64_t displacement = indexed ? r->gpr[in.b] : has_operand(info, XENON_OPERAND_NB) ? 0 : in.imm;
    uint64_t place = places[random_below(random, random_one_in(random, 4) ? COUNT(places) : 6)];
    place += random_below(random, 128);
    if (random_one_in(random, 4))
        place &= ~UINT64_C(7);
    if (in.op == XENON_OP_LWARX || in.op == XENON_OP_STWCX || in.op == XENON_OP_LDARX || in.op == XENON_OP_STDCX)
        place &= random_one_in(random, 8) ? UINT64_MAX : ~UINT64_C(7);

    /* of the sum only the low half counts in 32-bit mode */
    uint64_t above = r->msr >> 63 ? 0 : random_u64(random) << 32;
    bool anywhere = random_one_in(random, 64);
    if (!anywhere && in.a < 32) {
        r->gpr[in.a] = in.a == in.b && indexed ? place / 2 : place - displacement + above;
    } else if (!anywhere && indexed) {
        r->gpr[in.b] = place + above;
    }
    if (in.op == XENON_OP_SLBIE && !random_one_in(random, 4)) {
        unsigned entry = random_below(random, 64);
        r->gpr[in.b] = (r->slb[entry].esid & ~UINT64_C(0x8000000)) | (r->slb[entry].vsid & 0x80) << 20;
    }
    uint64_t base = in.a < 32 ? r->gpr[in.a] : 0;
    uint64_t ea = base + (indexed ? r->gpr[in.b] : has_operand(info, XENON_OPERAND_NB) ? 0 : in.imm);
    if (!(r->msr >> 63))
        ea &= UINT32_MAX;

    r->memory_at = ea & ~UINT64_C(127);
    r->memory_at -= r->memory_at >= 128 ? 128 : 0;
    if (r->memory_at > UINT64_C(0x100000000) - ISA_REFERENCE_WINDOW)
        r->memory_at = UINT64_C(0x100000000) - ISA_REFERENCE_WINDOW;
    r->reservation.held = !random_one_in(random, 4);
    r->reservation.address = ea;
    if (random_one_in(random, 3))
        r->reservation.address ^= UINT64_C(8) << random_below(random, 6);
}

static void make_specials(struct random *random, struct isa_reference *r)
{
    static const struct {
        uint16_t number;
        uint64_t bits;
    } plain[] = {
        {18, UINT32_MAX},  {19, UINT64_MAX},  {22, UINT32_MAX},  {25, UINT64_MAX},  {26, UINT64_MAX},
        {27, 0},           {256, UINT32_MAX}, {272, UINT64_MAX}, {273, UINT64_MAX}, {274, UINT64_MAX},
        {275, UINT64_MAX}, {287, UINT32_MAX}, {304, UINT64_MAX}, {305, UINT64_MAX}, {310, UINT32_MAX},
        {312, UINT64_MAX}, {313, UINT64_MAX}, {314, UINT64_MAX}, {315, 0},          {318, UINT64_MAX},
        {1023, 7},
    };
    for (unsigned i = 0; i < COUNT(plain); i++)
        r->spr[plain[i].number] = random_u64(random) & plain[i].bits;
    struct isa_reference other;
    make_machine_state(random, &other);
    r->spr[27] = other.msr;
    make_machine_state(random, &other);
    r->spr[315] = other.msr;
    r->time_base = random_u64(random);
    for (unsigned i = 0; i < 64; i++) {
        r->slb[i].esid = random_u64(random) & UINT64_C(0x3F8000000);
        r->slb[i].vsid = random_u64(random) & UINT64_C(0xFFFFFFFFFFFFFFF0);
    }
}

void reference_case_make(struct reference_case *c, const struct reference_rows *rows, uint64_t seed)
{
    struct random stream = random_from(seed, 1), *random = &stream;
    const struct xenon_op_info *info = &xenon_op_info[rows->row[random_below(random, rows->count)]];
    struct isa_reference *r = &c->start;
    memset(r, 0, sizeof *r);
    c->seed = seed;
    c->word = make_word(random, info);
    make_settings(random, &r->settings);
    make_machine_state(random, r);
    make_specials(random, r);

    uint64_t near = random_u64(random);
    for (unsigned i = 0; i < 32; i++) {
        r->gpr[i] = value_integer(random, near);
        r->fpr[i] = value_double(random, r->fpr[i ? i - 1 : 0]);
        near = random_one_in(random, 2) ? r->gpr[i] : near;
    }
    make_vectors(random, r, info->mnemonic[1] == 'p' && strstr(info->mnemonic, "d3d"));
    if (random_one_in(random, 6))
        make_boundaries(random, r);
    if (strcmp(info->mnemonic, "vupkd3d128") == 0 && random_one_in(random, 4))
        make_codes(random, r);
    r->cr = (uint32_t)random_u64(random);
    r->xer = (uint32_t)random_u64(random) & 0xE000007F;
    if (random_one_in(random, 2))
        r->xer &= 0xE000001F; /* strings of a few registers */
    r->fpscr = fpscr(random);
    if (r->fpscr & 0x40000000) /* an enabled exception would have interrupted before */
        r->msr &= ~UINT64_C(0x900);
    r->vscr = (uint32_t)random_u64(random) & 0x00010001;
    static const uint64_t counts[] = {0, 1, 2, 0x100000000, 0x100000001, UINT64_MAX};
    r->ctr = random_one_in(random, 2) ? counts[random_below(random, COUNT(counts))] : random_u64(random);
    r->lr = random_u64(random);
    static const uint64_t places[] = {0x82010000, 0x00001000, 0x7FFFFFFC, 0xFFFFFFFC, 0x40000000};
    r->cia = places[random_below(random, random_one_in(random, 2) ? 1 : COUNT(places))];

    for (unsigned i = 0; i < ISA_REFERENCE_WINDOW; i++)
        r->memory[i] = (uint8_t)random_u64(random);
    for (unsigned i = 0; i + 4 <= ISA_REFERENCE_WINDOW; i += 4) /* singles worth loading */
        if (random_one_in(random, 4)) {
            uint32_t x = value_single(random, 0);
            for (unsigned j = 0; j < 4; j++)
                r->memory[i + j] = (uint8_t)(x >> (24 - 8 * j));
        }
    make_address(random, c, info);
    if (r->cia - r->memory_at < ISA_REFERENCE_WINDOW || r->memory_at - r->cia < 4)
        r->cia = 0x20000000;
}
