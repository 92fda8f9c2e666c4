#include "tests/unit/waves/stage.h"
#include "waves/analysis/reader.h"

#include <CUnit/CUnit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void test_dump(void);

static const char *const formats[] = {"d.vcd", "d.vcd.gz", "d.fst", "d.raw"};
enum { FORMATS = 4 };

/* Dumps with these options as VCD and compares with what must come out of [begin, end). */
static bool gives(struct stage *stage, struct waves_options options, sim_time begin, sim_time end)
{
    struct sim_error error = {""};
    struct waves_result result;
    options.path = stage_path(stage, "gives.vcd");
    if (stage_dump(stage, &options, 3, &result, &error) != SIM_OK) {
        fprintf(stderr, "%s\n", error.text);
        return false;
    }
    size_t size;
    char *text = stage_read(options.path, &size), *expected = stage_expect(stage, begin, end);
    bool same = text && strcmp(stage_body(text), expected) == 0 && result.begin == begin && result.end == end;
    free(text);
    free(expected);
    return same;
}

static void merges(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct stage stage;
        stage_init(&stage, seed, 0, seed % 4 == 0 ? 900 : 40);
        CU_ASSERT(gives(&stage, (struct waves_options){0}, 0, stage_end(&stage)));
        stage_free(&stage);
    }
}

static void steps(void)
{
    struct stage stage;
    stage_init(&stage, 77, 0, 300);
    for (unsigned f = 0; f < FORMATS; f++) {
        size_t sizes[4];
        char *files[4];
        static const unsigned every[4] = {1, 2, 17, 0};
        for (unsigned i = 0; i < 4; i++) {
            struct sim_error error;
            struct waves_options options = {.path = stage_path(&stage, formats[f])};
            CU_ASSERT_EQUAL(stage_dump(&stage, &options, every[i], NULL, &error), SIM_OK);
            files[i] = stage_read(options.path, &sizes[i]);
            CU_ASSERT_PTR_NOT_NULL_FATAL(files[i]);
            CU_ASSERT_EQUAL(sizes[i], sizes[0]);
            CU_ASSERT_EQUAL(memcmp(files[i], files[0], sizes[0]), 0);
        }
        for (unsigned i = 0; i < 4; i++)
            free(files[i]);
    }
    stage_free(&stage);
}

static void windows(void)
{
    struct stage stage;
    stage_init(&stage, 5, 0, 60);
    size_t count;
    struct stage_emit *changes = stage_changes(&stage, &count);
    uint64_t random = 9;
    for (unsigned i = 0; i < 40; i++) {
        sim_time a = changes[stage_random(&random) % count].time, b = changes[stage_random(&random) % count].time;
        if (i % 3 == 0)
            a += 1;
        if (a >= b)
            continue;
        CU_ASSERT(gives(&stage, (struct waves_options){.from = a}, a, stage_end(&stage)));
        CU_ASSERT(gives(&stage, (struct waves_options){.from = a, .to = b}, a, b));
        CU_ASSERT(gives(&stage, (struct waves_options){.to = b}, 0, b));
        CU_ASSERT(gives(&stage, (struct waves_options){.from = a, .to = stage_end(&stage) + 5}, a, stage_end(&stage)));
    }
    free(changes);
    stage_free(&stage);
}

/* Where does a change of `signal` to something that `value` says fire for the nth time, strictly after `from`? */
static sim_time edge(const struct stage_emit *changes, size_t count, uint32_t signal, int kind, unsigned nth,
                     sim_time from)
{
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        if (changes[i].signal != signal)
            continue;
        bool counts = kind == 0 ? !before && changes[i].value : kind == 1 ? before && !changes[i].value : true;
        before = changes[i].value;
        if (counts && changes[i].time > from && --nth == 0)
            return changes[i].time;
    }
    return SIM_NEVER;
}

static void triggers(void)
{
    struct stage stage;
    stage_init(&stage, 6, 0, 60);
    size_t count;
    struct stage_emit *changes = stage_changes(&stage, &count);
    static const char *const kinds[] = {"rise", "fall", "change"};
    for (int kind = 0; kind < 3; kind++)
        for (unsigned nth = 1; nth < 40; nth += 7) {
            char text[80];
            snprintf(text, sizeof text, "xenos.display.vblank:%s:%u", kinds[kind], nth);
            sim_time fires = edge(changes, count, 6, kind, nth, 0);
            CU_ASSERT(gives(&stage, (struct waves_options){.trigger = text}, fires, stage_end(&stage)));
            sim_time from = changes[count / 2].time;
            fires = edge(changes, count, 6, kind, nth, from);
            CU_ASSERT(gives(&stage, (struct waves_options){.trigger = text, .from = from}, fires, stage_end(&stage)));
        }
    /* A value that comes for the first time somewhere in the middle, and one that holds from the start. */
    const struct stage_emit *change = &changes[count / 3];
    while (change->signal != 8)
        change++;
    const struct stage_emit *first = changes;
    while (first->signal != 8 || first->value != change->value)
        first++;
    char text[80];
    snprintf(text, sizeof text, "xenos.display.wide==%llu", (unsigned long long)change->value);
    CU_ASSERT(gives(&stage, (struct waves_options){.trigger = text}, first->time, stage_end(&stage)));
    CU_ASSERT(
        gives(&stage, (struct waves_options){.trigger = "xenos.display.wide<=0x1ffffffff"}, 0, stage_end(&stage)));
    CU_ASSERT(gives(&stage, (struct waves_options){.trigger = "time:1ns", .to = stage_end(&stage)}, 10000,
                    stage_end(&stage)));
    /* A trigger outside of what is dumped. */
    struct sim_error error;
    struct waves_result result;
    struct waves_options options = {.path = stage_path(&stage, "d.vcd"), .probe = "xenon.core0", .trigger = text};
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 1, &result, &error), SIM_OK);
    CU_ASSERT_EQUAL(result.trigger, first->time);
    CU_ASSERT_EQUAL(result.begin, first->time);
    CU_ASSERT_EQUAL(result.signals, 3);
    free(changes);
    stage_free(&stage);
}

static void history(void)
{
    struct stage stage;
    stage_init(&stage, 8, 0, 400);
    sim_time end = stage_end(&stage);
    uint64_t random = 4;
    for (unsigned i = 0; i < 12; i++) {
        sim_time last = 1 + stage_random(&random) % end;
        CU_ASSERT(gives(&stage, (struct waves_options){.last = last}, end - last, end));
    }
    CU_ASSERT(gives(&stage, (struct waves_options){.last = 2 * end}, 0, end));
    size_t count;
    struct stage_emit *changes = stage_changes(&stage, &count);
    for (unsigned nth = 1; nth < 600; nth += 97) {
        char text[80];
        snprintf(text, sizeof text, "xenos.display.vblank:change:%u", nth);
        sim_time fires = edge(changes, count, 6, 2, nth, 0), last = 1 + stage_random(&random) % end;
        sim_time begin = fires > last ? fires - last : 0;
        CU_ASSERT(gives(&stage, (struct waves_options){.trigger = text, .last = last}, begin, end));
    }
    free(changes);
    stage_free(&stage);
}

/* A ring too small for the history that is asked for keeps the newest part and says so. */
static void small_ring(void)
{
    struct stage stage;
    stage_init(&stage, 8, 0, 900);
    struct sim_error error;
    struct waves_result result;
    struct waves_options options = {.path = stage_path(&stage, "d.vcd"), .last = stage_end(&stage), .ring_bytes = 1};
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 1, &result, &error), SIM_OK);
    CU_ASSERT(result.cut);
    CU_ASSERT(result.begin > 0);
    size_t size;
    char *text = stage_read(options.path, &size), *expected = stage_expect(&stage, result.begin, stage_end(&stage));
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(stage_body(text), expected);
    free(text);
    free(expected);
    /* Streaming, the same ring holds the simulation up instead. */
    CU_ASSERT(gives(&stage, (struct waves_options){.ring_bytes = 1}, 0, stage_end(&stage)));
    stage_free(&stage);
}

/* A dump that starts at T in a resumed run equals the tail of the whole run's. */
static void resumed(void)
{
    struct stage stage;
    stage_init(&stage, 12, 0, 50);
    size_t count;
    struct stage_emit *changes = stage_changes(&stage, &count);
    sim_time start = changes[count / 2].time;
    struct waves_dump *dump;
    struct sim_error error;
    struct waves_options options = {.path = stage_path(&stage, "d.vcd")};
    CU_ASSERT_EQUAL_FATAL(waves_open(stage.registry, &options, &dump, &error), SIM_OK);
    waves_start(dump, start);
    uint64_t values[STAGE_SIGNALS] = {0};
    for (size_t i = 0; i < count && changes[i].time < start; i++)
        values[changes[i].signal] = changes[i].value;
    for (unsigned s = 0; s < STAGE_SIGNALS; s++) /* show: what is so before the changes at `start` */
        waves_set(stage.scope[s], stage.code[s], start, values[s]);
    for (size_t i = 0; i < count; i++)
        if (changes[i].time >= start)
            waves_set(stage.scope[changes[i].signal], stage.code[changes[i].signal], changes[i].time, changes[i].value);
    CU_ASSERT_EQUAL(waves_finish(dump, stage_end(&stage), NULL, &error), SIM_OK);
    size_t size;
    char *text = stage_read(options.path, &size), *expected = stage_expect(&stage, start, stage_end(&stage));
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(stage_body(text), expected);
    free(text);
    free(expected);
    free(changes);
    stage_free(&stage);
}

static void no_length(void)
{
    struct stage stage;
    stage_init(&stage, 1, 0, 1);
    for (unsigned f = 0; f < FORMATS; f++)
        for (sim_time start = 0; start < 200; start += 150) {
            struct waves_dump *dump;
            struct sim_error error;
            struct waves_result result;
            struct waves_options options = {.path = stage_path(&stage, formats[f])};
            CU_ASSERT_EQUAL_FATAL(waves_open(stage.registry, &options, &dump, &error), SIM_OK);
            waves_start(dump, start);
            waves_set(stage.scope[1], stage.code[1], start, 42);
            CU_ASSERT_EQUAL(waves_finish(dump, start, &result, &error), SIM_OK);
            CU_ASSERT_EQUAL(result.begin, start);
            struct waves_reader *reader;
            CU_ASSERT_EQUAL_FATAL(waves_reader_open(options.path, &reader, &error), SIM_OK);
            CU_ASSERT_EQUAL(waves_reader_begin(reader), start);
            CU_ASSERT_EQUAL(waves_reader_values(reader)[1], 42);
            waves_reader_close(reader);
        }
    stage_free(&stage);
}

static void save_files(void)
{
    static const char expected[] = "[*] cycle360\n[dumpfile] \"/waves/d.vcd\"\n[savefile] \"/waves/d.gtkw\"\n"
                                   "[timestart] 1000000\n[size] 1600 900\n*-35.0 1000000\n[signals_width] 260\n"
                                   "@800200\n-xenon.core0\n@28\nxenon.core0.run\n@24\nxenon.core0.line[12:0]\n"
                                   "@2022\n^1 /waves/d.names1.txt\nxenon.core0.state[1:0]\n@1000200\n-xenon.core0\n"
                                   "@800200\n-xenos.display\n@28\nxenos.display.vblank\n@1000200\n-xenos.display\n";
    struct stage stage;
    stage_init(&stage, 1, 0, 1);
    struct sim_error error;
    struct waves_options options = {
        .path = stage_path(&stage, "d.vcd"), .probe = "xenon.core0,*.vblank", .trigger = "time:1ns", .to = 1000000000};
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 1, NULL, &error), SIM_OK);
    size_t size;
    char *text = stage_read(stage_path(&stage, "d.gtkw"), &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, expected);
    free(text);
    text = stage_read(stage_path(&stage, "d.names1.txt"), &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, "0 idle\n1 busy\n3 done\n");
    free(text);
    /* FST files bring their own names, in binary. */
    options.path = stage_path(&stage, "e.fst");
    CU_ASSERT_EQUAL(stage_dump(&stage, &options, 1, NULL, &error), SIM_OK);
    text = stage_read(stage_path(&stage, "e.gtkw"), &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "@100000028\nxenon.core0.state[1:0]\n"));
    CU_ASSERT_FALSE(stage_exists(stage_path(&stage, "e.names1.txt")));
    free(text);
    stage_free(&stage);
}

/* ---- trouble ---- */

static bool folder_is_empty_of(struct stage *stage, const char *name)
{
    char path[100];
    static const char *const more[] = {"", ".part", ".ring", ".part.hier"};
    bool none = true;
    for (unsigned i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s%s", name, more[i]);
        none &= !stage_exists(stage_path(stage, path));
    }
    return none;
}

static void never(void)
{
    static const struct {
        struct waves_options options;
        const char *says;
    } cases[] = {
        {{.trigger = "xenos.display.vblank:rise:1000000"}, "never fired between 0s and"},
        {{.trigger = "time:200s", .last = 5}, "never fired"},
        {{.trigger = "time:1ns", .to = 9999}, "never fired"},
        {{.trigger = "time:1ns", .from = 20000}, "never fired"},
        {{.from = SIM_TIME_MAX}, "before --from"},
    };
    struct stage stage;
    stage_init(&stage, 3, 0, 20);
    for (unsigned f = 0; f < FORMATS; f++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct waves_options options = cases[i].options;
            struct sim_error error;
            options.path = stage_path(&stage, formats[f]);
            CU_ASSERT_EQUAL(stage_dump(&stage, &options, 1, NULL, &error), SIM_GUEST);
            CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].says));
            CU_ASSERT(folder_is_empty_of(&stage, formats[f]));
            CU_ASSERT_FALSE(stage_exists(stage_path(&stage, "d.gtkw")));
        }
    stage_free(&stage);
}

static void refused(void)
{
    struct stage stage;
    stage_init(&stage, 3, 0, 20);
    const struct {
        struct waves_options options;
        enum sim_status status;
        const char *says;
    } cases[] = {
        {{.path = stage_path(&stage, "d.wav")}, SIM_USAGE, "must end in .vcd"},
        {{.path = stage_path(&stage, "d.vcd"), .probe = "nothing.*"}, SIM_USAGE, "matches no signal"},
        {{.path = stage_path(&stage, "d.vcd"), .trigger = "what"}, SIM_USAGE, "trigger"},
        {{.path = stage_path(&stage, "d.vcd"), .from = 5, .to = 5}, SIM_USAGE, "--from is not before --to"},
        {{.path = stage_path(&stage, "no/such/d.vcd")}, SIM_HOST, "No such file"},
        {{.path = stage_path(&stage, "no/such/d.fst")}, SIM_HOST, "No such file"},
        {{.path = "/dev/null/d.raw"}, SIM_HOST, "Not a directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sim_error error;
        CU_ASSERT_EQUAL(stage_dump(&stage, &cases[i].options, 1, NULL, &error), cases[i].status);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].says));
        CU_ASSERT(folder_is_empty_of(&stage, "d.vcd"));
        CU_ASSERT_FALSE(stage.scope[0]->any);
    }
    stage_free(&stage);
}

static void full(void)
{
    struct stage stage;
    stage_init(&stage, 3, 0, 900);
    static const char *const names[] = {"f.vcd", "f.vcd.gz", "f.raw"};
    struct sim_error error;
    for (unsigned i = 0; i < 3; i++) {
        struct waves_options options = {.path = stage_path(&stage, names[i])};
        CU_ASSERT_EQUAL(symlink("/dev/full", options.path), 0);
        CU_ASSERT_EQUAL(stage_dump(&stage, &options, 1, NULL, &error), SIM_HOST);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, names[i]));
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "No space left"));
    }
    CU_ASSERT_EQUAL(stage_dump(&stage, &(struct waves_options){.path = "/dev/full"}, 1, NULL, &error), SIM_HOST);
    CU_ASSERT_EQUAL(stage_dump(&stage, &(struct waves_options){.path = "/dev/null"}, 1, NULL, &error), SIM_OK);
    CU_ASSERT_EQUAL(symlink("/dev/null", stage_path(&stage, "f.fst")), 0);
    CU_ASSERT_EQUAL(stage_dump(&stage, &(struct waves_options){.path = stage_path(&stage, "f.fst")}, 1, NULL, &error),
                    SIM_USAGE);
    struct stat info;
    CU_ASSERT(stat("/dev/full", &info) == 0 && S_ISCHR(info.st_mode));
    stage_free(&stage);
}

/* A limit on the size of files stands for a disk that fills up. */
static void disk_full(void)
{
    struct stage stage;
    stage_init(&stage, 3, 0, 900);
    for (unsigned f = 0; f < FORMATS; f++) {
        pid_t child = fork();
        if (child == 0) {
            struct sim_error error = {""};
            struct waves_options options = {.path = stage_path(&stage, formats[f]), .ring_bytes = 1};
            struct waves_dump *dump;
            if (waves_open(stage.registry, &options, &dump, &error) != SIM_OK)
                _exit(99);
            waves_start(dump, 0);
            signal(SIGXFSZ, SIG_IGN);
            if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, 4096}) != 0)
                _exit(98);
            for (size_t i = 0; i < stage.emit_count; i++)
                waves_set(stage.scope[stage.emits[i].signal], stage.code[stage.emits[i].signal], stage.emits[i].time,
                          stage.emits[i].value);
            enum sim_status status = waves_finish(dump, stage_end(&stage), NULL, &error);
            bool named = strstr(error.text, formats[f]) != NULL;
            _exit(status == SIM_HOST && named && folder_is_empty_of(&stage, formats[f]) ? 0 : 97);
        }
        int state;
        waitpid(child, &state, 0);
        CU_ASSERT(WIFEXITED(state) && WEXITSTATUS(state) == 0);
    }
    stage_free(&stage);
}

void test_dump(void)
{
    CU_pSuite suite = CU_add_suite("waves/dump", NULL, NULL);
    CU_add_test(suite, "changes come out in order, coalesced, and without non-changes", merges);
    CU_add_test(suite, "how often windows are closed changes no byte in any format", steps);
    CU_add_test(suite, "--from and --to cut the same changes out", windows);
    CU_add_test(suite, "triggers fire at the right change", triggers);
    CU_add_test(suite, "--last keeps what came before the end or the trigger", history);
    CU_add_test(suite, "a small ring cuts history and holds up a stream", small_ring);
    CU_add_test(suite, "a dump from T on is the tail of the whole", resumed);
    CU_add_test(suite, "a run of no length still has its first values", no_length);
    CU_add_test(suite, "a GTKWave save file groups traces, shows names and marks the trigger", save_files);
    CU_add_test(suite, "a trigger that never fires leaves no file", never);
    CU_add_test(suite, "what cannot be dumped is refused at once", refused);
    CU_add_test(suite, "a full device is an error and stays a device", full);
    CU_add_test(suite, "a disk that fills up leaves no file behind", disk_full);
}
