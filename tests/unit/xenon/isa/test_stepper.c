/* The functional stepper: memory, stops, code that changes, interrupts. What instructions do is tested elsewhere. */
#include "models/xenon/isa/stepper.h"

#include "models/xenon/isa/interrupt.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

#define CODE UINT64_C(0x10000)
#define DATA UINT64_C(0x20000)
#define NOP  0x60000000U
#define TRAP 0x7FE00008U

static struct xenon_stepper *stepper;
static struct xenon_context *t;

static int make(void)
{
    stepper = xenon_stepper_new(1 << 20);
    t = stepper != NULL ? xenon_stepper_context(stepper) : NULL;
    return stepper == NULL;
}

static int unmake(void)
{
    xenon_stepper_free(stepper);
    return 0;
}

static void put(uint64_t address, uint32_t word)
{
    uint8_t bytes[] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word};
    CU_ASSERT_TRUE(xenon_stepper_write(stepper, address, bytes, 4));
}

static uint64_t get(uint64_t address, unsigned bytes)
{
    uint8_t buffer[8];
    uint64_t value = 0;
    xenon_stepper_read(stepper, address, buffer, bytes);
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | buffer[i];
    return value;
}

/* A fresh thread before these words. */
#define PROGRAM(...)                                          \
    do {                                                      \
        const uint32_t words_[] = {__VA_ARGS__};              \
        xenon_stepper_clear(stepper);                         \
        xenon_context_reset(t, 0);                            \
        t->msr = XENON_MSR_FP | XENON_MSR_VXU | XENON_MSR_HV; \
        t->nia = CODE;                                        \
        for (unsigned i_ = 0; i_ < sizeof words_ / 4; i_++)   \
            put(CODE + 4 * i_, words_[i_]);                   \
    } while (0)

static void counts(void)
{
    PROGRAM(NOP, 0x38630001, 0x38630001, NOP); /* addi r3, r3, 1 */
    uint64_t before = xenon_stepper_executed(stepper);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 2, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->nia, CODE + 8);
    CU_ASSERT_EQUAL(t->gpr[3], 1);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 0, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[3], 2);
    CU_ASSERT_EQUAL(xenon_stepper_executed(stepper) - before, 3);
}

static void stops_at_an_address(void)
{
    PROGRAM(0x38630001, NOP, 0x4BFFFFF8); /* addi r3, r3, 1; nop; b -8 */
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1000, CODE + 4), XENON_STOP_ADDRESS);
    CU_ASSERT_EQUAL(t->nia, CODE + 4);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1000, CODE + 4), XENON_STOP_ADDRESS); /* it is there already */
    CU_ASSERT_EQUAL(t->gpr[3], 1);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1000, CODE), XENON_STOP_ADDRESS); /* the old stop is gone */
    CU_ASSERT_EQUAL(t->gpr[3], 1);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 31, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[3], 12);
}

static void crosses_pages(void)
{
    PROGRAM(NOP);
    t->nia = CODE + 0xFFC;
    put(CODE + 0xFFC, NOP);
    put(CODE + 0x1000, 0x38600007); /* li r3, 7 */
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->nia, CODE + 0x1000);
    t->nia = CODE + 0xFFC;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 2, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[3], 7);

    PROGRAM(0x7C64292A, 0x7CC4282A); /* stdx r3, r4, r5; ldx r6, r4, r5 */
    t->gpr[3] = UINT64_C(0x0123456789ABCDEF);
    t->gpr[4] = DATA;
    t->gpr[5] = 0xFFD;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 2, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[6], t->gpr[3]);
    CU_ASSERT_EQUAL(get(DATA + 0xFFD, 8), t->gpr[3]);
}

static void sees_changed_code(void)
{
    /* stw r3, 4(r4) writes the next instruction, then one that ran before */
    PROGRAM(0x38A00001, 0x90640008, 0x38A00002, 0x4BFFFFF4); /* li r5, 1; stw r3, 8(r4); li r5, 2; b CODE */
    t->gpr[4] = CODE;
    t->gpr[3] = 0x38C00009; /* li r6, 9 */
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 3, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[5], 1);
    CU_ASSERT_EQUAL(t->gpr[6], 9);
    put(CODE, 0x38A00055); /* from outside */
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 2, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[5], 0x55);
}

static void keeps_a_stop_that_is_written(void)
{
    PROGRAM(0x90640008, NOP, NOP); /* stw r3, 8(r4) */
    t->gpr[4] = CODE;
    t->gpr[3] = NOP;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 100, CODE + 8), XENON_STOP_ADDRESS);
    CU_ASSERT_EQUAL(t->nia, CODE + 8);
}

static void memory_has_limits(void)
{
    uint8_t byte = 0xFF;
    PROGRAM(NOP);
    CU_ASSERT_FALSE(xenon_stepper_write(stepper, UINT64_C(1) << 32, &byte, 1));
    CU_ASSERT_FALSE(xenon_stepper_write(stepper, UINT64_MAX, &byte, 1));
    CU_ASSERT_TRUE(xenon_stepper_write(stepper, UINT32_MAX, &byte, 1));
    CU_ASSERT_EQUAL(get(UINT32_MAX, 1), 0xFF);
    CU_ASSERT_EQUAL(get(UINT32_MAX, 2), 0xFF00); /* beyond is nothing */
    CU_ASSERT_EQUAL(get(UINT64_C(1) << 40, 8), 0);

    /* A guest that touches a page each time: the limit is an interrupt, not the host's end. stwu r3, 4096(r4); b -4 */
    PROGRAM(0x94641000, 0x4BFFFFFC);
    t->gpr[4] = DATA;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1000000, UINT64_MAX), XENON_STOP_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.vector, XENON_DATA_STORAGE);
    CU_ASSERT_EQUAL(t->interrupt.dsisr, XENON_DSISR_NO_TRANSLATION | XENON_DSISR_STORE);
    CU_ASSERT_EQUAL(t->interrupt.dar, t->gpr[4] + 4096); /* RA was not updated */
    CU_ASSERT_EQUAL(t->nia, CODE);
}

static void addresses_have_the_modes_bits(void)
{
    PROGRAM(0x80640004); /* lwz r3, 4(r4) */
    put(DATA, 0xCAFEBABE);
    t->gpr[4] = UINT64_C(0x5555555500000000) + DATA - 4;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[3], 0xCAFEBABE);
    t->nia = CODE;
    t->msr |= XENON_MSR_SF;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.vector, XENON_DATA_STORAGE);
    CU_ASSERT_EQUAL(t->interrupt.dar, UINT64_C(0x5555555500000000) + DATA);

    PROGRAM(0x84640004); /* lwzu r3, 4(r4): RA takes the whole sum */
    t->gpr[4] = UINT64_C(0x5555555500000000) + DATA - 4;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[4], UINT64_C(0x5555555500000000) + DATA);

    PROGRAM(NOP);
    t->nia = UINT64_C(0x500000000);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.vector, XENON_INSTRUCTION_STORAGE);
    CU_ASSERT_EQUAL(t->interrupt.cause, 0x40000000);
}

/* word, MSR: the vector and cause that must come of it */
static void refuses_with_the_right_interrupt(void)
{
    static const struct {
        uint32_t word;
        uint64_t msr;
        unsigned vector;
        uint64_t cause;
    } refused[] = {
        {0x00000000, XENON_MSR_FP, XENON_PROGRAM, XENON_CAUSE_ILLEGAL},
        {TRAP, 0, XENON_PROGRAM, XENON_CAUSE_TRAP},
        {0xFC41182A, 0, XENON_FP_UNAVAILABLE, 0},                          /* fadd */
        {0xC0640000, 0, XENON_FP_UNAVAILABLE, 0},                          /* lfs */
        {0x1043210A, XENON_MSR_FP, XENON_VXU_UNAVAILABLE, 0},              /* vrefp */
        {0x14C3EC3B, XENON_MSR_FP, XENON_VXU_UNAVAILABLE, 0},              /* vaddfp128 */
        {0x7C6020CE, XENON_MSR_FP, XENON_VXU_UNAVAILABLE, 0},              /* lvx */
        {0x10000604, XENON_MSR_FP, XENON_VXU_UNAVAILABLE, 0},              /* mfvscr */
        {0x7C6000A6, XENON_MSR_PR, XENON_PROGRAM, XENON_CAUSE_PRIVILEGED}, /* mfmsr */
        {0x4C000024, XENON_MSR_PR, XENON_PROGRAM, XENON_CAUSE_PRIVILEGED}, /* rfid */
        {0x4C000224, 0, XENON_PROGRAM, XENON_CAUSE_PRIVILEGED},            /* hrfid: not the hypervisor */
        {0x7C7A02A6, XENON_MSR_PR, XENON_PROGRAM, XENON_CAUSE_PRIVILEGED}, /* mfspr r3, srr0 */
        {0x7C71FBA6, 0, XENON_PROGRAM, XENON_CAUSE_PRIVILEGED},            /* mtspr hid1: not the hypervisor */
        {0x00000200, XENON_MSR_HV, XENON_PROGRAM, XENON_CAUSE_ILLEGAL},    /* attn, not enabled */
        {0x7C6004A6, XENON_MSR_HV, XENON_PROGRAM, XENON_CAUSE_ILLEGAL},    /* mfsr */
        {0x7C60226C, XENON_MSR_HV, XENON_PROGRAM, XENON_CAUSE_ILLEGAL},    /* eciwx */
    };
    for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
        PROGRAM(refused[i].word);
        t->msr = refused[i].msr;
        t->gpr[4] = DATA;
        CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_INTERRUPT);
        CU_ASSERT_EQUAL(t->interrupt.vector, refused[i].vector);
        CU_ASSERT_EQUAL(t->interrupt.cause, refused[i].cause);
        CU_ASSERT_EQUAL(t->nia, CODE);
    }
}

static void reservations_need_alignment(void)
{
    static const uint32_t words[] = {0x7C602028, 0x7C6020A8, 0x7C60212D, 0x7C6021AD}; /* lwarx ldarx stwcx. stdcx. */
    for (unsigned i = 0; i < 4; i++) {
        PROGRAM(words[i]);
        t->gpr[4] = DATA + 2;
        CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_INTERRUPT);
        CU_ASSERT_EQUAL(t->interrupt.vector, XENON_ALIGNMENT);
        CU_ASSERT_EQUAL(t->interrupt.dar, DATA + 2);
    }
}

static void enters_and_comes_back(void)
{
    PROGRAM(0x44000002);    /* sc */
    put(0xC00, 0x4C000024); /* rfid */
    t->msr = XENON_MSR_FP | XENON_MSR_PR | XENON_MSR_EE | XENON_MSR_IR | XENON_MSR_DR | XENON_MSR_ME | XENON_MSR_VXU;
    uint64_t msr = t->msr;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_INTERRUPT);
    xenon_interrupt_enter(t, t->nia);
    CU_ASSERT_EQUAL(t->nia, 0xC00);
    CU_ASSERT_EQUAL(t->spr[XENON_SPR_SRR0], CODE + 4);
    CU_ASSERT_EQUAL(t->spr[XENON_SPR_SRR1], msr);
    CU_ASSERT_EQUAL(t->msr, XENON_MSR_SF | XENON_MSR_HV | XENON_MSR_ME | XENON_MSR_VXU);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->nia, CODE + 4);
    CU_ASSERT_EQUAL(t->msr, msr);

    PROGRAM(TRAP);
    t->settings.interrupt_vxu_cleared = true;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_INTERRUPT);
    xenon_interrupt_enter(t, t->nia);
    CU_ASSERT_EQUAL(t->spr[XENON_SPR_SRR0], CODE);
    CU_ASSERT_EQUAL(t->spr[XENON_SPR_SRR1] & 0xFFFF0000, XENON_MSR_VXU | XENON_CAUSE_TRAP);
    CU_ASSERT_EQUAL(t->msr & XENON_MSR_VXU, 0);
    t->settings.interrupt_vxu_cleared = false;
}

static void traces(void)
{
    PROGRAM(NOP, 0x48000008, NOP, NOP); /* nop; b +8 */
    t->msr |= XENON_MSR_SE;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 100, UINT64_MAX), XENON_STOP_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.vector, XENON_TRACE);
    CU_ASSERT_EQUAL(t->nia, CODE + 4);
    t->msr = XENON_MSR_BE;
    t->nia = CODE;
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 100, UINT64_MAX), XENON_STOP_INTERRUPT);
    CU_ASSERT_EQUAL(t->interrupt.vector, XENON_TRACE);
    CU_ASSERT_EQUAL(t->nia, CODE + 12);
}

static void unwritten_memory_is_zero(void)
{
    PROGRAM(0xE8640000); /* ld r3, 0(r4) */
    t->gpr[3] = 1;
    t->gpr[4] = UINT64_C(0xFFFF0000);
    CU_ASSERT_EQUAL(xenon_stepper_run(stepper, 1, UINT64_MAX), XENON_STOP_COUNT);
    CU_ASSERT_EQUAL(t->gpr[3], 0);
    put(DATA, 0x12345678);
    xenon_stepper_clear(stepper);
    CU_ASSERT_EQUAL(get(DATA, 4), 0);
}

void test_stepper(void)
{
    CU_pSuite suite = CU_add_suite("xenon/stepper", make, unmake);
    CU_add_test(suite, "runs as many instructions as asked", counts);
    CU_add_test(suite, "stops before an address", stops_at_an_address);
    CU_add_test(suite, "code and data cross pages", crosses_pages);
    CU_add_test(suite, "executes what was written", sees_changed_code);
    CU_add_test(suite, "a stop whose word is written stays", keeps_a_stop_that_is_written);
    CU_add_test(suite, "memory ends at its limit and at 4 GiB", memory_has_limits);
    CU_add_test(suite, "addresses have as many bits as the mode", addresses_have_the_modes_bits);
    CU_add_test(suite, "what may not be executed asks for the right interrupt", refuses_with_the_right_interrupt);
    CU_add_test(suite, "reservations need alignment", reservations_need_alignment);
    CU_add_test(suite, "an interrupt is entered, and rfid comes back", enters_and_comes_back);
    CU_add_test(suite, "MSR.SE and MSR.BE trace", traces);
    CU_add_test(suite, "memory that was not written is zero", unwritten_memory_is_zero);
}
