/* What is looked at and changed from outside, wherever the bytes are just then. */
#include "tests/support/memory_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum { LINE = 0x1000, CHANGED = 0x1008, STORED = 0x1040, WRITTEN = 0x1070 };

static struct memory_step step(uint32_t gap, uint8_t kind, uint64_t address)
{
    return (struct memory_step){.gap = gap, .request = {.kind = kind, .tag = kind, .size = 128, .address = address}};
}

static struct memory_step stores(uint32_t gap, uint64_t address, uint64_t value)
{
    struct memory_step s = step(gap, SIM_STORE, address);
    s.request.mask = UINT64_C(0xFF) << address % 64;
    SIM_WORDS_OF(&s.request, core_request)[address % 64 / 8] = value;
    return s;
}

static uint64_t peek(const struct memory_rig *rig, uint64_t address)
{
    uint8_t bytes[8];
    uint64_t word = 0;
    if (membus_peek(&rig->l2, &rig->north, address, bytes, sizeof bytes))
        sim_bytes_to_words(&word, bytes, 1);
    return word;
}

static void overwrite(struct memory_rig *rig, uint64_t address, uint64_t word)
{
    uint8_t bytes[8];
    sim_words_to_bytes(bytes, &word, 1);
    membus_overwrite(&rig->l2, &rig->north, address, bytes, sizeof bytes);
}

/* Another line that is modified and goes to memory: the bus is busy with it for a while. */
static void busy(struct memory_step *at, uint64_t address)
{
    at[0] = step(0, SIM_ZERO, address);
    at[1] = step(0, SIM_FLUSH, address);
}

enum { ROUNDS = 8, ROUND = 14, WRITES = 24 };

/* In each round the line is missed, stored to while it is on its way and when it is there, flushed behind others, read
 * by walks and alone, reserved, and stored to again. Another core reads it, and a unit of the GPU's chip writes to it.
 * Meanwhile one word of it is changed from outside again and again: at no time is an older one of its values to be
 * seen, by nobody. */
static int changes(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned interval = *(unsigned *)context, failures = 0;
    static struct memory_step first[ROUNDS * ROUND], second[ROUNDS];
    static struct memory_client_step client[WRITES];
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct memory_step *at = &first[i * ROUND];
        at[0] = step(50, SIM_READ_CODE, LINE);
        at[1] = stores(20, STORED, 0x1111);
        at[2] = step(900 + 100 * i, SIM_READ_WALK, LINE);
        at[3] = stores(0, STORED, 0x2222 + i);
        busy(&at[4], LINE + 0x1000);
        busy(&at[6], LINE + 0x2000);
        at[8] = step(0, SIM_FLUSH, LINE);
        at[9] = step(30, SIM_READ_ALONE, LINE);
        at[10] = step(700, SIM_RESERVE, LINE);
        at[11] = stores(800, STORED, 0x3333 + i);
        at[12] = step(100, SIM_CLEAN, LINE);
        at[13] = stores(200, STORED, 0x4444 + i);
        second[i] = step(1500, SIM_READ, LINE);
    }
    for (unsigned i = 0; i < WRITES; i++) {
        client[i] = (struct memory_client_step){.gap = 257,
                                                .request = {.kind = SIM_MEMORY_WRITE, .size = 128, .address = LINE}};
        client[i].request.mask1 = UINT64_C(0xFF) << WRITTEN % 64;
        SIM_WORDS_OF(&client[i].request, memory_request)[WRITTEN % 128 / 8] = 0x5555 + i;
    }
    struct memory_rig_spec spec = {
        .script = {first, second}, .steps = {ROUNDS * ROUND, ROUNDS}, .client = client, .client_steps = WRITES};
    struct memory_rig *rig = memory_rig_new(&spec);
    uint64_t last = 0;
    for (sim_time t = interval; t < MEMORY_NS(11000); t += interval) {
        memory_rig_run(rig, t);
        EXPECT(peek(rig, CHANGED) == last);
        last = t;
        overwrite(rig, CHANGED, last);
        EXPECT(peek(rig, CHANGED) == last);
    }
    memory_rig_run(rig, MEMORY_NS(20000));
    EXPECT(peek(rig, CHANGED) == last && peek(rig, STORED) == 0x4444 + ROUNDS - 1);
    EXPECT(peek(rig, WRITTEN) == 0x5555 + WRITES - 1);
    unsigned lines = 0;
    for (unsigned core = 0; core < 2; core++)
        for (unsigned i = 0; i < rig->driver[core].answers; i++) {
            const struct memory_answer *answer = &rig->driver[core].answer[i];
            sim_time changed = answer->due / interval * interval;
            if (answer->reply.kind != SIM_FILL && answer->reply.kind != SIM_RESERVED)
                continue;
            lines++;
            EXPECT(SIM_WORDS_OF(&answer->reply, core_reply)[1] == (changed < last ? changed : last));
        }
    EXPECT(lines > 4 * ROUNDS && rig->client.sent == WRITES);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_changes(void)
{
    for (unsigned i = 0; i < 8; i++) {
        unsigned interval = 20011 + 9973 * i;
        CU_ASSERT(rig_child(changes, &interval));
    }
}

/* Nothing but memory is looked at; what lies across lines is changed whole. */
static int ends(void *context, unsigned index, FILE *out)
{
    (void)context;
    (void)index;
    unsigned failures = 0;
    const struct memory_step script[] = {step(0, SIM_READ, LINE)};
    struct memory_rig_spec spec = {.script = {script}, .steps = {1}};
    struct memory_rig *rig = memory_rig_new(&spec);
    uint8_t bytes[300], seen[300];
    memory_rig_run(rig, MEMORY_NS(2000));
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + 1);
    membus_overwrite(&rig->l2, &rig->north, LINE - 100, bytes, sizeof bytes);
    EXPECT(membus_peek(&rig->l2, &rig->north, LINE - 100, seen, sizeof seen) && memcmp(bytes, seen, sizeof seen) == 0);
    EXPECT(membus_peek(&rig->l2, &rig->north, UINT64_C(0x100) << 32 | LINE, seen, 8) && seen[0] == bytes[100]);
    EXPECT(!membus_peek(&rig->l2, &rig->north, 0xBFFFFFFC, seen, 8) && seen[3] == 0 && seen[4] == 0xFF);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_ends(void)
{
    CU_ASSERT(rig_child(ends, NULL));
}

void test_peek(void)
{
    CU_pSuite suite = CU_add_suite("membus/peek", NULL, NULL);
    CU_add_test(suite, "what is changed from outside stays changed, wherever its bytes are", test_changes);
    CU_add_test(suite, "lines after each other, and the end of memory", test_ends);
}
