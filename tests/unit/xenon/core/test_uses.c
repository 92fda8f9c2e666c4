/* insns.def held to the other tables of the instructions, and what an instruction's own bits change. */
#include "models/xenon/core/timing.h"
#include "tests/unit/suites.h"
#include "tests/unit/xenon/core/uses_text.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

static void in_the_order_of_isa_def(void)
{
    static const uint16_t op[] = {
#define ALWAYS(id, ...) XENON_OP_##id,
#define EITHER(id, ...) XENON_OP_##id,
#include "models/xenon/core/insns.def"
#undef ALWAYS
#undef EITHER
    };
    CU_ASSERT_EQUAL_FATAL(sizeof op / sizeof *op, XENON_OP_COUNT - 1);
    for (unsigned i = 0; i < sizeof op / sizeof *op; i++)
        CU_ASSERT_EQUAL(op[i], i + 1);
}

static bool in_group(const struct xenon_op_info *info, enum xenon_unit unit)
{
    switch (info->group) {
    case XENON_INT:
        return unit == XENON_UNIT_FXU;
    case XENON_BRANCH:
        return unit == (info->mnemonic[0] == 't' ? XENON_UNIT_FXU : XENON_UNIT_BRU); /* traps are comparisons */
    case XENON_LOAD:
    case XENON_STORE:
        return unit == (info->flags & XENON_FPU ? XENON_UNIT_VLS : XENON_UNIT_LSU);
    case XENON_SYSTEM:
        return unit == XENON_UNIT_FXU || unit == XENON_UNIT_LSU;
    case XENON_FP:
        return unit == XENON_UNIT_FPU;
    default:
        return unit == XENON_UNIT_VMX || unit == XENON_UNIT_VLS;
    }
}

static void on_the_units_of_their_groups(void)
{
    for (unsigned op = 1; op < XENON_OP_COUNT; op++) {
        struct xenon_insn in = xenon_decode(0, xenon_op_info[op].match);
        struct xenon_uses uses = xenon_uses_of(&in);
        bool fits = in_group(&xenon_op_info[op], xenon_class_info[uses.class].unit);
        if (!fits)
            printf("    %s is of class %s\n", xenon_op_info[op].id, xenon_class_info[uses.class].name);
        CU_ASSERT(fits);
    }
}

static bool updates(enum xenon_op op)
{
    enum { KEEP, UPDATE };
    switch (op) {
#define LOAD(id, bytes, put, update) \
    case XENON_OP_##id:              \
        return update == UPDATE;
#define STORE(id, bytes, get, update) LOAD(id, bytes, get, update)
#define VLOAD(...)
#define VSTORE(...)
#define BLOCK_LOAD(...)
#define BLOCK_STORE(...)
#define RESERVE(...)
#define CONDITIONAL(...)
#define EXTERNAL_LOAD(...)
#define EXTERNAL_STORE(...)
#include "models/xenon/isa/storage.def"
#undef LOAD
#undef STORE
#undef VLOAD
#undef VSTORE
#undef BLOCK_LOAD
#undef BLOCK_STORE
#undef RESERVE
#undef CONDITIONAL
#undef EXTERNAL_LOAD
#undef EXTERNAL_STORE
    default:
        return false;
    }
}

static void update_forms_say_so(void)
{
    unsigned count = 0;
    for (unsigned op = 1; op < XENON_OP_COUNT; op++) {
        struct xenon_insn in = xenon_decode(0, xenon_op_info[op].match | 5U << 16 | 7U << 21 | 9U << 11);
        struct xenon_uses uses = xenon_uses_of(&in);
        CU_ASSERT_EQUAL(uses.flags & XENON_USES_UPDATE ? true : false, updates(op));
        if (updates(op)) {
            CU_ASSERT_EQUAL(uses.writes[1], XENON_R_GPR + 5);
            count++;
        }
    }
    CU_ASSERT_EQUAL(count, 27);
}

static const struct {
    const char *text, *uses;
} known[] = {
    /* Integer */
    {"add 3, 4, 5", "fx r4 r5 > r3"},
    {"add. 3, 4, 5", "fx r4 r5 > r3 cr0, cr record"},
    {"addi 3, 4, 1", "fx r4 > r3"},
    {"li 3, 1", "fx > r3"},
    {"addic 3, 4, 1", "fx r4 > r3 ca"},
    {"addic. 3, 4, 1", "fx r4 > r3 ca cr0, cr"},
    {"adde. 3, 4, 5", "fx r4 r5 ca > r3 ca cr0, cr record"},
    {"subfze 3, 4", "fx r4 ca > r3 ca"},
    {"andi. 3, 4, 1", "fx r4 > r3 cr0, cr"},
    {"cmpw 6, 4, 5", "fx_compare r4 r5 > cr6, cr"},
    {"extsb. 3, 4", "fx r4 > r3 cr0, cr record"},
    {"mulli 3, 4, 5", "fx_mulli r4 > r3"},
    {"mullw 3, 4, 5", "fx_mulw r4 r5 > r3"},
    {"mullw. 3, 4, 5", "micro_record r4 r5 > r3 cr0, cr record"},
    {"mulhdu 3, 4, 5", "fx_muld r4 r5 > r3"},
    {"mulhdu. 3, 4, 5", "micro_record_long r4 r5 > r3 cr0, cr record"},
    {"divw. 3, 4, 5", "fx_divw r4 r5 > r3 cr0, cr record"},
    {"divd 3, 4, 5", "fx_divd r4 r5 > r3"},
    {"slw 3, 4, 5", "micro_short r4 r5 > r3"},
    {"slw. 3, 4, 5", "micro_short r4 r5 > r3 cr0, cr record"},
    {"srad 3, 4, 5", "micro_short r4 r5 > r3 ca"},
    {"srawi 3, 4, 5", "fx r4 > r3 ca"},
    {"srawi. 3, 4, 5", "micro_record r4 > r3 ca cr0, cr record"},
    {"rlwinm 3, 4, 5, 6, 7", "fx r4 > r3"},
    {"rlwinm. 3, 4, 5, 6, 7", "micro_record r4 > r3 cr0, cr record"},
    {"rlwimi 3, 4, 5, 6, 7", "fx r4 r3 > r3"},
    {"rldimi. 3, 4, 5, 6", "micro_record r4 r3 > r3 cr0, cr record"},
    {"rlwnm 3, 4, 5, 6, 7", "micro_short r4 r5 > r3"},
    {"mfcr 3", "fx_mfcr > r3, cr reads-fields"},
    {"mfocrf 3, 0x10", "fx_mfcr > r3, cr reads-fields"},
    {"mtcrf 0x10, 3", "fx_move r3, cr writes-fields"},
    {"mtcrf 0x11, 3", "micro_fields r3, cr writes-fields"},
    {"mtcrf 0, 3", "fx_move r3, cr writes-fields"},
    {"mtocrf 0x80, 3", "fx_move r3, cr writes-fields"},

    /* Hints need nothing, other forms of the same instruction do. */
    {"nop", "fx"},
    {"ori 0, 0, 1", "fx r0 > r0"},
    {"ori 1, 1, 0", "fx r1 > r1"},
    {"or 1, 1, 1", "fx_nop"},
    {"or 2, 2, 2", "fx_nop"},
    {"or 3, 3, 3", "fx_nop"},
    {"or 28, 28, 28", "fx_nop"},
    {"or 31, 31, 31", "fx_nop"},
    {"or 0, 0, 0", "fx r0 r0 > r0"},
    {"or 4, 4, 4", "fx r4 r4 > r4"},
    {"or 27, 27, 27", "fx r27 r27 > r27"},
    {"or 1, 1, 2", "fx r1 r2 > r1"},
    {"or. 1, 1, 1", "fx r1 r1 > r1 cr0, cr record"},

    /* Branches */
    {"b 0x100", "branch"},
    {"bl 0x100", "branch > lr"},
    {"bne 2, 0x100", "branch cr2"},
    {"bdnz 0x100", "branch - - ctr > ctr"},
    {"bdnzt 9, 0x100", "branch cr2 - ctr > ctr"},
    {"bc 20, 9, 0x100", "branch"},
    {"bcl 12, 9, 0x100", "branch cr2 > lr"},
    {"bcl 16, 0, 0x100", "branch - - ctr > lr ctr"},
    {"blr", "branch - lr"},
    {"beqlr 1", "branch cr1 lr"},
    {"bdnzlr", "branch - lr ctr > ctr"},
    {"blrl", "branch - lr > lr"},
    {"bctr", "branch - ctr"},
    {"beqctrl 7", "branch cr7 ctr > lr"},
    {"crand 4, 9, 31", "cr_logic cr2 cr7 cr1 > cr1, cr"},
    {"mcrf 2, 5", "cr_logic cr5 > cr2, cr"},
    {"sc", "call"},
    {"tw 4, 3, 4", "trap r3 r4"},

    /* Storage */
    {"lwz 3, 8(4)", "load [r4] > r3"},
    {"lwz 3, 8(0)", "load > r3"},
    {"lwzx 3, 4, 5", "load [r4 r5] > r3"},
    {"lwzx 3, 0, 5", "load [- r5] > r3"},
    {"lwzu 3, 8(4)", "load [r4] > r3 r4, update"},
    {"lha 3, 8(4)", "micro_load [r4] > r3"},
    {"lwaux 3, 4, 5", "micro_load [r4 r5] > r3 r4, update"},
    {"lfsu 3, 8(4)", "load_fp [r4] > f3 r4, update"},
    {"lvx 3, 4, 5", "load_vector [r4 r5] > v3"},
    {"lvx128 99, 4, 5", "load_vector [r4 r5] > v99"},
    {"stw 3, 8(4)", "store [r4] r3"},
    {"stwu 3, 8(4)", "store [r4] r3 > - r4, update"},
    {"stfdux 3, 4, 5", "store_fp [r4 r5] f3 > - r4, update"},
    {"stvx 3, 4, 5", "store_vector [r4 r5] v3"},
    {"lmw 29, 8(4)", "micro_block [r4], writes-many"},
    {"stswx 3, 4, 5", "micro_block [r4 r5], reads-many"},
    {"lwarx 3, 4, 5", "atomic [r4 r5] > r3"},
    {"stwcx. 3, 4, 5", "atomic [r4 r5] r3 > cr0, cr"},
    {"dcbz 4, 5", "cache [r4 r5]"},
    {"icbi 0, 5", "cache [- r5]"},
    {"lwsync", "barrier"},
    {"isync", "context"},

    /* Registers of the machine */
    {"mflr 3", "fx_move lr > r3"},
    {"mtlr 3", "fx_move r3 > lr"},
    {"mfctr 3", "fx_move ctr > r3"},
    {"mtctr 3", "fx_move r3 > ctr"},
    {"mfxer 3", "spr_read ca > r3"},
    {"mtxer 3", "spr_write r3 > ca"},
    {"mfspr 3, 272", "spr_read > r3"},
    {"mtspr 272, 3", "spr_write r3"},
    {"mftb 3", "spr_read > r3"},
    {"mtmsrd 3", "spr_write r3"},
    {"slbmte 3, 4", "spr_write r3 r4"},

    /* Floating point */
    {"fadd 3, 4, 5", "fp f4 f5 > f3 fpscr"},
    {"fmadds. 3, 4, 6, 5", "fp f4 f6 f5 > f3 fpscr cr1, cr record"},
    {"fmr 3, 4", "fp f4 > f3 fpscr"},
    {"fdivs 3, 4, 5", "fp_divide f4 f5 > f3 fpscr"},
    {"fsqrt 3, 4", "fp_root f4 > f3 fpscr"},
    {"frsqrte 3, 4", "fp_estimate f4 > f3 fpscr"},
    {"fcmpu 6, 4, 5", "fp_compare f4 f5 > cr6 fpscr, cr"},
    {"mffs 3", "fp_status fpscr > f3 fpscr"},
    {"mtfsf 0xFF, 3", "fp_status f3 fpscr > fpscr"},
    {"mtfsfi 6, 1", "fp_status fpscr > fpscr"},
    {"mcrfs 6, 1", "fp_status fpscr > cr6 fpscr, cr"},
    {"mtfsb1. 3", "fp_status fpscr > fpscr cr1, cr record"},

    /* Vectors */
    {"vaddubm 3, 4, 5", "vmx_simple v4 v5 > v3"},
    {"vcmpequw 3, 4, 5", "vmx_simple v4 v5 > v3"},
    {"vcmpequw. 3, 4, 5", "vmx_simple v4 v5 > v3 cr6, cr record"},
    {"vcmpgtfp128. 99, 44, 55", "vmx_float v44 v55 > v99 cr6, cr record"},
    {"vmaddfp 3, 4, 6, 5", "vmx_float v4 v6 v5 > v3"},
    {"vmaddfp128 99, 44, 55", "vmx_float v44 v55 v99 > v99"},
    {"vperm128 99, 44, 55, 7", "vmx_permute v44 v55 v7 > v99"},
    {"vmsum3fp128 99, 44, 55", "vmx_dot v44 v55 > v99"},
    {"vmsumshs 3, 4, 5, 6", "vmx_complex v4 v5 v6 > v3"},
    {"vrefp 3, 4", "vmx_estimate v4 > v3"},
    {"vrlimi128 99, 44, 8, 1", "vmx_permute v44 v99 > v99"},
    {"vspltisw 3, 4", "vmx_permute > v3"},
    {"vsl 3, 4, 5", "vmx_permute v4 v5 > v3"},
    {"vslo 3, 4, 5", "vmx_permute v4 v5 > v3"},
    {"vslw 3, 4, 5", "vmx_simple v4 v5 > v3"},
    {"lvsl 3, 4, 5", "vmx_permute r4 r5 > v3"},
    {"mtvscr 3", "vmx_simple v3 > vscr"},
};

static void as_their_bits_say(void)
{
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        char text[USES_TEXT];
        struct xenon_uses uses = uses_of_text(known[i].text);
        uses_as_text(&uses, text);
        CU_ASSERT_STRING_EQUAL(text, known[i].uses);
        if (strcmp(text, known[i].uses) != 0)
            printf("    %s: '%s' instead of '%s'\n", known[i].text, text, known[i].uses);
    }
}

static void words_that_are_no_instruction(void)
{
    char text[USES_TEXT];
    struct xenon_insn in = xenon_decode(0, 0);
    struct xenon_uses uses = xenon_uses_of(&in);
    uses_as_text(&uses, text);
    CU_ASSERT_STRING_EQUAL(text, "trap");
}

/* Whatever the bits are: every entry is a register, and what reads or writes nothing says so with its own number. */
static void every_word_has_uses(void)
{
    uint32_t state = 1;
    for (unsigned n = 0; n < 2000000; n++) {
        state = state * 1664525 + 1013904223;
        uint32_t word = state ^ state >> 15;
        struct xenon_insn in = xenon_decode(0, word);
        struct xenon_uses uses = xenon_uses_of(&in);
        bool sound = uses.class < XENON_CLASS_COUNT;
        for (unsigned i = 0; i < 2; i++)
            sound &= uses.address[i] <= XENON_R_ZERO;
        for (unsigned i = 0; i < XENON_READS_MAX; i++)
            sound &= uses.reads[i] < XENON_R_COUNT && uses.reads[i] != XENON_R_SINK;
        for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
            sound &= uses.writes[i] < XENON_R_COUNT && uses.writes[i] != XENON_R_ZERO;
        CU_ASSERT_FATAL(sound);
    }
}

void test_uses(void)
{
    CU_pSuite suite = CU_add_suite("xenon/core-uses", NULL, NULL);
    CU_add_test(suite, "every instruction has its row, in the order of isa.def", in_the_order_of_isa_def);
    CU_add_test(suite, "instructions are on the units of their groups", on_the_units_of_their_groups);
    CU_add_test(suite, "update forms are those of storage.def", update_forms_say_so);
    CU_add_test(suite, "record bits, hints, branches, moves are as their bits say", as_their_bits_say);
    CU_add_test(suite, "a word that is no instruction needs nothing", words_that_are_no_instruction);
    CU_add_test(suite, "uses of random words are registers", every_word_has_uses);
}
