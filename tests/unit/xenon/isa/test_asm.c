/* Source files: what they become, and what is said of those that are wrong. */
#include "models/xenon/asm/program.h"
#include "models/xenon/asm/real.h"
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fuzz_asm(const uint8_t *data, size_t size);

enum { BASE = 0x82010000 };

static struct xenon_program program;
static struct sim_error error;

static enum sim_status assemble(const char *text)
{
    error.text[0] = '\0';
    return xenon_assemble(&program, "t.s", text, strlen(text), BASE, &error);
}

/* Whether the source becomes these bytes, written in hexadecimal with blanks between them. */
static bool becomes(const char *source, const char *hex)
{
    size_t at = 0;
    bool same = assemble(source) == SIM_OK;
    if (!same)
        fprintf(stderr, "'%s': %s\n", source, error.text);
    for (const char *p = hex; same && *p != '\0';) {
        unsigned byte = 0;
        if (*p == ' ') {
            p++;
            continue;
        }
        sscanf(p, "%2x", &byte);
        same = at < program.size && program.bytes[at++] == byte;
        p += 2;
    }
    same = same && at == program.size;
    if (!same && error.text[0] == '\0') {
        fprintf(stderr, "'%s' became", source);
        for (size_t i = 0; i < program.size && i < 64; i++)
            fprintf(stderr, "%s%02x", i % 4 == 0 ? " " : "", program.bytes[i]);
        fprintf(stderr, "\n");
    }
    xenon_program_free(&program);
    return same;
}

static void takes_what_people_write(void)
{
    static const char *const source[][2] = {
        {"add r3, r4, r5", "7c642a14"},
        {"add 3,4,5", "7c642a14"},
        {"add %r3, %r4, %r5", "7c642a14"},
        {"addo. r3, r4, r5", "7c642e15"},
        {"lwz r3, 8(r4); lwz 3, -4(1); lwz r3, (r4); lwz r3, 4+4(r4)", "80640008 8061fffc 80640000 80640008"},
        {"ld r3, 8(r4)\nldu r3, 16(r4)\nlwa r3, 4(r4)", "e8640008 e8640011 e8640006"},
        {"li r3, -1; lis r3, 0x8201; lis r3, -1; lis r3, 65535", "3860ffff 3c608201 3c60ffff 3c60ffff"},
        {"subi r3, r4, 1; subi r3, r4, -32767; la r3, 8(r4)", "3864ffff 38647fff 38640008"},
        {"beq cr6, .+8; bc 12, 4*cr6+eq, .+8; bt 4*cr6+eq, $+8; bt 26, .+8", "419a0008 419a0008 419a0008 419a0008"},
        {"beq 6, .+8; bdnz+ .; bne- cr7, .; blr; beqlrl cr1; bctr",
         "419a0008 43200000 40de0000 4e800020 4d860021 4e800420"},
        {"cmpwi r3, 0; cmpwi cr6, r3, 0; cmp 0, 1, r3, r4; cmp cr7, 0, r3, r4", "2c030000 2f030000 7c232000 7f832000"},
        {"mflr r0; mtspr ctr, r3; mfspr r3, 268; mfspr r3, hid0; mftb r3; mftbu r3",
         "7c0802a6 7c6903a6 7c6c42a6 7c70faa6 7c6c42e6 7c6d42e6"},
        {"crset 4*cr6+so; crclr eq; cror lt, gt, eq; crnot 2, 3", "4f7bda42 4c421182 4c011382 4c431842"},
        {"slwi r3,r4,5; srwi. r3,r4,0; rotrwi r3,r4,1; extrwi r3,r4,8,24; insrwi r3,r4,8,0; clrlslwi r3,r4,16,4",
         "54832834 5483003f 5483f83e 5483063e 5083c00e 54832336"},
        {"sldi r3,r4,33; srdi r3,r4,1; clrldi r3,r4,32; extrdi r3,r4,8,56; insrdi r3,r4,8,0; rotld r3,r4,r5",
         "78830f86 7883f842 78830020 78830620 7883c00e 78832810"},
        {"trap; twi 31, r0, 0x14; tweqi r3, 5; tdlgt r3, r4; twlle r3, r4",
         "7fe00008 0fe00014 0c830005 7c232088 7cc32008"},
        {"vaddfp v1, v2, v3; lvx v1, 0, r4; lvx v1, r0, r4; vspltisb vr5, -16", "1022180a 7c2020ce 7c2020ce 10b0030c"},
        {"vmaddfp128 v33,v64,v96,v33; vmaddfp128 v33,v64,v96; vsel128 v100,v1,v34,v100", "142004d7 142004d7 1481135d"},
        {"lswi r3, r4, 32; sc; sc 1; mtcr r3; mfocrf r3, 0x80", "7c6404aa 44000002 44000022 7c6ff120 7c780026"},
        {"vcmpequw. v1, v2, v3; vcmpgtfp128. v100, v127, v0; stwcx. r3, 0, r4", "10221c86 189f056c 7c60212d"},
    };
    for (size_t i = 0; i < sizeof source / sizeof *source; i++)
        CU_ASSERT(becomes(source[i][0], source[i][1]));
}

static void finds_labels_and_symbols(void)
{
    CU_ASSERT(becomes("a: b c\n b a\nc: b a", "48000008 4bfffffc 4bfffff8"));
    CU_ASSERT(becomes("1: b 1f\n1: b 1b\n b 1b\n1: nop", "48000004 48000000 4bfffffc 60000000"));
    CU_ASSERT(
        becomes("x: y: .long x, y, ., $, .L1, . - x\n.L1:", "82010000 82010000 82010008 8201000c 82010018 00000014"));
    CU_ASSERT(
        becomes(".set n, 3\n.equ m, n*2\nk = m+1\nli r3, n\n.byte m, k, n\n.set n, 4\n.byte n", "38600003 06070304"));
    CU_ASSERT_EQUAL(assemble("lis r3, d@ha; lwz r4, d@l(r3); ori r5, r5, lo16(d); lis r6, ha16(d)\n.org 0x9000\n"
                             "d: .long d@h, d@higher"),
                    SIM_OK);
    CU_ASSERT_EQUAL(program.size, 0x9008);
    CU_ASSERT(memcmp(program.bytes, "\x3c\x60\x82\x02\x80\x83\x90\x00\x60\xa5\x90\x00\x3c\xc0\x82\x02", 16) == 0);
    CU_ASSERT(memcmp(program.bytes + 0x9000, "\0\0\x82\x01\0\0\0\0", 8) == 0);
    xenon_program_free(&program);
}

static void makes_data(void)
{
    CU_ASSERT(becomes(".byte 1, -1, 'a, ' ', '\\n'\n.short 0x1234\n.half 1;.word 2", "01ff61200a 1234 0001 0002"));
    CU_ASSERT(becomes(".long 0xFFFFFFFF, -1\n.quad 1, -2", "ffffffff ffffffff 0000000000000001 fffffffffffffffe"));
    CU_ASSERT(becomes(".ascii \"a#;/*b\", \"\\\"\\\\\\n\\101\\x42\"\n.asciz \"\"", "61233b2f2a62 225c0a4142 00"));
    CU_ASSERT(becomes(".float 1, -0.5, 1e40, inf\n.double 0.1, 1e-400", "3f800000 bf000000 7f800000 7f800000"
                                                                        "3fb999999999999a 0000000000000000"));
    CU_ASSERT(becomes(".space 3, 7\n.zero 1\n.fill 2, 2, 0x1234\n.skip 0", "07070700 12341234"));
    CU_ASSERT(becomes(".byte 1\n.align 2\n.byte 2\n.balign 4, 9\n.p2align 3,,2\n.byte 3", "01000000 02090909 03"));
    CU_ASSERT(becomes("nop\n.align 4\n.data\n.byte 0\n.align 2", "60000000 60000000 60000000 60000000 00000000"));
    CU_ASSERT(becomes(".byte 1\n.org 4, 5\n.byte 2\n.org 0x82010008", "01050505 02000000"));
}

static void reckons_as_gnu_as_does(void)
{
    CU_ASSERT(becomes(".byte 1+2*3, 2+3&1, 1|2+4, (1<<4)|3, -7/2, -7%3, ~0&15, 1<<2<<3", "07 03 07 13 fd ff 0f 20"));
    CU_ASSERT(
        becomes(".byte 0b101, 017, 0x1F, 3==3, 3!=3, 2<1, 1&&2, 0||0, - - 1, 5>=5", "05 0f 1f ff 00 00 01 00 01 ff"));
    CU_ASSERT(becomes(".quad 0x8000000000000000/-1, 1<<64, 1>>64, 0x8000000000000000%-1",
                      "8000000000000000 0000000000000000 0000000000000000 0000000000000000"));
}

static void expands_macros(void)
{
    CU_ASSERT(becomes(".macro bump reg, by=1\n addi \\reg, \\reg, \\by\n.endm\nbump r3\nbump r4, 5\nbump by=2, reg=r5",
                      "38630001 38840005 38a50002"));
    CU_ASSERT(
        becomes(".macro m\nl\\@: b l\\@\n.endm\nm\nm\n.rept 2\nnop\n.endr", "48000000 48000000 60000000 60000000"));
    CU_ASSERT(becomes(".macro p a:req\nx\\a\\()y: .byte \\a\n.endm\np 1\np 2", "0102"));
    CU_ASSERT(becomes(
        ".if 1==2\n.error\n.elseif 1\n.byte 1\n.if 0\nbogus\n.else\n.byte 2\n.endif\n.else\n.byte 3\n.endif", "0102"));
    CU_ASSERT(
        becomes("x=1\n.ifdef x\n.byte 1\n.endif\n.ifndef x\n.byte 2\n.endif\n.ifdef y\n.byte 3\n.endif\ny=1", "01"));
}

static void passes_over_comments_and_annotations(void)
{
    CU_ASSERT(
        becomes("# c\n  #_ REGISTER_IN r4 0x10\ntest_x:\n add r3, r4, r5 # c ; nop\n blr // \"\n/* a\nb */ nop /**/",
                "7c642a14 4e800020 60000000"));
    CU_ASSERT(
        becomes("\tnop\r\n\r\n\tnop\r\n.globl x\n.type x, @function\n.size x, .-x\n.section .text\n.cfi_startproc",
                "60000000 60000000"));
}

static void tells_lines_and_symbols(void)
{
    CU_ASSERT_EQUAL(assemble("test_a: nop\n\n nop; nop\nb = 7\n.rept 3\nnop\n.endr\nend: .byte 1"), SIM_OK);
    CU_ASSERT_EQUAL(program.size, 25);
    CU_ASSERT_EQUAL(xenon_program_line(&program, BASE), 1);
    CU_ASSERT_EQUAL(xenon_program_line(&program, BASE + 11), 3);
    CU_ASSERT_EQUAL(xenon_program_line(&program, BASE + 16), 5);
    CU_ASSERT_EQUAL(xenon_program_line(&program, BASE + 24), 8);
    CU_ASSERT_EQUAL(xenon_program_line(&program, BASE + 25), 0);
    CU_ASSERT_EQUAL(xenon_program_line(&program, BASE - 1), 0);
    CU_ASSERT_EQUAL(program.symbols, 3);
    const struct xenon_symbol *end = xenon_program_symbol(&program, "end");
    CU_ASSERT(end != NULL && end->value == BASE + 24 && end->line == 8);
    CU_ASSERT_PTR_NULL(xenon_program_symbol(&program, "no"));
    xenon_program_free(&program);
}

/* Each is the first mistake of its source. */
static void complains_where_it_is(void)
{
    static const char *const wrong[][2] = {
        {"nop\n addd r3, r4, r5", "t.s:2:2: there is no instruction addd; did you mean add"},
        {"add r3, r4", "t.s:1:1: add takes RD, RA, RB"},
        {"nop r3", "t.s:1:1: nop takes no operands"},
        {"cmpwi 1, 2, 3, 4", "t.s:1:1: cmpwi takes [CRFD, ]RA, SIMM"},
        {"lwz r3, 40000(r4)", "t.s:1:9: 40000 does not fit d: -32768 to 32767"},
        {"ld r3, 6(r4)", "t.s:1:8: 6 does not fit ds: multiples of 4"},
        {"lwz r3, r4", "t.s:1:9: an address goes here"},
        {"add r3, f4, r5", "t.s:1:9: f4 is a floating-point register"},
        {"add r3, r4, r32", "t.s:1:13: r32 is out of range"},
        {"addi r3, r4, r5", "t.s:1:14: r5 is a register"},
        {"vor v1, v2, v32", "t.s:1:13: v32 is out of range"},
        {"vsel128 v1, v2, v3, v4", "t.s:1:21: this must be v1 again"},
        {"srwi r3, r3, 33", "t.s:1:1: srwi cannot have these numbers"},
        {"b+ .", "t.s:1:1: b takes no hint"},
        {"beq 0x10", "t.s:1:5: 0x10 is out of reach"},
        {"b .+2", "no multiple of 4"},
        {"b nowhere", "t.s:1:3: nowhere is not defined"},
        {"b 1f", "the label 1f does not come any more"},
        {"a:\na: nop", "t.s:2:1: a is defined already, in line 1"},
        {".lon 5", "t.s:1:1: there is no directive .lon"},
        {".byte 300", "t.s:1:7: 300 does not fit 1 byte: -128 to 255"},
        {".byte 1,", "a number is missing"},
        {".long 1 2", "t.s:1:9: '2' is no part of a number"},
        {".long 1/0", "t.s:1:8: this divides by 0"},
        {".long 09", "'9' is no digit"},
        {".long 0x10000000000000000", "more than 64 bits"},
        {"x: .long x@lo", "@lo is not known"},
        {".byte 1\nnop", "t.s:2:1: 0x82010001 is no address of an instruction"},
        {"nop\n.org 0", "lies back"},
        {".space x\nx:", "x is defined later"},
        {".set a\n", "a name goes here"},
        {".if 1", "has no .endif"},
        {".endif", "there is no .if"},
        {".macro m\nnop", "has no .endm"},
        {".rept 2\nnop", "has no .endr"},
        {".endm", "nothing that this could end"},
        {".macro m\n.byte 300\n.endm\nnop\n  m", "t.s:5:3: in what this becomes, 300 does not fit"},
        {"nop /* x", "t.s:1:5: this comment has no end"},
        {".float 1.2.3", "is no fraction"},
        {".ascii foo", "a text in \""},
        {".balign 3", "is no alignment"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CU_ASSERT_EQUAL(assemble(wrong[i][0]), SIM_BAD_INPUT);
        if (strstr(error.text, wrong[i][1]) == NULL)
            fprintf(stderr, "'%s': %s\n", wrong[i][0], error.text);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, wrong[i][1]));
        CU_ASSERT_PTR_NULL(program.bytes);
        xenon_program_free(&program);
    }
    CU_ASSERT_EQUAL(assemble("a\n b\nnop\n.x"), SIM_BAD_INPUT);
    CU_ASSERT_EQUAL(program.furthers, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(program.further[1].text, "t.s:4:1: "));
    xenon_program_free(&program);
}

/* Text that would take for ever, or all memory. */
static void ends_whatever_it_is_given(void)
{
    static const char *const hostile[] = {
        ".space 0x7fffffffffffffff",
        ".fill 0xffffffffffffffff, 8",
        ".rept 0x7fffffffffffffff\n.endr",
        ".rept 100000\n.rept 100000\nnop\n.endr\n.endr",
        ".macro m\nm\nm\n.endm\nm",
        ".macro m x\nm \\x\\x\\x\\x\n.endm\nm aaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ".org 0x7fffffff",
        ".balign 0x4000000000000000",
        ".align 62",
        ".double 1e99999999999999999999x",
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        CU_ASSERT_EQUAL(assemble(hostile[i]), SIM_BAD_INPUT);
        xenon_program_free(&program);
    }
    char *deep = malloc(100001);
    for (unsigned i = 0; i < 2; i++) {
        memset(deep, i == 0 ? '(' : '-', 100000);
        memcpy(deep, ".long ", 6);
        deep[100000] = '\0';
        CU_ASSERT_EQUAL(assemble(deep), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "too deeply"));
        xenon_program_free(&program);
    }
    free(deep);
}

static uint64_t state = 88172645463325252;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* The host's strtod and strtof round correctly, too, and are someone else's. */
static bool reads(const char *text)
{
    struct xenon_slice slice = {text, strlen(text)};
    struct xenon_mistake mistake;
    uint64_t as_double, as_single, expected;
    double d = strtod(text, NULL);
    float s = strtof(text, NULL);
    uint32_t single;

    memcpy(&expected, &d, sizeof d);
    memcpy(&single, &s, sizeof s);
    bool good = xenon_read_real(slice, XENON_REAL_DOUBLE, &as_double, &mistake) && as_double == expected &&
                xenon_read_real(slice, XENON_REAL_SINGLE, &as_single, &mistake) && as_single == single;
    if (!good)
        fprintf(stderr, "%.60s\n", text);
    return good;
}

static void rounds_fractions_correctly(void)
{
    static const char *const text[] = {
        "0",
        "-0",
        "1e-45",
        "0.7006492321624085354618e-45",
        "0.7006492321624085354619e-45",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "3.4028235677973366e38",
        "1e-5000",
        "1e5000",
        "16777217",
        "16777217.0000000000000000000000000000000000000000001",
        "9007199254740993",
        "0x1.fffffep127",
        "0x1.ffffffp127",
        "0x.8p-149",
        "0x.80000001p-149",
        "0x1p-1075",
        "0x1.0000000000000000000000001p-1075",
        ".5",
        "5.",
        "1E+3",
        "inf",
    };
    char made[1400];
    unsigned bad = 0;

    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        CU_ASSERT(reads(text[i]));
    for (unsigned i = 0; i < 4000; i++) {
        uint64_t bits = next_random();
        uint32_t low = (uint32_t)bits;
        double d;
        float s;
        memcpy(&d, &bits, sizeof d);
        memcpy(&s, &low, sizeof s);
        if (isnan(d) || isnan(s))
            continue;
        switch (i % 4) {
        case 0:
            snprintf(made, sizeof made, "%.17g", d);
            break;
        case 1:
            snprintf(made, sizeof made, "%a", d);
            break;
        case 2: /* exactly between two singles */
            snprintf(made, sizeof made, "%.1100g", ((double)s + (double)nextafterf(s, 0)) / 2);
            break;
        default:
            snprintf(made, sizeof made, "%.*e", (int)(next_random() % 30), d);
            break;
        }
        bad += !reads(made);
    }
    CU_ASSERT_EQUAL(bad, 0);
}

static void survives_the_corpus(void)
{
    CU_ASSERT(corpus_replay("asm", fuzz_asm) >= 10);
}

void test_asm(void)
{
    CU_pSuite suite = CU_add_suite("isa/asm", NULL, NULL);
    CU_add_test(suite, "instructions as people write them", takes_what_people_write);
    CU_add_test(suite, "labels and symbols", finds_labels_and_symbols);
    CU_add_test(suite, "data", makes_data);
    CU_add_test(suite, "expressions bind as with GNU as", reckons_as_gnu_as_does);
    CU_add_test(suite, "macros, repetitions, conditions", expands_macros);
    CU_add_test(suite, "comments and annotations are passed over", passes_over_comments_and_annotations);
    CU_add_test(suite, "lines and symbols of a program", tells_lines_and_symbols);
    CU_add_test(suite, "mistakes are told with line and column", complains_where_it_is);
    CU_add_test(suite, "hostile text ends in an error", ends_whatever_it_is_given);
    CU_add_test(suite, "what the fuzzer begins with, whole and cut", survives_the_corpus);
    CU_add_test(suite, "fractions are rounded to nearest", rounds_fractions_correctly);
}
