/* Machines written down and read back: in mid-transaction, damaged, foreign, and made up. */
#include "tests/support/corpus.h"
#include "tests/support/talkers.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 8192, CHECKSUM = SHA256_DIGEST_SIZE };

static char folder[64], text[NODE_TEXT];
static struct talkers talkers;
static struct node_result result;

static char *in_folder(const char *name)
{
    static char path[2][128];
    static unsigned turn;
    snprintf(path[turn ^= 1], sizeof path[0], "%s/%s", folder, name);
    return path[turn];
}

static int make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/test_snapshot.XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void)
{
    return rmdir(folder); /* which fails where something was left in it */
}

static sim_time run_to(sim_time until, FILE *out)
{
    struct sim_stop stop;
    struct sim_error error;
    node_must(sim_machine_run(talkers.machine, until, &stop, &error), &error);
    if (stop.event_time != SIM_NEVER)
        fprintf(out, "%llu %s\n", (unsigned long long)stop.time, stop.reason);
    return stop.time;
}

static void run_out(FILE *out)
{
    while (run_to(talkers_end, out) < talkers_end)
        ;
    node_print_digest(talkers.machine, out);
}

static void save(const char *path)
{
    struct sim_error error;
    node_must(sim_machine_save(talkers.machine, TALKERS_BOARD, path, &error), &error);
}

static enum sim_status load(const char *path, struct sim_error *error)
{
    error->text[0] = '\0';
    return sim_machine_load(talkers.machine, TALKERS_BOARD, path, error);
}

/* A file in memory, made by a child: the machine at its busiest. */
struct image {
    uint8_t bytes[FILE_MAX];
    size_t size;
};
static struct image busy;

static void read_image(const char *path, struct image *image)
{
    FILE *file = fopen(path, "rb");
    SIM_CHECK(file, "no %s", path);
    image->size = fread(image->bytes, 1, FILE_MAX, file);
    fclose(file);
}

static void write_image(const char *path, const struct image *image)
{
    FILE *file = fopen(path, "wb");
    SIM_CHECK(file && fwrite(image->bytes, 1, image->size, file) == image->size && fclose(file) == 0, "no %s", path);
}

static void seal(struct image *image)
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, image->size - CHECKSUM, image->bytes);
    sha256_digest(&sha, CHECKSUM, image->bytes + image->size - CHECKSUM);
}

static int save_busy(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    talkers_new(&talkers, &node_schedules[1]);
    run_to(talkers_busy, out);
    save(in_folder("busy"));
    return 0;
}

static void make_busy(void)
{
    node_run_child(save_busy, NULL, 0, &result);
    CU_ASSERT_EQUAL_FATAL(result.exit_status, 0);
    read_image(in_folder("busy"), &busy);
    CU_ASSERT_TRUE(busy.size > 200 && busy.size < 1000);
    unlink(in_folder("busy"));
}

/* --- round trips --- */

static int whole_run(void *context, unsigned index, FILE *out)
{
    (void)context;
    talkers_new(&talkers, &node_schedules[index]);
    run_out(out);
    sim_machine_free(talkers.machine);
    return 0;
}

static int first_part(void *context, unsigned index, FILE *out)
{
    char name[16];
    talkers_new(&talkers, &node_schedules[index]);
    while (run_to(*(sim_time *)context, out) < *(sim_time *)context)
        ;
    snprintf(name, sizeof name, "half%u", index);
    save(in_folder(name));
    sim_machine_free(talkers.machine);
    return 0;
}

static int second_part(void *context, unsigned index, FILE *out)
{
    (void)context;
    struct sim_error error;
    char name[16];
    talkers_new(&talkers, &node_schedules[(index + 1) % NODE_SCHEDULES]); /* any may go on where any left off */
    snprintf(name, sizeof name, "half%u", index);
    node_must(load(in_folder(name), &error), &error);
    save(in_folder("again"));
    static struct image one, two;
    read_image(in_folder(name), &one);
    read_image(in_folder("again"), &two);
    SIM_CHECK(one.size == two.size && memcmp(one.bytes, two.bytes, one.size) == 0, "loaded and saved is another file");
    unlink(in_folder(name));
    unlink(in_folder("again"));
    run_out(out);
    sim_machine_free(talkers.machine);
    return 0;
}

static void round_trips(void)
{
    static char whole[NODE_TEXT], first[NODE_TEXT];
    CU_ASSERT_TRUE(node_run_all(whole_run, NULL, whole));
    static const sim_time times[] = {0, 1, 15625, 15626, 60227, 137501, 190554, 205000, 220553, 230653, 230654, 999999};
    for (unsigned i = 0; i < sizeof times / sizeof times[0]; i++) {
        sim_time at = times[i];
        CU_ASSERT_TRUE(node_run_all(first_part, &at, first));
        for (unsigned s = 0; s < NODE_SCHEDULES; s++) { /* one at a time: they share a file */
            node_run_child(second_part, NULL, s, &result);
            CU_ASSERT_EQUAL(result.exit_status, 0);
            snprintf(text, sizeof text, "%.1000s%.1000s", first, result.text);
            CU_ASSERT_STRING_EQUAL(text, whole);
            if (strcmp(text, whole) != 0)
                fprintf(stderr, "saved at %llu:\n%sin one go:\n%s", (unsigned long long)at, text, whole);
        }
    }
}

/* --- damage: one machine refuses it all, and then takes the good file --- */

static void must_refuse(const char *path, const char *what, size_t at, FILE *out)
{
    struct sim_error error;
    enum sim_status status = load(path, &error);
    if (status != SIM_BAD_INPUT || !strstr(error.text, path) || !strstr(error.text, ": offset ") ||
        sim_machine_time(talkers.machine) != 0)
        fprintf(out, "%s at %zu: status %d: %s\n", what, at, (int)status, error.text);
}

static int damaged(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_error error;
    const char *path = in_folder("damaged");
    struct image image;
    talkers_new(&talkers, &node_schedules[1]);
    for (size_t at = 0; at < busy.size; at++) {
        static const uint8_t flips[] = {0x01, 0x80, 0xFF};
        for (unsigned f = 0; f < 3; f++) {
            image = busy;
            image.bytes[at] ^= flips[f];
            write_image(path, &image);
            must_refuse(path, "flip", at, out);
        }
        image = busy;
        image.size = at;
        write_image(path, &image);
        must_refuse(path, "cut", at, out);
        if (at > 60) { /* cut, and then sealed again with a size that fits */
            image.size = at;
            for (unsigned b = 0; b < 8; b++)
                image.bytes[12 + b] = (uint8_t)((uint64_t)at >> (8 * b));
            seal(&image);
            write_image(path, &image);
            must_refuse(path, "sealed cut", at, out);
        }
    }
    image = busy;
    image.size++;
    image.bytes[busy.size] = 0;
    write_image(path, &image);
    must_refuse(path, "extra byte", busy.size, out);
    for (unsigned b = 0; b < 8; b++)
        image.bytes[12 + b] = (uint8_t)((uint64_t)image.size >> (8 * b));
    seal(&image);
    write_image(path, &image);
    must_refuse(path, "sealed extra byte", busy.size, out);
    write_image(path, &busy);
    node_must(load(path, &error), &error);
    unlink(path);
    run_out(out);
    return 0;
}

static int whole_from_busy(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    talkers_new(&talkers, &node_schedules[0]);
    run_to(talkers_busy, out);
    run_out(out);
    return 0;
}

static void damage(void)
{
    make_busy();
    node_run_child(whole_from_busy, NULL, 0, &result);
    strcpy(text, result.text);
    node_run_child(damaged, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT_STRING_EQUAL(result.text, text);
    if (strcmp(result.text, text) != 0)
        fprintf(stderr, "%.4000s", result.text);
}

/* --- made up: a right checksum around contents that cannot be --- */

enum { MAGIC_VERSION_SIZE = 20, STATE = MAGIC_VERSION_SIZE + 4 + sizeof TALKERS_BOARD - 1 };

/* Each byte of the state changed: what is taken for a machine must run as one. */
static int made_up(void *context, unsigned index, FILE *out)
{
    (void)out;
    struct image image = busy;
    struct sim_error error;
    char name[16];
    size_t at = STATE + index;
    image.bytes[at] ^= *(uint8_t *)context;
    seal(&image);
    snprintf(name, sizeof name, "made%u", index);
    const char *path = in_folder(name);
    write_image(path, &image);
    talkers_new(&talkers, &node_schedules[index % 2]);
    enum sim_status status = load(path, &error);
    unlink(path);
    if (status != SIM_OK) {
        SIM_CHECK(status == SIM_BAD_INPUT && strstr(error.text, ": offset "), "%s", error.text);
        return 0;
    }
    struct sim_stop stop;
    for (sim_time t = sim_machine_time(talkers.machine); t < 2 * talkers_end; t += 10000)
        node_must(sim_machine_run(talkers.machine, t, &stop, &error), &error);
    return 1;
}

struct made_up {
    unsigned taken, refused, broken;
};

static void count_made_up(void *context, unsigned index, const struct sim_child *child)
{
    struct made_up *made = context;
    made->taken += child->exit_status == 1;
    made->refused += child->exit_status == 0;
    if (child->exit_status != 0 && child->exit_status != 1) {
        made->broken++;
        fprintf(stderr, "state byte %u: exit status %d, signal %d\n", index, child->exit_status, child->signal);
    }
}

static uint8_t flipped;
static int made_up_job(void *context, unsigned index, FILE *out)
{
    (void)context;
    return made_up(&flipped, index, out);
}

static void made_up_states(void)
{
    static const uint8_t flips[] = {0x01, 0x10, 0x80};
    make_busy();
    for (unsigned f = 0; f < 3; f++) {
        struct made_up made = {0};
        struct sim_error error;
        flipped = flips[f];
        unsigned bytes = (unsigned)(busy.size - STATE - CHECKSUM);
        CU_ASSERT_EQUAL(sim_children_run(bytes, 2, made_up_job, count_made_up, &made, &error), SIM_OK);
        CU_ASSERT_EQUAL(made.broken, 0);
        CU_ASSERT_EQUAL(made.taken + made.refused, bytes);
        CU_ASSERT_TRUE(made.refused > made.taken);
    }
}

/* What the busy machine's state is made of, by its place; see snapshot.c. */
enum {
    AT_TIME = STATE,
    AT_STOP_TIME = AT_TIME + 8,
    AT_STOP_BY = AT_STOP_TIME + 8,
    AT_STOP_LENGTH = AT_STOP_BY + 4,
    AT_REASON = AT_STOP_LENGTH + 4,
    AT_LINKS = AT_REASON + 10, /* "act 5 of a" */
    AT_LINK0 = AT_LINKS + 4,
    AT_LAST0 = AT_LINK0 + 4, /* no messages */
    AT_CREDITS0 = AT_LAST0 + 16,
    AT_OWED0 = AT_CREDITS0 + 4,
    AT_RETURNING0 = AT_OWED0 + 4,
    AT_RETURN0 = AT_RETURNING0 + 4, /* one credit */
    AT_WAITING0 = AT_RETURN0 + 8,
    AT_SINCE0 = AT_WAITING0 + 1,
    AT_LAST_SENT0 = AT_SINCE0 + 8,
    AT_SENT0 = AT_LAST_SENT0 + 8,
    AT_STALLS0 = AT_SENT0 + 8,
    AT_STALLED0 = AT_STALLS0 + 8,
    AT_LINK1 = AT_STALLED0 + 8,
    AT_DUE1 = AT_LINK1 + 4, /* one message */
    AT_SENT_AT1 = AT_DUE1 + 8,
};

static const struct made_up_case {
    const char *what;
    size_t at;
    unsigned bytes;
    uint64_t value;
    const char *says;
} cases[] = {
    {"a time beyond its end", AT_TIME, 8, SIM_TIME_MAX + 1, "a time that cannot be"},
    {"a stop in the future", AT_STOP_TIME, 8, 205000, "a stop that cannot be"},
    {"a stop of nobody", AT_STOP_BY, 4, UINT32_MAX, "a stop that cannot be"},
    {"a stop of a stranger", AT_STOP_BY, 4, 2, "a stop that cannot be"},
    {"a long reason", AT_STOP_LENGTH, 4, 96, "a stop that cannot be"},
    {"a reason that ends early", AT_REASON + 3, 1, 0, "a stop that cannot be"},
    {"more links", AT_LINKS, 4, 3, "saved from a machine of other links"},
    {"more messages than credits", AT_LINK0, 4, 4, "the state of the link a.out0 cannot be"},
    {"a credit too many", AT_CREDITS0, 4, 1, "the state of the link a.out0 cannot be"},
    {"a credit too few", AT_OWED0, 4, 1, "the state of the link a.out0 cannot be"},
    {"credits that add up beyond 32 bits", AT_CREDITS0, 4, UINT32_MAX, "the state of the link a.out0 cannot be"},
    {"a credit in the past", AT_RETURN0, 8, 204999, "the state of the link a.out0 cannot be"},
    {"a credit between edges", AT_RETURN0, 8, 220554, "the state of the link a.out0 cannot be"},
    {"a credit too far away", AT_RETURN0, 8, 77 + 10025 * 60, "the state of the link a.out0 cannot be"},
    {"half a wait", AT_WAITING0, 1, 2, "the state of the link a.out0 cannot be"},
    {"no wait since then", AT_WAITING0, 1, 0, "the state of the link a.out0 cannot be"},
    {"a wait from the future", AT_SINCE0, 8, 205000, "the state of the link a.out0 cannot be"},
    {"sent in the future", AT_LAST_SENT0, 8, 205000, "the state of the link a.out0 cannot be"},
    {"fewer sent than are about", AT_SENT0, 8, 2, "the state of the link a.out0 cannot be"},
    {"a wait without a stall", AT_STALLS0, 8, 0, "the state of the link a.out0 cannot be"},
    {"stalled for ever", AT_STALLED0, 8, 205001, "the state of the link a.out0 cannot be"},
    {"a message in the past", AT_DUE1, 8, 204999, "the state of the link group.b.out0 cannot be"},
    {"a message at another time", AT_DUE1, 8, 250703, "the state of the link group.b.out0 cannot be"},
    {"a message from the future", AT_SENT_AT1, 8, 206250, "the state of the link group.b.out0 cannot be"},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static int refuse_cases(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_error error;
    const char *path = in_folder("case");
    talkers_new(&talkers, &node_schedules[0]);
    for (unsigned i = 0; i < CASES; i++) {
        struct image image = busy;
        for (unsigned b = 0; b < cases[i].bytes; b++)
            image.bytes[cases[i].at + b] = (uint8_t)(cases[i].value >> (8 * b));
        seal(&image);
        write_image(path, &image);
        if (load(path, &error) != SIM_BAD_INPUT || !strstr(error.text, cases[i].says))
            fprintf(out, "%s: %s\n", cases[i].what, error.text);
    }
    unlink(path);
    return 0;
}

static void impossible_contents(void)
{
    make_busy();
    CU_ASSERT_EQUAL(memcmp(busy.bytes + AT_REASON, "act 5 of a", 10), 0);
    CU_ASSERT_EQUAL(busy.bytes[AT_LINKS], 2);
    CU_ASSERT_EQUAL(busy.bytes[AT_WAITING0], 1);
    node_run_child(refuse_cases, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT_STRING_EQUAL(result.text, "");
    if (result.text[0])
        fprintf(stderr, "%s", result.text);
}

/* --- files of other machines, and files that are none --- */

static int other_machines(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_error error;
    const char *path = in_folder("other");
    talkers_new(&talkers, &node_schedules[1]);
    write_image(path, &busy);
    if (sim_machine_load(talkers.machine, "another", path, &error) == SIM_BAD_INPUT)
        fprintf(out, "%s\n", error.text + strlen(folder));
    struct image image = busy;
    image.bytes[8] = 2;
    write_image(path, &image);
    load(path, &error);
    fprintf(out, "%s\n", error.text + strlen(folder));
    static const char *const wrong[] = {"a", "test.node", "\3"}; /* name, kind, version of the second component */
    for (unsigned i = 0; i < 3; i++) {
        image = busy;
        uint8_t *kind = image.bytes + image.size - 1;
        while (memcmp(kind, "test.node", 9) != 0) /* the last there is */
            kind--;
        if (i == 0)
            kind[-5] = 'z';
        else if (i == 1)
            kind[0] = 'z';
        else
            kind[9] = (uint8_t)wrong[i][0] + 1;
        seal(&image);
        write_image(path, &image);
        fprintf(out, "%d ", (int)load(path, &error));
        fprintf(out, "%s\n", strchr(strstr(error.text, "offset ") + 7, ':') + 2);
    }
    FILE *file = fopen(path, "wb");
    fputs("#!/bin/sh\necho this is not a machine at all, whatever its name says\n", file);
    fclose(file);
    load(path, &error);
    fprintf(out, "%s\n", error.text + strlen(folder));
    unlink(path);
    fprintf(out, "%d ", (int)load(path, &error));
    fprintf(out, "%s\n", error.text + strlen(folder));
    fprintf(out, "%d ", (int)load(folder, &error));
    fprintf(out, "%s\n", error.text + strlen(folder));
    fprintf(out, "%d\n", (int)load("/dev/zero", &error));
    run_out(out); /* none of it has left a trace */
    write_image(path, &busy);
    fprintf(out, "%d ", (int)load(path, &error));
    fprintf(out, "%s\n", error.text + strlen(folder));
    unlink(path);
    return 0;
}

static void foreign_files(void)
{
    static char whole[NODE_TEXT];
    make_busy();
    node_run_child(whole_run, NULL, 1, &result);
    snprintf(whole, sizeof whole,
             "/other: offset 20: saved from another board than this one\n"
             "/other: offset 8: saved in format 2; this program reads format 1\n"
             "3 here should be a (test.node)\n3 here should be a (test.node)\n"
             "3 a was saved in version 4; this program has 3\n"
             "/other: offset 0: not a saved machine\n"
             "3 /other: cannot open: No such file or directory\n"
             "3 : offset 0: not a saved machine\n"
             "3\n%.2000s2 /other: the machine has run already; a saved one is loaded before\n",
             result.text);
    node_run_child(other_machines, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT_STRING_EQUAL(result.text, whole);
    if (strcmp(result.text, whole) != 0)
        fprintf(stderr, "%s---\n%s", result.text, whole);
}

/* --- places that cannot be written --- */

static int bad_places(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_error error;
    char path[256];
    talkers_new(&talkers, &node_schedules[1]);
    run_to(talkers_busy, out);
    static const char *const places[] = {"/dev/full", "/nowhere/at/all", "/proc/machine"};
    for (unsigned i = 0; i < 3; i++) {
        fprintf(out, "%d ", (int)sim_machine_save(talkers.machine, TALKERS_BOARD, places[i], &error));
        fprintf(out, "%s\n", error.text);
    }
    /* what stood there before stays, where the new one cannot be moved into its place */
    snprintf(path, sizeof path, "%s/taken", folder);
    mkdir(path, 0777);
    fprintf(out, "%d\n", (int)sim_machine_save(talkers.machine, TALKERS_BOARD, path, &error));
    rmdir(path);
    /* a good one replaces an older one, and leaves nothing beside it */
    snprintf(path, sizeof path, "%s/good", folder);
    for (unsigned i = 0; i < 2; i++)
        save(path);
    struct image image;
    read_image(path, &image);
    fprintf(out, "%d\n", image.size == busy.size && memcmp(image.bytes, busy.bytes, busy.size) == 0);
    unlink(path);
    return 0;
}

static void places(void)
{
    make_busy();
    node_run_child(bad_places, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    static const char expected[] = "4 /dev/full: cannot write: No space left on device\n"
                                   "4 /nowhere/at/all: cannot write: No such file or directory\n"
                                   "4 /proc/machine: cannot write: No such file or directory\n"
                                   "4\n1\n";
    CU_ASSERT_STRING_EQUAL(result.text, expected);
    if (strcmp(result.text, expected) != 0)
        fprintf(stderr, "%s", result.text);
}

/* --- the fuzzer's inputs --- */

int fuzz_snapshot(const uint8_t *data, size_t size);

static int replay_corpus(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    fprintf(out, "%d", corpus_replay("snapshot", fuzz_snapshot) >= 3);
    return 0;
}

static void corpus(void)
{
    node_run_child(replay_corpus, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT_STRING_EQUAL(result.text, "1");
}

void test_snapshot(void)
{
    CU_pSuite suite = CU_add_suite("sim/snapshot", make_folder, remove_folder);
    CU_add_test(suite, "saved anywhere and loaded into any schedule, a run goes on as it was", round_trips);
    CU_add_test(suite, "every flipped byte and every cut is refused, and leaves no trace", damage);
    CU_add_test(suite, "impossible contents are refused for what they are", impossible_contents);
    CU_add_test(suite, "whatever is taken for a machine runs as one", made_up_states);
    CU_add_test(suite, "files of other machines, and none, are refused", foreign_files);
    CU_add_test(suite, "places that cannot be written are errors, and nothing is left over", places);
    CU_add_test(suite, "the fuzzer's inputs do no harm", corpus);
}
