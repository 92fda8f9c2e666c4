/* The stimulus: what its scripts may say, and in which order it plays them. */
#include "tests/support/rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

static struct sim_clock core;

static enum sim_status parse(struct stimulus_script *script, const char *text, struct sim_error *error)
{
    sim_clock_init(&core, "core", 3200000000, 1, 0, 1, NULL);
    return stimulus_parse(script, "play.txt", text, strlen(text), &core, error);
}

static void reads_scripts(void)
{
    struct stimulus_script script;
    struct sim_error error;
    CU_ASSERT_EQUAL_FATAL(parse(&script,
                                "# nothing but a comment\n\n"
                                "at 0s write32 gpu 0x6540 0x1 # and one here\n"
                                "\tat 16cyc\tread8 iic 7\r\n"
                                "on irq 5 write64 iic 0xFFFFFFFFFFFFFFFF 18446744073709551615",
                                &error),
                          SIM_OK);
    const struct stimulus_list *times = &script.list[STIMULUS_THREADS], *irq = &script.list[5];
    CU_ASSERT_EQUAL(times->count, 2);
    CU_ASSERT_EQUAL(times->access[0].target, STIMULUS_GPU);
    CU_ASSERT_EQUAL(times->access[0].size, 4);
    CU_ASSERT_EQUAL(times->access[0].write, 1);
    CU_ASSERT_EQUAL(times->access[0].address, 0x6540);
    CU_ASSERT_EQUAL(times->access[0].data, 1);
    CU_ASSERT_EQUAL(times->access[1].at, 16 * 3125);
    CU_ASSERT_EQUAL(times->access[1].target, STIMULUS_IIC);
    CU_ASSERT_EQUAL(times->access[1].size, 1);
    CU_ASSERT_EQUAL(times->access[1].write, 0);
    CU_ASSERT_EQUAL(irq->count, 1);
    CU_ASSERT_EQUAL(irq->access[0].address, UINT64_MAX);
    CU_ASSERT_EQUAL(irq->access[0].data, UINT64_MAX);
    CU_ASSERT_EQUAL(irq->access[0].size, 8);
    stimulus_free(&script);
    CU_ASSERT_EQUAL_FATAL(parse(&script, stimulus_default_script, &error), SIM_OK);
    stimulus_free(&script);
}

static void says_what_is_wrong_and_where(void)
{
    static const struct {
        const char *text, *complaint;
    } bad[] = {
        {"at 0s read32 gpu 0\nfoo", "play.txt:2: 'foo'"},
        {"at", "play.txt:1: at: a time"},
        {"at 5 read32 gpu 0", "play.txt:1: "},
        {"at 1s read32 gpu 0\nat 1ms read32 gpu 0", "play.txt:2: 1ms is before"},
        {"at 1s", "expected read or write"},
        {"at 1s read33 gpu 0", "'read33'"},
        {"at 1s write gpu 0 0", "'write'"},
        {"at 1s read32 spu 0", "'spu' is no target"},
        {"at 1s read32 gpu", "read32 takes a target"},
        {"at 1s read32 gpu 0 0", "and nothing more"},
        {"at 1s write32 gpu 0", "write32 takes a target, an offset and a value"},
        {"at 1s read32 gpu 0x", "'0x' is no offset"},
        {"at 1s read32 gpu 18446744073709551616", "is no offset"},
        {"at 1s read32 gpu -1", "is no offset"},
        {"at 1s write32 gpu 0 1x", "'1x' is no value"},
        {"at 1s write32 gpu 0 0x100000000", "does not fit into the 32 bits"},
        {"on irq 6 read32 gpu 0", "0 to 5"},
        {"on irq", "0 to 5"},
        {"on fire 1 read32 gpu 0", "`irq`"},
        {"at 1s read32 gpu 0 1 2 3 4 5 6 7 8 9", "nothing more"},
        {"                                                                                                          "
         "                                                                                                          ",
         "a line of 212 bytes"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct stimulus_script script;
        struct sim_error error = {""};
        CU_ASSERT_EQUAL(parse(&script, bad[i].text, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, bad[i].complaint));
        CU_ASSERT_PTR_EQUAL(strstr(error.text, "play.txt:"), error.text);
        for (unsigned l = 0; l <= STIMULUS_THREADS; l++) /* nothing is left behind */
            CU_ASSERT_PTR_NULL(script.list[l].access);
    }
    struct stimulus_script script;
    struct sim_error error;
    CU_ASSERT_EQUAL(stimulus_parse(&script, "play.txt", "at \0s", 5, &core, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "play.txt:1: a byte of 0"));
    CU_ASSERT_EQUAL(stimulus_load(&script, "/nowhere/at/all", &core, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/nowhere/at/all: cannot open"));
    CU_ASSERT_EQUAL(stimulus_load(&script, "/", &core, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/: cannot read"));
}

/* Two lists and two times: one access at a time, a list to its end, the lower thread before the higher, lines before
 * times. */
static int plays_in_order(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P,
                                                 .script = "at 1us write64 iic 0x10 0x0A0078\n" /* to threads 1 and 3 */
                                                           "at 1us read64 iic 0x6000\n"
                                                           "at 1160ns read64 iic 0x6010\n"
                                                           "on irq 3 read64 iic 0x3050\n"
                                                           "on irq 3 write64 iic 0x3060 3\n"
                                                           "on irq 3 read32 gpu 0x6530\n"
                                                           "on irq 1 read64 iic 0x1050\n"
                                                           "on irq 1 read32 gpu 0x6534\n"
                                                           "on irq 1 write64 iic 0x1060 1\n"});
    rig_run(rig, 20 * (SIM_UNITS_PER_SECOND / 1000000));
    static const uint64_t addresses[] = {0x10, 0x6000, 0x1050, 0x1060, 0x3050, 0x3060, 0x6010};
    EXPECT(rig->iic_requests.count == 7 && rig->gpu_requests.count == 2);
    for (unsigned i = 0; i < rig->iic_requests.count && i < 7; i++) {
        EXPECT(rig->iic_requests.message[i].body.request.address == addresses[i]);
        if (i > 0)
            EXPECT(rig->iic_requests.message[i].sent >= rig->iic_replies.message[i - 1].due);
    }
    EXPECT(rig->iic_requests.message[0].sent == 10000000);
    /* between its list's neighbours, and waited for */
    EXPECT(rig->gpu_requests.message[0].sent == rig->iic_replies.message[2].due);
    EXPECT(rig->iic_requests.message[3].sent == rig->gpu_replies.message[0].due);
    EXPECT(rig->stimulus.sent == 9 && rig->stimulus.answered == 9 && rig->stimulus.refused == 0);
    return failures != 0;
}

/* What nobody acknowledges is played again and again, as a handler would be entered again. */
static int begins_again_while_the_line_is_up(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){
        .mode = DISPLAY_MODE_HDMI_720P, .script = "at 1us write64 iic 0x10 0x010078\non irq 0 read64 iic 0x20\n"});
    rig_run(rig, 10 * (SIM_UNITS_PER_SECOND / 1000000));
    EXPECT(rig->iic_requests.count > 100);
    sim_time round = 0;
    for (unsigned i = 2; i < rig->iic_requests.count; i++) {
        sim_time gap = rig->iic_requests.message[i].sent - rig->iic_requests.message[i - 1].sent;
        EXPECT(i == 2 || gap == round);
        round = gap;
    }
    EXPECT(round == 6250 * RIG_IIC_REQUEST + 3125 * RIG_IIC_REPLY);
    return failures != 0;
}

/* Two lines up at once, a list each, times in between. */
static void goes_on_from_a_save(void)
{
    const struct rig_spec spec = {.mode = DISPLAY_MODE_HDMI_720P,
                                  .script = "at 1us write64 iic 0x10 0x0A0078\n"
                                            "at 1160ns read64 iic 0x6010\n"
                                            "on irq 3 read64 iic 0x3050\n"
                                            "on irq 3 write64 iic 0x3060 3\n"
                                            "on irq 3 read32 gpu 0x6530\n"
                                            "on irq 1 read64 iic 0x1050\n"
                                            "on irq 1 read32 gpu 0x6534\n"
                                            "on irq 1 write64 iic 0x1060 1\n"};
    const sim_time us = SIM_UNITS_PER_SECOND / 1000000;
    sim_time saves[40];
    for (unsigned i = 0; i < 40; i++)
        saves[i] = us + i * 231001; /* to 924 ns later */
    CU_ASSERT(rig_survives_saves(&spec, 10 * us, saves, 40));
    CU_ASSERT(rig_same_in_lockstep(&spec, 10 * us));
}

static void plays_in_order_in_child(void)
{
    CU_ASSERT(rig_child(plays_in_order, NULL));
}

static void begins_again_in_child(void)
{
    CU_ASSERT(rig_child(begins_again_while_the_line_is_up, NULL));
}

void test_stimulus(void)
{
    CU_pSuite suite = CU_add_suite("board/stimulus", NULL, NULL);
    CU_add_test(suite, "reads scripts", reads_scripts);
    CU_add_test(suite, "says what is wrong and where", says_what_is_wrong_and_where);
    CU_add_test(suite, "plays in order", plays_in_order_in_child);
    CU_add_test(suite, "goes on from a save, and lockstep is the same", goes_on_from_a_save);
    CU_add_test(suite, "begins again while the line is up", begins_again_in_child);
}
