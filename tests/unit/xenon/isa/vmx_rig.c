#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = UINT64_C(0x9E3779B97F4A7C15);

uint64_t vmx_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545F4914F6CDD1D) >> 16;
}

uint64_t vmx_get(const uint8_t bytes[16], unsigned bits, unsigned i)
{
    uint64_t value = 0;
    for (unsigned k = 0; k < bits / 8; k++)
        value = value << 8 | bytes[i * (bits / 8) + k];
    return value;
}

int64_t vmx_get_number(const uint8_t bytes[16], unsigned bits, unsigned i, bool is_signed)
{
    uint64_t value = vmx_get(bytes, bits, i);
    if (is_signed && value >> (bits - 1))
        return (int64_t)value - (INT64_C(1) << bits);
    return (int64_t)value;
}

void vmx_put(uint8_t bytes[16], unsigned bits, unsigned i, uint64_t value)
{
    for (unsigned k = bits / 8; k-- > 0; value >>= 8)
        bytes[i * (bits / 8) + k] = (uint8_t)value;
}

bool vmx_get_bit(const uint8_t bytes[16], unsigned i)
{
    return bytes[i / 8] >> (7 - i % 8) & 1;
}

void vmx_put_bit(uint8_t bytes[16], unsigned i, bool value)
{
    bytes[i / 8] = (uint8_t)((bytes[i / 8] & ~(0x80 >> i % 8)) | value << (7 - i % 8));
}

int64_t vmx_hold_number(struct vmx_naive *n, int64_t x, unsigned bits, bool is_signed)
{
    int64_t least = is_signed ? -(INT64_C(1) << (bits - 1)) : 0;
    int64_t greatest = is_signed ? -least - 1 : (INT64_C(1) << bits) - 1;
    if (x >= least && x <= greatest)
        return x;
    n->vscr |= 1;
    return x < least ? least : greatest;
}

/* A register is one number in the host's byte order. */
static void load(struct xenon_context *t, unsigned reg, const uint8_t bytes[16])
{
    unsigned __int128 number = 0;
    for (unsigned i = 0; i < 16; i++)
        number = number << 8 | bytes[i];
    memcpy(&t->vr[reg], &number, 16);
}

static void unload(const struct xenon_context *t, unsigned reg, uint8_t bytes[16])
{
    unsigned __int128 number;
    memcpy(&number, &t->vr[reg], 16);
    for (unsigned i = 16; i-- > 0; number >>= 8)
        bytes[i] = (uint8_t)number;
}

/* Values at which something turns, as often as any others. */
static void random_register(uint8_t bytes[16])
{
    static const uint64_t corner[] = {0,      1,      0x7F,       0x80,       0xFF,      0x7FFF,
                                      0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    const unsigned bits = 8U << vmx_random() % 3;
    const unsigned kind = vmx_random() % 4;
    for (unsigned i = 0; i < 128 / bits; i++)
        switch (kind) {
        case 0:
            vmx_put(bytes, bits, i, vmx_random());
            break;
        case 1:
            vmx_put(bytes, bits, i, corner[vmx_random() % (sizeof corner / sizeof corner[0])]);
            break;
        case 2:
            vmx_put(bytes, bits, i, (vmx_random() & 7) - 4);
            break;
        default:
            vmx_put(bytes, bits, i, vmx_random() % 2 ? vmx_random() : 0);
            break;
        }
    if (vmx_random() % 16 == 0)
        memset(bytes, vmx_random() % 2 ? 0xFF : 0, 16);
}

static unsigned operand_bits(enum xenon_operand operand)
{
    unsigned bits = 0;
    const struct xenon_operand_info *info = &xenon_operand_info[operand];
    for (unsigned i = 0; i < info->segments; i++)
        bits += info->segment[i].last - info->segment[i].first + 1U;
    return bits;
}

/* Which registers a word names; -1 where it names none. */
struct choice {
    int d, a, b, c, ra, rb;
};

static uint32_t choose(const struct vmx_row *row, struct choice *choice, struct vmx_naive *n)
{
    const struct xenon_op_info *info = &xenon_op_info[row->op];
    uint32_t word = info->match;
    const unsigned close = (unsigned)vmx_random(); /* registers from a few that lie anywhere */
    *choice = (struct choice){-1, -1, -1, -1, -1, -1};
    if (info->flags & (XENON_RC21 | XENON_RC25) && vmx_random() % 2) {
        n->rc = true;
        word |= info->flags & XENON_RC21 ? 0x00000400 : 0x00000040;
    }
    for (unsigned i = 0; i < info->operands; i++) {
        const enum xenon_operand operand = info->operand[i];
        const unsigned bits = operand_bits(operand);
        int64_t value = (int64_t)(vmx_random() & ((1U << bits) - 1));
        if (xenon_operand_info[operand].kind == XENON_VR && vmx_random() % 4)
            value = (int64_t)((close ^ (value & 1)) & ((1U << bits) - 1));
        if (xenon_operand_info[operand].kind == XENON_SIGNED && value >> (bits - 1))
            value -= INT64_C(1) << bits;
        word = xenon_operand_put(operand, word, value);
        switch (operand) {
        case XENON_OPERAND_VD:
        case XENON_OPERAND_VD128:
            choice->d = (int)value;
            break;
        case XENON_OPERAND_VA:
        case XENON_OPERAND_VA128:
            choice->a = (int)value;
            break;
        case XENON_OPERAND_VB:
        case XENON_OPERAND_VB128:
            choice->b = (int)value;
            break;
        case XENON_OPERAND_VC:
        case XENON_OPERAND_VC128:
            choice->c = (int)value;
            break;
        case XENON_OPERAND_RA0:
            choice->ra = (int)value;
            break;
        case XENON_OPERAND_RB:
            choice->rb = (int)value;
            break;
        case XENON_OPERAND_PKTYPE:
            n->type = (unsigned)value;
            break;
        case XENON_OPERAND_PKMASK:
        case XENON_OPERAND_RLMASK:
            n->mask = (unsigned)value;
            break;
        case XENON_OPERAND_Z:
            n->z = (unsigned)value;
            break;
        default:
            n->imm = (unsigned)value;
            break;
        }
    }
    return word;
}

static void randomize(struct xenon_context *t)
{
    uint8_t bytes[16];
    for (unsigned i = 0; i < 128; i++) {
        random_register(bytes);
        load(t, i, bytes);
    }
    for (unsigned i = 0; i < 32; i++)
        t->gpr[i] = vmx_random() << 20 ^ vmx_random();
    for (unsigned i = 0; i < 8; i++)
        t->cr[i] = vmx_random() & 15;
}

static bool once(const struct vmx_row *row, struct xenon_context *t, struct xenon_context *wanted, bool *saturated,
                 void (*prepare)(struct xenon_context *t, struct vmx_naive *n))
{
    struct vmx_naive n = {.settings = &t->settings};
    struct choice choice;
    if (vmx_random() % 32 == 0)
        randomize(t);
    const uint32_t word = choose(row, &choice, &n);
    const int named[] = {choice.d, choice.a, choice.b, choice.c};
    for (unsigned i = 0; i < 4; i++)
        if (named[i] >= 0) {
            uint8_t bytes[16];
            random_register(bytes);
            load(t, (unsigned)named[i], bytes);
        }
    t->vscr = (vmx_random() % 2 ? XENON_VSCR_NJ : 0) | (vmx_random() % 4 == 0 ? XENON_VSCR_SAT : 0);
    t->cr[6] = vmx_random() & 15;
    if (prepare) {
        prepare(t, &n);
        load(t, (unsigned)choice.b, n.b);
    }
    if (choice.d >= 0)
        unload(t, (unsigned)choice.d, n.d);
    if (choice.a >= 0)
        unload(t, (unsigned)choice.a, n.a);
    if (choice.b >= 0)
        unload(t, (unsigned)choice.b, n.b);
    if (choice.c >= 0)
        unload(t, (unsigned)choice.c, n.c);
    n.ea = (choice.ra > 0 ? t->gpr[choice.ra] : 0) + (choice.rb >= 0 ? t->gpr[choice.rb] : 0);
    n.vscr_before = t->vscr;
    n.vscr = t->vscr & ~XENON_VSCR_SAT;
    n.cr6 = t->cr[6];
    memcpy(wanted, t, sizeof *t);

    row->naive(&n, row);
    *saturated = n.vscr & XENON_VSCR_SAT;
    if (row->op != XENON_OP_MTVSCR)
        n.vscr |= t->vscr; /* SAT stays */
    if (choice.d >= 0)
        load(wanted, (unsigned)choice.d, n.d);
    wanted->vscr = n.vscr;
    if (n.rc)
        wanted->cr[6] = (uint8_t)n.cr6;

    const struct xenon_insn in = xenon_decode(0x82000000, word);
    const enum xenon_outcome outcome = row->run(t, &in);
    if (in.op == row->op && outcome == XENON_NEXT && memcmp((const char *)t, (const char *)wanted, sizeof *t) == 0)
        return true;

    printf("%s %08x d %d a %d b %d c %d: vscr %08x wanted %08x, cr6 %x wanted %x\n", xenon_op_info[row->op].mnemonic,
           word, choice.d, choice.a, choice.b, choice.c, t->vscr, wanted->vscr, t->cr[6], wanted->cr[6]);
    for (unsigned i = 0; choice.d >= 0 && i < 16; i++) {
        uint8_t got[16];
        unload(t, (unsigned)choice.d, got);
        printf("  a %02x b %02x c %02x: got %02x wanted %02x\n", n.a[i], n.b[i], n.c[i], got[i], n.d[i]);
    }
    return false;
}

void vmx_hold(const struct vmx_row *rows, size_t count, unsigned times,
              void (*prepare)(struct xenon_context *t, struct vmx_naive *n))
{
    struct xenon_context *t = vmx_context(), *wanted = vmx_context();
    randomize(t);
    for (const struct vmx_row *row = rows; row < rows + count; row++) {
        unsigned wrong = 0, saturated = 0;
        for (unsigned i = 0; i < times && wrong == 0; i++) {
            bool now;
            wrong += !once(row, t, wanted, &now, prepare);
            saturated += now;
        }
        CU_ASSERT_EQUAL(wrong, 0);
        /* A test of saturation that never saturates, or always does, tests nothing. */
        if (row->saturates && wrong == 0)
            CU_ASSERT(saturated > 0 && saturated < times);
    }
    free(t);
    free(wanted);
}

struct xenon_context *vmx_context(void)
{
    struct xenon_context *t = calloc(1, sizeof *t);
    if (t == NULL)
        abort();
    return t;
}

void vmx_set_words(struct xenon_context *t, unsigned reg, uint32_t x, uint32_t y, uint32_t z, uint32_t w)
{
    uint8_t bytes[16];
    vmx_put(bytes, 32, 0, x);
    vmx_put(bytes, 32, 1, y);
    vmx_put(bytes, 32, 2, z);
    vmx_put(bytes, 32, 3, w);
    load(t, reg, bytes);
}

bool vmx_words_are(const struct xenon_context *t, unsigned reg, uint32_t x, uint32_t y, uint32_t z, uint32_t w)
{
    uint8_t bytes[16];
    unload(t, reg, bytes);
    if (vmx_get(bytes, 32, 0) == x && vmx_get(bytes, 32, 1) == y && vmx_get(bytes, 32, 2) == z &&
        vmx_get(bytes, 32, 3) == w)
        return true;
    printf("v%u is %08x %08x %08x %08x, not %08x %08x %08x %08x\n", reg, (unsigned)vmx_get(bytes, 32, 0),
           (unsigned)vmx_get(bytes, 32, 1), (unsigned)vmx_get(bytes, 32, 2), (unsigned)vmx_get(bytes, 32, 3), x, y, z,
           w);
    return false;
}

void vmx_run(struct xenon_context *t, xenon_op_function *run, enum xenon_op op, uint32_t word)
{
    const struct xenon_insn in = xenon_decode(0x82000000, word);
    CU_ASSERT_EQUAL(in.op, op);
    CU_ASSERT_EQUAL(run(t, &in), XENON_NEXT);
}
