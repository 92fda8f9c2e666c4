#include "tests/support/stub_rig.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

enum { FIRST_KEPT = 13, STEPS = 1000 };

bool stub_rig_init(struct stub_rig *rig)
{
    *rig = (struct stub_rig){.stepper = xenon_stepper_new(8 << 20)};
    rig->t = rig->stepper != NULL ? xenon_stepper_context(rig->stepper) : NULL;
    return rig->stepper != NULL;
}

void stub_rig_free(struct stub_rig *rig)
{
    xenon_program_free(&rig->program);
    xenon_stepper_free(rig->stepper);
}

uint64_t stub_rig_get(const struct stub_rig *rig, uint64_t address, unsigned bytes)
{
    uint8_t buffer[8];
    uint64_t value = 0;
    xenon_stepper_read(rig->stepper, address, buffer, bytes);
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | buffer[i];
    return value;
}

void stub_rig_put(struct stub_rig *rig, uint64_t address, uint64_t value, unsigned bytes)
{
    uint8_t buffer[8];
    for (unsigned i = 0; i < bytes; i++)
        buffer[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
    CU_ASSERT_TRUE_FATAL(xenon_stepper_write(rig->stepper, address, buffer, bytes));
}

uint64_t stub_rig_symbol(const struct stub_rig *rig, const char *name)
{
    const struct xenon_symbol *found = xenon_program_symbol(&rig->program, name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    return found->value;
}

static uint64_t kept(unsigned reg)
{
    return RIG_GARBAGE | reg << 8 | 0xA5;
}

void stub_rig_assemble(struct stub_rig *rig, void (*write)(FILE *out, const void *what), const void *what)
{
    char *text = NULL;
    size_t size = 0;
    struct sim_error error = {""};
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    write(out, what);
    fclose(out);
    xenon_program_free(&rig->program);
    enum sim_status status = xenon_assemble(&rig->program, "stub.s", text, size, RIG_CODE, &error);
    if (status != SIM_OK)
        printf("%s\n%s", error.text, text);
    free(text);
    CU_ASSERT_EQUAL_FATAL(status, SIM_OK);

    struct xenon_context *t = rig->t;
    xenon_stepper_clear(rig->stepper);
    CU_ASSERT_TRUE_FATAL(xenon_stepper_write(rig->stepper, RIG_CODE, rig->program.bytes, rig->program.size));
    xenon_context_reset(t, 0);
    t->msr = XENON_MSR_FP | XENON_MSR_EE;
    for (unsigned i = 0; i < 32; i++) {
        t->gpr[i] = kept(i);
        t->fpr[i] = UINT64_C(0x4000000000000000) | i;
    }
    for (unsigned i = 0; i < sizeof rig->stack; i++)
        rig->stack[i] = (uint8_t)(i * 7 + 3);
    CU_ASSERT_TRUE_FATAL(xenon_stepper_write(rig->stepper, RIG_STACK - RIG_BELOW, rig->stack, sizeof rig->stack));
    t->gpr[1] = RIG_STACK;
    t->lr = RIG_CALLER;
}

void stub_rig_call(struct stub_rig *rig, uint64_t address)
{
    xenon_stepper_read(rig->stepper, RIG_STACK - RIG_BELOW, rig->stack, sizeof rig->stack);
    rig->t->nia = address;
}

void stub_rig_run(struct stub_rig *rig, uint64_t stop)
{
    CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(rig->stepper, STEPS, stop), XENON_STOP_ADDRESS);
}

void stub_rig_spoil(struct stub_rig *rig)
{
    struct xenon_context *t = rig->t;
    t->gpr[0] = t->gpr[2] = RIG_GARBAGE | 0x5A;
    for (unsigned i = 3; i < FIRST_KEPT; i++)
        t->gpr[i] = RIG_GARBAGE | 0x5A00 | i;
    t->ctr = t->lr = 0x5A5A5A5A;
}

void stub_rig_back(const struct stub_rig *rig, bool lr_saved)
{
    const uint8_t *before = rig->stack + RIG_BELOW;
    uint8_t now[RIG_ABOVE];
    CU_ASSERT_EQUAL((uint32_t)rig->t->gpr[1], RIG_STACK);
    for (unsigned i = FIRST_KEPT; i < 32; i++)
        CU_ASSERT_EQUAL(rig->t->gpr[i], kept(i));
    xenon_stepper_read(rig->stepper, RIG_STACK, now, sizeof now);
    if (lr_saved)
        memcpy(now + 4, before + 4, 4);
    CU_ASSERT_EQUAL(memcmp(now, before, RIG_ABOVE), 0);
}
