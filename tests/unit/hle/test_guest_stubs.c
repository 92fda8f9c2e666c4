/* Import stubs and callbacks, run on the functional stepper. What a compiler hands over and what the console expects is
 * written out here, argument by argument; then come all exports, and signatures at random. */
#include "kernel-hle/guest/kit.h"

#include "tests/support/stub_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

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

/* An argument in its place: a register's lower half or all of it, or so many bytes on the stack. */
enum place { NOWHERE, HALF, WHOLE, FLOAT, STACK_4, STACK_8 };
struct value {
    enum place place;
    unsigned at; /* a register, or an offset from r1 */
    uint64_t bits;
};

enum { VALUES = 2 * HLE_ARGUMENTS_MAX + 1 };

static void set(const struct value *value)
{
    for (; value->place != NOWHERE; value++)
        if (value->place == HALF)
            rig.t->gpr[value->at] = RIG_GARBAGE | value->bits;
        else if (value->place == WHOLE)
            rig.t->gpr[value->at] = value->bits;
        else if (value->place == FLOAT)
            rig.t->fpr[value->at] = value->bits;
        else
            stub_rig_put(&rig, RIG_STACK + value->at, value->bits, value->place == STACK_4 ? 4 : 8);
}

static bool are(const struct value *value)
{
    for (; value->place != NOWHERE; value++) {
        uint64_t found = value->place == HALF      ? (uint32_t)rig.t->gpr[value->at]
                         : value->place == WHOLE   ? rig.t->gpr[value->at]
                         : value->place == FLOAT   ? rig.t->fpr[value->at]
                         : value->place == STACK_4 ? stub_rig_get(&rig, (uint32_t)rig.t->gpr[1] + value->at, 4)
                                                   : stub_rig_get(&rig, (uint32_t)rig.t->gpr[1] + value->at, 8);
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
    struct value sysv[VALUES], console[VALUES];
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

static void check_stub(const struct call *call)
{
    struct hle_export row = {.name = "f", .arguments = call->arguments, .ordinal = 77, .result = call->result};
    bool wide = hle_type_info[call->result].width == HLE_WIDE;
    stub_rig_assemble(&rig, write_stub, &row);
    set(call->sysv);
    stub_rig_call(&rig, stub_rig_symbol(&rig, "f"));
    stub_rig_run(&rig, stub_rig_symbol(&rig, "__thunk_xam_77"));
    if (!are(call->console)) {
        printf("%s: %s\n", call->what, call->arguments);
        CU_FAIL("an argument is not where the console has it");
    }
    uint64_t r1 = (uint32_t)rig.t->gpr[1], back = rig.t->lr;
    CU_ASSERT_EQUAL(r1 % 16, 0);
    CU_ASSERT_TRUE(r1 == RIG_STACK || stub_rig_get(&rig, r1, 4) == RIG_STACK);
    for (unsigned at = 0x10; at < 0x50 && r1 != RIG_STACK; at += 8)
        stub_rig_put(&rig, r1 + at, B2, 8); /* the callee may keep its arguments there */
    stub_rig_spoil(&rig);
    rig.t->gpr[3] = wide ? B0 : RIG_GARBAGE | 0x1234;
    rig.t->nia = back;
    stub_rig_run(&rig, RIG_CALLER);
    CU_ASSERT_EQUAL((uint32_t)rig.t->gpr[3], wide ? B0 >> 32 : 0x1234);
    CU_ASSERT_TRUE(!wide || (uint32_t)rig.t->gpr[4] == (uint32_t)B0);
    stub_rig_back(&rig, true);
}

static void stubs_convert(void)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        check_stub(&calls[i]);
}

/* A stub that has nothing to do is the thunk itself. */
static void plain_stubs_are_thunks(void)
{
    struct hle_export row = {.name = "f", .arguments = "u32 a, u32 b", .ordinal = 5, .result = HLE_TYPE_u32};
    stub_rig_assemble(&rig, write_stub, &row);
    CU_ASSERT_EQUAL(stub_rig_symbol(&rig, "f"), stub_rig_symbol(&rig, "__thunk_xam_5"));
    CU_ASSERT_NOT_EQUAL(stub_rig_symbol(&rig, "__imp_xam_5"), stub_rig_symbol(&rig, "__thunk_xam_5"));
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
static void check_callback(const struct call *call)
{
    bool wide = hle_type_info[call->result].width == HLE_WIDE;
    stub_rig_assemble(&rig, write_callback, call);
    set(call->console);
    rig.t->gpr[11] = RIG_TARGET;
    stub_rig_call(&rig, stub_rig_symbol(&rig, "guest_callback_kind"));
    stub_rig_run(&rig, RIG_TARGET);
    if (!are(call->sysv)) {
        printf("%s: %s\n", call->what, call->arguments);
        CU_FAIL("an argument is not where the compiler has it");
    }
    uint64_t r1 = (uint32_t)rig.t->gpr[1], back = rig.t->lr;
    CU_ASSERT_EQUAL(r1 % 16, 0);
    CU_ASSERT_EQUAL(stub_rig_get(&rig, r1, 4), RIG_STACK);
    stub_rig_put(&rig, r1 + 4, back, 4);
    stub_rig_spoil(&rig);
    rig.t->gpr[3] = RIG_GARBAGE | (wide ? B1 >> 32 : 0x4321);
    rig.t->gpr[4] = RIG_GARBAGE | (uint32_t)B1;
    rig.t->nia = back;
    stub_rig_run(&rig, RIG_CALLER);
    CU_ASSERT_EQUAL(wide ? rig.t->gpr[3] : (uint32_t)rig.t->gpr[3], wide ? B1 : 0x4321);
    stub_rig_back(&rig, false);
}

static void callbacks_convert(void)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        check_callback(&calls[i]);
}

/* Something for each argument, in the place that the table of conventions gives it. */
static void fill(struct value *value, const struct hle_signature *signature, enum hle_convention convention)
{
    for (unsigned i = 0; i < signature->arguments; i++) {
        struct hle_place place = signature->argument[i].place[convention];
        enum hle_width width = hle_type_info[signature->argument[i].type].width;
        float single = (float)i + 1.5f;
        double number = width == HLE_SINGLE ? single : i + 0.1;
        uint64_t bits = width == HLE_WORD ? UINT32_C(0xF0000001) + i : B1 + i;
        uint32_t single_bits;
        memcpy(&single_bits, &single, sizeof single_bits);
        if (width == HLE_DOUBLE || width == HLE_SINGLE)
            memcpy(&bits, &number, sizeof bits);
        if (place.where == HLE_IN_FPR)
            *value++ = (struct value){FLOAT, place.reg, bits};
        else if (place.where == HLE_ON_STACK && width == HLE_SINGLE)
            *value++ = (struct value){STACK_4, place.offset, single_bits};
        else if (place.where == HLE_ON_STACK)
            *value++ = (struct value){width == HLE_WORD ? STACK_4 : STACK_8, place.offset, bits};
        else if (width == HLE_WORD || convention == HLE_CONVENTION_console)
            *value++ = (struct value){width == HLE_WORD ? HALF : WHOLE, place.reg, bits};
        else {
            *value++ = (struct value){HALF, place.reg, bits >> 32};
            *value++ = (struct value){HALF, place.reg + 1, (uint32_t)bits};
        }
    }
    value->place = NOWHERE;
}

static void check_signature(const char *what, const char *arguments, enum hle_type result)
{
    struct call call = {.what = what, .arguments = arguments, .result = result};
    struct hle_signature signature;
    struct sim_error error;
    CU_ASSERT_EQUAL_FATAL(hle_signature_parse(&signature, result, arguments, &error), SIM_OK);
    if (hle_stub_takes_slots(&signature))
        return;
    fill(call.sysv, &signature, HLE_CONVENTION_sysv);
    fill(call.console, &signature, HLE_CONVENTION_console);
    check_stub(&call);
    check_callback(&call);
}

static void all_exports_convert(void)
{
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++)
            if (hle_exports[module].row[i].kind == HLE_FUNCTION)
                check_signature(hle_exports[module].row[i].name, hle_exports[module].row[i].arguments,
                                hle_exports[module].row[i].result);
}

/* Any order of any classes. Between registers values go up and down, and must not run over one another. */
static void random_signatures_convert(void)
{
    static const char *const type[] = {"u32", "u64", "f32", "f64"};
    enum { SIGNATURES = 400 };
    uint32_t seed = 360;
    for (unsigned n = 0; n < SIGNATURES; n++) {
        char arguments[HLE_ARGUMENTS_MAX * 10] = "";
        unsigned count = n % (HLE_ARGUMENTS_MAX + 1);
        for (unsigned i = 0; i < count; i++) {
            seed = seed * 1664525 + 1013904223;
            size_t length = strlen(arguments);
            snprintf(arguments + length, sizeof arguments - length, "%s%s x%u", i > 0 ? ", " : "", type[seed >> 30], i);
        }
        check_signature("at random", arguments, n % 3 == 0 ? HLE_TYPE_u64 : HLE_TYPE_u32);
    }
}

void test_guest_stubs(void)
{
    CU_pSuite suite = CU_add_suite("hle/guest_stubs", make, unmake);
    CU_add_test(suite, "import stubs convert each class of arguments", stubs_convert);
    CU_add_test(suite, "a stub without anything to convert is the thunk", plain_stubs_are_thunks);
    CU_add_test(suite, "callbacks convert each class of arguments", callbacks_convert);
    CU_add_test(suite, "the arguments of all exports", all_exports_convert);
    CU_add_test(suite, "arguments at random", random_signatures_convert);
}
