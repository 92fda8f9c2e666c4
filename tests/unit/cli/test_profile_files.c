/* A profile's files: the bytes of a small one, and what no name may do to them. */
#include "board/cli/profile_files.h"
#include "tests/support/made_up.h"
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

typedef void profile_writer(FILE *file, const struct profile_report *report);

static char *write_text(profile_writer *writer, const struct profile_report *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    writer(file, report);
    fclose(file);
    return text;
}

/* main calls work twice; work waits for memory. */
static void make_small(struct made_up *made, struct profile_report *report, const struct profile_symbol symbol[2])
{
    made_up_begin(made, symbol, 2);
    for (unsigned i = 0; i < 2; i++) {
        made_up_issue(made, 0, 0x1000, made_call(0x1000, 0x2000), i == 0 ? 6 : 2, XENON_CAUSE_OF_fetch);
        made_up_issue(made, 0, 0x2000, MADE_LOAD, 0, XENON_CAUSE_OF_base);
        made_up_paired(made, 0, 0x2004, MADE_NOP);
        made_up_issue(made, 0, 0x2008, MADE_ADD, 500, XENON_CAUSE_OF_dram);
        made_up_issue(made, 0, 0x200C, MADE_RETURN, 0, XENON_CAUSE_OF_base);
        made_up_issue(made, 0, 0x1004, made_jump(0x1004, 0x1000), 4, XENON_CAUSE_OF_branch);
    }
    made_up_idle(made, 1, 1, XENON_CAUSE_OF_idle);
    made_up_report(made, report, "small.elf");
}

static const struct profile_symbol plain[2] = {{0x1000, 0x10, "main"}, {0x2000, 0x10, "work"}};

static void small_profile_to_the_byte(void)
{
    struct made_up made;
    struct profile_report report;
    make_small(&made, &report, plain);
    char *folded = write_text(profile_write_folded, &report), *json = write_text(profile_write_json, &report),
         *text = write_text(profile_write_text, &report);
    CU_ASSERT_STRING_EQUAL(folded, "thread0;main;base 4\n"
                                   "thread0;main;branch 8\n"
                                   "thread0;main;fetch 8\n"
                                   "thread0;main;work;base 6\n"
                                   "thread0;main;work;dram 1000\n"
                                   "thread1;idle 1026\n");
    CU_ASSERT_STRING_EQUAL(
        json,
        "{\n  \"title\": \"small.elf\",\n  \"time\": \"1us\",\n  \"clocks\": 1026,\n  \"adds_up\": true,\n"
        "  \"sum\": \"Adds up: 2 threads of 1,026 clocks each are 2,052, of which instructions account for 1,026 and "
        "threads that had none to issue for 1,026.\",\n"
        "  \"threads\": [\n"
        "    {\"thread\": 0, \"clocks\": 1026, \"instructions\": 12, \"seconds_of_pairs\": 2, \"causes\": {\"base\": "
        "10, "
        "\"branch\": 8, \"fetch\": 8, \"dram\": 1000}, \"without_instruction\": {}},\n"
        "    {\"thread\": 1, \"clocks\": 1026, \"instructions\": 0, \"seconds_of_pairs\": 0, \"causes\": {\"idle\": "
        "1026}, "
        "\"without_instruction\": {\"idle\": 1026}}\n"
        "  ],\n  \"functions\": [\n"
        "    {\"function\": \"work\", \"address\": \"0x00002000\", \"clocks\": 1006, \"within\": 1006, "
        "\"instructions\": 8, "
        "\"calls\": 2, \"causes\": {\"base\": 6, \"dram\": 1000}},\n"
        "    {\"function\": \"main\", \"address\": \"0x00001000\", \"clocks\": 20, \"within\": 1026, \"instructions\": "
        "4, "
        "\"calls\": 0, \"causes\": {\"base\": 4, \"branch\": 8, \"fetch\": 8}}\n"
        "  ],\n  \"instructions\": [\n"
        "    {\"thread\": 0, \"address\": \"0x00002008\", \"function\": \"work\", \"word\": \"0x7c632214\", "
        "\"instruction\": \"add r3, r3, r4\", \"clocks\": 1002, \"issued\": 2, \"second_of_pair\": 0, \"causes\": "
        "{\"base\": 2, \"dram\": 1000}},\n"
        "    {\"thread\": 0, \"address\": \"0x00001000\", \"function\": \"main\", \"word\": \"0x48001001\", "
        "\"instruction\": \"bl 0x2000\", \"clocks\": 10, \"issued\": 2, \"second_of_pair\": 0, \"causes\": {\"base\": "
        "2, "
        "\"fetch\": 8}},\n"
        "    {\"thread\": 0, \"address\": \"0x00001004\", \"function\": \"main\", \"word\": \"0x4bfffffc\", "
        "\"instruction\": \"b 0x1000\", \"clocks\": 10, \"issued\": 2, \"second_of_pair\": 0, \"causes\": {\"base\": "
        "2, "
        "\"branch\": 8}},\n"
        "    {\"thread\": 0, \"address\": \"0x00002000\", \"function\": \"work\", \"word\": \"0x80640010\", "
        "\"instruction\": \"lwz r3, 16(r4)\", \"clocks\": 2, \"issued\": 2, \"second_of_pair\": 0, \"causes\": "
        "{\"base\": "
        "2}},\n"
        "    {\"thread\": 0, \"address\": \"0x0000200c\", \"function\": \"work\", \"word\": \"0x4e800020\", "
        "\"instruction\": \"blr\", \"clocks\": 2, \"issued\": 2, \"second_of_pair\": 0, \"causes\": {\"base\": 2}},\n"
        "    {\"thread\": 0, \"address\": \"0x00002004\", \"function\": \"work\", \"word\": \"0x60000000\", "
        "\"instruction\": \"nop\", \"clocks\": 0, \"issued\": 2, \"second_of_pair\": 2, \"causes\": {}}\n"
        "  ],\n  \"calls\": [\n"
        "    {\"thread\": 0, \"node\": 1, \"caller\": null, \"function\": \"main\", \"calls\": 0, \"instructions\": 4, "
        "\"within\": 1026, \"causes\": {\"base\": 4, \"branch\": 8, \"fetch\": 8}},\n"
        "    {\"thread\": 0, \"node\": 2, \"caller\": 1, \"function\": \"work\", \"calls\": 2, \"instructions\": 8, "
        "\"within\": 1006, \"causes\": {\"base\": 6, \"dram\": 1000}}\n"
        "  ]\n}\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "Where the time went: small.elf, 1,026 clocks, 1us\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text,
                                  "Thread 0: 12 instructions, 85.50 clocks each, idle aside; 16.67 % issued as the "
                                  "second of a pair\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "Thread 1: stopped all the time\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "work+0x8\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nAdds up: 2 threads of 1,026 clocks each are 2,052, of which"));
    free(folded);
    free(json);
    free(text);
    profile_report_free(&report);
    made_up_end(&made);
}

/* How often an element begins or ends. */
static unsigned count(const char *text, const char *what)
{
    unsigned found = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
        found++;
    return found;
}

/* Every open bracket closes, outside of which nothing but names and numbers stands. */
static void check_markup(const char *text)
{
    bool open = false;
    for (const char *at = text; *at != '\0'; at++) {
        CU_ASSERT_FALSE_FATAL((unsigned char)*at < ' ' && *at != '\n');
        CU_ASSERT_FALSE_FATAL((unsigned char)*at > '~');
        CU_ASSERT_FALSE_FATAL((*at == '<') == open && (*at == '<' || *at == '>'));
        open = *at == '<' || (open && *at != '>');
    }
    CU_ASSERT_FALSE(open);
    CU_ASSERT_EQUAL(count(text, "<text "), count(text, "</text>"));
    CU_ASSERT_EQUAL(count(text, "<title>"), count(text, "</title>"));
    CU_ASSERT_EQUAL(count(text, "</svg>"), 1);
}

static void names_cannot_break_out(void)
{
    static const struct profile_symbol bad[2] = {{0x1000, 0x10, "a;b c<\"&>\x01\n\xFF"},
                                                 {0x2000, 0x10, "</title></svg><script>"}};
    struct made_up made;
    struct profile_report report;
    make_small(&made, &report, bad);
    char *folded = write_text(profile_write_folded, &report), *flame = write_text(profile_write_flame, &report),
         *stacks = write_text(profile_write_stacks, &report), *json = write_text(profile_write_json, &report);
    CU_ASSERT_PTR_NOT_NULL(strstr(folded, "thread0;a_b_c<\"&>__\xFF;</title></svg><script>;dram 1000\n"));
    CU_ASSERT_EQUAL(count(folded, "\n"), 6);
    check_markup(flame);
    check_markup(stacks);
    CU_ASSERT_PTR_NOT_NULL(strstr(stacks, "a;b c&lt;&quot;&amp;&gt;???"));
    CU_ASSERT_PTR_NULL(strstr(flame, "<script"));
    CU_ASSERT_PTR_NOT_NULL(strstr(json, "\"a;b c<\\\"&>\\u0001\\u000A\\uFFFD\""));
    free(folded);
    free(flame);
    free(stacks);
    free(json);
    profile_report_free(&report);
    made_up_end(&made);
}

static void pictures_of_much_and_of_nothing(void)
{
    static struct made_up made;
    struct profile_report report;
    made_up_begin(&made, NULL, 0);
    made_up_report(&made, &report, "nothing");
    char *flame = write_text(profile_write_flame, &report), *stacks = write_text(profile_write_stacks, &report);
    check_markup(flame);
    check_markup(stacks);
    CU_ASSERT_PTR_NOT_NULL(strstr(stacks, "No thread issued an instruction"));
    CU_ASSERT_EQUAL(count(flame, "<title>"), 0);
    free(flame);
    free(stacks);
    profile_report_free(&report);
    made_up_end(&made);
    /* wider and deeper than can be drawn, with one thread that hardly ran */
    made_up_begin(&made, NULL, 0);
    for (uint64_t i = 0; i < 20000; i++)
        made_up_issue(&made, 0, 0x100000 + 0x1000 * (i % 4096), MADE_CALL_CTR, UINT64_C(1) << 40, XENON_CAUSE_OF_dram);
    made_up_issue(&made, 1, 0x100000, MADE_NOP, UINT64_C(1) << 50, XENON_CAUSE_OF_l2);
    made_up_report(&made, &report, "much");
    CU_ASSERT_TRUE(report.adds_up);
    flame = write_text(profile_write_flame, &report);
    stacks = write_text(profile_write_stacks, &report);
    check_markup(flame);
    check_markup(stacks);
    CU_ASSERT_PTR_NOT_NULL(strstr(stacks, "&gt;&gt; 1125899906842625.00"));
    free(flame);
    free(stacks);
    profile_report_free(&report);
    made_up_end(&made);
}

static void writes_its_files(void)
{
    static const char *const name[] = {"profile.txt", "profile.json", "profile.folded", "flame.svg", "cpi.svg"};
    struct scratch scratch;
    struct made_up made;
    struct profile_report report;
    struct sim_error error;
    make_small(&made, &report, plain);
    scratch_begin(&scratch);
    const char *folder = scratch_path(&scratch, "time");
    CU_ASSERT_EQUAL(profile_make_folder(folder, &error), SIM_OK);
    CU_ASSERT_EQUAL(profile_make_folder(folder, &error), SIM_OK); /* it may be there */
    CU_ASSERT_EQUAL(profile_write_files(&report, folder, &error), SIM_OK);
    for (unsigned i = 0; i < sizeof name / sizeof *name; i++) {
        char path[64];
        size_t size = 0;
        snprintf(path, sizeof path, "time/%s", name[i]);
        uint8_t *bytes = scratch_read(&scratch, path, &size);
        CU_ASSERT_PTR_NOT_NULL(bytes);
        CU_ASSERT_TRUE(size > 100);
        free(bytes);
    }
    scratch_file(&scratch, "file", "x", 1);
    CU_ASSERT_EQUAL(profile_make_folder(scratch_path(&scratch, "file"), &error), SIM_HOST);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "Not a directory"));
    CU_ASSERT_EQUAL(profile_make_folder(scratch_path(&scratch, "no/such"), &error), SIM_HOST);
    CU_ASSERT_EQUAL(profile_write_files(&report, scratch_path(&scratch, "none"), &error), SIM_HOST);
    scratch_end(&scratch);
    profile_report_free(&report);
    made_up_end(&made);
}

void test_profile_files(void)
{
    CU_pSuite suite = CU_add_suite("cli/profile files", NULL, NULL);
    CU_add_test(suite, "a small profile, to the byte", small_profile_to_the_byte);
    CU_add_test(suite, "names cannot break out", names_cannot_break_out);
    CU_add_test(suite, "pictures of much and of nothing", pictures_of_much_and_of_nothing);
    CU_add_test(suite, "writes its files", writes_its_files);
}
