/* Many random accesses at once: what everybody sees must fit together, in every schedule, and over a save in the middle
 * of all of it. */
#include "tests/support/memory_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 3000, LINES = 40 };

static struct memory_step script[3][STEPS];
static struct memory_client_step client[STEPS];

/* Lines of two sets of the L2 and some more, so that they are sent out again and again. */
static uint64_t line_of(uint64_t random)
{
    uint64_t line = random % LINES;
    return line < 24 ? 0x200000 + (line % 12) * 0x20000 + line / 12 * 128 : 0x400000 + line * 128;
}

/* Core c writes word c of a line, 1, 2, 3 and so on; a reader must never see a word go back. */
static void make_scripts(uint64_t seed, bool all_kinds)
{
    for (unsigned c = 0; c < 3; c++)
        for (unsigned i = 0; i < STEPS; i++) {
            uint64_t r = rig_random(&seed), address = line_of(rig_random(&seed));
            struct memory_step *step = &script[c][i];
            *step = (struct memory_step){.gap = (uint32_t)(r % 8 ? r % 5 : r % 400),
                                         .wait = r >> 16 & 1,
                                         .request = {.kind = SIM_READ, .thread = r >> 17 & 1, .address = address}};
            unsigned what = r >> 20 & 31;
            if (what < 10) {
                step->request.kind = SIM_STORE;
                step->request.mask = UINT64_C(0xFF) << 8 * c;
                SIM_WORDS_OF(&step->request, core_request)[c] = i + 1;
            } else if (all_kinds && what < 20) {
                static const uint8_t kinds[] = {SIM_FLUSH,   SIM_CLEAN,      SIM_LWSYNC,  SIM_SYNC,      SIM_READ_CODE,
                                                SIM_RESERVE, SIM_READ_ALONE, SIM_LOAD_IO, SIM_TRANSLATE, SIM_TLBIE};
                step->request.kind = kinds[what - 10];
                step->request.size = 8;
            } else if (all_kinds && what == 20) {
                step->request.kind = SIM_CONDITIONAL;
                step->request.mask = UINT64_C(0xFF) << 8 * (8 - 3 + c); /* words 5 to 7: nobody reads these in order */
                SIM_WORDS_OF(&step->request, core_request)[5 + c] = i + 1;
            } else if (all_kinds && what == 21) {
                step->request.kind = SIM_STORE_IO;
                step->request.address = UINT64_C(0xEC800000) + (r >> 32) % 16 * 4;
                step->request.size = 4;
                step->request.mask = UINT64_C(15) << step->request.address % 64;
            } else if (all_kinds && what == 22) {
                step->request.kind = SIM_LOAD_IO;
                step->request.address = r >> 32 & 1 ? 0xEC800004 : 0x20000050000;
                step->request.size = 4;
            } else if (all_kinds && what == 23) {
                step->request.kind = SIM_ZERO;
                step->request.address = 0x700000 + (r >> 32) % 64 * 128;
            }
            step->request.tag = step->request.kind;
        }
    for (unsigned i = 0; i < STEPS; i++) {
        uint64_t r = rig_random(&seed);
        client[i] = (struct memory_client_step){
            .gap = (uint32_t)(r % 40),
            .request = {.kind = r >> 8 & 1, .size = 128, .tag = i, .address = line_of(rig_random(&seed))}};
        if ((r >> 16) % 8 == 0)
            client[i].request.kind = SIM_MEMORY_FENCE;
        client[i].request.mask1 = UINT64_C(0xFF) << 56; /* its own word is the last of a line */
        SIM_WORDS_OF(&client[i].request, memory_request)[15] = i + 1;
    }
}

static struct memory_rig_spec spec_of(uint64_t seed, bool all_kinds)
{
    make_scripts(seed, all_kinds);
    struct memory_rig_spec spec = {.client = client, .client_steps = STEPS / 2, .devices_late = seed & 1};
    for (unsigned c = 0; c < 3; c++) {
        spec.script[c] = script[c];
        spec.steps[c] = STEPS;
    }
    return spec;
}

static unsigned index_of(uint64_t address)
{
    for (unsigned i = 0; i < LINES; i++)
        if (line_of(i) == address)
            return i;
    return 0;
}

static int coherent(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    const struct memory_rig_spec spec = spec_of(*(uint64_t *)context, false);
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(1000000));
    for (unsigned c = 0; c < 3; c++) {
        const struct memory_driver *driver = &rig->driver[c];
        uint64_t seen[LINES][16] = {{0}};
        EXPECT(driver->sent == STEPS && driver->expected == 0);
        for (unsigned i = 0; i < driver->answers && i < MEMORY_LOG; i++) {
            const struct sim_msg_core_reply *reply = &driver->answer[i].reply;
            if (reply->kind != SIM_FILL)
                continue;
            const uint64_t *words = SIM_WORDS_OF(reply, core_reply);
            uint64_t *before = seen[index_of(reply->address)];
            for (unsigned w = 0; w < 16; w++) {
                EXPECT(words[w] >= before[w]);
                before[w] = words[w];
            }
        }
    }
    /* the last stores are what memory holds, and every copy that was not dropped is like memory */
    for (unsigned line = 0; line < LINES; line++) {
        uint8_t bytes[SIM_LINE];
        uint64_t word[16], last[16] = {0}, address = line_of(line);
        EXPECT(membus_peek(&rig->l2, &rig->north, address, bytes, SIM_LINE));
        sim_bytes_to_words(word, bytes, 16);
        for (unsigned c = 0; c < 3; c++)
            for (unsigned i = 0; i < STEPS; i++)
                if (script[c][i].request.kind == SIM_STORE && script[c][i].request.address == address)
                    last[c] = i + 1;
        for (unsigned i = 0; i < spec.client_steps; i++)
            if (client[i].request.kind == SIM_MEMORY_WRITE && client[i].request.address == address)
                last[15] = i + 1;
        EXPECT(memcmp(word, last, sizeof word) == 0);
        for (unsigned c = 0; c < 3; c++)
            for (unsigned i = 0; i < MEMORY_COPIES; i++)
                if (rig->driver[c].copy[i].valid && rig->driver[c].copy[i].address == address)
                    EXPECT(memcmp(word, rig->driver[c].copy[i].word, sizeof word) == 0);
    }
    /* and what the client read never went back */
    uint64_t seen[LINES][16] = {{0}};
    unsigned fences = 0;
    for (unsigned i = 0; i < spec.client_steps; i++)
        fences += client[i].request.kind == SIM_MEMORY_FENCE;
    for (unsigned i = 0; i < rig->client.answers; i++) {
        const struct sim_msg_memory_reply *reply = &rig->client.answer[i].reply;
        bool fence = client[reply->tag % STEPS].request.kind == SIM_MEMORY_FENCE;
        EXPECT(fence == (reply->kind == SIM_MEMORY_FENCED));
        fences -= fence;
        if (fence)
            continue;
        uint64_t *before = seen[index_of(reply->address)];
        for (unsigned w = 0; w < 16; w++) {
            EXPECT(SIM_WORDS_OF(reply, memory_reply)[w] >= before[w]);
            before[w] = SIM_WORDS_OF(reply, memory_reply)[w];
        }
    }
    EXPECT(rig->client.sent == spec.client_steps && rig->client.answers > 0 && fences == 0);
    EXPECT(rig->l2.counters.castouts > 50 && rig->l2.counters.snoops > 500);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_coherent(void)
{
    for (uint64_t seed = 1; seed <= 3; seed++)
        CU_ASSERT(rig_child(coherent, &seed));
}

static int finishes(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    struct memory_rig_spec spec = spec_of(*(uint64_t *)context, true);
    spec.timing = membus_timing_default();
    spec.timing.reply_credits = 1; /* as tight as can be */
    spec.timing.fsb_reply_credits = 2;
    spec.timing.core_credits = spec.timing.l2_castouts = spec.timing.l2_snoops = spec.timing.fsb_io = 1;
    spec.timing.l2_core_misses = 1;
    spec.timing.fsb_credits = 5;
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(10000000));
    for (unsigned c = 0; c < 3; c++)
        EXPECT(rig->driver[c].sent == STEPS && rig->driver[c].expected == 0);
    EXPECT(rig->client.sent == spec.client_steps);
    EXPECT(rig->l2.outs == 0 && rig->north.free_slots[0] == UINT64_MAX);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_finishes(void)
{
    uint64_t seed = 11;
    CU_ASSERT(rig_child(finishes, &seed));
}

static void schedules(bool slow_reference)
{
    struct memory_rig_spec spec = spec_of(21, true);
    spec.slow_reference = slow_reference;
    uint8_t windowed[SIM_DIGEST_SIZE], other[SIM_DIGEST_SIZE];
    sim_time end = MEMORY_NS(30000);
    CU_ASSERT(memory_rig_digest(&spec, end, 0, windowed));
    spec.schedule = SIM_LOCKSTEP;
    CU_ASSERT(memory_rig_digest(&spec, end, 0, other));
    CU_ASSERT(memcmp(windowed, other, sizeof other) == 0);
    spec.schedule = SIM_PARALLEL;
    CU_ASSERT(memory_rig_digest(&spec, end, 0, other));
    CU_ASSERT(memcmp(windowed, other, sizeof other) == 0);
}

static void test_schedules(void)
{
    schedules(false);
    schedules(true);
}

static void test_saves(void)
{
    const struct memory_rig_spec spec = spec_of(33, true);
    uint8_t whole[SIM_DIGEST_SIZE], parts[SIM_DIGEST_SIZE];
    sim_time end = MEMORY_NS(60000);
    CU_ASSERT(memory_rig_digest(&spec, end, 0, whole));
    static const sim_time saves[] = {1, 500123, 2004567, 33333333, 222222222, 571234567};
    for (unsigned i = 0; i < sizeof saves / sizeof *saves; i++) {
        CU_ASSERT(memory_rig_digest(&spec, end, saves[i], parts));
        CU_ASSERT(memcmp(whole, parts, sizeof parts) == 0);
    }
}

/* States with one bit changed are refused, or run on without harm. */
struct spoilt {
    uint64_t seed;
};

static int spoilt(void *context, unsigned index, FILE *out)
{
    uint64_t seed = ((struct spoilt *)context)->seed + index;
    const struct memory_rig_spec spec = spec_of(44, true);
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(7000));
    struct sim_component *part = index % 2 ? &rig->l2.component : &rig->north.component;
    struct sim_writer writer = {0};
    part->type->save(part, &writer);
    /* in the second half of north's bytes and the last of the L2's: what goes before is bytes of memory */
    size_t tail = index % 2 ? 6000 : 4000, from = writer.size > tail ? writer.size - tail : 0;
    writer.bytes[from + rig_random(&seed) % (writer.size - from)] ^= (uint8_t)(1u << rig_random(&seed) % 8);
    struct sim_reader reader = {.bytes = writer.bytes, .size = writer.size};
    part->type->load(part, &reader);
    bool refused = reader.failed || reader.offset != reader.size;
    sim_writer_free(&writer);
    if (!refused)
        memory_rig_run(rig, MEMORY_NS(15000));
    fputc(refused, out);
    memory_rig_free(rig);
    return 0;
}

static unsigned refused, accepted, crashed;

static void spoilt_ended(void *context, unsigned index, const struct sim_child *child)
{
    (void)context;
    (void)index;
    bool well = child->exit_status == 0 && child->size == 1;
    crashed += !well;
    refused += well && child->output[0];
    accepted += well && !child->output[0];
    if (!well)
        fprintf(stderr, "spoilt %u: exit %d, signal %d: %.*s\n", index, child->exit_status, child->signal,
                (int)child->size, child->output);
}

static void test_spoilt(void)
{
    struct spoilt context = {.seed = 5};
    struct sim_error error;
    refused = accepted = crashed = 0;
    CU_ASSERT(sim_children_run(60, 1, spoilt, spoilt_ended, &context, &error) == SIM_OK);
    CU_ASSERT(crashed == 0 && refused != 0 && accepted != 0);
}

/* A unit of the GPU's chip beside a core. */
static int client_sees(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0, snoops = *(unsigned *)context;
    struct memory_step core[3] = {
        {.request = {.kind = SIM_READ, .tag = SIM_READ, .address = 0x5000}},
        {.wait = true, .request = {.kind = SIM_STORE, .address = 0x5000, .mask = 0xFF, .data0 = 0x77}},
        {.gap = 9000, .request = {.kind = SIM_READ, .tag = SIM_READ, .address = 0x5000}},
    };
    struct memory_client_step steps[2] = {
        {.gap = 1000, .request = {.kind = SIM_MEMORY_READ, .size = 128, .address = 0x5000}},
        {.gap = 300, .request = {.kind = SIM_MEMORY_WRITE, .address = 0x5000, .mask0 = 0xFF00, .data1 = 0x88}},
    };
    struct memory_rig_spec spec = {.script = {core}, .steps = {3}, .client = steps, .client_steps = 2};
    spec.timing = membus_timing_default();
    spec.timing.gpu_snoop = snoops;
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(10000));
    const struct memory_driver *a = &rig->driver[0];
    EXPECT(rig->client.answers == 1);
    EXPECT(rig->client.answer[0].reply.data0 == (snoops ? 0x77 : 0));
    /* ns from the request: its link of 10 clocks and an open row take 31; a way to the L2 and back 154 and the like */
    uint64_t took = (rig->client.answer[0].sent - UINT64_C(14285714)) / 10000;
    EXPECT(snoops ? took >= 165 && took <= 185 : took >= 30 && took <= 50);
    if (failures)
        fprintf(out, "%u ns\n", (unsigned)took);
    EXPECT(a->answers == (snoops ? 3 : 2));
    const struct sim_msg_core_reply *last = &a->answer[a->answers - 1].reply;
    EXPECT(last->kind == SIM_FILL && last->data0 == 0x77 && last->data1 == (snoops ? 0x88 : 0));
    EXPECT(!snoops || (a->answer[1].reply.kind == SIM_SNOOP_LINE && last->status == SIM_FROM_MEMORY));
    memory_rig_free(rig);
    return failures != 0;
}

/* A fence behind a write waits for the L2's answer to it, and one behind nothing for nobody. */
static int fence_waits(void *context, unsigned index, FILE *out)
{
    (void)index, (void)out;
    unsigned failures = 0, snoops = *(unsigned *)context;
    struct memory_client_step steps[3] = {
        {.gap = 100, .request = {.kind = SIM_MEMORY_FENCE, .tag = 1}},
        {.gap = 100, .request = {.kind = SIM_MEMORY_WRITE, .address = 0x5000, .mask0 = 0xFF00, .data1 = 0x88}},
        {.gap = 1, .request = {.kind = SIM_MEMORY_FENCE, .tag = 2}},
    };
    struct memory_rig_spec spec = {.client = steps, .client_steps = 3};
    spec.timing = membus_timing_default();
    spec.timing.gpu_snoop = snoops;
    struct memory_rig *rig = memory_rig_new(&spec);
    memory_rig_run(rig, MEMORY_NS(10000));
    EXPECT(rig->client.answers == 2);
    for (unsigned i = 0; i < 2; i++)
        EXPECT(rig->client.answer[i].reply.kind == SIM_MEMORY_FENCED && rig->client.answer[i].reply.tag == i + 1);
    /* the second went 102 or 103 clocks behind the first: what is more is the wait, 154 ns and the like */
    sim_time apart = (rig->client.answer[1].sent - rig->client.answer[0].sent) / 10000, clocks = 103 * 1000 / 700;
    EXPECT(snoops ? apart >= clocks + 100 && apart <= clocks + 170 : apart >= clocks - 3 && apart <= clocks + 3);
    memory_rig_free(rig);
    return failures != 0;
}

static void test_fences(void)
{
    for (unsigned snoops = 0; snoops < 2; snoops++)
        CU_ASSERT(rig_child(fence_waits, &snoops));
}

static void test_client(void)
{
    for (unsigned snoops = 0; snoops < 2; snoops++)
        CU_ASSERT(rig_child(client_sees, &snoops));
}

void test_coherence(void)
{
    CU_pSuite suite = CU_add_suite("membus/coherence", NULL, NULL);
    CU_add_test(suite, "no word goes back, and all agree in the end", test_coherent);
    CU_add_test(suite, "everything ends with one of each resource", test_finishes);
    CU_add_test(suite, "every schedule", test_schedules);
    CU_add_test(suite, "saved in the middle", test_saves);
    CU_add_test(suite, "spoilt files", test_spoilt);
    CU_add_test(suite, "a unit of the GPU's chip", test_client);
    CU_add_test(suite, "fences", test_fences);
}
