/* insns.def held to what the instructions do. Each is executed many times, with random operands and registers, by the
 * functional stepper: nothing may change that its row does not write; no register that the row does not read may make
 * a difference, all of them changed at once; and each that it does read must make one some time, each that it writes
 * must change some time, so that nothing is waited for in vain. */
#include "models/xenon/core/uses.h"
#include "models/xenon/isa/stepper.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIALS = 120, CODE = 0x40000, WINDOWS = 3, WINDOW = 0x10000, WINDOW_BYTES = 0x800, REST = XENON_R_COUNT, SAME };

static uint64_t random_state = UINT64_C(0x9E3779B97F4A7C15);

static uint64_t random64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545F4914F6CDD1D);
}

static const bool stores[XENON_OP_COUNT] = {
#define LOAD(...)
#define VLOAD(...)
#define BLOCK_LOAD(...)
#define RESERVE(...)
#define EXTERNAL_LOAD(...)
#define STORE(id, ...)       [XENON_OP_##id] = true,
#define VSTORE(id, ...)      [XENON_OP_##id] = true,
#define BLOCK_STORE(id, ...) [XENON_OP_##id] = true,
#define CONDITIONAL(id, ...) [XENON_OP_##id] = true,
#define EXTERNAL_STORE(id)   [XENON_OP_##id] = true,
#include "models/xenon/isa/storage.def"
#undef LOAD
#undef VLOAD
#undef BLOCK_LOAD
#undef RESERVE
#undef EXTERNAL_LOAD
#undef STORE
#undef VSTORE
#undef BLOCK_STORE
#undef CONDITIONAL
#undef EXTERNAL_STORE
};

/* Registers by their number. */

struct value {
    uint64_t high, low;
};

static bool same(struct value a, struct value b)
{
    return a.high == b.high && a.low == b.low;
}

static struct value get(const struct xenon_context *t, unsigned r)
{
    if (r >= XENON_R_VR)
        return (struct value){t->vr[r - XENON_R_VR].u64[XENON_D(0)], t->vr[r - XENON_R_VR].u64[XENON_D(1)]};
    if (r >= XENON_R_FPR)
        return (struct value){0, t->fpr[r - XENON_R_FPR]};
    if (r < XENON_R_CR)
        return (struct value){0, t->gpr[r]};
    if (r < XENON_R_CA)
        return (struct value){0, t->cr[r - XENON_R_CR]};
    switch (r) {
    case XENON_R_CA:
        return (struct value){0, t->ca};
    case XENON_R_LR:
        return (struct value){0, t->lr};
    case XENON_R_CTR:
        return (struct value){0, t->ctr};
    case XENON_R_FPSCR:
        return (struct value){0, t->fpscr};
    case XENON_R_VSCR:
        return (struct value){0, t->vscr};
    default:
        return (struct value){0, 0};
    }
}

/* FPSCR and VSCR are not waited for by who computes with their modes: for those they stay as they are. */
static bool has_modes_in(const struct xenon_insn *in, unsigned r)
{
    const struct xenon_op_info *info = &xenon_op_info[in->op];
    return (r == XENON_R_FPSCR && info->group == XENON_FP) || (r == XENON_R_VSCR && info->flags & XENON_VXU);
}

static bool can_flip(const struct xenon_insn *in, unsigned r)
{
    return r < XENON_R_COUNT && r != XENON_R_ZERO && r != XENON_R_SINK && r != XENON_R_SINK + 1 && !has_modes_in(in, r);
}

/* Another value. GPRs that addresses are made of stay near. */
static void flip(struct xenon_context *t, unsigned r, bool near)
{
    if (r >= XENON_R_VR)
        for (unsigned i = 0; i < 2; i++)
            t->vr[r - XENON_R_VR].u64[i] ^= random64();
    else if (r >= XENON_R_FPR)
        t->fpr[r - XENON_R_FPR] ^= random64() >> (random64() & 63) | UINT64_C(1) << 63;
    else if (r < XENON_R_ZERO)
        t->gpr[r] ^= near ? 8 + 8 * (random64() % 63) : random64() >> (random64() & 63) | 1;
    else if (r < XENON_R_CA)
        t->cr[r - XENON_R_CR] ^= (uint8_t)(1 + random64() % 15);
    else if (r == XENON_R_CA)
        t->ca = !t->ca;
    else if (r == XENON_R_LR)
        t->lr ^= 4 + (random64() & 0xFF0);
    else if (r == XENON_R_CTR)
        t->ctr ^= 4 + (random64() & 0xFF3);
    else if (r == XENON_R_FPSCR)
        t->fpscr ^= ((uint32_t)random64() & ~UINT32_C(0xFC)) | 1;
    else if (r == XENON_R_VSCR)
        t->vscr ^= XENON_VSCR_NJ;
}

/* What is executed, and how. */

struct trial {
    struct xenon_stepper *stepper;
    struct xenon_insn in;
    struct xenon_uses uses;
    bool near; /* its GPRs make an address */
    uint8_t memory[WINDOWS][WINDOW_BYTES];
};

struct result {
    struct xenon_context context;
    enum xenon_stop stop;
    uint8_t memory[WINDOWS][WINDOW_BYTES];
};

static void fill_memory(const struct trial *trial)
{
    const uint32_t word = trial->in.word;
    const uint8_t code[4] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word};
    for (unsigned i = 0; i < WINDOWS; i++)
        CU_ASSERT_FATAL(xenon_stepper_write(trial->stepper, i * WINDOW, trial->memory[i], WINDOW_BYTES));
    CU_ASSERT_FATAL(xenon_stepper_write(trial->stepper, CODE, code, 4));
}

static void execute(const struct trial *trial, const struct xenon_context *before, struct result *result)
{
    *xenon_stepper_context(trial->stepper) = *before;
    result->stop = xenon_stepper_run(trial->stepper, 1, UINT64_MAX);
    result->context = *xenon_stepper_context(trial->stepper);
    if (stores[trial->in.op]) {
        for (unsigned i = 0; i < WINDOWS; i++)
            xenon_stepper_read(trial->stepper, i * WINDOW, result->memory[i], WINDOW_BYTES);
        fill_memory(trial);
    }
}

/* All that is no register that can be waited for. */
static bool same_rest(const struct trial *trial, const struct result *a, const struct result *b)
{
    const struct xenon_context *s = &a->context, *t = &b->context;
    const struct xenon_interrupt *i = &s->interrupt, *j = &t->interrupt;

    if (a->stop != b->stop || (stores[trial->in.op] && memcmp(a->memory, b->memory, sizeof a->memory) != 0))
        return false;
    if (a->stop == XENON_STOP_INTERRUPT && (i->vector != j->vector || i->cause != j->cause || i->dar != j->dar))
        return false;
    return s->nia == t->nia && s->so == t->so && s->ov == t->ov && s->xer_count == t->xer_count && s->msr == t->msr &&
           s->time_base == t->time_base && s->decrementer == t->decrementer &&
           s->hypervisor_decrementer == t->hypervisor_decrementer && s->control == t->control &&
           memcmp(s->spr, t->spr, sizeof s->spr) == 0 && memcmp(s->slb, t->slb, sizeof s->slb) == 0 &&
           s->reservation.held == t->reservation.held && s->reservation.address == t->reservation.address;
}

/* Did it matter that the registers were `other` rather than `before`? A register may keep what it had in both, or have
 * got the same. Returns the first that did neither, REST, or SAME. */
static unsigned difference(const struct trial *trial, const struct xenon_context *before, const struct result *a,
                           const struct xenon_context *other, const struct result *b)
{
    for (unsigned r = 0; r < XENON_R_COUNT; r++) {
        struct value in_a = get(&a->context, r), in_b = get(&b->context, r);
        bool kept = same(in_a, get(before, r)) && same(in_b, get(other, r));
        if (!same(in_a, in_b) && !kept)
            return r;
    }
    return same_rest(trial, a, b) ? SAME : REST;
}

/* Registers that the row names besides single ones. */

static bool has_field(const struct xenon_insn *in, unsigned r)
{
    return r >= XENON_R_CR && r < XENON_R_CA && (in->op == XENON_OP_MFCR || in->imm >> (7 - (r - XENON_R_CR)) & 1);
}

static unsigned many(const struct xenon_context *t, const struct xenon_insn *in)
{
    if (in->op == XENON_OP_LMW || in->op == XENON_OP_STMW)
        return 32U - in->d;
    unsigned bytes = in->op == XENON_OP_LSWX || in->op == XENON_OP_STSWX ? t->xer_count : in->sh == 0 ? 32U : in->sh;
    return (bytes + 3) / 4;
}

static bool among_many(const struct xenon_context *t, const struct xenon_insn *in, unsigned r)
{
    return r < XENON_R_ZERO && ((r - in->d) & 31U) < many(t, in);
}

static bool reads(const struct trial *trial, const struct xenon_context *t, unsigned r)
{
    const struct xenon_uses *u = &trial->uses;
    bool found = (u->flags & XENON_USES_READS_FIELDS && has_field(&trial->in, r)) ||
                 (u->flags & XENON_USES_READS_MANY && among_many(t, &trial->in, r));
    for (unsigned i = 0; i < 2; i++)
        found |= u->address[i] == r;
    for (unsigned i = 0; i < XENON_READS_MAX; i++)
        found |= u->reads[i] == r;
    return found;
}

static bool writes(const struct trial *trial, const struct xenon_context *t, unsigned r)
{
    const struct xenon_uses *u = &trial->uses;
    bool found = (u->flags & XENON_USES_WRITES_FIELDS && has_field(&trial->in, r)) ||
                 (u->flags & XENON_USES_WRITES_MANY && among_many(t, &trial->in, r));
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        found |= u->writes[i] == r;
    return found;
}

/* Random instructions and registers. */

static uint32_t random_word(enum xenon_op op)
{
    const struct xenon_op_info *info = &xenon_op_info[op];
    static const uint16_t moves[] = {1, 8, 9, 26, 256, 272};
    uint32_t free = ~info->mask, word;

    do {
        word = (uint32_t)random64();
        for (unsigned i = 0; i < info->operands; i++)
            if (xenon_operand_info[info->operand[i]].kind == XENON_DISPLACEMENT)
                word &= ~UINT32_C(0xFF00);
        if ((op == XENON_OP_MFSPR || op == XENON_OP_MTSPR || op == XENON_OP_MFTB) && random64() & 3)
            word = xenon_operand_put(XENON_OPERAND_SPR, word, moves[random64() % 6]);
        word = (word & free) | info->match;
    } while (xenon_op_of(word) != op);
    return word;
}

static uint64_t random_double(void)
{
    uint64_t r = random64();
    return r & 3 ? (r & ~(UINT64_C(0x7FF) << 52)) | (1023 - 8 + r % 16) << 52 : r;
}

/* A number, or a small integer. */
static uint32_t random_single(void)
{
    uint32_t r = (uint32_t)random64();
    if (random64() % 4 == 0)
        return r >> (8 + r % 24);
    return r & 3 ? (r & ~UINT32_C(0x7F800000)) | (127 - 3 + r % 7) << 23 : r;
}

static void random_context(struct xenon_context *t, const struct trial *trial)
{
    memset(t, 0, sizeof *t);
    xenon_context_reset(t, 0);
    t->nia = CODE;
    t->msr = XENON_MSR_HV | XENON_MSR_FP | XENON_MSR_VXU; /* 32-bit mode: every address is there */
    for (unsigned i = 0; i < 32; i++) {
        uint64_t r = random64();
        t->gpr[i] = trial->near ? WINDOW + 8 * (r % 64) : r >> (random64() & 63);
        t->fpr[i] = random_double();
    }
    for (unsigned i = 0; i < 128; i++)
        for (unsigned j = 0; j < 4; j++)
            t->vr[i].u32[j] = i > 0 && random64() % 4 == 0 ? t->vr[0].u32[j] : random_single(); /* often equal */
    for (unsigned i = 0; i < 8; i++)
        t->cr[i] = random64() & 15;
    t->lr = random64() & UINT32_MAX;
    t->ctr = random64() & 1 ? random64() & UINT32_MAX : random64() % 3;
    t->so = random64() & 1;
    t->ov = random64() & 1;
    t->ca = random64() & 1;
    t->xer_count = random64() % 40;
    t->fpscr = (uint32_t)random64() & ~UINT32_C(0xFC); /* no exception is enabled */
    t->vscr = random64() & 1 ? XENON_VSCR_NJ : 0;
    for (unsigned i = 0; i < XENON_SLB_ENTRIES; i++)
        t->slb[i] = (struct xenon_slb_entry){random64(), random64()};
    t->spr[XENON_SPR_SRR0] = random64();
    t->settings.segment_registers_present = true;
    t->settings.external_control_present = true;
    t->reservation.held = random64() & 1;
    t->reservation.address = t->gpr[trial->uses.address[0]] + t->gpr[trial->uses.address[1]];
}

/* Instructions that do nothing to registers and memory, so that no register of theirs can matter; for the last ones a
 * random one does not. */
static bool shows_nothing(enum xenon_op op)
{
    switch (op) {
    case XENON_OP_DCBT:
    case XENON_OP_DCBTST:
    case XENON_OP_DCBST:
    case XENON_OP_DCBF:
    case XENON_OP_DCBI:
    case XENON_OP_ICBI:
    case XENON_OP_DST:
    case XENON_OP_DSTST:
    case XENON_OP_TLBIE:
    case XENON_OP_TLBIEL:
    case XENON_OP_SLBIE:
        return true;
    default:
        return false;
    }
}

/* What is written for the sake of time only. */
static bool writes_for_time(enum xenon_op op, unsigned r)
{
    switch (op) {
    case XENON_OP_FSEL:
    case XENON_OP_FABS:
    case XENON_OP_FNABS:
    case XENON_OP_FNEG:
    case XENON_OP_FMR:
    case XENON_OP_MFFS:
        return r == XENON_R_FPSCR;
    default:
        return false;
    }
}

/* FPSCR is read by who reads all of it; VSCR is moved, and not written for the sake of SAT. */
static bool lists_status_rightly(const struct trial *trial, const struct xenon_context *t)
{
    return reads(trial, t, XENON_R_FPSCR) == (trial->uses.class == XENON_CLASS_fp_status) &&
           reads(trial, t, XENON_R_VSCR) == (trial->in.op == XENON_OP_MFVSCR) &&
           writes(trial, t, XENON_R_VSCR) == (trial->in.op == XENON_OP_MTVSCR);
}

enum { SOURCES = 2 + XENON_READS_MAX };

/* By place in the row: was there a register, and was it seen to matter, or to change? */
struct seen {
    bool source[SOURCES], mattered[SOURCES], target[XENON_WRITES_MAX], changed[XENON_WRITES_MAX];
};

static void complain(const struct trial *trial, const char *what, unsigned r)
{
    printf("    %s %08X: %s %u\n", xenon_op_info[trial->in.op].id, (unsigned)trial->in.word, what, r);
}

static unsigned source(const struct xenon_uses *uses, unsigned place)
{
    return place < 2 ? uses->address[place] : uses->reads[place - 2];
}

static void try_sources(struct trial *trial, const struct xenon_context *before, const struct result *result,
                        struct seen *seen)
{
    static struct xenon_context other;
    static struct result changed;
    for (unsigned i = 0; i < SOURCES; i++) {
        unsigned r = source(&trial->uses, i), places = 0;
        if (!can_flip(&trial->in, r))
            continue;
        seen->source[i] = true;
        for (unsigned j = 0; j < SOURCES; j++)
            places += source(&trial->uses, j) == r;
        if (places > 1) /* which of them it matters to does not show */
            continue;
        other = *before;
        flip(&other, r, trial->near);
        execute(trial, &other, &changed);
        seen->mattered[i] |= difference(trial, before, result, &other, &changed) != SAME;
    }
}

static void try_once(struct trial *trial, struct seen *seen)
{
    static struct xenon_context before, other;
    static struct result result, changed;
    const bool vector = xenon_op_info[trial->in.op].flags & XENON_VXU;
    bool only_listed = true;

    random_context(&before, trial);
    if (!lists_status_rightly(trial, &before)) {
        complain(trial, "lists a status register, or does not, and is of class", trial->uses.class);
        CU_FAIL("FPSCR or VSCR");
    }
    execute(trial, &before, &result);
    for (unsigned r = 0; r < XENON_R_COUNT; r++) {
        bool saturates = r == XENON_R_VSCR && vector && before.vscr == (result.context.vscr & ~XENON_VSCR_SAT);
        bool may = writes(trial, &before, r) || saturates; /* nobody waits for SAT */
        if (!same(get(&before, r), get(&result.context, r)) && !may) {
            complain(trial, "changes a register that it does not list:", r);
            only_listed = false;
        }
    }
    CU_ASSERT(only_listed);
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++) {
        unsigned r = trial->uses.writes[i];
        if (r == XENON_R_SINK || writes_for_time(trial->in.op, r))
            continue;
        seen->target[i] = true;
        seen->changed[i] |= !same(get(&before, r), get(&result.context, r));
    }

    other = before;
    for (unsigned r = 0; r < XENON_R_COUNT; r++)
        if (can_flip(&trial->in, r) && !reads(trial, &before, r))
            flip(&other, r, trial->near);
    execute(trial, &other, &changed);
    unsigned differs = difference(trial, &before, &result, &other, &changed);
    if (differs != SAME)
        complain(trial, "depends on what it does not list, seen in", differs);
    CU_ASSERT_EQUAL(differs, SAME);
    try_sources(trial, &before, &result, seen);
}

static void nothing_in_vain(const struct trial *trial, const struct seen *seen)
{
    for (unsigned i = 0; i < SOURCES; i++) {
        bool in_vain = seen->source[i] && !seen->mattered[i] && !shows_nothing(trial->in.op);
        if (in_vain)
            complain(trial, "nothing depends on what it reads at place", i);
        CU_ASSERT(!in_vain);
    }
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++) {
        bool in_vain = seen->target[i] && !seen->changed[i];
        if (in_vain)
            complain(trial, "never changes what it writes at place", i);
        CU_ASSERT(!in_vain);
    }
}

static void every_row(void)
{
    static struct trial trial;
    trial.stepper = xenon_stepper_new(UINT64_C(1) << 26);
    CU_ASSERT_PTR_NOT_NULL_FATAL(trial.stepper);
    for (unsigned i = 0; i < WINDOWS; i++)
        for (unsigned j = 0; j < WINDOW_BYTES; j++)
            trial.memory[i][j] = (uint8_t)random64();

    for (unsigned op = 1; op < XENON_OP_COUNT; op++) {
        struct seen seen[2] = {0}; /* of the forms that record, and of the others */
        for (unsigned n = 0; n < TRIALS; n++) {
            trial.in = xenon_decode(CODE, random_word(op));
            trial.uses = xenon_uses_of(&trial.in);
            trial.near = trial.uses.address[0] != XENON_R_ZERO || trial.uses.address[1] != XENON_R_ZERO;
            fill_memory(&trial);
            try_once(&trial, &seen[trial.in.flags & XENON_RC ? 0 : 1]);
        }
        nothing_in_vain(&trial, &seen[0]);
        nothing_in_vain(&trial, &seen[1]);
    }
    xenon_stepper_free(trial.stepper);
}

/* Where trying shows nothing, the row lists every register that the instruction has, and nothing else. */
static void rows_that_show_nothing(void)
{
    for (unsigned op = 1; op < XENON_OP_COUNT; op++) {
        const struct xenon_op_info *info = &xenon_op_info[op];
        const struct xenon_insn in = xenon_decode(CODE, info->match | 1U << 16 | 2U << 11); /* RA 1, RB 2 */
        const struct xenon_uses uses = xenon_uses_of(&in);
        bool expected[XENON_R_COUNT] = {[XENON_R_ZERO] = true}, listed[XENON_R_COUNT] = {[XENON_R_ZERO] = true};
        if (!shows_nothing(op))
            continue;
        for (unsigned i = 0; i < info->operands; i++) {
            enum xenon_operand_kind kind = xenon_operand_info[info->operand[i]].kind;
            if (kind == XENON_GPR || kind == XENON_GPR0)
                expected[xenon_operand_get(info->operand[i], in.word)] = true;
        }
        for (unsigned i = 0; i < SOURCES; i++)
            listed[source(&uses, i)] = true;
        bool right = memcmp(expected, listed, sizeof listed) == 0 && uses.writes[0] == XENON_R_SINK;
        if (!right)
            printf("    %s does not list its registers\n", info->id);
        CU_ASSERT(right);
    }
}

void test_uses_executed(void)
{
    CU_pSuite suite = CU_add_suite("xenon/core-uses-executed", NULL, NULL);
    CU_add_test(suite, "rows list what instructions read and write, and nothing else", every_row);
    CU_add_test(suite, "so do rows that trying cannot show", rows_that_show_nothing);
}
