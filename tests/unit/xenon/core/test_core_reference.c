/* The second model of the core, by programs whose clocks were worked out by hand from docs/core.md with the retail
 * board's figures. Memory: a request arrives 10 clocks after it was sent, an answer 20 clocks after that.
 *
 * Every program begins so: in clock 0 the code ERAT misses (erat_miss 30); in 30 L1I misses and READ_CODE is sent; the
 * line comes in 60, and after fetch_predecode (5) the first instruction issues in 65. Data's first access costs an ERAT
 * miss too. r1 is the address of data, r6 that of the pointer's target. */
#include "models/xenon/asm/program.h"
#include "tests/conformance/core_reference/core_reference.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

enum { CODE = 0x10000, OTHER_CODE = 0x20000, DATA = 0x40000, CLOCKS = 100000, ISSUES = 64, REQUESTS = 16 };

struct run {
    struct core_reference *reference;
    unsigned issues[2], requests;
    uint64_t issue[2][ISSUES];
    uint64_t request[REQUESTS];
    uint8_t kind[REQUESTS];
    uint64_t halt[2];
};

static void issued(void *context, const struct core_reference_issue *issue)
{
    struct run *run = context;
    if (issue->in->pc != run->halt[issue->thread] && run->issues[issue->thread] < ISSUES)
        run->issue[issue->thread][run->issues[issue->thread]++] = issue->clock;
}

static void requested(void *context, uint64_t clock, const struct sim_msg_core_request *request)
{
    struct run *run = context;
    if (run->requests < REQUESTS) {
        run->request[run->requests] = clock;
        run->kind[run->requests++] = request->kind;
    }
}

/* Appends a branch to itself, and puts the program into memory. */
static uint64_t load(struct run *run, uint64_t address, const char *text)
{
    struct xenon_program program;
    struct sim_error error;
    if (xenon_assemble(&program, "test", text, strlen(text), address, &error) != SIM_OK) {
        CU_FAIL_FATAL("the assembler refuses a test's program");
    }
    uint64_t end = address + program.size;
    const uint8_t to_itself[] = {0x48, 0, 0, 0};
    core_memory_write(core_reference_memory(run->reference), address, program.bytes, program.size);
    core_memory_write(core_reference_memory(run->reference), end, to_itself, sizeof to_itself);
    xenon_program_free(&program);
    return end;
}

static void run_two(struct run *run, const char *first, const char *second)
{
    struct core_reference_config config = {
        .timing = xenon_core_timing_default(),
        .latencies = {.request = 10, .credits = 16, .credit_return = 11},
        .running = second != NULL ? 3 : 1,
        .watch = {.context = run, .issued = issued, .requested = requested},
    };
    *run = (struct run){.reference = core_reference_new()};
    CU_ASSERT_PTR_NOT_NULL_FATAL(run->reference);
    for (unsigned i = 0; i < SIM_CORE_REQUESTS; i++)
        config.latencies.reply[i] = 20;
    core_reference_reset(run->reference, &config); /* which clears memory: then the programs, then where they end */
    run->halt[0] = load(run, CODE, first);
    run->halt[1] = second != NULL ? load(run, OTHER_CODE, second) : 0;
    core_reference_halt_at(run->reference, run->halt);
    for (unsigned n = 0; n < 2; n++) {
        struct xenon_context *context = core_reference_context(run->reference, n);
        context->nia = n == 0 ? CODE : OTHER_CODE;
        context->msr |= XENON_MSR_FP | XENON_MSR_VXU;
        context->gpr[1] = context->gpr[6] = DATA;
    }
    const uint8_t pointer[] = {0, 4, 0, 0x40};
    core_memory_write(core_reference_memory(run->reference), DATA + 4, pointer, sizeof pointer);
    CU_ASSERT_TRUE(core_reference_run(run->reference, CLOCKS));
    core_reference_free(run->reference);
}

static void expect(const struct run *run, unsigned thread, unsigned count, const uint64_t *clocks)
{
    CU_ASSERT_EQUAL(run->issues[thread], count);
    for (unsigned i = 0; i < count && i < run->issues[thread]; i++)
        if (run->issue[thread][i] != clocks[i]) {
            fprintf(stderr, "instruction %u of thread %u: issues in %llu, expected in %llu\n", i, thread,
                    (unsigned long long)run->issue[thread][i], (unsigned long long)clocks[i]);
            CU_FAIL("an instruction issues in another clock");
        }
}

#define EXPECT_CLOCKS(text, ...)                                 \
    do {                                                         \
        const uint64_t clocks[] = {__VA_ARGS__};                 \
        struct run run;                                          \
        run_two(&run, text, NULL);                               \
        expect(&run, 0, sizeof clocks / sizeof *clocks, clocks); \
    } while (0)

static void dependent(void)
{
    /* fx_latency 2 between them. */
    EXPECT_CLOCKS("addi 3,0,1\n addi 4,3,1\n addi 5,4,1\n", 65, 67, 69);
}

static void pairs(void)
{
    /* FXU beside VS1, both in 65; then FXU and FXU do not go together. The fourth and fifth are no doubleword; the
     * fifth and sixth are one, of LSU and VS1 (the load misses the ERAT in 68 and issues in 98). */
    EXPECT_CLOCKS("addi 3,0,1\n fadd 1,2,3\n addi 4,0,1\n addi 5,0,1\n lwz 7,0(1)\n fadd 4,5,6\n", 65, 65, 66, 67, 98,
                  98);
    /* Both touch CR. A compare and its branch are a pair, because branches do not count; the branch goes on. */
    EXPECT_CLOCKS("cmpwi 0,3,0\n mcrf 2,1\n cmpwi 1,3,1\n beq 1,.+8\n nop\n", 65, 66, 67, 67, 68);
    /* Across doublewords nothing goes together: entered in the middle of one. */
    EXPECT_CLOCKS("b .+12\n nop\n nop\n addi 3,0,1\n fadd 1,2,3\n addi 4,0,1\n", 65, 68, 69, 69);
}

static void loads(void)
{
    /* ERAT miss in 65; READ sent in 95, the line there in 125, usable 2 later: 127. The second load hits; its sum waits
     * 2 clocks. A load by a loaded address waits 2 + address_skew 3. */
    EXPECT_CLOCKS("lwz 4,0(1)\n add 5,4,4\n lwz 6,4(1)\n add 7,6,6\n lwz 8,0(6)\n add 9,8,8\n", 95, 127, 128, 130, 133,
                  135);
    /* Asked for block 0, and taken from block 3: fill_beat 2 a block more. */
    EXPECT_CLOCKS("lwz 4,0(1)\n lwz 5,96(1)\n add 7,4,4\n add 8,5,5\n", 95, 96, 127, 133);
    /* lha comes out of the ROM: nothing before 127 + 1 + 7 + 4, and ready then. */
    EXPECT_CLOCKS("lwz 4,0(1)\n add 5,4,4\n lha 6,8(1)\n add 7,6,6\n", 95, 127, 128, 139);
}

static void behind_stores(void)
{
    /* The line is in L1D by 127. stw in 128; the load in 129 is ready in 128 + 40. What agrees in bits 3 to 11 counts.
     */
    EXPECT_CLOCKS("lwz 4,0(1)\n add 5,4,4\n stw 3,0(1)\n lwz 7,4(1)\n add 8,7,7\n", 95, 127, 128, 129, 168);
    EXPECT_CLOCKS("lwz 4,0(1)\n add 5,4,4\n stw 3,8(1)\n lwz 7,4(1)\n add 8,7,7\n", 95, 127, 128, 129, 131);
}

static void branches(void)
{
    /* Counters begin at 1, not taken: wrong in 65, CR ready in 66: 66 + 23. */
    EXPECT_CLOCKS("cmpwi 0,3,0\n beq 1f\n nop\n nop\n 1: addi 4,0,1\n", 65, 65, 89);
    /* Hinted rightly: bubble 2. */
    EXPECT_CLOCKS("cmpwi 0,3,0\n beq+ 1f\n nop\n nop\n 1: addi 4,0,1\n", 65, 65, 68);
    /* mtctr waits for li. bdnz+ is right twice (69 + 2) and wrong at the end (72 + 1 + 23, no field of CR is tested).
     */
    EXPECT_CLOCKS("li 4,3\n mtctr 4\n 1: addi 5,5,1\n bdnz+ 1b\n nop\n", 65, 67, 68, 68, 71, 71, 74, 74, 98);
    /* b: 65 + 1 + 2. bl: 68 + 1 + 2. blr is a pair with what is before it, and the stack knows: 72 + 1 + 4. */
    EXPECT_CLOCKS("b 2f\n 1: addi 3,0,1\n addi 4,0,1\n blr\n 2: bl 1b\n addi 5,0,1\n", 65, 68, 71, 72, 72, 77);
    /* Through CTR: never predicted. mtctr in 67, ready for branches in 77: 77 + 23. */
    EXPECT_CLOCKS("lis 4,1\n ori 4,4,24\n mtctr 4\n bctr\n nop\n nop\n addi 3,0,1\n", 65, 67, 69, 69, 102);
}

static void blocking_units(void)
{
    /* mullw: nothing of the thread before 65 + 8, its product in 65 + 9. */
    EXPECT_CLOCKS("mullw 4,3,3\n add 5,4,4\n addi 7,0,1\n", 65, 74, 75);
    /* slw: out of the ROM, nothing before 65 + 7 + 4, and ready then. */
    EXPECT_CLOCKS("slw 4,3,3\n add 5,4,4\n", 65, 76);
    /* fx_mfcr: busy 33, ready after 34. */
    EXPECT_CLOCKS("mfcr 4\n addi 5,0,1\n add 7,4,4\n", 65, 98, 99);
    /* isync: nothing before 65 + 1 + 23. */
    EXPECT_CLOCKS("isync\n addi 5,0,1\n", 65, 89);
}

static void multiples(void)
{
    /* lmw of 4 words: ERAT in 65, READ in 95, complete in 125, later than e = 95 + 7 + 4. The second hits in 126: e =
     * 126 + 11. */
    EXPECT_CLOCKS("lmw 28,0(1)\n add 5,28,29\n lmw 28,0(1)\n add 5,28,28\n", 95, 125, 126, 137);
    /* Over the end of a line: the second READ when the first line is there. 95, 125, 155. */
    EXPECT_CLOCKS("lwz 4,126(1)\n add 5,4,4\n", 95, 155);
}

static void gathering(void)
{
    struct run run;
    /* stw in 95, sync in 96; in 97 the buffer goes out for it and SYNC is posted behind: sent in 97 and 99, answered in
     * 129. */
    run_two(&run, "stw 3,0(1)\n sync\n addi 4,0,1\n", NULL);
    expect(&run, 0, 3, (const uint64_t[]){95, 96, 129});
    CU_ASSERT_EQUAL(run.requests, 3);
    CU_ASSERT(run.kind[1] == SIM_STORE && run.request[1] == 97);
    CU_ASSERT(run.kind[2] == SIM_SYNC && run.request[2] == 99);
    /* Alone a buffer waits gather_hold from when it was begun. */
    run_two(&run, "stw 3,0(1)\n", NULL);
    CU_ASSERT_EQUAL(run.requests, 2);
    CU_ASSERT(run.kind[1] == SIM_STORE && run.request[1] == 95 + xenon_core_timing_default().gather_hold);
}

static void turns(void)
{
    static const char six[] = "addi 3,0,1\n addi 4,0,1\n addi 5,0,1\n addi 7,0,1\n addi 8,0,1\n addi 9,0,1\n";
    struct run run;
    /* Both look up in 30; thread 1's request goes in 32, two later. From 67 on both could issue, and take turns;
     * 76 is that of thread 0's branch to itself. */
    run_two(&run, six, six);
    expect(&run, 0, 6, (const uint64_t[]){65, 66, 68, 70, 72, 74});
    expect(&run, 1, 6, (const uint64_t[]){67, 69, 71, 73, 75, 77});
}

static void priorities(void)
{
    struct run run;
    /* Thread 0 is high from 66 on: it goes first, but in clocks divisible by 16 (80). Thread 1 has the rest: its first
     * turn is 80, then when thread 0 has gone into its branch to itself (in 84; the next is in 84 + 1 + 2 + fetch_share
     * 1). */
    run_two(&run,
            "or 3,3,3\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n"
            "addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n addi 4,0,1\n"
            "addi 4,0,1\n addi 4,0,1\n",
            "addi 3,0,1\n addi 3,0,1\n addi 3,0,1\n addi 3,0,1\n");
    expect(&run, 0, 18, (const uint64_t[]){65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 81, 82, 83});
    expect(&run, 1, 4, (const uint64_t[]){80, 85, 86, 87});
}

void test_core_reference(void)
{
    CU_pSuite suite = CU_add_suite("xenon/core_reference", NULL, NULL);
    CU_add_test(suite, "dependent instructions", dependent);
    CU_add_test(suite, "pairs", pairs);
    CU_add_test(suite, "loads that hit and miss", loads);
    CU_add_test(suite, "loads behind stores", behind_stores);
    CU_add_test(suite, "branches", branches);
    CU_add_test(suite, "what is not pipelined", blocking_units);
    CU_add_test(suite, "lmw, and loads of two lines", multiples);
    CU_add_test(suite, "gather buffers and barriers", gathering);
    CU_add_test(suite, "threads take turns", turns);
    CU_add_test(suite, "priorities", priorities);
}
