/* What the kit for guests is made of, run on the functional stepper: import stubs, callbacks, calls with slots, 64-bit
 * arithmetic. What a compiler hands over and what the console expects is written out here, argument by argument. */
#include "kernel-hle/guest/kit.h"

#include "models/xenon/asm/program.h"
#include "models/xenon/isa/stepper.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#define CODE    UINT64_C(0x82010000)
#define STACK   UINT64_C(0x70010000) /* r1 of who calls */
#define CALLER  UINT64_C(0x82000100) /* where it goes on */
#define TARGET  UINT64_C(0x82008000) /* the function behind a callback */
#define GARBAGE UINT64_C(0xDEADBEEF00000000)
enum { BELOW = 0x400, ABOVE = 0x100 }; /* bytes of the stack that are looked at */

static struct xenon_stepper *stepper;
static struct xenon_context *t;
static struct xenon_program program;
static uint8_t stack[BELOW + ABOVE]; /* as it was before the call */

static int make(void)
{
    stepper = xenon_stepper_new(8 << 20);
    t = stepper != NULL ? xenon_stepper_context(stepper) : NULL;
    return stepper == NULL;
}

static int unmake(void)
{
    xenon_stepper_free(stepper);
    return 0;
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

static void put(uint64_t address, uint64_t value, unsigned bytes)
{
    uint8_t buffer[8];
    for (unsigned i = 0; i < bytes; i++)
        buffer[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
    CU_ASSERT_TRUE_FATAL(xenon_stepper_write(stepper, address, buffer, bytes));
}

static uint64_t symbol(const char *name)
{
    const struct xenon_symbol *found = xenon_program_symbol(&program, name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    return found->value;
}

/* Assembles what write() writes, into a fresh machine in which every register and the stack hold something. */
static void assemble(void (*write)(FILE *out, const void *what), const void *what)
{
    char *text = NULL;
    size_t size = 0;
    struct sim_error error = {""};
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    write(out, what);
    fclose(out);
    enum sim_status status = xenon_assemble(&program, "kit.s", text, size, CODE, &error);
    free(text);
    if (status != SIM_OK)
        printf("%s\n", error.text);
    CU_ASSERT_EQUAL_FATAL(status, SIM_OK);

    xenon_stepper_clear(stepper);
    CU_ASSERT_TRUE_FATAL(xenon_stepper_write(stepper, CODE, program.bytes, program.size));
    xenon_context_reset(t, 0);
    t->msr = XENON_MSR_FP | XENON_MSR_EE; /* 32-bit addresses */
    for (unsigned i = 0; i < 32; i++) {
        t->gpr[i] = GARBAGE | i << 8 | 0xA5;
        t->fpr[i] = UINT64_C(0x4000000000000000) | i;
    }
    for (unsigned i = 0; i < sizeof stack; i++)
        stack[i] = (uint8_t)(i * 7 + 3);
    CU_ASSERT_TRUE_FATAL(xenon_stepper_write(stepper, STACK - BELOW, stack, sizeof stack));
    t->gpr[1] = STACK;
    t->lr = CALLER;
}

/* What lies above the caller's r1 is the caller's; a function of GCC's may write the word at 4(r1). */
static void stack_is_untouched(bool lr_saved)
{
    uint8_t now[ABOVE];
    xenon_stepper_read(stepper, STACK, now, sizeof now);
    if (lr_saved)
        memcpy(now + 4, stack + BELOW + 4, 4);
    CU_ASSERT_EQUAL(memcmp(now, stack + BELOW, ABOVE), 0);
}

/* An argument in its place: a register's lower half or all of it, or so many bytes on the stack. */
enum place { NOWHERE, HALF, WHOLE, FLOAT, STACK_4, STACK_8 };
struct value {
    enum place place;
    unsigned at; /* a register, or an offset from r1 */
    uint64_t bits;
};

enum { VALUES = 16 };

static void set(const struct value *value)
{
    for (; value->place != NOWHERE; value++)
        if (value->place == HALF)
            t->gpr[value->at] = GARBAGE | value->bits;
        else if (value->place == WHOLE)
            t->gpr[value->at] = value->bits;
        else if (value->place == FLOAT)
            t->fpr[value->at] = value->bits;
        else
            put(STACK + value->at, value->bits, value->place == STACK_4 ? 4 : 8);
    xenon_stepper_read(stepper, STACK - BELOW, stack, sizeof stack);
}

static bool are(const struct value *value)
{
    for (; value->place != NOWHERE; value++) {
        uint64_t found = value->place == HALF      ? (uint32_t)t->gpr[value->at]
                         : value->place == WHOLE   ? t->gpr[value->at]
                         : value->place == FLOAT   ? t->fpr[value->at]
                         : value->place == STACK_4 ? get((uint32_t)t->gpr[1] + value->at, 4)
                                                   : get((uint32_t)t->gpr[1] + value->at, 8);
        if (found != value->bits) {
            printf("place %d, %u: %016llx, not %016llx\n", value->place, value->at, (unsigned long long)found,
                   (unsigned long long)value->bits);
            return false;
        }
    }
    return true;
}

/* Each class of arguments. Floating point is written as the bits that a register holds. */
#define B0     UINT64_C(0x1122334455667788)
#define B1     UINT64_C(0x99AABBCCDDEEFF00)
#define B2     UINT64_C(0xFFFFFFFF00000001)
#define HALVES UINT64_C(0x3FE0000000000000) /* 0.5 */
#define PI     UINT64_C(0x400921FB54442D18)
static const struct call {
    const char *what, *arguments;
    enum hle_type result;
    struct value sysv[2 * VALUES], console[VALUES];
} calls[] = {
    {"words",
     "u32 a, ptr b, handle c, s32 d",
     HLE_TYPE_u32,
     {{HALF, 3, 1}, {HALF, 4, 2}, {HALF, 5, 3}, {HALF, 6, 0xFFFFFFFF}},
     {{HALF, 3, 1}, {HALF, 4, 2}, {HALF, 5, 3}, {HALF, 6, 0xFFFFFFFF}}},
    {"64 bits first",
     "u64 a, u32 b",
     HLE_TYPE_void,
     {{HALF, 3, B0 >> 32}, {HALF, 4, (uint32_t)B0}, {HALF, 5, 7}},
     {{WHOLE, 3, B0}, {HALF, 4, 7}}},
    {"64 bits after a word",
     "u32 a, u64 b, u32 c, u64 d",
     HLE_TYPE_status,
     {{HALF, 3, 9},
      {HALF, 5, B0 >> 32},
      {HALF, 6, (uint32_t)B0},
      {HALF, 7, 8},
      {HALF, 9, B1 >> 32},
      {HALF, 10, (uint32_t)B1}},
     {{HALF, 3, 9}, {WHOLE, 4, B0}, {HALF, 5, 8}, {WHOLE, 6, B1}}},
    {"64 bits out of registers",
     "u32 a, u64 b, u64 c, u64 d, u64 e, u32 f",
     HLE_TYPE_u32,
     {{HALF, 3, 5},
      {HALF, 5, B0 >> 32},
      {HALF, 6, (uint32_t)B0},
      {HALF, 7, B1 >> 32},
      {HALF, 8, (uint32_t)B1},
      {HALF, 9, B2 >> 32},
      {HALF, 10, (uint32_t)B2},
      {STACK_8, 8, ~B0},
      {STACK_4, 16, 6}},
     {{HALF, 3, 5}, {WHOLE, 4, B0}, {WHOLE, 5, B1}, {WHOLE, 6, B2}, {WHOLE, 7, ~B0}, {HALF, 8, 6}}},
    {"the ninth and on",
     "u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u64 j, u32 k",
     HLE_TYPE_u32,
     {{HALF, 3, 1},
      {HALF, 4, 2},
      {HALF, 5, 3},
      {HALF, 6, 4},
      {HALF, 7, 5},
      {HALF, 8, 6},
      {HALF, 9, 7},
      {HALF, 10, 8},
      {STACK_4, 8, 9},
      {STACK_8, 16, B1},
      {STACK_4, 24, 11}},
     {{HALF, 3, 1},
      {HALF, 4, 2},
      {HALF, 5, 3},
      {HALF, 6, 4},
      {HALF, 7, 5},
      {HALF, 8, 6},
      {HALF, 9, 7},
      {HALF, 10, 8},
      {STACK_4, 0x54, 9},
      {STACK_8, 0x58, B1},
      {STACK_4, 0x64, 11}}},
    {"a ninth that the compiler still has in registers",
     "f64 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u64 i",
     HLE_TYPE_u32,
     {{FLOAT, 1, PI},
      {HALF, 3, 2},
      {HALF, 4, 3},
      {HALF, 5, 4},
      {HALF, 6, 5},
      {HALF, 7, 6},
      {HALF, 8, 7},
      {HALF, 9, 8},
      {STACK_8, 8, B2}},
     {{FLOAT, 1, PI},
      {HALF, 4, 2},
      {HALF, 5, 3},
      {HALF, 6, 4},
      {HALF, 7, 5},
      {HALF, 8, 6},
      {HALF, 9, 7},
      {HALF, 10, 8},
      {STACK_8, 0x50, B2}}},
    {"64 bits from registers to the stack",
     "f64 a, f64 b, u32 c, u32 d, u32 e, u32 f, f64 g, f32 h, u64 i",
     HLE_TYPE_u64,
     {{FLOAT, 1, PI},
      {FLOAT, 2, HALVES},
      {HALF, 3, 1},
      {HALF, 4, 2},
      {HALF, 5, 3},
      {HALF, 6, 4},
      {FLOAT, 3, PI + 1},
      {FLOAT, 4, HALVES},
      {HALF, 7, B0 >> 32},
      {HALF, 8, (uint32_t)B0}},
     {{FLOAT, 1, PI},
      {FLOAT, 2, HALVES},
      {HALF, 5, 1},
      {HALF, 6, 2},
      {HALF, 7, 3},
      {HALF, 8, 4},
      {FLOAT, 3, PI + 1},
      {FLOAT, 4, HALVES},
      {STACK_8, 0x50, B0}}},
    {"floating point between words",
     "f32 a, u32 b, f64 c, u64 d, f64 e, u32 f",
     HLE_TYPE_void,
     {{FLOAT, 1, HALVES},
      {HALF, 3, 1},
      {FLOAT, 2, PI},
      {HALF, 5, B0 >> 32},
      {HALF, 6, (uint32_t)B0},
      {FLOAT, 3, PI + 2},
      {HALF, 7, 3}},
     {{FLOAT, 1, HALVES}, {HALF, 4, 1}, {FLOAT, 2, PI}, {WHOLE, 6, B0}, {FLOAT, 3, PI + 2}, {HALF, 8, 3}}},
    {"words that go up past one that goes down",
     "u64 a, f64 b, f64 c, f64 d, u32 e, u64 f",
     HLE_TYPE_u32,
     {{HALF, 3, B1 >> 32},
      {HALF, 4, (uint32_t)B1},
      {FLOAT, 1, PI},
      {FLOAT, 2, PI + 1},
      {FLOAT, 3, PI + 2},
      {HALF, 5, 5},
      {HALF, 7, B2 >> 32},
      {HALF, 8, (uint32_t)B2}},
     {{WHOLE, 3, B1}, {FLOAT, 1, PI}, {FLOAT, 2, PI + 1}, {FLOAT, 3, PI + 2}, {HALF, 7, 5}, {WHOLE, 8, B2}}},
    {"more floating point than the compiler has registers",
     "f64 a, f64 b, f64 c, f64 d, f64 e, f64 f, f64 g, f64 h, f64 i, f32 j, u32 k",
     HLE_TYPE_void,
     {{FLOAT, 8, PI}, {STACK_8, 8, PI + 5}, {STACK_4, 16, 0x3F000000}, {HALF, 3, 0xAB}},
     {{FLOAT, 8, PI}, {FLOAT, 9, PI + 5}, {FLOAT, 10, HALVES}, {STACK_4, 0x64, 0xAB}}},
    {"no argument, 64 bits back", "", HLE_TYPE_u64, {{NOWHERE, 0, 0}}, {{NOWHERE, 0, 0}}},
};

static void write_stub(FILE *out, const void *what)
{
    hle_stub_write(out, HLE_MODULE_xam, what);
}

/* Like a function that uses everything that is not its caller's. */
static void spoil(unsigned first_kept)
{
    t->gpr[0] = t->gpr[2] = GARBAGE | 0x5A;
    for (unsigned i = 3; i < first_kept; i++)
        t->gpr[i] = GARBAGE | 0x5A00 | i;
    t->ctr = t->lr = 0x5A5A5A5A;
}

static void kept(void)
{
    CU_ASSERT_EQUAL((uint32_t)t->gpr[1], STACK);
    for (unsigned i = 13; i < 32; i++)
        CU_ASSERT_EQUAL(t->gpr[i], (GARBAGE | i << 8 | 0xA5));
}

static void stubs_convert(void)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const struct call *call = &calls[i];
        struct hle_export row = {.name = "f", .arguments = call->arguments, .ordinal = 77, .result = call->result};
        bool wide = hle_type_info[call->result].width == HLE_WIDE;
        assemble(write_stub, &row);
        set(call->sysv);
        t->nia = symbol("f");
        uint64_t thunk = symbol("__thunk_xam_77");
        CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(stepper, 1000, thunk), XENON_STOP_ADDRESS);
        if (!are(call->console)) {
            printf("%s\n", call->what);
            CU_FAIL("an argument is not where the console has it");
        }
        uint64_t r1 = (uint32_t)t->gpr[1], back = t->lr;
        CU_ASSERT_EQUAL(r1 % 16, 0);
        CU_ASSERT_TRUE(r1 == STACK || get(r1, 4) == STACK);
        for (unsigned at = 0x10; at < 0x50 && r1 != STACK; at += 8)
            put(r1 + at, B2, 8); /* the callee may keep its arguments there */
        spoil(13);
        t->gpr[3] = wide ? B0 : GARBAGE | 0x1234;
        t->nia = back;
        CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(stepper, 1000, CALLER), XENON_STOP_ADDRESS);
        CU_ASSERT_EQUAL((uint32_t)t->gpr[3], wide ? B0 >> 32 : 0x1234);
        CU_ASSERT_TRUE(!wide || (uint32_t)t->gpr[4] == (uint32_t)B0);
        kept();
        stack_is_untouched(true);
        xenon_program_free(&program);
    }
}

/* A stub that has nothing to do is the thunk itself. */
static void plain_stubs_are_thunks(void)
{
    struct hle_export row = {.name = "f", .arguments = "u32 a, u32 b", .ordinal = 5, .result = HLE_TYPE_u32};
    assemble(write_stub, &row);
    CU_ASSERT_EQUAL(symbol("f"), symbol("__thunk_xam_5"));
    CU_ASSERT_NOT_EQUAL(symbol("__imp_xam_5"), symbol("__thunk_xam_5"));
    xenon_program_free(&program);
}

static void write_callback(FILE *out, const void *what)
{
    struct hle_signature signature;
    struct sim_error error;
    const struct call *call = what;
    CU_ASSERT_EQUAL(hle_signature_parse(&signature, call->result, call->arguments, &error), SIM_OK);
    hle_callback_write(out, "kind", &signature);
}

/* The kernel calls, a function of the compiler's is behind it. It saves its LR above its frame, so at the upper end of
 * a stack there has to be room. */
static void callbacks_convert(void)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const struct call *call = &calls[i];
        bool wide = hle_type_info[call->result].width == HLE_WIDE;
        assemble(write_callback, call);
        set(call->console);
        t->gpr[11] = TARGET;
        t->nia = symbol("guest_callback_kind");
        CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(stepper, 1000, TARGET), XENON_STOP_ADDRESS);
        if (!are(call->sysv)) {
            printf("%s\n", call->what);
            CU_FAIL("an argument is not where the compiler has it");
        }
        uint64_t r1 = (uint32_t)t->gpr[1], back = t->lr;
        CU_ASSERT_EQUAL(r1 % 16, 0);
        CU_ASSERT_EQUAL(get(r1, 4), STACK);
        put(r1 + 4, back, 4);
        spoil(13);
        t->gpr[3] = GARBAGE | (wide ? B1 >> 32 : 0x4321);
        t->gpr[4] = GARBAGE | (uint32_t)B1;
        t->nia = back;
        CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(stepper, 1000, CALLER), XENON_STOP_ADDRESS);
        if (wide)
            CU_ASSERT_EQUAL(t->gpr[3], B1)
        else
            CU_ASSERT_EQUAL((uint32_t)t->gpr[3], 0x4321)
        kept();
        stack_is_untouched(false);
        xenon_program_free(&program);
    }
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
            assemble(write_slots, &row);
            t->gpr[3] = GARBAGE | count;
            t->gpr[4] = GARBAGE | array;
            for (unsigned i = 0; i < count; i++)
                put(array + 8 * i, B0 + i, 8);
            put(array + 8 * count, B1, 8); /* it is not asked for */
            t->nia = symbol("f_slots");
            CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(stepper, 1000, symbol("__thunk_xam_77")), XENON_STOP_ADDRESS);
            uint64_t r1 = (uint32_t)t->gpr[1], back = t->lr;
            for (unsigned i = 0; i < count; i++)
                CU_ASSERT_EQUAL(i < 8 ? t->gpr[3 + i] : get(r1 + 0x50 + 8 * (i - 8), 8), B0 + i);
            for (unsigned i = count; i < 8; i++)
                CU_ASSERT_NOT_EQUAL(t->gpr[3 + i], B1);
            CU_ASSERT_EQUAL(r1 % 16, 0);
            for (unsigned at = 0x10; at < 0x50; at += 8)
                put(r1 + at, B2, 8);
            spoil(13);
            t->gpr[3] = B0;
            t->nia = back;
            CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(stepper, 1000, CALLER), XENON_STOP_ADDRESS);
            CU_ASSERT_EQUAL((uint32_t)t->gpr[3], wide ? B0 >> 32 : (uint32_t)B0);
            CU_ASSERT_TRUE(!wide || (uint32_t)t->gpr[4] == (uint32_t)B0);
            kept();
            stack_is_untouched(true);
            xenon_program_free(&program);
        }
}

static void write_wide(FILE *out, const void *what)
{
    write_file(out, what);
}

static uint64_t run_wide(const char *name, uint64_t a, uint64_t b, bool shift)
{
    assemble(write_wide, "wide.s");
    t->gpr[3] = GARBAGE | a >> 32;
    t->gpr[4] = GARBAGE | (uint32_t)a;
    t->gpr[5] = GARBAGE | (shift ? b : b >> 32);
    t->gpr[6] = GARBAGE | (uint32_t)b;
    t->fpr[1] = UINT64_C(0xC05EDCCCCCCCCCCD); /* -123.45 */
    t->nia = symbol(name);
    CU_ASSERT_EQUAL_FATAL(xenon_stepper_run(stepper, 1000, CALLER), XENON_STOP_ADDRESS);
    kept();
    stack_is_untouched(false);
    xenon_program_free(&program);
    return t->gpr[3] << 32 | (uint32_t)t->gpr[4];
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
    CU_ASSERT_EQUAL(t->fpr[1], UINT64_C(0xC3E0000000000000)); /* -2^63 */
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
    fputs("main: blr\n", out);
}

static void everything_assembles(void)
{
    char *text = NULL;
    size_t size = 0;
    struct sim_error error = {""};
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    write_everything(out, NULL);
    fclose(out);
    CU_ASSERT_EQUAL(xenon_assemble(&program, "kit.s", text, size, CODE, &error), SIM_OK);
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
    CU_add_test(suite, "import stubs convert each class of arguments", stubs_convert);
    CU_add_test(suite, "a stub without anything to convert is the thunk", plain_stubs_are_thunks);
    CU_add_test(suite, "callbacks convert each class of arguments", callbacks_convert);
    CU_add_test(suite, "slots become arguments", slots_become_arguments);
    CU_add_test(suite, "64-bit arithmetic is right", arithmetic_is_right);
    CU_add_test(suite, "everything assembles", everything_assembles);
}
