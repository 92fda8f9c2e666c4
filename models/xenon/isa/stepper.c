/* The functional stepper. Memory comes into being by pages; a page that is executed has a second self of decoded
 * instructions, a record for each word, made when the word is first reached and again when it is written. The records
 * of a page end in one that leads to the next page, and the address at which to stop has a record of its own, so that
 * the loop has nothing to compare. */
#include "models/xenon/isa/stepper.h"

#include "models/xenon/isa/isa_flags.h"
#include "models/xenon/isa/may_execute.h"
#include "models/xenon/isa/ops.h"
#include "models/xenon/isa/ops_branch.h"
#include "models/xenon/isa/ops_int.h"
#include "models/xenon/isa/ops_storage.h"

#include <stdlib.h>
#include <string.h>

#define PAGE         UINT64_C(4096)
#define MEMORY_LIMIT (UINT64_C(1) << 32)
enum { PAGE_BITS = 12, PAGES = 1 << (32 - PAGE_BITS), WORDS = 1024 };

/* Records that are no instruction; the first is what a new page is full of. */
enum record_op {
    RECORD_UNKNOWN = XENON_OP_ILLEGAL,
    RECORD_PAGE_END = XENON_OP_COUNT,
    RECORD_STOP,
    RECORD_ILLEGAL,
    RECORDS
};

struct page {
    uint8_t *bytes;          /* NULL: never written, all zero */
    struct xenon_insn *code; /* NULL: never executed. WORDS and one */
};

struct xenon_stepper {
    struct xenon_context context;
    uint64_t limit, used, executed, stop_address;
    uint32_t *live; /* the pages that have bytes or code, so that clearing need not look at all */
    size_t lives, live_room;
    struct page page[PAGES];
};

struct xenon_stepper *xenon_stepper_new(uint64_t limit)
{
    struct xenon_stepper *s = calloc(1, sizeof *s);
    if (s != NULL) {
        s->limit = limit;
        s->stop_address = UINT64_MAX;
        xenon_context_reset(&s->context, 0);
    }
    return s;
}

void xenon_stepper_clear(struct xenon_stepper *s)
{
    for (size_t i = 0; i < s->lives; i++) {
        struct page *page = &s->page[s->live[i]];
        free(page->bytes);
        free(page->code);
        *page = (struct page){0};
    }
    s->lives = 0;
    s->used = 0;
}

void xenon_stepper_free(struct xenon_stepper *s)
{
    if (s == NULL)
        return;
    xenon_stepper_clear(s);
    free(s->live);
    free(s);
}

struct xenon_context *xenon_stepper_context(struct xenon_stepper *s)
{
    return &s->context;
}

uint64_t xenon_stepper_executed(const struct xenon_stepper *s)
{
    return s->executed;
}

/* Memory. */

/* Notes that the page will have something; false when the host has no memory. */
static bool make_live(struct xenon_stepper *s, uint64_t number)
{
    if (s->page[number].bytes != NULL || s->page[number].code != NULL)
        return true;
    if (s->lives == s->live_room) {
        size_t room = s->live_room == 0 ? 64 : s->live_room * 2;
        uint32_t *live = realloc(s->live, room * sizeof *live);
        if (live == NULL)
            return false;
        s->live = live;
        s->live_room = room;
    }
    s->live[s->lives++] = (uint32_t)number;
    return true;
}

/* Gives all pages of the range their bytes; what cannot be had is left as it was. */
static bool make_pages(struct xenon_stepper *s, uint64_t address, uint64_t size)
{
    if (size == 0)
        return true;
    if (address >= MEMORY_LIMIT || size > MEMORY_LIMIT - address)
        return false;
    uint64_t first = address >> PAGE_BITS, last = (address + size - 1) >> PAGE_BITS, missing = 0;
    for (uint64_t i = first; i <= last; i++)
        missing += s->page[i].bytes == NULL;
    if (missing * PAGE > s->limit - s->used)
        return false;
    for (uint64_t i = first; i <= last; i++) {
        if (s->page[i].bytes != NULL)
            continue;
        if (!make_live(s, i))
            return false;
        s->page[i].bytes = calloc(1, PAGE);
        if (s->page[i].bytes == NULL)
            return false;
        s->used += PAGE;
    }
    return true;
}

/* Big-endian bytes. Where `bytes` is a constant, compilers make one load and a byte swap of them. */
static inline uint32_t get_word(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t get_bytes(const uint8_t *p, unsigned bytes)
{
    switch (bytes) {
    case 1:
        return p[0];
    case 2:
        return (uint64_t)p[0] << 8 | p[1];
    case 4:
        return get_word(p);
    default:
        return (uint64_t)get_word(p) << 32 | get_word(p + 4);
    }
}

static inline void put_word(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

static inline void put_bytes(uint8_t *p, unsigned bytes, uint64_t value)
{
    switch (bytes) {
    case 1:
        p[0] = (uint8_t)value;
        break;
    case 2:
        p[0] = (uint8_t)(value >> 8);
        p[1] = (uint8_t)value;
        break;
    case 4:
        put_word(p, (uint32_t)value);
        break;
    default:
        put_word(p, (uint32_t)(value >> 32));
        put_word(p + 4, (uint32_t)value);
        break;
    }
}

/* The record of the word at `address`, whose page has code. */
static void decode_at(struct xenon_stepper *s, uint64_t address)
{
    const struct page *page = &s->page[address >> PAGE_BITS];
    struct xenon_insn *record = &page->code[(address & (PAGE - 1)) / 4];
    uint32_t word = page->bytes == NULL ? 0 : get_word(&page->bytes[address & (PAGE - 4)]);
    *record = xenon_decode(address & ~UINT64_C(3), word);
    if (record->pc == s->stop_address)
        record->op = RECORD_STOP;
    else if (record->op == XENON_OP_ILLEGAL)
        record->op = RECORD_ILLEGAL;
}

/* Bytes of a page with code were written. */
static __attribute__((noinline, cold)) void code_written(struct xenon_stepper *s, uint64_t address, uint64_t size)
{
    for (uint64_t a = address & ~UINT64_C(3); a < address + size; a += 4)
        if (s->page[a >> PAGE_BITS].code != NULL)
            decode_at(s, a);
}

static void write_bytes(struct xenon_stepper *s, uint64_t address, const uint8_t *bytes, uint64_t size)
{
    while (size > 0) {
        struct page *page = &s->page[address >> PAGE_BITS];
        uint64_t offset = address & (PAGE - 1), part = size < PAGE - offset ? size : PAGE - offset;
        memcpy(&page->bytes[offset], bytes, part);
        if (page->code != NULL)
            code_written(s, address, part);
        address += part;
        bytes += part;
        size -= part;
    }
}

bool xenon_stepper_write(struct xenon_stepper *s, uint64_t address, const void *bytes, size_t size)
{
    if (!make_pages(s, address, size))
        return false;
    write_bytes(s, address, bytes, size);
    return true;
}

void xenon_stepper_read(const struct xenon_stepper *s, uint64_t address, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    while (size > 0) {
        uint64_t offset = address & (PAGE - 1), part = size < PAGE - offset ? size : PAGE - offset;
        const uint8_t *from = address < MEMORY_LIMIT ? s->page[address >> PAGE_BITS].bytes : NULL;
        if (from != NULL)
            memcpy(to, &from[offset], part);
        else
            memset(to, 0, part);
        address += part;
        to += part;
        size -= part;
    }
}

/* The guest's accesses. False: there is no such memory. */

static bool readable(uint64_t ea, uint64_t size)
{
    return ea < MEMORY_LIMIT && size <= MEMORY_LIMIT - ea;
}

static __attribute__((noinline, cold)) bool load_across(struct xenon_stepper *s, uint64_t ea, unsigned bytes,
                                                        uint64_t *value)
{
    uint8_t buffer[8];
    if (!readable(ea, bytes))
        return false;
    xenon_stepper_read(s, ea, buffer, bytes);
    *value = 0;
    for (unsigned i = 0; i < bytes; i++)
        *value = *value << 8 | buffer[i];
    return true;
}

static inline bool load(struct xenon_stepper *s, uint64_t ea, unsigned bytes, uint64_t *value)
{
    if (__builtin_expect(ea >= MEMORY_LIMIT || (ea & (PAGE - 1)) > PAGE - bytes, 0))
        return load_across(s, ea, bytes, value);
    const uint8_t *p = s->page[ea >> PAGE_BITS].bytes;
    *value = __builtin_expect(p == NULL, 0) ? 0 : get_bytes(p + (ea & (PAGE - 1)), bytes);
    return true;
}

static __attribute__((noinline, cold)) bool store_across(struct xenon_stepper *s, uint64_t ea, unsigned bytes,
                                                         uint64_t value)
{
    uint8_t buffer[8];
    put_bytes(buffer, bytes, value);
    return xenon_stepper_write(s, ea, buffer, bytes);
}

static inline bool store(struct xenon_stepper *s, uint64_t ea, unsigned bytes, uint64_t value)
{
    if (__builtin_expect(ea >= MEMORY_LIMIT || (ea & (PAGE - 1)) > PAGE - bytes, 0))
        return store_across(s, ea, bytes, value);
    const struct page *page = &s->page[ea >> PAGE_BITS];
    if (__builtin_expect(page->bytes == NULL || page->code != NULL, 0))
        return store_across(s, ea, bytes, value);
    put_bytes(page->bytes + (ea & (PAGE - 1)), bytes, value);
    return true;
}

/* Storage instructions, from storage.def: step_<id>(s, t, in). */

#define STEP(id)                                                                                 \
    static inline enum xenon_outcome step_##id(struct xenon_stepper *s, struct xenon_context *t, \
                                               const struct xenon_insn *in)
#define UPDATE true
#define KEEP   false

#define LOAD(id, bytes, put, update)                  \
    STEP(id)                                          \
    {                                                 \
        uint64_t sum = xenon_ea_sum(t, in), value;    \
        uint64_t ea = sum & xenon_address_mask(t);    \
        if (!load(s, ea, bytes, &value))              \
            return xenon_raise_storage(t, ea, false); \
        xenon_put_##put(t, in, value);                \
        if (update)                                   \
            t->gpr[in->a] = sum;                      \
        return XENON_NEXT;                            \
    }
#define STORE(id, bytes, get, update)                     \
    STEP(id)                                              \
    {                                                     \
        uint64_t sum = xenon_ea_sum(t, in);               \
        uint64_t ea = sum & xenon_address_mask(t);        \
        if (!store(s, ea, bytes, xenon_get_##get(t, in))) \
            return xenon_raise_storage(t, ea, true);      \
        if (update)                                       \
            t->gpr[in->a] = sum;                          \
        return XENON_NEXT;                                \
    }
#define VLOAD(id, put)                                                                              \
    STEP(id)                                                                                        \
    {                                                                                               \
        uint64_t ea = xenon_ea_sum(t, in) & xenon_address_mask(t);                                  \
        uint64_t high = 0, low = 0;                                                                 \
        if (xenon_vload_##put##_reads(ea & 15) &&                                                   \
            !(load(s, ea & ~UINT64_C(15), 8, &high) && load(s, (ea & ~UINT64_C(15)) + 8, 8, &low))) \
            return xenon_raise_storage(t, ea, false);                                               \
        union xenon_vector quad;                                                                    \
        quad.u64[XENON_D(0)] = high;                                                                \
        quad.u64[XENON_D(1)] = low;                                                                 \
        xenon_vload_##put(t, in, quad, ea & 15);                                                    \
        return XENON_NEXT;                                                                          \
    }
#define VSTORE(id, get)                                                           \
    STEP(id)                                                                      \
    {                                                                             \
        uint64_t ea = xenon_ea_sum(t, in) & xenon_address_mask(t);                \
        return vector_store(s, t, ea, xenon_vstore_##get(t->vr[in->d], ea & 15)); \
    }
#define BLOCK_LOAD(id, block, put)                         \
    STEP(id)                                               \
    {                                                      \
        uint8_t buffer[XENON_BLOCK_MAX];                   \
        struct xenon_block b = xenon_block_##block(t, in); \
        uint64_t ea = b.ea & xenon_address_mask(t);        \
        if (b.bytes > 0 && !readable(ea, b.bytes))         \
            return xenon_raise_storage(t, ea, false);      \
        xenon_stepper_read(s, ea, buffer, b.bytes);        \
        xenon_block_put_##put(t, in, b.bytes, buffer);     \
        return XENON_NEXT;                                 \
    }
#define BLOCK_STORE(id, block, get)                        \
    STEP(id)                                               \
    {                                                      \
        uint8_t buffer[XENON_BLOCK_MAX];                   \
        struct xenon_block b = xenon_block_##block(t, in); \
        uint64_t ea = b.ea & xenon_address_mask(t);        \
        xenon_block_get_##get(t, in, b.bytes, buffer);     \
        if (!xenon_stepper_write(s, ea, buffer, b.bytes))  \
            return xenon_raise_storage(t, ea, true);       \
        return XENON_NEXT;                                 \
    }
#define RESERVE(id, bytes)                                         \
    STEP(id)                                                       \
    {                                                              \
        uint64_t ea = xenon_ea_sum(t, in) & xenon_address_mask(t); \
        if (ea & (bytes - 1))                                      \
            return xenon_raise_alignment(t, in, ea);               \
        if (!load(s, ea, bytes, &t->gpr[in->d]))                   \
            return xenon_raise_storage(t, ea, false);              \
        t->reservation.held = true;                                \
        t->reservation.address = ea;                               \
        return XENON_NEXT;                                         \
    }
#define CONDITIONAL(id, bytes)                                     \
    STEP(id)                                                       \
    {                                                              \
        uint64_t ea = xenon_ea_sum(t, in) & xenon_address_mask(t); \
        if (ea & (bytes - 1))                                      \
            return xenon_raise_alignment(t, in, ea);               \
        bool holds = xenon_reservation_holds(t, ea);               \
        if (holds && !store(s, ea, bytes, t->gpr[in->d]))          \
            return xenon_raise_storage(t, ea, true);               \
        xenon_conditional_done(t, holds);                          \
        return XENON_NEXT;                                         \
    }
/* There is no external device: memory answers. */
#define EXTERNAL_LOAD(id)                                                                       \
    STEP(id)                                                                                    \
    {                                                                                           \
        uint64_t ea = xenon_ea_sum(t, in) & xenon_address_mask(t);                              \
        if (!t->settings.external_control_present)                                              \
            return xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);                          \
        if (ea & 3)                                                                             \
            return xenon_raise_alignment(t, in, ea);                                            \
        return load(s, ea, 4, &t->gpr[in->d]) ? XENON_NEXT : xenon_raise_storage(t, ea, false); \
    }
#define EXTERNAL_STORE(id)                                                                     \
    STEP(id)                                                                                   \
    {                                                                                          \
        uint64_t ea = xenon_ea_sum(t, in) & xenon_address_mask(t);                             \
        if (!t->settings.external_control_present)                                             \
            return xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);                         \
        if (ea & 3)                                                                            \
            return xenon_raise_alignment(t, in, ea);                                           \
        return store(s, ea, 4, t->gpr[in->d]) ? XENON_NEXT : xenon_raise_storage(t, ea, true); \
    }

static inline enum xenon_outcome vector_store(struct xenon_stepper *s, struct xenon_context *t, uint64_t ea,
                                              struct xenon_vstore v)
{
    uint64_t quad = ea & ~UINT64_C(15);
    if (v.bytes == 16) {
        if (store(s, quad, 8, v.quad.u64[XENON_D(0)]) && store(s, quad + 8, 8, v.quad.u64[XENON_D(1)]))
            return XENON_NEXT;
    } else {
        uint8_t bytes[16];
        for (unsigned i = 0; i < 16; i++)
            bytes[i] = v.quad.u8[XENON_B(i)];
        if (xenon_stepper_write(s, quad + v.first, bytes + v.first, v.bytes))
            return XENON_NEXT;
    }
    return xenon_raise_storage(t, ea, true);
}

#include "models/xenon/isa/storage.def"

/* Execution. */

/* The page of an address, made executable; NULL where there is no memory for that. */
static __attribute__((noinline, cold)) struct xenon_insn *make_code(struct xenon_stepper *s, uint64_t address)
{
    const uint64_t size = (WORDS + 1) * sizeof(struct xenon_insn);
    struct page *page = &s->page[address >> PAGE_BITS];
    if (s->limit - s->used < size || !make_live(s, address >> PAGE_BITS))
        return NULL;
    page->code = calloc(1, size);
    if (page->code == NULL)
        return NULL;
    s->used += size;
    for (unsigned i = 0; i <= WORDS; i++)
        page->code[i].pc = (address & ~(PAGE - 1)) + 4 * i;
    page->code[WORDS].op = RECORD_PAGE_END;
    return page->code;
}

/* The record at an address; NULL where there is none. */
static inline struct xenon_insn *record_at(struct xenon_stepper *s, uint64_t address)
{
    if (__builtin_expect(address >= MEMORY_LIMIT, 0))
        return NULL;
    struct xenon_insn *code = s->page[address >> PAGE_BITS].code;
    if (__builtin_expect(code == NULL, 0)) {
        code = make_code(s, address);
        if (code == NULL)
            return NULL;
    }
    return &code[(address & (PAGE - 1)) / 4];
}

#define STEP_OP(id)      xenon_op_##id(t, in)
#define STEP_LOAD(id)    step_##id(s, t, in)
#define STEP_STORE(id)   step_##id(s, t, in)
#define STEP_VLOAD(id)   step_##id(s, t, in)
#define STEP_VSTORE(id)  step_##id(s, t, in)
#define STEP_STORAGE(id) step_##id(s, t, in)

/* How execute() ends: as an instruction did, or before one that stops. */
enum ending { ENDED_BY_STOP = XENON_INTERRUPT + 1 };

/* Runs until *left instructions are done, or one ended otherwise than with NEXT or JUMP. nia is right afterwards, and
 * *left is what was not done. */
static unsigned execute(struct xenon_stepper *s, uint64_t *left)
{
    static const void *const label[RECORDS] = {
        [RECORD_UNKNOWN] = &&do_unknown,
#define INSN(id, ...) [XENON_OP_##id] = &&do_##id,
#include "models/xenon/isa/isa.def"
#undef INSN
        [RECORD_PAGE_END] = &&do_page_end,
        [RECORD_STOP] = &&do_stop,
        [RECORD_ILLEGAL] = &&do_illegal,
    };
    struct xenon_context *const t = &s->context;
    uint64_t count = *left;
    struct xenon_insn *in;
    unsigned outcome;

#define DISPATCH() goto *label[in->op]
#define JUMP()                        \
    do {                              \
        if (--count == 0)             \
            goto done;                \
        in = record_at(s, t->nia);    \
        if (__builtin_expect(!in, 0)) \
            goto no_code;             \
        DISPATCH();                   \
    } while (0)

    in = record_at(s, t->nia);
    if (in == NULL)
        goto no_code;
    DISPATCH();

    /* An indirect jump for each instruction: the host's predictor tells them apart. */
#define INSN(id, mnemonic, form, group, kind, mask, match, operands, flags) \
    do_##id : if (__builtin_expect(!xenon_may_execute(t, flags), 0))        \
    {                                                                       \
        outcome = xenon_refuse(t, flags);                                   \
        goto otherwise;                                                     \
    }                                                                       \
    outcome = STEP_##kind(id);                                              \
    if (XENON_##group == XENON_BRANCH && outcome == XENON_JUMP)             \
        JUMP();                                                             \
    if (__builtin_expect(outcome != XENON_NEXT, 0))                         \
        goto otherwise;                                                     \
    in++;                                                                   \
    if (__builtin_expect(--count == 0, 0))                                  \
        goto count_done;                                                    \
    DISPATCH();
#include "models/xenon/isa/isa.def"
#undef INSN

do_unknown: /* the first time here */
    decode_at(s, in->pc);
    DISPATCH();

do_page_end:
    t->nia = in->pc & xenon_address_mask(t);
    in = record_at(s, t->nia);
    if (in == NULL)
        goto no_code;
    DISPATCH();

do_stop:
    t->nia = in->pc;
    outcome = ENDED_BY_STOP;
    goto done;

do_illegal:
    outcome = xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
otherwise:
    if (outcome == XENON_INTERRUPT) {
        t->nia = in->pc;
        goto done;
    }
    if (outcome == XENON_CHANGED)
        t->nia = (in->pc + 4) & xenon_address_mask(t);
    count--;
    goto done;

count_done:
    t->nia = in->pc & xenon_address_mask(t);
    outcome = XENON_NEXT;
    goto done;

no_code:
    outcome = xenon_raise(t, XENON_INSTRUCTION_STORAGE, XENON_DSISR_NO_TRANSLATION);
done:
    *left = count;
    return outcome;
#undef DISPATCH
#undef JUMP
}

/* The record of the old and of the new address are made again, without and with the stop. */
static void stop_at(struct xenon_stepper *s, uint64_t address)
{
    uint64_t both[] = {s->stop_address, address};
    s->stop_address = address;
    for (unsigned i = 0; i < 2; i++)
        if (both[i] < MEMORY_LIMIT && both[i] % 4 == 0 && record_at(s, both[i]) != NULL)
            decode_at(s, both[i]);
}

enum xenon_stop xenon_stepper_run(struct xenon_stepper *s, uint64_t count, uint64_t stop_address)
{
    const struct xenon_context *t = &s->context;
    if (stop_address != s->stop_address)
        stop_at(s, stop_address);
    while (count > 0) {
        uint64_t traced = t->msr & (XENON_MSR_SE | XENON_MSR_BE);
        uint64_t slice = traced ? 1 : count, left = slice;
        unsigned outcome = execute(s, &left);
        s->executed += slice - left;
        count -= slice - left;
        if (outcome == ENDED_BY_STOP)
            return XENON_STOP_ADDRESS;
        if (outcome == XENON_INTERRUPT)
            return XENON_STOP_INTERRUPT;
        if (traced & XENON_MSR_SE || (traced && outcome == XENON_JUMP)) {
            xenon_raise(&s->context, XENON_TRACE, 0); /* nia is where SRR0 will point: what comes next */
            return XENON_STOP_INTERRUPT;
        }
    }
    return XENON_STOP_COUNT;
}
