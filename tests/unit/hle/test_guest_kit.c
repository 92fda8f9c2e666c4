/* What is in the kit besides stubs, run on the functional stepper: calls with slots, 64-bit arithmetic; and that all of
 * it assembles. */
#include "kernel-hle/guest/kit.h"

#include "tests/support/stub_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#define B0 UINT64_C(0x1122334455667788)
#define B1 UINT64_C(0x99AABBCCDDEEFF00)
#define B2 UINT64_C(0xFFFFFFFF00000001)

static struct stub_rig rig;

static int make(void)
{
    return !stub_rig_init(&rig);
}

static int unmake(void)
{
    stub_rig_free(&rig);
    return 0;
}

static void write_file(FILE *out, const char *name)
{
    for (unsigned i = 0; i < HLE_KIT_FILES; i++)
        if (strcmp(hle_kit_name(i), name) == 0)
            hle_kit_write(out, i);
}

static void write_slots(FILE *out, const void *what)
{
    hle_stub_write(out, HLE_MODULE_xam, what);
    write_file(out, "slots.s");
}

static void slots_become_arguments(void)
{
    enum { SLOTS = 13 };
    const uint64_t array = 0x70018000;
    for (unsigned count = 0; count <= SLOTS; count++)
        for (unsigned wide = 0; wide < 2; wide++) {
            struct hle_export row = {.name = "f",
                                     .arguments = wide ? "?" : "u32 a, ...",
                                     .ordinal = 77,
                                     .result = wide ? HLE_TYPE_unknown : HLE_TYPE_s32};
            stub_rig_assemble(&rig, write_slots, &row);
            rig.t->gpr[3] = RIG_GARBAGE | count;
            rig.t->gpr[4] = RIG_GARBAGE | array;
            for (unsigned i = 0; i < count; i++)
                stub_rig_put(&rig, array + 8 * i, B0 + i, 8);
            stub_rig_put(&rig, array + 8 * count, B1, 8); /* it is not asked for */
            stub_rig_call(&rig, stub_rig_symbol(&rig, "f_slots"));
            stub_rig_run(&rig, stub_rig_symbol(&rig, "__thunk_xam_77"));
            uint64_t r1 = (uint32_t)rig.t->gpr[1], back = rig.t->lr;
            for (unsigned i = 0; i < count; i++)
                CU_ASSERT_EQUAL(i < 8 ? rig.t->gpr[3 + i] : stub_rig_get(&rig, r1 + 0x50 + 8 * (i - 8), 8), B0 + i);
            for (unsigned i = count; i < 8; i++)
                CU_ASSERT_NOT_EQUAL(rig.t->gpr[3 + i], B1);
            CU_ASSERT_EQUAL(r1 % 16, 0);
            for (unsigned at = 0x10; at < 0x50; at += 8)
                stub_rig_put(&rig, r1 + at, B2, 8);
            stub_rig_spoil(&rig);
            rig.t->gpr[3] = B0;
            rig.t->nia = back;
            stub_rig_run(&rig, RIG_CALLER);
            CU_ASSERT_EQUAL((uint32_t)rig.t->gpr[3], wide ? B0 >> 32 : (uint32_t)B0);
            CU_ASSERT_TRUE(!wide || (uint32_t)rig.t->gpr[4] == (uint32_t)B0);
            stub_rig_back(&rig, true);
        }
}

static void write_wide(FILE *out, const void *what)
{
    write_file(out, what);
}

static uint64_t run_wide(const char *name, uint64_t a, uint64_t b, bool shift)
{
    stub_rig_assemble(&rig, write_wide, "wide.s");
    rig.t->gpr[3] = RIG_GARBAGE | a >> 32;
    rig.t->gpr[4] = RIG_GARBAGE | (uint32_t)a;
    rig.t->gpr[5] = RIG_GARBAGE | (shift ? b : b >> 32);
    rig.t->gpr[6] = RIG_GARBAGE | (uint32_t)b;
    rig.t->fpr[1] = UINT64_C(0xC05EDCCCCCCCCCCD); /* -123.45 */
    stub_rig_call(&rig, stub_rig_symbol(&rig, name));
    stub_rig_run(&rig, RIG_CALLER);
    stub_rig_back(&rig, false);
    return rig.t->gpr[3] << 32 | (uint32_t)rig.t->gpr[4];
}

static void arithmetic_is_right(void)
{
    static const uint64_t number[] = {1,  2,  7,          1000000007,         UINT64_C(0x100000000),
                                      B0, B1, UINT64_MAX, (uint64_t)INT64_MIN};
    enum { NUMBERS = sizeof number / sizeof *number };
    for (unsigned i = 0; i < NUMBERS; i++)
        for (unsigned k = 0; k < NUMBERS; k++) {
            uint64_t a = number[i], b = number[k];
            bool overflows = a == (uint64_t)INT64_MIN && b == UINT64_MAX;
            CU_ASSERT_EQUAL(run_wide("__udivdi3", a, b, false), a / b);
            CU_ASSERT_EQUAL(run_wide("__umoddi3", a, b, false), a % b);
            CU_ASSERT_TRUE(overflows || run_wide("__divdi3", a, b, false) == (uint64_t)((int64_t)a / (int64_t)b));
            CU_ASSERT_TRUE(overflows || run_wide("__moddi3", a, b, false) == (uint64_t)((int64_t)a % (int64_t)b));
        }
    for (unsigned by = 0; by < 64; by++) {
        CU_ASSERT_EQUAL(run_wide("__ashldi3", B1, by, true), B1 << by);
        CU_ASSERT_EQUAL(run_wide("__lshrdi3", B1, by, true), B1 >> by);
        CU_ASSERT_EQUAL(run_wide("__ashrdi3", B1, by, true), (uint64_t)((int64_t)B1 >> by));
    }
    run_wide("__floatdidf", (uint64_t)INT64_MIN, 0, false);
    CU_ASSERT_EQUAL(rig.t->fpr[1], UINT64_C(0xC3E0000000000000)); /* -2^63 */
    CU_ASSERT_EQUAL(run_wide("__fixdfdi", 0, 0, false), (uint64_t)-123);
}

/* Every file of the kit that is assembled is one that our own assembler takes, together with what it refers to. */
static void write_everything(FILE *out, const void *what)
{
    (void)what;
    write_file(out, "slots.s");
    write_file(out, "imports.s");
    write_file(out, "callbacks.s");
    write_file(out, "crt0.s");
    write_file(out, "saves.s");
    fputs("main: blr\n", out);
}

static void everything_assembles(void)
{
    struct xenon_program program;
    char *text = NULL;
    size_t size = 0;
    struct sim_error error = {""};
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    write_everything(out, NULL);
    fclose(out);
    CU_ASSERT_EQUAL(xenon_assemble(&program, "kit.s", text, size, RIG_CODE, &error), SIM_OK);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++) {
            char name[32];
            snprintf(name, sizeof name, "__imp_%s_%u", hle_exports[module].id, hle_exports[module].row[i].ordinal);
            CU_ASSERT_PTR_NOT_NULL(strstr(text, name));
        }
    free(text);
    xenon_program_free(&program);
}

void test_guest_kit(void)
{
    CU_pSuite suite = CU_add_suite("hle/guest_kit", make, unmake);
    CU_add_test(suite, "slots become arguments", slots_become_arguments);
    CU_add_test(suite, "64-bit arithmetic is right", arithmetic_is_right);
    CU_add_test(suite, "everything assembles", everything_assembles);
}
