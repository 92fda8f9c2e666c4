/* Tapes: what a component did, done again by it alone. */
#include "board/board.h"
#include "board/tape.h"
#include "models/sim/child.h"
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

/* A vblank's interrupt is looked at, acknowledged with a zero, which only some displays take, and then with a one. */
static const char script[] = "at 0us write32 gpu 0x6540 1\n"
                             "at 15ms read32 gpu 0x6530\n"
                             "at 16ms write32 gpu 0x6110 0x1000\n"
                             "at 20ms read32 gpu 0x6058\n"
                             "at 33ms write32 gpu 0x6484 0\n"
                             "on irq 2 read64 iic 0x2050\n"
                             "on irq 2 write32 gpu 0x6544 0\n"
                             "on irq 2 read32 gpu 0x6544\n"
                             "on irq 2 write32 gpu 0x6544 1\n"
                             "on irq 2 write64 iic 0x2060 0\n";

static const sim_time ns = 10000, ms = UINT64_C(10000000000);

struct job {
    sim_child_job *run;
    const char *path;
    sim_time from, to;                     /* of a recording */
    enum display_acknowledge acknowledge;  /* of the display that plays it */
    enum sim_schedule schedule;            /* in which it does */
    char result[sizeof(struct sim_error)]; /* exit status and what was written */
};

static int record(void *context, unsigned index, FILE *out)
{
    (void)index;
    const struct job *job = context;
    struct board_description description;
    struct board board;
    struct sim_error error;
    struct sim_stop stop;
    struct tape_counts counts;
    char play[512];
    snprintf(play, sizeof play, "%s.play", job->path);
    FILE *file = fopen(play, "w");
    if (!file || fputs(script, file) < 0 || fclose(file) != 0)
        return 9;
    struct board_options options = {.stimulus = play};
    if (board_description_load(&description, "retail", NULL, 0, &error) != SIM_OK ||
        board_build(&board, &description, &options, &error) != SIM_OK)
        return 1;
    struct tape_record *tape = tape_record_new(board.machine, &board.display.component);
    sim_machine_observe(board.machine, tape_observer(tape));
    if (sim_machine_run(board.machine, job->from, &stop, &error) != SIM_OK ||
        tape_record_begin(tape, &description, job->path, &error) != SIM_OK ||
        sim_machine_run(board.machine, job->to, &stop, &error) != SIM_OK ||
        tape_record_end(tape, true, &counts, &error) != SIM_OK)
        return 2;
    fprintf(out, "%llu heard, %llu said", (unsigned long long)counts.heard, (unsigned long long)counts.said);
    board_free(&board);
    return 0;
}

static int play(void *context, unsigned index, FILE *out)
{
    (void)index;
    const struct job *job = context;
    struct tape tape;
    struct tape_play *play;
    struct tape_difference difference;
    struct sim_error error;
    struct board_clocks clocks;
    struct display display;
    if (tape_read(&tape, job->path, &error) != SIM_OK ||
        board_find_clocks(&clocks, &tape.description, &error) != SIM_OK) {
        fputs(error.text, out);
        return 1;
    }
    struct sim_machine *machine = sim_machine_new(&(struct sim_options){.schedule = job->schedule});
    display_init(&display, "xenos.display", SIM_PRIORITY_DISPLAY,
                 &(struct display_config){.registers = &clocks.gpu,
                                          .pixel = &clocks.pixel,
                                          .mode = (enum display_mode_id)tape.description.display_mode,
                                          .vector = DISPLAY_VECTOR,
                                          .targets = (uint8_t)tape.description.display_interrupt_targets,
                                          .acknowledge = job->acknowledge});
    sim_machine_add(machine, &display.component);
    const struct sim_clock *const all[] = {&clocks.core, &clocks.l2, &clocks.gpu};
    if (tape_play_new(&play, &tape, machine, &display.component, all, 3, &error) != SIM_OK ||
        sim_machine_elaborate(machine, &error) != SIM_OK || tape_play_load(play, &error) != SIM_OK ||
        tape_play_run(play, &difference, &error) != SIM_OK) {
        fputs(error.text, out);
        return 2;
    }
    fprintf(out, "%s", difference.found ? difference.text : "the same");
    tape_play_free(play);
    sim_machine_free(machine);
    tape_free(&tape);
    return 0;
}

static int run_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    return job->run(job, index, out);
}

static void keep_result(void *context, unsigned index, const struct sim_child *child)
{
    (void)index;
    struct job *job = context;
    snprintf(job->result, sizeof job->result, "%d %s", child->exit_status, child->output);
}

static const char *result_of(struct job *job)
{
    struct sim_error error;
    CU_ASSERT_EQUAL_FATAL(sim_children_run(1, 1, run_job, keep_result, job, &error), SIM_OK);
    return job->result;
}

static void plays_what_was_recorded(void)
{
    struct scratch scratch;
    scratch_begin(&scratch);
    for (unsigned i = 0; i < 3; i++) {
        static const char *const names[] = {"a.tape", "b.tape.gz", "c.tape"};
        static const sim_time from[] = {16, 16, 0};
        struct job job = {.run = record, .path = scratch_path(&scratch, names[i]), .from = from[i] * ms, .to = 40 * ms};
        CU_ASSERT_STRING_EQUAL(result_of(&job), i == 2 ? "0 11 heard, 13 said" : "0 9 heard, 11 said");
        job.run = play;
        CU_ASSERT_STRING_EQUAL(result_of(&job), "0 the same");
    }
    scratch_end(&scratch);
}

/* Requests, answers and credits are under way when it begins. */
static void begins_anywhere(void)
{
    struct scratch scratch;
    scratch_begin(&scratch);
    for (unsigned i = 0; i < 24; i++) {
        struct job job = {.run = record, .path = scratch_path(&scratch, "a.tape"), .from = 16 * ms + i * 47 * ns};
        job.to = job.from + ms;
        CU_ASSERT(strncmp(result_of(&job), "0 ", 2) == 0);
        job.run = play;
        job.schedule = i % 8 == 0 ? SIM_LOCKSTEP : SIM_WINDOWED;
        CU_ASSERT_STRING_EQUAL(result_of(&job), "0 the same");
    }
    scratch_end(&scratch);
}

static void another_display_is_found_out(void)
{
    struct scratch scratch;
    scratch_begin(&scratch);
    struct job job = {.run = record, .path = scratch_path(&scratch, "a.tape"), .to = 40 * ms};
    result_of(&job);
    job.run = play;
    job.acknowledge = DISPLAY_ACKNOWLEDGE_ANY;
    CU_ASSERT_STRING_EQUAL(result_of(&job), "0 xenos.display.reply, message 4: data is 0x0 and was 0x10011");
    scratch_end(&scratch);
}

static uint8_t *read_file(const char *path, size_t *size)
{
    uint8_t *bytes = malloc(1 << 20);
    FILE *file = fopen(path, "rb");
    *size = file && bytes ? fread(bytes, 1, 1 << 20, file) : 0;
    CU_ASSERT_FATAL(file && fclose(file) == 0 && *size > 0);
    return bytes;
}

static void write_file(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    CU_ASSERT_FATAL(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

static void sum(uint8_t *bytes, size_t size)
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, size - SHA256_DIGEST_SIZE, bytes);
    sha256_digest(&sha, SHA256_DIGEST_SIZE, bytes + size - SHA256_DIGEST_SIZE);
}

/* A damaged tape is refused by its checksum; one whose checksum was put right is refused or plays, and nothing crashes.
 */
static void damage(void)
{
    struct scratch scratch;
    struct sim_error error;
    struct tape tape;
    size_t size;
    scratch_begin(&scratch);
    const char *path = scratch_path(&scratch, "a.tape"), *other = scratch_path(&scratch, "b.tape");
    struct job job = {.run = record, .path = path, .from = 16 * ms, .to = 18 * ms};
    result_of(&job);
    uint8_t *bytes = read_file(path, &size);
    uint64_t random = 1;
    unsigned refused = 0, played = 0;
    for (unsigned i = 0; i < 400; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        /* what is behind the board's text, mostly */
        size_t at = i % 8 == 0 ? (random >> 33) % size : size - 1 - (random >> 33) % 1600;
        uint8_t kept = bytes[at];
        bytes[at] ^= (uint8_t)(1u << (random >> 61));
        write_file(other, bytes, size);
        CU_ASSERT_EQUAL(tape_read(&tape, other, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_EQUAL(strstr(error.text, other), error.text);
        sum(bytes, size);
        write_file(other, bytes, size);
        if (i % 8 == 0) {
            job = (struct job){.run = play, .path = other};
            CU_ASSERT(strncmp(result_of(&job), "-1", 2) != 0);
        } else if (tape_read(&tape, other, &error) == SIM_OK) {
            tape_free(&tape);
            played++;
        } else {
            refused++;
        }
        bytes[at] = kept;
        sum(bytes, size);
    }
    CU_ASSERT(refused > 10 && played > 10);
    for (size_t cut = 0; cut < size; cut += 97) {
        write_file(other, bytes, cut);
        CU_ASSERT_EQUAL(tape_read(&tape, other, &error), SIM_BAD_INPUT);
    }
    CU_ASSERT_EQUAL(tape_read(&tape, "/nowhere/at.all", &error), SIM_BAD_INPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "/nowhere/at.all: cannot open: No such file or directory");
    free(bytes);
    scratch_end(&scratch);
}

void test_tape(void)
{
    CU_pSuite suite = CU_add_suite("board/tape", NULL, NULL);
    CU_add_test(suite, "plays what was recorded", plays_what_was_recorded);
    CU_add_test(suite, "begins anywhere", begins_anywhere);
    CU_add_test(suite, "another display is found out", another_display_is_found_out);
    CU_add_test(suite, "damaged tapes are refused", damage);
}
