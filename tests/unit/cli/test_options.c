#include "board/cli/options.h"
#include "models/sim/time.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdint.h>
#include <string.h>

enum { WORDS_MAX = 80 };

struct parsed {
    bool json, help;
    const char *mode, *output;
    struct option_list set;
    uint64_t count;
    sim_time until;
    unsigned schedule;
    int operands;
    char *operand[WORDS_MAX];
    enum sim_status status;
    struct sim_error error;
};

/* Parses words that are separated by single blanks. */
static struct parsed parse(const char *line)
{
    static char words[4096];
    struct parsed p = {.count = 7, .schedule = 9};
    const struct option option[] = {
        {"mode", OPTION_STRING, &p.mode, "GLOB", "which modes"},
        {"set", OPTION_LIST, &p.set, "KEY=VALUE", "changes a key"},
        {"count", OPTION_COUNT, &p.count, "N", "how many"},
        {"until", OPTION_TIME, &p.until, "T", "how long"},
        {"schedule", OPTION_CHOICE, &p.schedule, "lockstep|windowed|parallel", "which schedule"},
        {"json", OPTION_FLAG, &p.json, NULL, "as JSON"},
        {"o", OPTION_STRING, &p.output, "FILE", "where to"},
    };
    const struct usage usage = {.command = "try",
                                .operands = "A [B]",
                                .operands_min = 1,
                                .operands_max = 2,
                                .summary = "Tries.",
                                .option = option,
                                .options = sizeof option / sizeof *option};
    char *argv[WORDS_MAX + 1];
    int argc = 0;

    snprintf(words, sizeof words, "try %s", line);
    for (char *rest = words, *word; argc < WORDS_MAX && (word = strsep(&rest, " ")) != NULL;)
        argv[argc++] = word;
    argv[argc] = NULL;
    p.status = options_parse(&usage, &argc, argv, &p.help, &p.error);
    if (p.status == SIM_OK && !p.help) {
        p.operands = argc - 1;
        memcpy(p.operand, argv + 1, (size_t)p.operands * sizeof *argv);
    }
    return p;
}

static void check_refused(const char *line, const char *sentence)
{
    struct parsed p = parse(line);
    CU_ASSERT_EQUAL(p.status, SIM_USAGE);
    CU_ASSERT_STRING_EQUAL(p.error.text, sentence);
}

static void both_spellings(void)
{
    struct parsed p = parse("a --mode hdmi-* --count=0x10 --until 1.5ms --schedule=parallel --json b");
    CU_ASSERT_EQUAL(p.status, SIM_OK);
    CU_ASSERT_STRING_EQUAL(p.mode, "hdmi-*");
    CU_ASSERT_EQUAL(p.count, 16);
    CU_ASSERT_EQUAL(p.until, SIM_UNITS_PER_SECOND / 1000 * 3 / 2);
    CU_ASSERT_EQUAL(p.schedule, 2);
    CU_ASSERT_TRUE(p.json);
    CU_ASSERT_EQUAL(p.operands, 2);
    CU_ASSERT_STRING_EQUAL(p.operand[0], "a");
    CU_ASSERT_STRING_EQUAL(p.operand[1], "b");
}

static void defaults_stay(void)
{
    struct parsed p = parse("a");
    CU_ASSERT_EQUAL(p.status, SIM_OK);
    CU_ASSERT_EQUAL(p.count, 7);
    CU_ASSERT_EQUAL(p.schedule, 9);
    CU_ASSERT_PTR_NULL(p.mode);
    CU_ASSERT_FALSE(p.json);
}

static void lists_repeat(void)
{
    struct parsed p = parse("--set x=1 a --set=y=2=3");
    CU_ASSERT_EQUAL(p.status, SIM_OK);
    CU_ASSERT_EQUAL(p.set.count, 2);
    CU_ASSERT_STRING_EQUAL(p.set.item[0], "x=1");
    CU_ASSERT_STRING_EQUAL(p.set.item[1], "y=2=3");
}

static void one_letter_has_one_dash(void)
{
    struct parsed p = parse("a -o b c");
    CU_ASSERT_EQUAL(p.status, SIM_OK);
    CU_ASSERT_STRING_EQUAL(p.output, "b");
    CU_ASSERT_EQUAL(p.operands, 2);
}

static void an_argument_may_look_like_an_option(void)
{
    struct parsed p = parse("--mode --json a");
    CU_ASSERT_EQUAL(p.status, SIM_OK);
    CU_ASSERT_STRING_EQUAL(p.mode, "--json");
    CU_ASSERT_FALSE(p.json);
}

static void two_dashes_end_the_options(void)
{
    struct parsed p = parse("--json -- --mode -");
    CU_ASSERT_EQUAL(p.status, SIM_OK);
    CU_ASSERT_EQUAL(p.operands, 2);
    CU_ASSERT_STRING_EQUAL(p.operand[0], "--mode");
    CU_ASSERT_STRING_EQUAL(p.operand[1], "-");
}

static void help_comes_before_complaints(void)
{
    struct parsed p = parse("--help --nonsense");
    CU_ASSERT_EQUAL(p.status, SIM_OK);
    CU_ASSERT_TRUE(p.help);
}

static void mistakes_are_named(void)
{
    check_refused("a --mod x", "there is no option --mod; did you mean --mode?");
    check_refused("a --Json", "there is no option --Json; did you mean --json?");
    check_refused("a --incomprehensible=3", "there is no option --incomprehensible");
    check_refused("a -j", "there is no option -j");
    check_refused("a -=", "there is no option -=");
    check_refused("a -json", "there is no option -json; options of more than a letter begin with two dashes");
    check_refused("a --o b", "there is no option --o");
    check_refused("a -o", "-o needs its FILE");
    check_refused("a -o b -o c", "-o is given twice");
    check_refused("a --json --json", "--json is given twice");
    check_refused("a --mode x --mode=y", "--mode is given twice");
    check_refused("a --json=yes", "--json takes no argument");
    check_refused("a --mode", "--mode needs its GLOB");
    check_refused("a b c", "'c' is one operand too many");
    check_refused("--json", "A [B] is missing");
    check_refused("a --schedule paralel",
                  "--schedule takes lockstep|windowed|parallel, not 'paralel'; did you mean parallel?");
    check_refused("a --schedule 1", "--schedule takes lockstep|windowed|parallel, not '1'");
}

static void counts_are_whole_numbers(void)
{
    check_refused("a --count -1", "--count takes a number, not '-1'");
    check_refused("a --count +1", "--count takes a number, not '+1'");
    check_refused("a --count=", "--count takes a number, not ''");
    check_refused("a --count 0x", "--count takes a number, not '0x'");
    check_refused("a --count 0x0x1", "--count takes a number, not '0x0x1'");
    check_refused("a --count 12k", "--count takes a number, not '12k'");
    check_refused("a --count 18446744073709551616", "--count 18446744073709551616 is too large a number");
    CU_ASSERT_EQUAL(parse("a --count 18446744073709551615").count, UINT64_MAX);
    CU_ASSERT_EQUAL(parse("a --count 010").count, 10);
}

static void lists_have_an_end(void)
{
    char line[2048] = "a";
    for (int i = 0; i < OPTION_LIST_MAX; i++)
        strcat(line, " --set=k");
    CU_ASSERT_EQUAL(parse(line).set.count, OPTION_LIST_MAX);
    strcat(line, " --set=k");
    check_refused(line, "--set is given more than 64 times");
}

void test_options(void)
{
    CU_pSuite suite = CU_add_suite("cli/options", NULL, NULL);
    CU_add_test(suite, "`--name value` and `--name=value` mean the same, anywhere", both_spellings);
    CU_add_test(suite, "what is not given keeps its value", defaults_stay);
    CU_add_test(suite, "lists collect every occurrence in order", lists_repeat);
    CU_add_test(suite, "an option of one letter has one dash", one_letter_has_one_dash);
    CU_add_test(suite, "an option's argument is taken whatever it looks like", an_argument_may_look_like_an_option);
    CU_add_test(suite, "-- ends the options, - alone is an operand", two_dashes_end_the_options);
    CU_add_test(suite, "--help is heard before anything after it is complained of", help_comes_before_complaints);
    CU_add_test(suite, "every mistake is named, with the nearest name", mistakes_are_named);
    CU_add_test(suite, "a count is a whole number below 2^64", counts_are_whole_numbers);
    CU_add_test(suite, "a list takes 64 items and no more", lists_have_an_end);
}
