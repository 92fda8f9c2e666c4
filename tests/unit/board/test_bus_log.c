/* The bus log over a machine that has a unit of the GPU's chip too. */
#include "board/bus_log.h"
#include "board/device_registers.h"
#include "tests/support/memory_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 65536 };

struct run {
    enum sim_schedule schedule;
    const char *from, *kinds, *range;
};

struct reading {
    const struct run *run;
    char *text; /* of TEXT_MAX bytes */
};

static const struct memory_step core_script[] = {
    {.gap = 100, .request = {.kind = SIM_STORE, .tag = SIM_STORE, .address = 0x2000, .mask = 0xF0}},
    {.gap = 4000, .request = {.kind = SIM_LOAD_IO, .tag = SIM_LOAD_IO, .address = 0xEC800008, .size = 4}},
    {.gap = 10,
     .wait = true,
     .request = {.kind = SIM_STORE_IO, .tag = SIM_STORE_IO, .address = 0xEA001002, .size = 2, .mask = 0xC}},
    {.gap = 10, .request = {.kind = SIM_SYNC, .thread = 1, .tag = SIM_SYNC}},
    {.gap = 10, .wait = true, .request = {.kind = SIM_READ, .tag = SIM_READ, .address = 0x20004010}},
};

static const struct memory_client_step client_script[] = {
    {.gap = 2000, .request = {.kind = SIM_MEMORY_READ, .size = 64, .tag = 1, .address = 0x2000}}, /* dirty in the L2 */
    {.gap = 10, .request = {.kind = SIM_MEMORY_READ, .size = 32, .tag = 2, .address = 0x8020}},
    {.gap = 10, .request = {.kind = SIM_MEMORY_WRITE, .size = 128, .tag = 3, .address = 0x8080, .mask0 = 0xFF}},
};

/* Writes the log of a run to `out`. */
static int logs(void *context, unsigned index, FILE *out)
{
    const struct run *run = ((const struct reading *)context)->run;
    const struct memory_rig_spec spec = {
        .script = {NULL, core_script},
        .steps = {0, sizeof core_script / sizeof *core_script},
        .client = client_script,
        .client_steps = sizeof client_script / sizeof *client_script,
        .schedule = run->schedule,
    };
    char path[] = "/tmp/cycle360-bus-log-XXXXXX.jsonl";
    (void)index;
    int made = mkstemps(path, 6);
    if (made < 0)
        return 1;
    close(made);
    const struct bus_log_options options = {path, run->from, run->kinds, run->range};
    struct memory_rig *rig = memory_rig_new(&spec);
    struct bus_log *log;
    struct sim_error error;
    unsigned failures = 0;
    uint64_t lines = 0;
    EXPECT(bus_log_open(&log, &rig->l2, &rig->north, &options, &error) == SIM_OK);
    sim_machine_observe(rig->machine, bus_log_observer(log));
    memory_rig_run(rig, MEMORY_NS(10000));
    EXPECT(!bus_log_failed(log));
    EXPECT(bus_log_close(log, true, &lines, &error) == SIM_OK);
    EXPECT(rig->l2.listener == NULL && rig->north.listener == NULL);
    FILE *file = fopen(path, "re");
    for (int c; file && (c = getc(file)) != EOF;) {
        putc(c, out);
        lines -= c == '\n';
    }
    EXPECT(file && fclose(file) == 0 && lines == 0);
    unlink(path);
    memory_rig_free(rig);
    return failures != 0;
}

static void keep(void *context, unsigned index, const struct sim_child *child)
{
    struct reading *reading = context;
    (void)index;
    CU_ASSERT_FATAL(child->exit_status == 0 && child->size < TEXT_MAX);
    memcpy(reading->text, child->output, child->size + 1);
}

/* The log of a run, in one of two buffers. */
static const char *read_log(const struct run *run, unsigned buffer)
{
    static char text[2][TEXT_MAX];
    struct reading reading = {run, text[buffer]};
    struct sim_error error;
    CU_ASSERT_FATAL(sim_children_run(1, 1, logs, keep, &reading, &error) == SIM_OK);
    return reading.text;
}

/* How many lines of the text hold all the pieces. */
static unsigned count(const char *text, const char *a, const char *b, const char *c)
{
    unsigned found = 0;
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        char line[1024];
        size_t length = (size_t)(end - text);
        CU_ASSERT_FATAL(length < sizeof line);
        memcpy(line, text, length);
        line[length] = '\0';
        found += strstr(line, a) && strstr(line, b) && strstr(line, c);
    }
    return found;
}

static void test_lines(void)
{
    const char *text = read_log(&(struct run){.schedule = SIM_WINDOWED}, 0);
    CU_ASSERT(count(text, "", "", "") == 12);
    /* a store that misses, from its first byte to its last; and what it fetches */
    CU_ASSERT(count(text, "\"kind\":\"store\",\"address\":\"0x00002004\",\"size\":4,",
                    "\"who\":\"core1\",\"thread\":0,", "\"source\":\"memory\"") == 1);
    CU_ASSERT(count(text, "\"who\":\"l2\",\"kind\":\"read\",\"address\":\"0x00002000\",\"size\":128,", "", "") == 1);
    /* the other chip's unit: what the L2 had, and what it had not */
    CU_ASSERT(count(text, "\"at\":\"north\",\"who\":\"gpu\",\"kind\":\"read\",\"address\":\"0x00002000\",\"size\":64,",
                    "", "\"source\":\"l2\"}") == 1);
    CU_ASSERT(count(text, "\"who\":\"gpu\",\"kind\":\"read\",\"address\":\"0x00008020\",\"size\":32,", "",
                    "\"source\":\"memory\"}") == 1);
    CU_ASSERT(count(text, "\"who\":\"gpu\",\"kind\":\"write\",\"address\":\"0x00008080\",", "", "") == 1);
    /* devices by name; a posted store is told of by both */
    CU_ASSERT(count(text, "\"device\":\"gpu\",\"issued\"", "\"kind\":\"load_io\"", "\"source\":\"device\"") == 2);
    CU_ASSERT(count(text, "\"device\":\"pci\"", "\"kind\":\"store_io\"", "\"size\":2,") == 2);
    /* a barrier has no address; a mirror of memory is where memory is */
    CU_ASSERT(count(text, "\"thread\":1,\"kind\":\"sync\",\"address\":\"0x00000000\",\"size\":0,", "", "") == 1);
    CU_ASSERT(count(text, "\"at\":\"l2\"", "\"address\":\"0x00004000\",\"size\":128,", "") == 1);
    CU_ASSERT(count(text, "\"at\":\"north\"", "\"address\":\"0x00004000\",\"size\":128,", "") == 1);
}

static void test_order(void)
{
    const char *text = read_log(&(struct run){.schedule = SIM_WINDOWED}, 0);
    unsigned long long last = 0, done;
    for (const char *at = text; (at = strstr(at, "\"done\":")); last = done) {
        at += strlen("\"done\":");
        done = strtoull(at, NULL, 10);
        CU_ASSERT(done >= last);
    }
    CU_ASSERT(strcmp(text, read_log(&(struct run){.schedule = SIM_LOCKSTEP}, 1)) == 0);
    CU_ASSERT(strcmp(text, read_log(&(struct run){.schedule = SIM_PARALLEL}, 1)) == 0);
}

static void test_filters(void)
{
    const char *text = read_log(&(struct run){.from = "gpu"}, 0);
    CU_ASSERT(count(text, "", "", "") == 3 && count(text, "\"who\":\"gpu\"", "", "") == 3);
    text = read_log(&(struct run){.from = "core?", .kinds = "*io,sync"}, 0);
    CU_ASSERT(count(text, "", "", "") == 3 && count(text, "_io\"", "", "") == 2);
    /* the first and the last byte of a read of 32 at 0x8020, and those around it */
    static const struct {
        const char *range;
        unsigned lines;
    } ranges[] = {{"0x8000-0x801f", 0}, {"0x8000-0x8020", 1}, {"0x803f-0x807f", 1}, {"0x8040-0x807f", 0}};
    for (unsigned i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        text = read_log(&(struct run){.range = ranges[i].range}, 0);
        CU_ASSERT(count(text, "", "", "") == ranges[i].lines);
    }
    text = read_log(&(struct run){.range = "0-0xffffffffffffffff"}, 0);
    CU_ASSERT(count(text, "", "", "") > 0 && count(text, "\"sync\"", "", "") == 0);
}

static void test_registers(void)
{
    char name[BOARD_REGISTER_TEXT];
    const struct membus_route iic = {.name = "iic"}, gpu = {.name = "gpu"}, uart = {.name = "uart"},
                              other = {.name = "other"};
    CU_ASSERT(board_register_name(&iic, 0x5067, name) && strcmp(name, "thread5.END") == 0);
    CU_ASSERT(board_register_name(&iic, 0x6FF0, name) && strcmp(name, "RECOVERABLE_ERROR") == 0);
    CU_ASSERT(!board_register_name(&iic, 0x5078, name) && !board_register_name(&iic, 0x7FF8, name));
    CU_ASSERT(board_register_name(&gpu, 0x6003, name) && strcmp(name, "D1CRTC_H_TOTAL") == 0);
    CU_ASSERT(!board_register_name(&gpu, 0x5FFF, name) && !board_register_name(&gpu, 0x8000, name));
    CU_ASSERT(board_register_name(&uart, 15, name) && strcmp(name, "CONFIGURATION") == 0);
    CU_ASSERT(!board_register_name(&uart, 16, name) && !board_register_name(&other, 0, name));
}

void test_bus_log(void)
{
    CU_pSuite suite = CU_add_suite("board/bus_log", NULL, NULL);
    CU_add_test(suite, "what the lines say", test_lines);
    CU_add_test(suite, "their order, in every schedule", test_order);
    CU_add_test(suite, "filters", test_filters);
    CU_add_test(suite, "registers by name", test_registers);
}
