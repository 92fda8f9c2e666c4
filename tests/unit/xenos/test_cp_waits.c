/* Waits of the command processor, with their times; the handshake of a callback; and that a machine in the middle of
 * anything is the same in every schedule and after a save. */
#include "tests/support/cp_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#define WORDS(array)  .ring = (array), .words = sizeof(array) / sizeof *(array)
#define SCRIPT(array) .script = (array), .steps = sizeof(array) / sizeof *(array)

enum { R = CP_RIG_RESULT, CONTROL = CP_RIG_RING_LOG | 6 << 8 | 2 << 16 };

#define START(words)                                                                                \
    {0, CP_RIG_WRITE, XENOS_CP_RB_CNTL, CONTROL}, {0, CP_RIG_WRITE, XENOS_CP_RB_BASE, CP_RIG_RING}, \
        {0, CP_RIG_WRITE, XENOS_CP_ME_CNTL, 0xFFFF},                                                \
    {                                                                                               \
        0, CP_RIG_WRITE, XENOS_CP_RB_WPTR, words                                                    \
    }

/* The word comes at 10 us; looks are 256 * 16 + 6 clocks apart, and each takes the way to memory and back. */
static int memory(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE3(WAIT_REG_MEM, 5), 0x13,        R | 2, 5, 0xFF, 0x100,
                                    CP_TYPE3(MEM_WRITE, 2),    (R + 4) | 2, 1};
    static const struct cp_rig_step script[] = {START(9), {CP_RIG_NS(10000), CP_RIG_STORE, R, 0xA05}};
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){WORDS(ring), SCRIPT(script)});
    cp_rig_run(rig, CP_RIG_NS(40000));
    uint64_t written = cp_rig_written(rig, R + 4), reads = rig->host.read_count;
    EXPECT(written > 5000 && written < 5000 + 4102 + 150);
    EXPECT(reads >= 4 && reads <= 5); /* two or three lines of ring, two looks and one */
    return failures != 0;
}

/* Registers that only software changes are not looked at in between, and yet as if. */
static int registers(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {
        CP_TYPE3(WAIT_REG_EQ, 4),  XENOS_SCRATCH_REG7, 9,    0xF,  10, CP_TYPE3(MEM_WRITE, 2), R | 2,       1,
        CP_TYPE3(WAIT_REG_GTE, 4), XENOS_SCRATCH_REG7, 0x20, 0xFF, 10, CP_TYPE3(MEM_WRITE, 2), (R + 4) | 2, 1};
    static const struct cp_rig_step script[] = {START(16),
                                                {CP_RIG_NS(10000), CP_RIG_WRITE, XENOS_SCRATCH_REG7, 0x19},
                                                {CP_RIG_NS(20000), CP_RIG_WRITE, XENOS_SCRATCH_REG7, 0x21}};
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){WORDS(ring), SCRIPT(script)});
    cp_rig_run(rig, CP_RIG_NS(40000));
    enum { PERIOD = 10 * 16 + 6 };
    uint64_t first = cp_rig_written(rig, R), second = cp_rig_written(rig, R + 4);
    EXPECT(first > 5000 && first < 5000 + PERIOD + 80);
    EXPECT(second > 10000 && second < 10000 + PERIOD + 80);
    return failures != 0;
}

static int coherency(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE0(XENOS_COHER_STATUS_HOST, 1),
                                    0x03000000,
                                    CP_TYPE3(REG_TO_MEM, 2),
                                    XENOS_COHER_STATUS_HOST,
                                    R | 2,
                                    CP_TYPE0(XENOS_COHER_SIZE_HOST, 2),
                                    0x20000000,
                                    0,
                                    CP_TYPE3(WAIT_REG_MEM, 5),
                                    3,
                                    XENOS_COHER_STATUS_HOST,
                                    0,
                                    0x80000000,
                                    8,
                                    CP_TYPE3(REG_TO_MEM, 2),
                                    XENOS_COHER_STATUS_HOST,
                                    (R + 4) | 2};
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){WORDS(ring)});
    cp_rig_run(rig, CP_RIG_NS(5000));
    EXPECT(cp_rig_word(rig, R) == 0x83000000 && cp_rig_word(rig, R + 4) == 0x03000000);
    EXPECT(cp_rig_written(rig, R + 4) >= cp_rig_written(rig, R) + rig->cp.config.timing.cp_coherency);
    return failures != 0;
}

static int functions(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    static uint32_t ring[8 * 3 * 7];
    uint32_t n = 0;
    for (uint32_t function = 0; function < 8; function++)
        for (uint32_t value = 0; value < 3; value++) {
            const uint32_t packet[] = {CP_TYPE3(COND_WRITE, 6),
                                       0x110 | function,
                                       (R + 0x200 + 4 * value) | 2,
                                       1,
                                       3,
                                       (R + 4 * (3 * function + value)) | 2,
                                       1};
            memcpy(ring + n, packet, sizeof packet);
            n += 7;
        }
    struct cp_rig_step script[4 + 3] = {START(n)};
    memmove(script + 3, script, 4 * sizeof *script);
    for (uint32_t value = 0; value < 3; value++)
        script[value] = (struct cp_rig_step){0, CP_RIG_STORE, R + 0x200 + 4 * value, value | 0x80000000};
    enum cp_function0 function0 = *(enum cp_function0 *)context;
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){WORDS(ring), SCRIPT(script), .function0 = function0});
    cp_rig_run(rig, CP_RIG_NS(40000));
    bool zero = function0 == CP_FUNCTION0_ALWAYS; /* reference 1 against 0, 1, 2 */
    const uint32_t passes[8][3] = {{zero, zero, zero}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                                   {1, 0, 1},          {0, 1, 1}, {0, 0, 1}, {1, 1, 1}};
    for (uint32_t i = 0; i < 24; i++)
        EXPECT(cp_rig_word(rig, R + 4 * i) == passes[i / 3][i % 3]);
    return failures != 0;
}

/* Draws fill the pipe; WAIT_UNTIL and WAIT_FOR_IDLE wait for it. */
static int pipe(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
#define DRAW CP_TYPE3(DRAW_INDX_2, 1), 0x00030081
    static const uint32_t ring[] = {DRAW,
                                    DRAW,
                                    DRAW,
                                    DRAW,
                                    DRAW,
                                    CP_TYPE3(MEM_WRITE, 2),
                                    R | 2,
                                    1,
                                    CP_TYPE0(XENOS_WAIT_UNTIL, 1),
                                    0x20000,
                                    CP_TYPE3(MEM_WRITE, 2),
                                    (R + 4) | 2,
                                    1,
                                    DRAW,
                                    CP_TYPE3(WAIT_FOR_IDLE, 1),
                                    0,
                                    CP_TYPE3(MEM_WRITE, 2),
                                    (R + 8) | 2,
                                    1,
                                    CP_TYPE3(MEM_WRITE, 2),
                                    (R + 12) | 2,
                                    1};
#undef DRAW
    struct cp_rig_spec spec = {WORDS(ring), .timing = cp_timing_default()};
    spec.timing.cp_pipe_draw = 500;
    struct cp_rig *rig = cp_rig_new(&spec);
    cp_rig_run(rig, CP_RIG_NS(20000));
    uint64_t before = cp_rig_written(rig, R), after = cp_rig_written(rig, R + 4), idle = cp_rig_written(rig, R + 8);
    EXPECT(after > before + 2000 && after < before + 2600);
    EXPECT(idle > after + 480 && idle < after + 700);
    return failures != 0;
}

/* Nine contexts of long draws: the ninth waits for the first to end. */
static int contexts(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static uint32_t ring[11 * 7];
    for (uint32_t i = 0; i < 11; i++) {
        const uint32_t words[] = {CP_TYPE0(0x2180, 1), i, CP_TYPE3(DRAW_INDX_2, 1), 0x00030081, CP_TYPE3(MEM_WRITE, 2),
                                  (R + 4 * i) | 2,     1};
        memcpy(ring + 7 * i, words, sizeof words);
    }
    struct cp_rig_spec spec = {WORDS(ring), .timing = cp_timing_default()};
    spec.timing.cp_pipe_draw = 2000;
    struct cp_rig *rig = cp_rig_new(&spec);
    cp_rig_run(rig, CP_RIG_NS(60000));
    EXPECT(cp_rig_written(rig, R + 24) < cp_rig_written(rig, R) + 1000);
    EXPECT(cp_rig_written(rig, R + 40) > cp_rig_written(rig, R) + 2000);
    return failures != 0;
}

/* The words that D3D puts around a callback, and a processor that does its part. */
static const uint32_t handshake[] = {CP_TYPE0(XENOS_SCRATCH_UMSK, 2),
                                     0x00020033,
                                     R,
                                     CP_TYPE0(XENOS_WAIT_UNTIL, 1),
                                     0x20000,
                                     CP_TYPE0(XENOS_SCRATCH_REG4, 2),
                                     0x82001234,
                                     0x55,
                                     CP_TYPE0(XENOS_SCRATCH_REG0, 1),
                                     4,
                                     CP_TYPE3(WAIT_REG_MEM, 5) | 1,
                                     0x13,
                                     R | 2,
                                     4,
                                     0xFFFFFFFF,
                                     8,
                                     CP_TYPE3(INTERRUPT, 1) | 1,
                                     4,
                                     CP_TYPE0(XENOS_CALLBACK_ACK, 1),
                                     4,
                                     CP_TYPE3(WAIT_REG_MEM, 5) | 1,
                                     0x13,
                                     R | 2,
                                     0,
                                     0xFFFFFFFF,
                                     0x100,
                                     CP_TYPE0(XENOS_SCRATCH_REG4, 1),
                                     0x0BADF00D,
                                     CP_TYPE3(MEM_WRITE, 2),
                                     (R + 64) | 2,
                                     1};
static const struct cp_rig_step handshake_script[] = {START(sizeof handshake / sizeof *handshake),
                                                      {CP_RIG_NS(6000), CP_RIG_READ, XENOS_RBBM_STATUS, 0},
                                                      {CP_RIG_NS(12000), CP_RIG_STORE, R, 0},
                                                      {CP_RIG_NS(30000), CP_RIG_READ, XENOS_RBBM_STATUS, 0}};

static int callback(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){WORDS(handshake), SCRIPT(handshake_script)});
    cp_rig_run(rig, CP_RIG_NS(40000));
    EXPECT(rig->host.interrupts == 1 && rig->host.interrupt[0].vector == 0x54 && rig->host.interrupt[0].targets == 4);
    EXPECT(rig->host.interrupt[0].time < CP_RIG_NS(2000));
    EXPECT(cp_rig_word(rig, R + 16) == 0x0BADF00D && cp_rig_word(rig, R + 20) == 0x55);
    EXPECT(cp_rig_written(rig, R + 64) > 6000 && cp_rig_written(rig, R + 64) < 6000 + 4102 + 200);
    EXPECT(rig->host.accesses == 2 && rig->host.access[0].value >> 31 == 1 && rig->host.access[1].value >> 31 == 0);
    return failures != 0;
}

static int setup(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE0(XENOS_SCRATCH_REG0, 1), 1, 0x80000000, 0x80000000};
    static const struct cp_rig_step script[] = {
        {0, CP_RIG_READ, XENOS_CP_ME_CNTL, 0},
        {0, CP_RIG_WRITE, XENOS_CP_ME_RAM_WADDR, 0},
        {0, CP_RIG_WRITE, XENOS_CP_ME_RAM_DATA, 0x1234},
        {0, CP_RIG_WRITE, XENOS_CP_ME_RAM_DATA, 0x5678},
        {0, CP_RIG_WRITE, XENOS_CP_ME_RAM_RADDR, 0},
        {0, CP_RIG_READ, XENOS_CP_ME_RAM_DATA, 0},
        {0, CP_RIG_READ, XENOS_CP_ME_RAM_DATA, 0},
        START(4),
        {CP_RIG_NS(3000), CP_RIG_READ, XENOS_CP_RB_RPTR, 0},
        {0, CP_RIG_WRITE, XENOS_CP_RB_RPTR_WR, 2}, /* not let through */
        {0, CP_RIG_READ, XENOS_CP_RB_RPTR, 0},
        {0, CP_RIG_WRITE, XENOS_RBBM_SOFT_RESET, 1},
        {0, CP_RIG_WRITE, XENOS_RBBM_SOFT_RESET, 0},
        {0, CP_RIG_READ, XENOS_CP_RB_RPTR, 0},
        {0, CP_RIG_READ, XENOS_CP_RB_WPTR, 0},
        {0, CP_RIG_READ, XENOS_RB_EDRAM_TIMING, 0},
        {0, CP_RIG_READ, 0x1800, 0}, /* not here */
    };
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){WORDS(ring), SCRIPT(script)});
    cp_rig_run(rig, CP_RIG_NS(20000));
    static const uint32_t expected[] = {0x10000000, 0x1234, 0x5678, 4, 4, 0, 0, 0x08100748, 0xFFFFFFFF};
    EXPECT(rig->host.accesses == sizeof expected / sizeof *expected);
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++)
        EXPECT(rig->host.access[i].value == expected[i]);
    return failures != 0;
}

/* Words that nobody meant: half of them begin like packets. */
enum { RANDOM_WORDS = 1000, RANDOM_BUFFER = 400 };

static uint32_t random_word(uint64_t *state)
{
    uint64_t any = rig_random(state);
    uint32_t word = (uint32_t)(any >> 16);
    switch (any & 7) {
    case 0:
    case 1:
        return 0xC0000000 | (word & 0x7F01) | (any >> 8 & 7) << 16;
    case 2:
        return (word & 0x7FFF) | (any >> 8 & 7) << 16 | (any >> 11 & 1) << 15;
    case 3:
        return CP_RIG_RESULT + (word & 0xFFF);
    case 4:
        return word & 0x1F;
    case 5:
        return CP_TYPE3(INDIRECT_BUFFER, 2);
    case 6:
        return CP_RIG_BUFFER + (word & 0x3FC);
    default:
        return word;
    }
}

struct random {
    uint32_t ring[RANDOM_WORDS], buffer[RANDOM_BUFFER];
    struct cp_rig_step script[40];
    struct cp_rig_spec spec;
};

static void make_random(struct random *random, uint64_t seed)
{
    uint64_t state = seed;
    for (unsigned i = 0; i < RANDOM_WORDS; i++)
        random->ring[i] = random_word(&state);
    for (unsigned i = 0; i < RANDOM_BUFFER; i++)
        random->buffer[i] = random_word(&state);
    const struct cp_rig_step start[] = {START(RANDOM_WORDS)};
    memcpy(random->script, start, sizeof start);
    static const uint32_t written[] = {XENOS_CP_RB_WPTR, XENOS_CP_RB_CNTL, XENOS_RBBM_SOFT_RESET, XENOS_CP_ME_CNTL,
                                       XENOS_CP_RB_WPTR, XENOS_CP_RB_BASE, XENOS_CP_RB_RPTR_WR,   XENOS_SCRATCH_UMSK};
    for (unsigned i = 4; i < 40; i++) {
        uint64_t any = rig_random(&state);
        uint32_t index = written[any & 7];
        uint32_t value = index == XENOS_CP_ME_CNTL || index == XENOS_RBBM_SOFT_RESET ? 0 : (uint32_t)(any >> 32);
        value = index == XENOS_CP_RB_CNTL ? 0x80020600 | (value & 15) : value;
        random->script[i] = (struct cp_rig_step){CP_RIG_NS(500) * i, any >> 8 & 1 ? CP_RIG_WRITE : CP_RIG_READ,
                                                 any >> 9 & 1 ? index : any >> 16 & 0x17FF, value};
        if (any >> 10 & 1)
            random->script[i] =
                (struct cp_rig_step){CP_RIG_NS(500) * i, CP_RIG_STORE, R + (uint32_t)(any >> 16 & 0xFFC), value & 7};
    }
    random->spec = (struct cp_rig_spec){.ring = random->ring,
                                        .words = RANDOM_WORDS,
                                        .buffer = random->buffer,
                                        .buffer_words = RANDOM_BUFFER,
                                        .script = random->script,
                                        .steps = 40,
                                        .slow_reference = seed & 1,
                                        .no_display = seed >> 1 & 1};
}

/* The same digest in all schedules and after saves at `saves` places. */
static unsigned differences(const struct cp_rig_spec *spec, sim_time end, unsigned saves)
{
    uint8_t whole[SIM_DIGEST_SIZE], other[SIM_DIGEST_SIZE];
    unsigned bad = !cp_rig_digest(spec, end, 0, whole);
    for (enum sim_schedule schedule = SIM_LOCKSTEP; schedule <= SIM_PARALLEL; schedule++) {
        struct cp_rig_spec again = *spec;
        again.schedule = schedule;
        bad += !cp_rig_digest(&again, end, 0, other) || memcmp(whole, other, sizeof whole) != 0;
    }
    for (unsigned i = 1; i <= saves; i++)
        bad += !cp_rig_digest(spec, end, end / (saves + 1) * i + 12345 * i, other) ||
               memcmp(whole, other, sizeof whole) != 0;
    return bad;
}

static void saves_and_schedules(void)
{
    const struct cp_rig_spec spec = {WORDS(handshake), SCRIPT(handshake_script)};
    CU_ASSERT(differences(&spec, CP_RIG_NS(40000), 8) == 0);
}

/* A file that has been meddled with: refused, or a machine that runs on. */
static int meddled(void *context, unsigned index, FILE *out)
{
    (void)index, (void)out;
    uint64_t state = *(uint64_t *)context;
    static struct random random;
    make_random(&random, state % 8);
    struct cp_rig *rig = cp_rig_new(&random.spec);
    cp_rig_run(rig, CP_RIG_NS(1000) + rig_random(&state) % CP_RIG_NS(10000));
    struct sim_component *self = &rig->cp.component;
    struct sim_writer writer = {0};
    self->type->save(self, &writer);
    static const size_t large =
        sizeof rig->cp.reg + sizeof rig->cp.pfp_code + sizeof rig->cp.me_code + sizeof rig->cp.store;
    for (unsigned tries = 0; tries < 200; tries++) {
        static uint8_t bytes[1 << 20];
        memcpy(bytes, writer.bytes, writer.size);
        for (unsigned i = 0; i <= tries % 3; i++) {
            size_t place = rig_random(&state) % 8 ? large + rig_random(&state) % (writer.size - large)
                                                  : rig_random(&state) % writer.size;
            bytes[place] = (uint8_t)(rig_random(&state) >> (rig_random(&state) % 7 + 8));
        }
        struct sim_reader reader = {.bytes = bytes, .size = writer.size};
        self->type->load(self, &reader);
        if (!reader.failed) {
            cp_rig_run(rig, sim_machine_time(rig->machine) + CP_RIG_NS(3000));
            return 0;
        }
    }
    return 0;
}

static void meddled_saves(void)
{
    for (uint64_t seed = 1; seed <= 60; seed++)
        CU_ASSERT(rig_child(meddled, &seed));
}

/* Commands that reset the engine which carries them out, and stop it. */
static int resets(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE0(XENOS_RBBM_SOFT_RESET, 1), 1, CP_TYPE0(XENOS_SCRATCH_REG0, 1), 1};
    static const struct cp_rig_step script[] = {START(4),
                                                {CP_RIG_NS(5000), CP_RIG_READ, XENOS_CP_RB_RPTR, 0},
                                                {0, CP_RIG_WRITE, XENOS_RBBM_SOFT_RESET, 0},
                                                {0, CP_RIG_WRITE, XENOS_CP_RB_RPTR_WR, 0},
                                                {0, CP_RIG_STORE, CP_RIG_RING, CP_TYPE0(XENOS_SCRATCH_REG1, 1)},
                                                {0, CP_RIG_STORE, CP_RIG_RING + 4, 7},
                                                {0, CP_RIG_WRITE, XENOS_CP_RB_WPTR, 2},
                                                {CP_RIG_NS(9000), CP_RIG_READ, XENOS_CP_RB_RPTR, 0}};
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){WORDS(ring), SCRIPT(script)});
    cp_rig_run(rig, CP_RIG_NS(20000));
    EXPECT(rig->host.accesses == 2 && rig->host.access[0].value == 0 && rig->host.access[1].value == 2);
    EXPECT(rig->cp.reg[XENOS_SCRATCH_REG0] == 0 && rig->cp.reg[XENOS_SCRATCH_REG1] == 7);
    return failures != 0;
}

static void random_rings(void)
{
    static struct random random;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        make_random(&random, seed);
        CU_ASSERT(differences(&random.spec, CP_RIG_NS(20000), 3) == 0);
    }
}

#define CHILD(test, job)                 \
    static void test(void)               \
    {                                    \
        CU_ASSERT(rig_child(job, NULL)); \
    }
CHILD(a_wait_polls_memory, memory)
CHILD(a_wait_sees_registers, registers)
CHILD(coherency_takes_its_time, coherency)
CHILD(waiting_for_the_pipe, pipe)
CHILD(contexts_run_out, contexts)
CHILD(a_callback, callback)
CHILD(set_up_and_reset, setup)
CHILD(commands_that_reset, resets)

static void functions_of_a_test(void)
{
    enum cp_function0 always = CP_FUNCTION0_ALWAYS, never = CP_FUNCTION0_NEVER;
    CU_ASSERT(rig_child(functions, &always));
    CU_ASSERT(rig_child(functions, &never));
}

void test_cp_waits(void)
{
    CU_pSuite suite = CU_add_suite("xenos/cp_waits", NULL, NULL);
    CU_ADD_TEST(suite, a_wait_polls_memory);
    CU_ADD_TEST(suite, a_wait_sees_registers);
    CU_ADD_TEST(suite, coherency_takes_its_time);
    CU_ADD_TEST(suite, functions_of_a_test);
    CU_ADD_TEST(suite, waiting_for_the_pipe);
    CU_ADD_TEST(suite, contexts_run_out);
    CU_ADD_TEST(suite, a_callback);
    CU_ADD_TEST(suite, set_up_and_reset);
    CU_ADD_TEST(suite, commands_that_reset);
    CU_ADD_TEST(suite, saves_and_schedules);
    CU_ADD_TEST(suite, meddled_saves);
    CU_ADD_TEST(suite, random_rings);
}
