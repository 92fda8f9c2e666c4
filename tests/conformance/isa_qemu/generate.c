#include "tests/conformance/isa_qemu/generate.h"

#include "models/xenon/isa/isa.h"
#include "tests/conformance/isa_qemu/exceptions.h"
#include "tests/conformance/isa_qemu/random.h"
#include "tests/conformance/isa_qemu/values.h"

#include <string.h>

enum { HOT = 3, BASES = 2, INDEXES = 2 };
enum { SPR_XER = 1, SPR_LR = 8, SPR_CTR = 9, SPR_VRSAVE = 256 };

/* A block on its way. Hot registers are chosen more often, so that instructions use one another's results. */
struct making {
    struct block *block;
    struct random r;
    uint8_t hot[HOT], base[BASES], index[INDEXES], xer_value, vscr_value;
    unsigned length;
};

static unsigned any_register(struct making *m)
{
    return random_one_in(&m->r, 2) ? m->hot[random_below(&m->r, HOT)] : random_below(&m->r, 32);
}

/* One that may be written. */
static unsigned free_register(struct making *m)
{
    for (;;) {
        unsigned n = any_register(m);
        if (m->block->role[n] == ROLE_NONE)
            return n;
    }
}

static unsigned free_vector(struct making *m)
{
    for (;;) {
        unsigned n = any_register(m);
        if (m->block->vector_role[n] == ROLE_NONE)
            return n;
    }
}

static unsigned assign(struct making *m, uint8_t roles[32], enum role role, unsigned lowest)
{
    for (;;) {
        unsigned n = lowest + random_below(&m->r, 32 - lowest);
        if (roles[n] == ROLE_NONE) {
            roles[n] = (uint8_t)role;
            return n;
        }
    }
}

static bool is_memory(const struct xenon_op_info *info)
{
    static const char *const others[] = {"lv", "stv", "dcb", "icbi"};
    if (info->group == XENON_LOAD || info->group == XENON_STORE)
        return true;
    for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strncmp(info->mnemonic, others[i], strlen(others[i])) == 0)
            return true;
    return false;
}

static void put(uint32_t *word, enum xenon_operand operand, int64_t value)
{
    *word = xenon_operand_put(operand, *word, value);
}

/* A displacement that stays in the window from a base in its middle, or from address 0. */
static int64_t displacement(struct making *m, bool from_zero, bool doubleword)
{
    int64_t d = from_zero ? GUEST_WINDOW + 64 + (int64_t)random_below(&m->r, GUEST_WINDOW_SIZE - 128)
                          : (int64_t)random_below(&m->r, 128) - 64;
    if (doubleword || random_one_in(&m->r, 2))
        d &= ~INT64_C(3);
    return d;
}

/* Where a branch at `i` goes: nearly always forward. */
static unsigned target(struct making *m, unsigned i, bool backward)
{
    return backward ? random_below(&m->r, i + 1) : i + 1 + random_below(&m->r, m->length - i);
}

static uint64_t address_of(const struct making *m, unsigned i)
{
    return block_start(m->block) + 4 * (uint64_t)i;
}

static void branch(struct making *m, enum xenon_op op, uint32_t *word, unsigned i)
{
    unsigned bo = random_below(&m->r, 32);
    bool counts = (bo & 4) == 0, absolute = random_one_in(&m->r, 4);
    put(word, XENON_OPERAND_BO, bo);
    put(word, XENON_OPERAND_BI, random_below(&m->r, 32));
    if (op == XENON_OP_BC || op == XENON_OP_B) {
        bool backward = op == XENON_OP_BC && counts && random_one_in(&m->r, 3);
        uint64_t to = address_of(m, target(m, i, backward));
        m->block->loop |= backward;
        *word = (*word & ~UINT32_C(2)) | (uint32_t)absolute << 1;
        put(word, op == XENON_OP_B ? XENON_OPERAND_LI : XENON_OPERAND_BD,
            (int64_t)(absolute ? to : to - address_of(m, i)));
        return;
    }
    uint64_t *to = &m->block->lr;
    if (op == XENON_OP_BCCTR) {
        to = &m->block->ctr;
        put(word, XENON_OPERAND_BO, bo | 4);
    }
    put(word, XENON_OPERAND_BH, random_below(&m->r, 4));
    if (*to == 0)
        *to = address_of(m, target(m, i, false));
    *to |= random_below(&m->r, 4);
}

static void move_spr(struct making *m, enum xenon_op op, uint32_t *word)
{
    static const uint16_t numbers[] = {SPR_XER, SPR_LR, SPR_CTR, SPR_VRSAVE};
    static const uint16_t privileged[] = {18, 19, 22, 25, 26, 27, 272, 273, 274, 275, 287};
    unsigned number = random_one_in(&m->r, 16) ? privileged[random_below(&m->r, 11)] : numbers[random_below(&m->r, 4)];
    put(word, XENON_OPERAND_SPR, number);
    if (op == XENON_OP_MTSPR)
        put(word, XENON_OPERAND_RS, number == SPR_XER ? m->xer_value : any_register(m));
}

/* Operands of an instruction that addresses memory. */
static void memory_operand(struct making *m, enum xenon_op op, enum xenon_operand operand, uint32_t *word)
{
    unsigned base = xenon_operand_get(XENON_OPERAND_RA, *word) & 31;
    switch (operand) {
    case XENON_OPERAND_RA:
    case XENON_OPERAND_RA0: /* chosen before the others */
        break;
    case XENON_OPERAND_RB:
        put(word, operand, base == 0 ? m->base[random_below(&m->r, BASES)] : m->index[random_below(&m->r, INDEXES)]);
        break;
    case XENON_OPERAND_d:
    case XENON_OPERAND_ds:
        put(word, operand, displacement(m, base == 0, operand == XENON_OPERAND_ds));
        break;
    case XENON_OPERAND_RD:
        if (op == XENON_OP_LMW && base < 31)
            put(word, operand, base + 1 + random_below(&m->r, 31 - base));
        else
            put(word, operand, free_register(m));
        break;
    default:
        put(word, operand, any_register(m));
        break;
    }
}

/* A word that is no instruction: any, or one of a crowded primary opcode with few bits in its operands. */
static uint32_t illegal_word(struct making *m)
{
    static const uint8_t crowded[] = {4, 5, 6, 19, 30, 31, 31, 31, 58, 59, 62, 63};
    uint32_t word;
    do {
        word = (uint32_t)random_u64(&m->r);
        if (random_one_in(&m->r, 2)) {
            uint64_t any = random_u64(&m->r);
            uint32_t few = (uint32_t)(any >> 32) & (uint32_t)any & 0x03FFF800;
            word = (word & 0x7FF) | few | (uint32_t)crowded[random_below(&m->r, 12)] << 26;
        }
    } while (xenon_op_of(word) != XENON_OP_ILLEGAL);
    return word;
}

static uint32_t fill(struct making *m, enum xenon_op op, unsigned i)
{
    if (op == XENON_OP_ILLEGAL)
        return illegal_word(m);
    const struct xenon_op_info *info = &xenon_op_info[op];
    uint32_t word = info->match;
    bool memory = is_memory(info);
    static const struct {
        unsigned flag, bit;
    } flags[] = {{XENON_RC, 31}, {XENON_OE, 21}, {XENON_LK, 31}, {XENON_AA, 30}, {XENON_RC21, 21}, {XENON_RC25, 25}};
    for (unsigned f = 0; f < sizeof(flags) / sizeof(flags[0]); f++)
        if (info->flags & flags[f].flag)
            word |= (uint32_t)random_below(&m->r, 2) << (31 - flags[f].bit);

    if (op == XENON_OP_BC || op == XENON_OP_B || op == XENON_OP_BCLR || op == XENON_OP_BCCTR) {
        branch(m, op, &word, i);
        return word;
    }
    for (unsigned k = 0; memory && k < info->operands; k++)
        if (info->operand[k] == XENON_OPERAND_RA ||
            (info->operand[k] == XENON_OPERAND_RA0 && !random_one_in(&m->r, 12)))
            put(&word, info->operand[k], m->base[random_below(&m->r, BASES)]);
    for (unsigned k = 0; k < info->operands; k++) {
        enum xenon_operand operand = info->operand[k];
        enum xenon_operand_kind kind = xenon_operand_info[operand].kind;
        if (memory && (kind == XENON_GPR || kind == XENON_GPR0 || kind == XENON_DISPLACEMENT))
            memory_operand(m, op, operand, &word);
        else if (operand == XENON_OPERAND_RD || operand == XENON_OPERAND_RA)
            put(&word, operand, free_register(m));
        else if (operand == XENON_OPERAND_VD)
            put(&word, operand, free_vector(m));
        else if (kind == XENON_GPR || kind == XENON_GPR0 || kind == XENON_FPR || kind == XENON_VR)
            put(&word, operand, any_register(m));
        else if (operand == XENON_OPERAND_CRM && (op == XENON_OP_MTOCRF || op == XENON_OP_MFOCRF))
            put(&word, operand, INT64_C(1) << random_below(&m->r, 8));
        else
            put(&word, operand, (int64_t)random_u64(&m->r));
    }
    if (op == XENON_OP_MFSPR || op == XENON_OP_MTSPR)
        move_spr(m, op, &word);
    if (op == XENON_OP_MTVSCR)
        put(&word, XENON_OPERAND_VB, m->vscr_value);
    if (op == XENON_OP_LSWX || op == XENON_OP_STSWX)
        m->block->needs_byte_count = true;
    return word;
}

static enum xenon_op choose(const struct generator *g, struct making *m, enum xenon_op first, bool last)
{
    for (unsigned tries = 0; tries < 8; tries++) {
        enum xenon_op op = g->rows[random_below(&m->r, g->count)];
        const struct xenon_op_info *info = &xenon_op_info[op];
        if (op == XENON_OP_ILLEGAL || info->flags & (XENON_SUPERVISOR | XENON_HYPERVISOR))
            continue; /* it ends every block: only as first choice */
        if (exceptions_last(op) && !last)
            continue;
        if (tries >= 4 || info->group == xenon_op_info[first].group)
            return op;
    }
    return exceptions_last(first) && !last ? XENON_OP_ORI : first;
}

/* A conditional store succeeds only after its load. */
static void pair(struct making *m, enum xenon_op op, unsigned i)
{
    enum xenon_op load = op == XENON_OP_STWCX ? XENON_OP_LWARX : XENON_OP_LDARX;
    uint32_t word = xenon_op_info[load].match | (m->block->word[i] & 0x001FF800);
    put(&word, XENON_OPERAND_RD, free_register(m));
    if (i > 0 && !random_one_in(&m->r, 4))
        m->block->word[random_below(&m->r, i)] = word;
}

struct block generate_block(const struct generator *g, uint64_t seed)
{
    uint64_t number = seed / BLOCK_STATES;
    struct block block = {.slot = (unsigned)(number % SLOT_COUNT)};
    struct making m = {.block = &block, .r = random_from(number, 1)};
    enum xenon_op first = g->rows[number % g->count];

    for (unsigned i = 0; i < BASES; i++)
        m.base[i] = (uint8_t)assign(&m, block.role, ROLE_BASE, 1);
    for (unsigned i = 0; i < INDEXES; i++)
        m.index[i] = (uint8_t)assign(&m, block.role, ROLE_INDEX, 0);
    m.xer_value = (uint8_t)assign(&m, block.role, ROLE_XER, 0);
    m.vscr_value = (uint8_t)assign(&m, block.vector_role, ROLE_VSCR, 0);
    for (unsigned i = 0; i < HOT; i++)
        m.hot[i] = (uint8_t)assign(&m, block.role, ROLE_INDEX, 0);
    for (unsigned i = 0; i < HOT; i++)
        block.role[m.hot[i]] = ROLE_NONE;

    m.length = block.count = random_one_in(&m.r, 4) ? 1 : 1 + random_below(&m.r, BLOCK_MAX);
    bool last = exceptions_last(first), conditional = first == XENON_OP_STWCX || first == XENON_OP_STDCX;
    unsigned place = conditional || last ? block.count - 1 : random_below(&m.r, block.count);
    for (unsigned i = 0; i < block.count; i++)
        block.word[i] = fill(&m, i == place ? first : choose(g, &m, first, i + 1 == block.count), i);
    if (conditional)
        pair(&m, first, place);
    return block;
}

static uint64_t base_address(struct random *r)
{
    uint64_t middle = GUEST_WINDOW + GUEST_WINDOW_SIZE / 2, distance = random_below(r, 128) - UINT64_C(64);
    uint64_t nowhere = random_one_in(r, 48) ? UINT64_C(1) << 32 : 0;
    return nowhere + middle + (distance & (UINT64_MAX << random_below(r, 5)));
}

static uint64_t fpscr(struct random *r)
{
    static const uint32_t enable_of[] = {0x80, 0x40, 0x20, 0x10, 0x08};
    static const uint32_t flags_of[] = {0x01F80700, 0x10000000, 0x08000000, 0x04000000, 0x02000000};
    uint32_t some = random_one_in(r, 2) ? 0x0001F000 : 0x0001F003; /* FPRF, RN */
    uint32_t value = (uint32_t)random_u64(r) & some;
    if (random_one_in(r, 2))
        value |= (uint32_t)random_u64(r) & 0x9FFE0700;
    if (random_one_in(r, 3))
        value |= (uint32_t)random_u64(r) & 0xF8;
    for (unsigned i = 0; i < 5; i++) /* nothing that is enabled has happened */
        if (value & enable_of[i])
            value &= ~flags_of[i];
    if (value & 0x01F80700)
        value |= 0x20000000;
    if (value & 0x1FF80700)
        value |= 0x80000000;
    return value;
}

struct state generate_state(const struct block *block, uint64_t seed)
{
    struct random r = random_from(seed, 2);
    struct state state = {0};
    struct guest_state *s = &state.r;
    for (unsigned i = 0; i < 32; i++) {
        uint64_t near = s->gpr[i > 0 ? random_below(&r, i) : 0];
        switch ((enum role)block->role[i]) {
        case ROLE_BASE:
            s->gpr[i] = base_address(&r);
            break;
        case ROLE_INDEX:
            s->gpr[i] = random_below(&r, 128) - UINT64_C(64);
            s->gpr[i] &= UINT64_MAX << random_below(&r, 5);
            break;
        case ROLE_XER:
            s->gpr[i] = random_u64(&r) & UINT64_C(0xE000007F);
            break;
        default:
            s->gpr[i] = value_integer(&r, near);
            break;
        }
        s->fpr[i] = value_double(&r, s->fpr[i > 0 ? random_below(&r, i) : 0]);
        value_vector(&r, s->vr[i], s->vr[i > 0 ? random_below(&r, i) : 0]);
        if (block->vector_role[i] == ROLE_VSCR)
            s->vr[i][1] = (s->vr[i][1] & (UINT64_MAX << 32)) | (random_u64(&r) & 0x00010001);
    }
    uint64_t bits = random_u64(&r);
    s->cr = random_u64(&r) >> 32;
    s->xer = bits & UINT64_C(0xE0000000);
    s->xer |= random_below(&r, block->needs_byte_count && (bits & 7) != 0 ? 24 : 128);
    s->vrsave = random_u64(&r) >> 32;
    s->vscr[1] = bits >> 32 & (bits & 0x300 ? 0x00000001 : 0x00010001);
    s->fpscr = fpscr(&r);
    s->lr = block->lr ? block->lr : random_u64(&r);
    s->ctr = block->ctr ? block->ctr : block->loop ? 1 + random_below(&r, 4) : value_integer(&r, s->lr);
    for (unsigned i = 0; i < GUEST_WINDOW_SIZE; i += 8) {
        uint64_t value = random_u64(&r);
        switch (value & 3) {
        case 0:
            value = value_integer(&r, value);
            break;
        case 1:
            value = value_double(&r, value);
            break;
        case 2:
            value = (uint64_t)value_single(&r, 0) << 32;
            value |= value_single(&r, 0x3F800000);
            break;
        default:
            break;
        }
        for (unsigned k = 0; k < 8; k++)
            state.window[i + k] = (uint8_t)(value >> (56 - 8 * k));
    }
    return state;
}
