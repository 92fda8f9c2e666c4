/* Words as text and back: published encodings of VMX128, every row and every alias with random operands. That the text
 * means the same to others is tests/conformance/isa_encodings. */
#include "models/xenon/isa/asm_insn.h"
#include "models/xenon/isa/disasm.h"
#include "models/xenon/isa/forms.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

static uint64_t state;

static uint64_t next_random(void)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static const char *no_names(void *self, struct xenon_slice name, int64_t *value)
{
    (void)self, (void)name;
    *value = 0;
    return "is not defined";
}

/* Whether the text is that word at pc; says what it is otherwise. */
static bool is_word(const char *text, uint64_t pc, uint32_t word)
{
    struct xenon_scope scope = {.find = no_names, .pc = pc};
    struct xenon_mistake mistake;
    uint32_t got = 0;

    if (!xenon_assemble_insn(&scope, (struct xenon_slice){text, strlen(text)}, &got, &mistake)) {
        fprintf(stderr, "%08x '%s': %s\n", word, text, mistake.error.text);
        return false;
    }
    if (got != word)
        fprintf(stderr, "%08x '%s' became %08x\n", word, text, got);
    return got == word;
}

static const struct {
    uint32_t word;
    const char *text;
} published[] = {
    {0x14C3EC3B, "vaddfp128 v70, v99, v125"},
    {0x142004D7, "vmaddfp128 v33, v64, v96"},
    {0x17FFFAFD, "vor128 v127, v63, v63"},
    {0x14000335, "vxor128 v32, v32, v32"},
    {0x1481135D, "vsel128 v100, v1, v34"},
    {0x1910C707, "vmrghw128 v40, v80, v120"},
    {0x13E320CF, "lvx128 v127, r3, r4"},
    {0x1000F9CB, "stvx128 v64, 0, r31"},
    {0x13EA5987, "stvewx128 v63, r10, r11"},
    {0x10014C0F, "lvlx128 v96, r1, r9"},
    {0x179DF1E5, "vperm128 v60, v61, v62, v7"},
    {0x19BF6A36, "vcfpsxws128 v45, v77, 31"},
    {0x18220F37, "vspltw128 v33, v97, 2"},
    {0x1B1F077C, "vspltisw128 v120, -1"},
    {0x1A407677, "vrsqrtefp128 v50, v110"},
    {0x18641FF0, "vupkd3d128 v3, v3, 4"},
    {0x18961E10, "vpkd3d128 v4, v3, 5, 2, 0"},
    {0x188116DE, "vpkd3d128 v100, v66, 0, 1, 3"},
    {0x188F1F50, "vrlimi128 v4, v3, 15, 1"},
    {0x1BE70795, "vrlimi128 v63, v32, 7, 2"},
    {0x13FFF935, "vsldoi128 v63, v63, v63, 4"},
    {0x1003333E, "vsldoi128 v96, v35, v70, 12"},
    {0x18A60C01, "vcmpeqfp128 v5, v70, v33"},
    {0x189F056C, "vcmpgtfp128. v100, v127, v0"},
    {0x18841BD0, "vpermwi128 v4, v3, 0xe4"},
    {0x1B5B121A, "vpermwi128 v90, v66, 0x1b"},
    {0x18200B86, "vupkhsb128 v33, v65"},
    {0x18200FA6, "vupkhsh128 v33, v65"},
    {0x18400FE0, "vupklsh128 v2, v1"},
    {0x7C210B78, "cctpl"},
    {0x7C421378, "cctpm"},
    {0x7C631B78, "cctph"},
    {0x7F9CE378, "db8cyc"},
    {0x7FFFFB78, "db16cyc"},
    {0x60000000, "nop"},
    {0x44000002, "sc"},
    {0x7FE00008, "trap"},
    {0x0FE00016, "twi 31, r0, 22"},
    {0x4E800020, "blr"},
    {0x7C2007EC, "dcbz128 0, r0"},
    {0x7C2004AC, "lwsync"},
};

static void knows_published_words(void)
{
    char text[XENON_DISASSEMBLY_MAX];
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        xenon_disassemble(text, sizeof text, published[i].word, 0, 0);
        CU_ASSERT_STRING_EQUAL(text, published[i].text);
        CU_ASSERT(is_word(published[i].text, 0, published[i].word));
    }
}

/* A word of this row, with few bits, with many, or with all registers the same. */
static uint32_t word_of(enum xenon_op op, unsigned kind)
{
    uint32_t word = (uint32_t)next_random();
    if (kind % 2 == 1)
        for (unsigned i = 0; i < 2; i++)
            word &= (uint32_t)next_random();
    if (kind % 16 == 4) {
        uint32_t reg = next_random() & 31;
        word = reg << 21 | reg << 16 | reg << 11 | (word & 0x7FF);
    }
    return (word & ~xenon_op_info[op].mask) | xenon_op_info[op].match;
}

static void every_word_comes_back(void)
{
    char text[XENON_DISASSEMBLY_MAX];
    unsigned bad = 0;

    state = 1;
    for (enum xenon_op op = 1; op < XENON_OP_COUNT; op++)
        for (unsigned n = 0; n < 96; n++) {
            uint32_t word = word_of(op, n);
            uint64_t pc = n % 3 == 0 ? 0x82010000 : n % 3 == 1 ? 0 : next_random() & 0x0000FFFFFFFFFFFC;
            for (unsigned flags = 0; flags <= XENON_DISASSEMBLE_BASIC; flags++) {
                size_t length = xenon_disassemble(text, sizeof text, word, pc, flags);
                bad += length != strlen(text);
                if (strncmp(text, ".long", 5) != 0)
                    bad += !is_word(text, pc, word);
                else
                    bad += strstr(text, "reserved") == NULL;
            }
        }
    CU_ASSERT_EQUAL(bad, 0);
}

static void says_what_reserved_bits_hide(void)
{
    char text[XENON_DISASSEMBLY_MAX];
    xenon_disassemble(text, sizeof text, 0x4E800021 | 0x00001000, 0, 0);
    CU_ASSERT_STRING_EQUAL(text, "bclrl 20, lt, 2");
    xenon_disassemble(text, sizeof text, 0x7C0004AC | 0x00010000, 0, 0);
    CU_ASSERT_STRING_EQUAL(text, ".long 0x7c0104ac # sync with reserved bits set");
    xenon_disassemble(text, sizeof text, 0x7C642A15 & ~1U, 0, 0);
    CU_ASSERT_STRING_EQUAL(text, "add r3, r4, r5");
    xenon_disassemble(text, sizeof text, 0x00000000, 0, 0);
    CU_ASSERT_STRING_EQUAL(text, ".long 0x00000000");
    xenon_disassemble(text, sizeof text, 0xFFFFFFFF, 0, XENON_DISASSEMBLE_BASIC);
    CU_ASSERT_STRING_EQUAL(text, "fnmadd. f31, f31, f31, f31");
}

static int64_t value_of(unsigned operand)
{
    struct xenon_range range = xenon_operand_range(operand);
    if (operand == XENON_FORM_NUMBER_N || operand == XENON_FORM_NUMBER_B)
        return (int64_t)(next_random() % 65);
    uint64_t count = (uint64_t)(range.high - range.low) / (uint64_t)range.step + 1;
    return range.low + (int64_t)(next_random() % count) * range.step;
}

/* Every alias, with operands that fit, is the word that its fields say, and the disassembler writes those that it is to
 * write. */
static void every_alias_comes_back(void)
{
    char text[XENON_DISASSEMBLY_MAX], again[XENON_DISASSEMBLY_MAX];
    unsigned bad = 0;

    state = 2;
    for (size_t i = XENON_OP_COUNT; i < xenon_forms; i++) {
        struct xenon_form form = xenon_form(i);
        unsigned made = 0, written = 0;
        for (unsigned n = 0; n < 2000 && made < 40; n++) {
            int64_t value[XENON_FORM_OPERANDS_MAX] = {0};
            struct xenon_misfit misfit;
            uint32_t word;
            for (unsigned k = 0; k < form.operands; k++) {
                value[k] = value_of(form.operand[k]);
                for (unsigned j = 0; j < k; j++)
                    if (form.operand[j] == form.operand[k])
                        value[k] = value[j];
            }
            if (!xenon_form_encode(&form, value, &word, &misfit))
                continue;
            made++;
            xenon_write_form(text, sizeof text, &form, value, 0, "", 0x1000);
            bad += !is_word(text, 0x1000, word);
            xenon_disassemble(again, sizeof again, word, 0x1000, 0);
            written += strcmp(text, again) == 0;
            if (!form.written && made == 10)
                break;
        }
        CU_ASSERT(made > 0);
        if (form.written && written == 0) {
            fprintf(stderr, "%s is never written\n", form.mnemonic);
            bad++;
        }
    }
    CU_ASSERT_EQUAL(bad, 0);
}

static void hints_stand_behind_the_mnemonic(void)
{
    static const struct {
        uint32_t word;
        const char *text;
    } hinted[] = {
        {0x41820010, "beq 0x1010"},        {0x41C20010, "beq- 0x1010"},       {0x41E20010, "beq+ 0x1010"},
        {0x40DA0010, "bne- cr6, 0x1010"},  {0x42000010, "bdnz 0x1010"},       {0x43000010, "bdnz- 0x1010"},
        {0x43200010, "bdnz+ 0x1010"},      {0x43400011, "bdzl- 0x1010"},      {0x4DE20020, "beqlr+"},
        {0x4DC20421, "beqctrl-"},          {0x41A20010, "bc 13, eq, 0x1010"}, {0x4F200020, "bdnzlr+"},
        {0x42210010, "bc 17, gt, 0x1010"},
    };
    char text[XENON_DISASSEMBLY_MAX];
    for (size_t i = 0; i < sizeof hinted / sizeof *hinted; i++) {
        xenon_disassemble(text, sizeof text, hinted[i].word, 0x1000, 0);
        CU_ASSERT(is_word(hinted[i].text, 0x1000, hinted[i].word));
        CU_ASSERT_STRING_EQUAL(text, hinted[i].text);
    }
}

static void names_addresses_not_distances(void)
{
    char text[XENON_DISASSEMBLY_MAX];
    xenon_disassemble(text, sizeof text, 0x4BFFFFFC, 0x82010000, 0);
    CU_ASSERT_STRING_EQUAL(text, "b 0x8200fffc");
    xenon_disassemble(text, sizeof text, 0x4BFFFFFC, 0, 0); /* around the end of 32-bit addresses */
    CU_ASSERT_STRING_EQUAL(text, "b 0xfffffffc");
    xenon_disassemble(text, sizeof text, 0x4BFFFFFF, 0x82010000, 0);
    CU_ASSERT_STRING_EQUAL(text, "bla 0xfffffffc");
    xenon_disassemble(text, sizeof text, 0x48000004, 0xFFFFFFFC, 0);
    CU_ASSERT_STRING_EQUAL(text, "b 0x0");
    xenon_disassemble(text, sizeof text, 0x48000008, 0x8000000000000000, 0);
    CU_ASSERT_STRING_EQUAL(text, "b 0x8000000000000008");
}

static void keeps_within_the_buffer(void)
{
    char text[8];
    memset(text, 'x', sizeof text);
    CU_ASSERT_EQUAL(xenon_disassemble(NULL, 0, 0x7C642A14, 0, 0), 14);
    CU_ASSERT_EQUAL(xenon_disassemble(text, 4, 0x7C642A14, 0, 0), 14);
    CU_ASSERT_STRING_EQUAL(text, "add");
    CU_ASSERT_EQUAL(text[4], 'x');
}

void test_disasm(void)
{
    CU_pSuite suite = CU_add_suite("isa/disasm", NULL, NULL);
    CU_add_test(suite, "published words and their texts", knows_published_words);
    CU_add_test(suite, "every row's words come back from their texts", every_word_comes_back);
    CU_add_test(suite, "every alias comes back, and those to be written are", every_alias_comes_back);
    CU_add_test(suite, "reserved bits are kept, and what they hide is said", says_what_reserved_bits_hide);
    CU_add_test(suite, "hints stand behind the mnemonic", hints_stand_behind_the_mnemonic);
    CU_add_test(suite, "branches name addresses", names_addresses_not_distances);
    CU_add_test(suite, "a buffer that is too small is not left", keeps_within_the_buffer);
}
