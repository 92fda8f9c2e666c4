/* The generator's instructions: what kinds there are, and how often. */
#include "tests/conformance/core_reference/random_emit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Rows that work on registers alone, by group. */
#define PICK_OP(id) XENON_OP_##id,
#define PICK_LOAD(id)
#define PICK_STORE(id)
#define PICK_VLOAD(id)
#define PICK_VSTORE(id)
#define PICK_STORAGE(id)
#define FROM_INT(kind, id) PICK_##kind(id)
#define FROM_BRANCH(kind, id)
#define FROM_LOAD(kind, id)
#define FROM_STORE(kind, id)
#define FROM_SYSTEM(kind, id)
#define FROM_FP(kind, id)
#define FROM_VMX(kind, id)
#define FROM_VMX128(kind, id)
static const uint16_t integer[] = {
#define INSN(id, mnemonic, form, group, kind, ...) FROM_##group(kind, id)
#include "models/xenon/isa/isa.def"
};
#undef FROM_INT
#undef FROM_FP
#define FROM_INT(kind, id)
#define FROM_FP(kind, id) PICK_##kind(id)
static const uint16_t floating[] = {
#include "models/xenon/isa/isa.def"
};
#undef FROM_FP
#undef FROM_VMX
#undef FROM_VMX128
#define FROM_FP(kind, id)
#define FROM_VMX(kind, id)    PICK_##kind(id)
#define FROM_VMX128(kind, id) PICK_##kind(id)
static const uint16_t vector[] = {
#include "models/xenon/isa/isa.def"
};
#undef INSN

static const uint16_t usual_integer[] = {
    XENON_OP_ADD, XENON_OP_ADDI,   XENON_OP_ADDI,   XENON_OP_SUBF,   XENON_OP_AND,  XENON_OP_OR,
    XENON_OP_ORI, XENON_OP_RLWINM, XENON_OP_RLDICL, XENON_OP_RLWIMI, XENON_OP_NEG,  XENON_OP_EXTSW,
    XENON_OP_XOR, XENON_OP_CMP,    XENON_OP_CMPI,   XENON_OP_CMPLI,  XENON_OP_ADDC, XENON_OP_ADDE,
};

static const uint16_t by_displacement[] = {
    XENON_OP_LBZ, XENON_OP_LHZ, XENON_OP_LHA, XENON_OP_LWZ,  XENON_OP_LWA,  XENON_OP_LD,
    XENON_OP_LFS, XENON_OP_LFD, XENON_OP_LWZ, XENON_OP_LD,   XENON_OP_STB,  XENON_OP_STH,
    XENON_OP_STW, XENON_OP_STD, XENON_OP_STW, XENON_OP_STFS, XENON_OP_STFD,
};

static const uint16_t by_index[] = {
    XENON_OP_LBZX, XENON_OP_LHZX,  XENON_OP_LHAX,  XENON_OP_LWZX,   XENON_OP_LWAX,   XENON_OP_LDX,    XENON_OP_LFSX,
    XENON_OP_LFDX, XENON_OP_LHBRX, XENON_OP_LWBRX, XENON_OP_LDBRX,  XENON_OP_STBX,   XENON_OP_STHX,   XENON_OP_STWX,
    XENON_OP_STDX, XENON_OP_STFSX, XENON_OP_STFDX, XENON_OP_STFIWX, XENON_OP_STHBRX, XENON_OP_STWBRX, XENON_OP_STDBRX,
};

static const uint16_t by_vector[] = {
    XENON_OP_LVX,      XENON_OP_LVX,      XENON_OP_LVEBX,     XENON_OP_LVEWX,    XENON_OP_LVLX,  XENON_OP_LVRX,
    XENON_OP_LVX128,   XENON_OP_LVLX128,  XENON_OP_LVRX128,   XENON_OP_LVEWX128, XENON_OP_STVX,  XENON_OP_STVX,
    XENON_OP_STVEBX,   XENON_OP_STVEHX,   XENON_OP_STVEWX,    XENON_OP_STVLX,    XENON_OP_STVRX, XENON_OP_STVX128,
    XENON_OP_STVLX128, XENON_OP_STVRX128, XENON_OP_STVEWX128,
};

static const uint16_t by_update[] = {
    XENON_OP_LBZU, XENON_OP_LHZU, XENON_OP_LHAU, XENON_OP_LWZU, XENON_OP_LDU,  XENON_OP_LFSU,
    XENON_OP_LFDU, XENON_OP_STBU, XENON_OP_STHU, XENON_OP_STWU, XENON_OP_STDU, XENON_OP_STFDU,
};

static const uint16_t by_update_index[] = {
    XENON_OP_LBZUX, XENON_OP_LWZUX, XENON_OP_LWAUX, XENON_OP_LDUX,
    XENON_OP_LFDUX, XENON_OP_STWUX, XENON_OP_STDUX, XENON_OP_STFSUX,
};

unsigned scratch(struct emitter *e)
{
    static const uint8_t free_registers[] = {0, 3, 4, 5, 6, 7, 3, 4, 5, 24, 25, 26, 27, 28, 29, 30, 31};
    return free_registers[emit_below(e, COUNT(free_registers))];
}

static unsigned few(struct emitter *e, unsigned all)
{
    return emit_one_in(e, 4) ? emit_below(e, all) : emit_below(e, 6);
}

static int64_t random_operand(struct emitter *e, enum xenon_operand operand)
{
    const struct xenon_operand_info *info = &xenon_operand_info[operand];
    unsigned bits = 0;
    for (unsigned i = 0; i < info->segments; i++)
        bits += info->segment[i].last - info->segment[i].first + 1U;
    switch (info->kind) {
    case XENON_GPR:
    case XENON_GPR0:
        return scratch(e);
    case XENON_FPR:
        return few(e, 32);
    case XENON_VR:
        return few(e, 1U << bits);
    case XENON_CRF:
        return emit_below(e, 8);
    case XENON_CRB:
        return emit_below(e, 32);
    default:
        break;
    }
    if (operand == XENON_OPERAND_CRM)
        return 1 << emit_below(e, 8);
    uint64_t value = random_u64(&e->random) & ((UINT64_C(1) << bits) - 1);
    bool is_signed = info->kind == XENON_SIGNED || info->kind == XENON_DISPLACEMENT || info->kind == XENON_RELATIVE;
    if (is_signed && value >> (bits - 1))
        value -= UINT64_C(1) << bits;
    return (int64_t)(value << info->scale);
}

static void emit_row(struct emitter *e, enum xenon_op op)
{
    const struct xenon_op_info *info = &xenon_op_info[op];
    int64_t value[XENON_OPERANDS_MAX];
    for (unsigned i = 0; i < info->operands; i++)
        value[i] = random_operand(e, info->operand[i]);
    if (op == XENON_OP_MTCRF && emit_one_in(e, 2))
        value[0] = 1 + emit_below(e, 255);
    uint32_t word = encoded(op, value);
    unsigned record = emit_below(e, 6), overflow = emit_below(e, 8);
    if (record == 0 && info->flags & XENON_RC)
        word |= 1;
    if (record == 0 && info->flags & XENON_RC21)
        word |= 1 << 10;
    if (record == 0 && info->flags & XENON_RC25)
        word |= 1 << 6;
    if (overflow == 0 && info->flags & XENON_OE)
        word |= 1 << 10;
    emit_word(e, word);
}

static void emit_any(struct emitter *e, const uint16_t *rows, unsigned count)
{
    enum xenon_op op = rows[emit_below(e, count)];
    if (op == XENON_OP_DST || op == XENON_OP_DSTST || op == XENON_OP_DSS)
        op = XENON_OP_VOR;
    emit_row(e, op);
}

/* Storage */

/* Base and displacement of an access of `bytes`; often aligned. */
static int64_t place(struct emitter *e, unsigned *base)
{
    unsigned area = emit_below(e, 16), offset;
    if (area < 9) {
        *base = R_HOT;
        offset = emit_below(e, emit_one_in(e, 2) ? 64 : HOT_SIZE - 128);
    } else if (area < 12) {
        *base = R_SPREAD;
        offset = emit_below(e, SPREAD_SIZE - 256);
    } else if (area < 15) {
        *base = R_CONFLICT;
        offset = emit_below(e, 4) * CONFLICT_STRIDE;
        offset += emit_below(e, 2 * SIM_LINE);
    } else {
        *base = R_PAGES + emit_below(e, 3);
        offset = emit_below(e, 2) * 0x1000;
        offset += emit_below(e, 512);
    }
    return emit_one_in(e, 3) ? offset : offset & ~15U;
}

static void emit_displacement(struct emitter *e)
{
    enum xenon_op op = by_displacement[emit_below(e, COUNT(by_displacement))];
    const struct xenon_op_info *info = &xenon_op_info[op];
    unsigned base;
    int64_t offset = place(e, &base);
    if (info->operand[1] == XENON_OPERAND_ds)
        offset &= ~INT64_C(3);
    int64_t first = random_operand(e, info->operand[0]);
    emit_word(e, encoded(op, (const int64_t[]){first, offset, base}));
}

/* A new index, which stays in its bounds whatever it is made of. */
static void emit_indices(struct emitter *e)
{
    unsigned from = scratch(e), by = emit_below(e, 32);
    switch (emit_below(e, 3)) {
    case 0:
        EMIT(e, RLWINM, R_SMALL, from, by, 23, 31);
        break;
    case 1:
        EMIT(e, RLWINM, R_LARGE, from, by, 17, 28);
        break;
    default:
        EMIT(e, RLWINM, R_STEP, from, by, 26, emit_one_in(e, 3) ? 31 : 28);
        break;
    }
}

static void emit_indexed(struct emitter *e, const uint16_t *rows, unsigned count)
{
    enum xenon_op op = rows[emit_below(e, count)];
    unsigned base = emit_one_in(e, 3) ? (emit_one_in(e, 2) ? R_CONFLICT : R_SPREAD) : R_HOT;
    unsigned index = base == R_HOT ? (emit_one_in(e, 2) ? R_SMALL : R_STEP) : R_LARGE;
    int64_t first = random_operand(e, xenon_op_info[op].operand[0]);
    emit_word(e, encoded(op, (const int64_t[]){first, base, index}));
}

static void emit_update(struct emitter *e)
{
    if (emit_one_in(e, 2)) {
        enum xenon_op op = by_update[emit_below(e, COUNT(by_update))];
        int64_t by = 4 * (int64_t)emit_below(e, 20) - 16;
        if (emit_one_in(e, 4) && xenon_op_info[op].operand[1] != XENON_OPERAND_ds)
            by += emit_below(e, 4);
        int64_t first = random_operand(e, xenon_op_info[op].operand[0]);
        emit_word(e, encoded(op, (const int64_t[]){first, by, R_MOVING}));
    } else {
        enum xenon_op op = by_update_index[emit_below(e, COUNT(by_update_index))];
        int64_t first = random_operand(e, xenon_op_info[op].operand[0]);
        emit_word(e, encoded(op, (const int64_t[]){first, R_MOVING, R_STEP}));
    }
}

static void emit_block(struct emitter *e)
{
    unsigned base, first = 24 + emit_below(e, 8), most = 4 * (33 - first);
    int64_t offset = place(e, &base);
    bool is_load = emit_one_in(e, 2);
    switch (emit_below(e, 3)) {
    case 0:
        emit_word(e, encoded(is_load ? XENON_OP_LMW : XENON_OP_STMW, (const int64_t[]){first, offset, base}));
        break;
    case 1: {
        unsigned bytes = 1 + emit_below(e, most > 32 ? 32 : most);
        EMIT(e, ADDI, 3, base, offset);
        emit_word(e, encoded(is_load ? XENON_OP_LSWI : XENON_OP_STSWI, (const int64_t[]){first, 3, bytes % 32}));
        break;
    }
    default:
        EMIT(e, ADDI, 4, 0, emit_below(e, most + 1));
        EMIT(e, MTSPR, 1, 4);
        emit_word(e, encoded(is_load ? XENON_OP_LSWX : XENON_OP_STSWX, (const int64_t[]){first, base, R_STEP}));
        break;
    }
}

/* As many stores, lines or loads at once as there are places for, and more. */
static void emit_burst(struct emitter *e)
{
    unsigned kind = emit_below(e, 3), count = 8 + emit_below(e, 40), stride = kind == 0 ? SIM_BLOCK : SIM_LINE;
    unsigned offset = emit_below(e, 64) * SIM_LINE, base = emit_one_in(e, 3) ? R_CONFLICT : R_SPREAD;
    if (kind == 2)
        EMIT(e, RLWINM, R_LARGE, scratch(e), 0, 17, 21);
    for (unsigned i = 0; i < count; i++, offset += stride) {
        unsigned from = scratch(e);
        if (kind == 0)
            EMIT(e, STW, from, offset % 0x7E00, base);
        else if (kind == 1)
            EMIT(e, LFD, i % 32, offset % 0x7E00, base);
        else
            EMIT(e, LVX128, i, base, R_LARGE);
    }
}

static void emit_atomic(struct emitter *e)
{
    bool wide = emit_one_in(e, 3);
    unsigned base;
    int64_t offset = place(e, &base) & ~INT64_C(7);
    EMIT(e, ADDI, 3, base, offset);
    if (emit_one_in(e, 4)) {
        if (emit_one_in(e, 2))
            EMIT(e, LWARX, 4, 0, 3);
        else
            EMIT(e, STWCX, 4, 0, 3);
        return;
    }
    EMIT(e, ADDI, R_RETRIES, 0, 2);
    uint64_t again = e->at;
    if (wide)
        EMIT(e, LDARX, 4, 0, 3);
    else
        EMIT(e, LWARX, 4, 0, 3);
    for (unsigned i = emit_below(e, 3); i > 0; i--)
        EMIT(e, ADD, 6, 6, 7);
    EMIT(e, ADDI, 5, 4, 1);
    if (wide)
        EMIT(e, STDCX, 5, 0, 3);
    else
        EMIT(e, STWCX, 5, 0, 3);
    EMIT(e, BC, emit_one_in(e, 2) ? 12 : 15, 2, 16); /* beq: over what follows */
    EMIT(e, ADDI, R_RETRIES, R_RETRIES, -1);
    EMIT(e, CMPI, 1, 0, R_RETRIES, 0);
    EMIT(e, BC, 4, 6, (int64_t)(again - e->at));
}

static void emit_cache(struct emitter *e)
{
    static const uint16_t rows[] = {XENON_OP_DCBT,  XENON_OP_DCBT, XENON_OP_DCBT, XENON_OP_DCBTST,
                                    XENON_OP_DCBST, XENON_OP_DCBF, XENON_OP_DCBZ, XENON_OP_DCBZ128};
    if (emit_one_in(e, 12)) {
        EMIT(e, ICBI, R_CODE, R_SMALL);
        return;
    }
    unsigned base;
    int64_t offset = place(e, &base);
    enum xenon_op op = rows[emit_below(e, COUNT(rows))];
    if (base == R_HOT && op != XENON_OP_DCBT && emit_one_in(e, 2))
        base = R_SPREAD;
    EMIT(e, ADDI, 3, base, offset);
    emit_word(e, encoded(op, (const int64_t[]){0, 3, 0}));
}

static void emit_system(struct emitter *e)
{
    unsigned gpr = scratch(e), other = scratch(e);
    switch (emit_below(e, 12)) {
    case 0:
        EMIT(e, SYNC, 0);
        break;
    case 1:
    case 2:
        EMIT(e, LWSYNC, 0);
        break;
    case 3:
        EMIT(e, EIEIO, 0);
        break;
    case 4:
        EMIT(e, ISYNC, 0);
        break;
    case 5:
        EMIT(e, PTESYNC, 0);
        break;
    case 6:
        EMIT(e, MFSPR, gpr, 256); /* VRSAVE */
        break;
    case 7:
        EMIT(e, MTSPR, 256, gpr);
        break;
    case 8:
        EMIT(e, MFSPR, gpr, 1);
        break;
    case 9:
        EMIT(e, MFSPR, gpr, 8 + emit_below(e, 2));
        break;
    case 10:
        if (!e->counts)
            EMIT(e, MTSPR, 9, gpr);
        else
            EMIT(e, TW, 0, gpr, other);
        break;
    default:
        EMIT(e, MFMSR, gpr);
        break;
    }
}

static void emit_condition(struct emitter *e)
{
    static const uint16_t rows[] = {XENON_OP_CRAND, XENON_OP_CROR,   XENON_OP_CRXOR, XENON_OP_CRNOR,  XENON_OP_CREQV,
                                    XENON_OP_MCRF,  XENON_OP_MTOCRF, XENON_OP_MTCRF, XENON_OP_MFOCRF, XENON_OP_MFCR};
    emit_any(e, rows, COUNT(rows));
}

static void emit_hint(struct emitter *e)
{
    static const uint8_t registers[] = {1, 2, 3, 2, 28, 29, 30, 31};
    unsigned n = registers[emit_below(e, COUNT(registers))];
    EMIT(e, OR, n, n, n);
}

void emit_group(struct emitter *e)
{
    unsigned which = emit_below(e, 100);
    if (which < 26)
        emit_any(e, usual_integer, COUNT(usual_integer));
    else if (which < 33)
        emit_any(e, integer, COUNT(integer));
    else if (which < 40)
        emit_any(e, floating, COUNT(floating));
    else if (which < 50)
        emit_any(e, vector, COUNT(vector));
    else if (which < 65)
        emit_displacement(e);
    else if (which < 70)
        emit_indices(e);
    else if (which < 78)
        emit_indexed(e, by_index, COUNT(by_index));
    else if (which < 84)
        emit_indexed(e, by_vector, COUNT(by_vector));
    else if (which < 88)
        emit_update(e);
    else if (which < 90)
        emit_block(e);
    else if (which == 90 && e->times == 1 && emit_one_in(e, 2))
        emit_burst(e);
    else if (which < 92)
        emit_atomic(e);
    else if (which < 95)
        emit_cache(e);
    else if (which < 97)
        emit_system(e);
    else if (which < 99)
        emit_condition(e);
    else
        emit_hint(e);
}
