/* The shape of random programs: loops, branches, calls, and where code lies. */
#include "tests/conformance/core_reference/random_program.h"

#include "tests/conformance/core_reference/random_emit.h"

/* Functions lie in rooms, in the same sets of L1I as others of this thread and of the other one. */
enum { FUNCTIONS_AT = 0x1000, FUNCTION_ROOM = 0x400, ROOMS = 3, WAYS_APART = 0x4000 };

unsigned emit_below(struct emitter *e, unsigned limit)
{
    return random_below(&e->random, limit);
}

bool emit_one_in(struct emitter *e, unsigned n)
{
    return random_below(&e->random, n) == 0;
}

void emit_word(struct emitter *e, uint32_t word)
{
    struct random_program *p = e->p;
    p->word[p->words++] = word;
    p->piece[p->pieces - 1].words++;
    e->at += 4;
    e->budget -= e->times;
}

uint32_t encoded(enum xenon_op op, const int64_t *value)
{
    const struct xenon_op_info *info = &xenon_op_info[op];
    uint32_t word = info->match;
    for (unsigned i = 0; i < info->operands; i++)
        word = xenon_operand_put(info->operand[i], word, value[i]);
    return word;
}

static void begin_piece(struct emitter *e, uint64_t address)
{
    struct random_program *p = e->p;
    p->piece[p->pieces].address = e->at = address;
    p->piece[p->pieces].first = p->words;
    p->piece[p->pieces++].words = 0;
}

static bool has_room(const struct emitter *e)
{
    return e->budget > 0 && e->p->words < RANDOM_WORDS_MAX - 1024 && e->p->pieces < RANDOM_PIECES_MAX - 1;
}

/* Puts the distance from there to here into a branch that was emitted with none. */
static void aim(struct emitter *e, uint64_t branch_at)
{
    struct random_program *p = e->p;
    uint64_t back = (e->at - branch_at) / 4;
    uint32_t *word = &p->word[p->words - back];
    enum xenon_operand operand = xenon_op_of(*word) == XENON_OP_B ? XENON_OPERAND_LI : XENON_OPERAND_BD;
    *word = xenon_operand_put(operand, *word, (int64_t)(e->at - branch_at));
}

static void emit_groups(struct emitter *e, unsigned most)
{
    for (unsigned i = 1 + emit_below(e, most); i > 0 && has_room(e); i--)
        emit_group(e);
}

/* BO of a branch on a condition, with or without a hint. */
static unsigned condition(struct emitter *e)
{
    static const uint8_t bo[] = {4, 12, 4, 12, 4, 12, 6, 7, 14, 15};
    return bo[emit_below(e, sizeof bo)];
}

static void emit_forward(struct emitter *e)
{
    uint64_t from = e->at;
    unsigned bo = condition(e), bit = emit_below(e, 32);
    if (emit_one_in(e, 8))
        bo = 20;
    else if (emit_one_in(e, 10) && !e->counts) /* counts whatever CTR holds */
        bo = emit_one_in(e, 2) ? emit_below(e, 2) * 8 : 16 + 2 * emit_below(e, 2);
    uint32_t word = encoded(XENON_OP_BC, (const int64_t[]){bo, bit, 0});
    if (emit_one_in(e, 5))
        word = encoded(XENON_OP_B, (const int64_t[]){0});
    if (e->main && emit_one_in(e, 8))
        word |= 1;
    emit_word(e, word);
    emit_groups(e, 4);
    aim(e, from);
}

static void emit_address(struct emitter *e, unsigned gpr, uint64_t address)
{
    EMIT(e, ADDIS, gpr, 0, (int64_t)(address >> 16));
    EMIT(e, ORI, gpr, gpr, (int64_t)(address & 0xFFFF));
}

/* To a place a little further on, by way of CTR or LR. The two words of the address are put in at the end. */
static void emit_indirect(struct emitter *e)
{
    bool by_link = e->main && emit_one_in(e, 2);
    unsigned gpr = 3 + emit_below(e, 4);
    unsigned first = e->p->words;
    emit_address(e, gpr, 0);
    EMIT(e, MTSPR, by_link ? 8 : 9, gpr);
    for (unsigned i = emit_below(e, 12); i > 0; i--)
        EMIT(e, ADD, 24 + i % 3, 24, 25);
    unsigned bo = emit_one_in(e, 3) ? condition(e) : 20, bit = emit_below(e, 32);
    uint32_t word = by_link ? encoded(XENON_OP_BCLR, (const int64_t[]){bo, bit, 0})
                            : encoded(XENON_OP_BCCTR, (const int64_t[]){bo, bit, 0});
    if (e->main && emit_one_in(e, 4))
        word |= 1;
    emit_word(e, word);
    emit_groups(e, 2);
    e->p->word[first] = encoded(XENON_OP_ADDIS, (const int64_t[]){gpr, 0, (int64_t)(e->at >> 16)});
    e->p->word[first + 1] = encoded(XENON_OP_ORI, (const int64_t[]){gpr, gpr, (int64_t)(e->at & 0xFFFF)});
}

static void emit_body(struct emitter *e, unsigned most);

static void emit_loop(struct emitter *e)
{
    unsigned times = 2 + emit_below(e, 5);
    bool by_count = emit_one_in(e, 2);
    if (e->times > 1)
        return;
    EMIT(e, ADDI, R_COUNT, 0, times);
    if (by_count)
        EMIT(e, MTSPR, 9, R_COUNT);
    uint64_t again = e->at;
    e->times = (int)times;
    e->counts = by_count;
    emit_body(e, 6);
    if (by_count) {
        unsigned bo = emit_one_in(e, 3) ? 25 : 16;
        EMIT(e, BC, bo, 0, (int64_t)(again - e->at));
    } else {
        unsigned field = emit_below(e, 8);
        EMIT(e, ADDI, R_COUNT, R_COUNT, -1);
        EMIT(e, CMPI, field, 0, R_COUNT, 0);
        EMIT(e, BC, emit_one_in(e, 4) ? 7 : 4, 4 * field + 2, (int64_t)(again - e->at));
    }
    e->times = 1;
    e->counts = false;
}

/* Calls a function that is made at once, at a place of its own, and calls others. */
static void emit_call(struct emitter *e)
{
    if (e->depth == DEPTHS || !has_room(e) || e->p->pieces > 40)
        return;
    struct random_program *p = e->p;
    uint64_t function = CODE_AT(e->thread) + FUNCTIONS_AT + FUNCTION_ROOM * (uint64_t)emit_below(e, ROOMS);
    function += WAYS_APART * (uint64_t)emit_below(e, 4);
    for (unsigned i = 0; i < p->pieces; i++) /* each has its room */
        if (p->piece[i].address / FUNCTION_ROOM == function / FUNCTION_ROOM)
            return;
    function += 4 * emit_below(e, 8);
    EMIT(e, B, (int64_t)(function - e->at));
    p->word[p->words - 1] |= 1;

    struct emitter inner = *e;
    uint64_t back = e->at;
    begin_piece(&inner, function);
    inner.depth++;
    inner.main = false;
    unsigned link = R_LINKS + e->depth;
    EMIT(&inner, MFSPR, link, 8);
    emit_groups(&inner, 3);
    if (emit_one_in(&inner, 2))
        emit_call(&inner);
    emit_groups(&inner, 2);
    EMIT(&inner, MTSPR, 8, link);
    for (unsigned i = emit_below(&inner, 12); i > 0; i--)
        EMIT(&inner, ADDI, 3, 3, 1);
    if (emit_one_in(&inner, 3)) {
        unsigned bo = condition(&inner), bit = emit_below(&inner, 32);
        EMIT(&inner, BCLR, bo, bit, 0);
        emit_group(&inner);
    }
    EMIT(&inner, BCLR, 20, 0, 0);
    e->random = inner.random;
    e->budget = inner.budget;
    begin_piece(e, back); /* the caller goes on in a piece of its own */
}

static void emit_body(struct emitter *e, unsigned most)
{
    for (unsigned i = 1 + emit_below(e, most); i > 0 && has_room(e); i--)
        switch (emit_below(e, 10)) {
        case 0:
        case 1:
            emit_forward(e);
            break;
        case 2:
            if (!e->counts)
                emit_indirect(e);
            break;
        case 3:
            emit_call(e);
            break;
        default:
            emit_groups(e, 5);
            break;
        }
}

static void make_thread(struct random_program *p, unsigned thread)
{
    struct emitter e = {.p = p, .random = random_from(p->seed, thread + 1), .thread = thread, .main = true, .times = 1};
    e.budget = 150 + (int)emit_below(&e, 250);
    p->entry[thread] = CODE_AT(thread) + 4 * emit_below(&e, 16);
    begin_piece(&e, p->entry[thread]);
    while (has_room(&e)) {
        if (emit_one_in(&e, 3))
            emit_loop(&e);
        else
            emit_body(&e, 3);
    }
    p->halt[thread] = e.at;
    EMIT(&e, B, 0);
}

static uint32_t latency(struct random *r, enum random_misses misses)
{
    return misses == RANDOM_MISSES_FAST ? 1 + random_below(r, 30) : 30 + random_below(r, 400);
}

void random_program_make(struct random_program *p, uint64_t seed, unsigned threads, enum random_misses misses)
{
    struct random r = random_from(seed, 0);
    p->seed = seed;
    p->threads = threads;
    p->pieces = p->words = 0;
    p->latencies.request = 1 + random_below(&r, 20);
    p->latencies.credits = 1 + random_below(&r, random_one_in(&r, 3) ? 3 : 16);
    p->latencies.credit_return = p->latencies.request + 1 + random_below(&r, 8);
    uint32_t lines = latency(&r, misses);
    for (unsigned i = 0; i < SIM_CORE_REQUESTS; i++)
        p->latencies.reply[i] = random_one_in(&r, 2) ? lines : latency(&r, misses);
    for (unsigned n = 0; n < threads; n++)
        make_thread(p, n);
}

static void fill(struct random *r, struct core_memory *memory, uint64_t address, unsigned words)
{
    for (unsigned i = 0; i < words; i++) {
        uint64_t value = random_u64(r);
        core_memory_write(memory, address + 8 * i, &value, 8);
    }
}

void random_program_load(const struct random_program *p, struct core_memory *memory)
{
    struct random r = random_from(p->seed, 100);
    for (unsigned i = 0; i < p->pieces; i++)
        for (unsigned k = 0; k < p->piece[i].words; k++) {
            uint32_t word = p->word[p->piece[i].first + k];
            uint8_t bytes[4] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word};
            core_memory_write(memory, p->piece[i].address + 4 * k, bytes, 4);
        }
    fill(&r, memory, HOT_AT, HOT_SIZE / 8);
    for (unsigned i = 0; i < 4; i++)
        fill(&r, memory, CONFLICT_AT + i * CONFLICT_STRIDE, 2 * SIM_LINE / 8);
    fill(&r, memory, SPREAD_AT, 64);
}

void random_program_registers(const struct random_program *p, unsigned thread, struct xenon_context *context)
{
    struct random r = random_from(p->seed, 200 + thread);
    context->nia = p->entry[thread];
    context->msr |= XENON_MSR_FP | XENON_MSR_VXU;
    for (unsigned i = 0; i < 32; i++)
        context->gpr[i] = random_one_in(&r, 2) ? random_u64(&r) : random_below(&r, 256);
    for (unsigned i = 0; i < 32; i++) /* numbers near one, so that little overflows */
        context->fpr[i] = UINT64_C(0x3FF0000000000000) + (random_u64(&r) & UINT64_C(0x800FFFFFE0000000));
    for (unsigned i = 0; i < 128; i++)
        for (unsigned k = 0; k < 4; k++)
            context->vr[i].u32[k] = UINT32_C(0x3F800000) + ((uint32_t)random_u64(&r) & UINT32_C(0x80FFFFFF));
    for (unsigned i = 0; i < 8; i++)
        context->cr[i] = (uint8_t)(1 << random_below(&r, 4));
    context->ctr = random_below(&r, 4);
    context->gpr[R_HOT] = HOT_AT;
    context->gpr[R_SPREAD] = SPREAD_AT;
    context->gpr[R_CONFLICT] = CONFLICT_AT;
    for (unsigned i = 0; i < 3; i++)
        context->gpr[R_PAGES + i] = PAGES_AT(i);
    context->gpr[R_CODE] = CODE_AT(thread);
    context->gpr[R_SMALL] = random_below(&r, 512);
    context->gpr[R_LARGE] = random_below(&r, 0x1000) * UINT64_C(8);
    context->gpr[R_MOVING] = MOVING_AT + 0x4000 * thread * random_below(&r, 2);
    context->gpr[R_STEP] = random_below(&r, 8) * UINT64_C(8);
}
