/* What the reference does not look at: registers with a will of their own, and who may touch them. */
#include "models/xenon/isa/interrupt.h"
#include "models/xenon/isa/ops.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

static struct xenon_context state, *const t = &state;

static void reset(unsigned thread)
{
    memset(t, 0, sizeof *t);
    xenon_context_reset(t, thread);
}

static enum xenon_outcome move_to(unsigned number, uint64_t value)
{
    const struct xenon_insn in = {.d = 3, .imm = number};
    t->gpr[3] = value;
    return xenon_op_MTSPR(t, &in);
}

static uint64_t move_from(unsigned number)
{
    const struct xenon_insn in = {.d = 4, .imm = number};
    t->gpr[4] = UINT64_C(0xBADBADBADBADBAD);
    CU_ASSERT_EQUAL(xenon_op_MFSPR(t, &in), XENON_NEXT);
    return t->gpr[4];
}

static void threads_start_each_other(void)
{
    reset(0);
    CU_ASSERT_EQUAL(move_from(136), 0x00800000);
    CU_ASSERT_EQUAL(move_to(152, 0x00C00000), XENON_CHANGED); /* thread 0 starts thread 1 */
    CU_ASSERT_EQUAL(move_from(136), 0x00C00000);
    CU_ASSERT_EQUAL(move_to(152, 0x00800000), XENON_CHANGED); /* and cannot stop it */
    CU_ASSERT_EQUAL(move_from(136), 0x00C00000);
    CU_ASSERT_EQUAL(move_to(152, 0), XENON_CHANGED); /* but itself */
    CU_ASSERT_EQUAL(move_from(136), 0x00400000);

    reset(3); /* the second thread of core 1 */
    t->control = 0x00C00000;
    move_to(152, 0);
    CU_ASSERT_EQUAL(move_from(136), 0x00800000);
    CU_ASSERT_EQUAL(move_from(1023), 3);
}

static void the_time_base_is_written_in_halves(void)
{
    reset(0);
    t->time_base = UINT64_C(0x1122334455667788);
    CU_ASSERT_EQUAL(move_from(268), UINT64_C(0x1122334455667788));
    CU_ASSERT_EQUAL(move_from(269), 0x11223344);
    move_to(284, 0x99999999AAAAAAAA);
    CU_ASSERT_EQUAL(t->time_base, UINT64_C(0x11223344AAAAAAAA));
    move_to(285, 0x99999999BBBBBBBB);
    CU_ASSERT_EQUAL(t->time_base, UINT64_C(0xBBBBBBBBAAAAAAAA));
    t->settings.mfspr_tb_32 = true;
    CU_ASSERT_EQUAL(move_from(268), 0xAAAAAAAA);
    const struct xenon_insn mftb = {.d = 5, .imm = 268};
    xenon_op_MFTB(t, &mftb);
    CU_ASSERT_EQUAL(t->gpr[5], UINT64_C(0xBBBBBBBBAAAAAAAA));
}

static void registers_hold_the_bits_they_have(void)
{
    static const struct {
        unsigned number;
        uint64_t left;
    } known[] = {
        {1, 0xE000007F},   {8, UINT64_MAX}, {9, UINT64_MAX},   {18, UINT32_MAX}, {22, UINT32_MAX}, {26, UINT64_MAX},
        {256, UINT32_MAX}, {319, 0x1F},     {921, UINT32_MAX}, {922, 0xFFFFF},   {1015, 0xF},      {1008, UINT64_MAX},
    };
    reset(0);
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        move_to(known[i].number, UINT64_MAX);
        CU_ASSERT_EQUAL(move_from(known[i].number), known[i].left);
        move_to(known[i].number, 0);
        CU_ASSERT_EQUAL(move_from(known[i].number), 0);
    }
}

/* Writes to what is only read, and numbers that no source lists: nothing happens, or it is illegal. */
static void what_is_not_there_is_ignored_or_illegal(void)
{
    for (unsigned illegal = 0; illegal < 2; illegal++) {
        reset(0);
        t->settings.unknown_spr_illegal = illegal;
        enum xenon_outcome outcome = illegal ? XENON_INTERRUPT : XENON_NEXT;
        uint64_t version = t->spr[XENON_SPR_PVR];
        CU_ASSERT_EQUAL(move_to(287, 1), outcome); /* PVR */
        CU_ASSERT_EQUAL(t->spr[XENON_SPR_PVR], version);
        const struct xenon_insn unknown = {.d = 3, .imm = 500};
        t->gpr[3] = 7;
        CU_ASSERT_EQUAL(xenon_op_MFSPR(t, &unknown), outcome);
        CU_ASSERT_EQUAL(t->gpr[3], 7);
        CU_ASSERT_EQUAL(xenon_op_MTSPR(t, &unknown), outcome);
        if (illegal)
            CU_ASSERT_EQUAL(t->interrupt.cause, XENON_CAUSE_ILLEGAL);
    }
}

/* In problem state a number with bit 0x10 is privileged, whether or not it is listed. */
static void privilege_comes_first(void)
{
    reset(0);
    t->msr = XENON_MSR_PR;
    CU_ASSERT_EQUAL(move_to(26, 1), XENON_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.cause, XENON_CAUSE_PRIVILEGED);
    const struct xenon_insn listed_nowhere = {.imm = 0x3F0 & ~0x8}, user = {.imm = 100};
    CU_ASSERT_EQUAL(xenon_op_MFSPR(t, &listed_nowhere), XENON_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.cause, XENON_CAUSE_PRIVILEGED);
    CU_ASSERT_EQUAL(xenon_op_MFSPR(t, &user), XENON_NEXT);
    t->msr = 0; /* supervisor, but not the hypervisor */
    CU_ASSERT_EQUAL(move_to(26, 1), XENON_CHANGED);
    CU_ASSERT_EQUAL(move_to(1008, 1), XENON_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.cause, XENON_CAUSE_PRIVILEGED);
}

static void power_on_is_as_described(void)
{
    reset(0);
    CU_ASSERT_EQUAL(t->nia, 0x100);
    CU_ASSERT_EQUAL(t->msr, UINT64_C(0x9000000000000000));
    CU_ASSERT_EQUAL(t->decrementer, 0x7FFFFFFF);
    CU_ASSERT_EQUAL(move_from(313), UINT64_C(0x0000020000000000));
    CU_ASSERT_EQUAL(move_from(318), 0x402);
    CU_ASSERT_EQUAL(move_from(287) >> 16, 0x71);
    CU_ASSERT_EQUAL(t->vscr, XENON_VSCR_NJ);
    t->settings.nj_reset_off = true;
    xenon_context_reset(t, 5);
    CU_ASSERT_EQUAL(t->vscr, 0);
    CU_ASSERT_EQUAL(t->control, 0);
    CU_ASSERT_EQUAL(move_from(1023), 5);
}

void test_ops_system(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa-system", NULL, NULL);
    CU_add_test(suite, "CTRL starts the sibling and stops the own thread", threads_start_each_other);
    CU_add_test(suite, "the time base is read whole and written in halves", the_time_base_is_written_in_halves);
    CU_add_test(suite, "registers hold the bits that they have", registers_hold_the_bits_they_have);
    CU_add_test(suite, "what is not there is ignored, or illegal", what_is_not_there_is_ignored_or_illegal);
    CU_add_test(suite, "privilege is looked at first", privilege_comes_first);
    CU_add_test(suite, "a thread at reset is as described", power_on_is_as_described);
}
