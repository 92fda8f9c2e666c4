/* A core's answer to a change of the title's map: when it goes, and behind what. */
#include "models/xenon/asm/program.h"
#include "tests/support/lone_core.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum { CODE = 0x10000, DATA = 0x40000, REQUESTS = 64, LATE = 300, HOLD = 1000, CLOCKS = 4000 };

struct run {
    unsigned requests;
    uint64_t clock[REQUESTS];
    struct sim_msg_core_request request[REQUESTS];
};

static void requested(void *context, uint64_t clock, const struct sim_msg_core_request *request)
{
    struct run *run = context;
    if (run->requests == REQUESTS)
        return;
    run->clock[run->requests] = clock;
    run->request[run->requests++] = *request;
}

/* Runs a program, with a branch to itself behind it; `changes` messages are heard in clock LATE, the last of which
 * wants an answer. Gather buffers are held for HOLD clocks. */
static void run_changed(struct run *run, const char *text, unsigned changes, uint64_t split)
{
    struct xenon_core_timing timing = xenon_core_timing_default();
    struct core_memory_latencies latencies = {.request = 10, .credits = 16, .credit_return = 11};
    struct xenon_program program;
    struct sim_error error;
    timing.gather_hold = HOLD;
    for (unsigned i = 0; i < SIM_CORE_REQUESTS; i++)
        latencies.reply[i] = 20;
    struct lone_core *lone = lone_core_new(&timing, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(lone);
    *run = (struct run){0};
    lone_core_watch(lone, run, requested);
    lone_core_reset(lone, &latencies);
    CU_ASSERT_EQUAL_FATAL(xenon_assemble(&program, "test", text, strlen(text), CODE, &error), SIM_OK);
    core_memory_write(lone_core_memory(lone), CODE, program.bytes, program.size);
    xenon_program_free(&program);
    struct xenon_context *context = xenon_core_context_to_change(lone_core_core(lone), 0);
    context->nia = CODE;
    context->gpr[1] = DATA;
    xenon_core_context_changed(lone_core_core(lone), 0);
    CU_ASSERT(lone_core_run(lone, LATE - 1, split));
    for (unsigned i = 0; i < changes; i++)
        lone_core_tell(lone, LATE,
                       &(struct sim_msg_core_reply){
                           .kind = SIM_SNOOP_TLB, .address = i << 16, .data0 = i + 1 == changes, .data1 = 0x10000});
    CU_ASSERT(lone_core_run(lone, CLOCKS, split));
    lone_core_free(lone);
}

/* The place of the request of a kind; run->requests where there is none. */
static unsigned place_of(const struct run *run, enum sim_core_request_kind kind)
{
    unsigned i = 0;
    while (i < run->requests && run->request[i].kind != kind)
        i++;
    return i;
}

static unsigned count_of(const struct run *run, enum sim_core_request_kind kind)
{
    unsigned count = 0;
    for (unsigned i = 0; i < run->requests; i++)
        count += run->request[i].kind == kind;
    return count;
}

static const char idle[] = "1: b 1b\n";
static const char stores[] = "stw 3,0(1)\n stw 3,256(1)\n stw 3,512(1)\n 1: b 1b\n";

static void at_rest(void)
{
    struct run run;
    run_changed(&run, idle, 3, 0);
    unsigned at = place_of(&run, SIM_UNMAPPED);
    CU_ASSERT_EQUAL_FATAL(count_of(&run, SIM_UNMAPPED), 1);
    CU_ASSERT_EQUAL(run.clock[at], LATE + xenon_core_timing_default().unmap);
    CU_ASSERT_EQUAL(run.request[at].data0, 1);
    run_changed(&run, idle, 0, 0);
    CU_ASSERT_EQUAL(count_of(&run, SIM_UNMAPPED), 0);
}

/* Stores that lie in their buffers go first, long before they would have. */
static void behind_stores(void)
{
    struct run run;
    run_changed(&run, stores, 0, 0);
    CU_ASSERT_EQUAL_FATAL(count_of(&run, SIM_STORE), 3);
    CU_ASSERT(run.clock[place_of(&run, SIM_STORE)] > LATE + HOLD / 2);
    run_changed(&run, stores, 1, 0);
    unsigned at = place_of(&run, SIM_UNMAPPED);
    CU_ASSERT_EQUAL_FATAL(count_of(&run, SIM_STORE), 3);
    CU_ASSERT_FATAL(at >= 3 && at < run.requests);
    for (unsigned i = 1; i <= 3; i++)
        CU_ASSERT(run.request[at - i].kind == SIM_STORE && run.clock[at - i] >= LATE);
    CU_ASSERT(run.clock[at] > run.clock[at - 1] && run.clock[at] < LATE + 100);
}

/* Stores of afterwards do not hold it up, however many follow one another. */
static void before_later_stores(void)
{
    struct run run;
    run_changed(&run, "1: stwu 3,64(1)\n b 1b\n", 1, 0);
    unsigned at = place_of(&run, SIM_UNMAPPED);
    CU_ASSERT_FATAL(at < run.requests);
    CU_ASSERT(run.clock[at] < LATE + HOLD / 2);
    CU_ASSERT(at + 1 < run.requests && run.request[run.requests - 1].kind == SIM_STORE);
}

/* In whatever pieces the core is advanced. */
static void in_any_pieces(void)
{
    struct run whole, split;
    static const char *const programs[] = {idle, stores,
                                           "lwz 4,0(1)\n stw 4,4(1)\n lmw 20,124(1)\n stw 5,256(1)\n 1: b 1b\n"};
    for (unsigned p = 0; p < sizeof programs / sizeof *programs; p++) {
        run_changed(&whole, programs[p], 2, 0);
        for (uint64_t seed = 1; seed <= 20; seed++) {
            run_changed(&split, programs[p], 2, seed);
            CU_ASSERT_EQUAL(split.requests, whole.requests);
            CU_ASSERT_EQUAL(memcmp(split.clock, whole.clock, sizeof whole.clock), 0);
        }
    }
}

void test_unmap(void)
{
    CU_pSuite suite = CU_add_suite("core/unmap", NULL, NULL);
    CU_add_test(suite, "a core at rest answers once", at_rest);
    CU_add_test(suite, "stores of before go first", behind_stores);
    CU_add_test(suite, "stores of afterwards do not hold it up", before_later_stores);
    CU_add_test(suite, "in any pieces", in_any_pieces);
}
