#include "board/cli/boot.h"

#include "board/cli/boot_parts.h"
#include "board/cli/command.h"
#include "board/cli/gdb/machine.h"
#include "board/cli/gdb/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a signal ends. The only state of the program outside of main's reach: a handler has no other way. */
static struct sim_machine *volatile running;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
    if (running)
        sim_machine_interrupt(running);
}

static void catch_signals(struct sim_machine *machine)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}; /* the second one kills */
    running = machine;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a pipe that closes is a write error like any other */
}

static double host_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum sim_status read_time(const char *option, const char *text, const struct sim_clock *core, sim_time *time,
                                 struct sim_error *error)
{
    struct sim_error why;
    if (!text)
        return SIM_OK;
    if (sim_time_parse(text, core, time, &why) != SIM_OK)
        return sim_fail(error, SIM_USAGE, "--%s: %s", option, why.text);
    return SIM_OK;
}

static enum sim_status read_saves(struct boot *boot, const struct sim_clock *core, struct sim_error *error)
{
    for (unsigned i = 0; i < boot->request->save.count; i++) {
        const char *text = boot->request->save.item[i], *at = strrchr(text, '@');
        struct save save = {.time = 0};
        if (!at || at == text || (size_t)(at - text) >= sizeof save.path)
            return sim_fail(error, SIM_USAGE, "--save %s: expected FILE@TIME", text);
        memcpy(save.path, text, (size_t)(at - text));
        enum sim_status status = read_time("save", at + 1, core, &save.time, error);
        if (status != SIM_OK)
            return status;
        unsigned place = boot->saves++;
        for (; place > 0 && boot->save[place - 1].time > save.time; place--)
            boot->save[place] = boot->save[place - 1];
        boot->save[place] = save;
    }
    return SIM_OK;
}

static enum sim_status open_waves(struct boot *boot, struct sim_error *error)
{
    const struct boot_request *request = boot->request;
    const struct sim_clock *core = &boot->board.clock.core;
    char comment[128];
    struct waves_options options = {
        .path = request->waves,
        .probe = request->probe,
        .trigger = request->trigger,
        .comment = comment,
        .cycles = core,
    };
    if (!request->waves)
        return request->probe || request->from || request->to || request->trigger || request->last
                   ? sim_fail(error, SIM_USAGE, "--probe, --from, --to, --trigger and --last need --waves")
                   : SIM_OK;
    snprintf(comment, sizeof comment, "board %.16s", boot->board.identity);
    enum sim_status status = read_time("from", request->from, core, &options.from, error);
    if (status == SIM_OK)
        status = read_time("to", request->to, core, &options.to, error);
    if (status == SIM_OK)
        status = read_time("last", request->last, core, &options.last, error);
    if (status == SIM_OK)
        status = waves_open(boot->board.waves, &options, &boot->dump, error);
    if (status != SIM_OK)
        return status;
    waves_start(boot->dump, sim_machine_time(boot->board.machine));
    board_show(&boot->board);
    board_observe(&boot->board, waves_observer(boot->dump));
    return SIM_OK;
}

static enum sim_status open_bus_log(struct boot *boot, struct sim_error *error)
{
    struct board_memory *memory = &boot->board.processors.memory;
    if (!boot->request->bus_log.path)
        return SIM_OK;
    enum sim_status status = bus_log_open(&boot->bus_log, &memory->l2, &memory->north, &boot->request->bus_log, error);
    if (status == SIM_OK)
        sim_machine_observe(boot->board.machine, bus_log_observer(boot->bus_log));
    return status;
}

static enum sim_status close_bus_log(struct boot *boot, bool keep, struct sim_error *error)
{
    struct bus_log *log = boot->bus_log;
    boot->bus_log = NULL;
    return log ? bus_log_close(log, keep, &boot->bus_log_lines, error) : SIM_OK;
}

static enum sim_status prepare_program(struct boot *boot, struct sim_error *error)
{
    struct processors *processors = &boot->board.processors;
    const char *path = boot->request->uart;
    if (!boot->title.open)
        boot_image_place(&boot->image, &processors->memory);
    for (unsigned i = 0; i < BOARD_CORES && boot->until.stops_at_pc; i++)
        SIM_CHECK(xenon_core_break_at(processors->core[i], boot->until.pc), "no room for one breakpoint");
    boot->text = boot->request->json ? stderr : stdout; /* one JSON object is all of standard output */
    if (path && (boot->text = fopen(path, "wbe")) == NULL)
        return sim_fail(error, SIM_HOST, "%s: cannot write: %s", path, strerror(errno));
    return SIM_OK;
}

/* Hands on what the program has written so far: to the serial port, or by way of the kernel. */
static enum sim_status write_text(struct boot *boot, struct sim_error *error)
{
    struct uart *uart = &boot->board.processors.uart;
    struct title *title = &boot->board.processors.title;
    const char *path = boot->request->uart ? boot->request->uart : "the program's text";
    size_t sent = uart->size, printed = boot->title.open ? title->size : 0;
    if (!boot->text || sent + printed == 0)
        return SIM_OK;
    uart->size = title->size = 0;
    if (fwrite(uart->text ? uart->text : "", 1, sent, boot->text) != sent ||
        fwrite(title->text ? title->text : "", 1, printed, boot->text) != printed || fflush(boot->text) != 0)
        return sim_fail(error, SIM_HOST, "%s: cannot write: %s", path, strerror(errno));
    return SIM_OK;
}

static int close_text(struct boot *boot)
{
    FILE *file = boot->text;
    boot->text = NULL;
    return file && boot->request->uart ? fclose(file) : 0;
}

static enum sim_status open_program(struct boot *boot, const struct board_description *description,
                                    struct sim_error *error)
{
    const struct boot_request *request = boot->request;
    char board[BOARD_IDENTITY_TEXT];
    bool placed = request->at != BOOT_NO_ADDRESS || request->entry != BOOT_NO_ADDRESS;
    if (placed || !boot_is_title(request->image)) {
        if (request->events || request->keys || request->strict || request->past_deadlock || request->replay.path)
            return sim_fail(
                error, SIM_USAGE,
                "--events, --keys, --strict, --deadlock and --replay-contention need a title, which %s is not",
                request->image);
        return boot_image_read(&boot->image, request->image, request->at, request->entry, description->memory_size,
                               error);
    }
    enum sim_status status = boot_title_open(&boot->title, request->image, request->keys, request->strict, error);
    boot->title.options.past_deadlock = request->past_deadlock;
    if (status == SIM_OK && request->replay.path)
        status = boot_replay_open(&boot->replay, &request->replay, error);
    boot->title.options.replay = boot->replay.open ? &boot->replay.replay : NULL;
    if (status == SIM_OK && request->events)
        status = boot_title_log(&boot->title, request->events, request->events_callers,
                                board_description_identity(description, board), &boot->replay, error);
    return status;
}

static enum sim_status prepare(struct boot *boot, struct sim_error *error)
{
    const struct boot_request *request = boot->request;
    struct board_options options = request->options;
    static struct board_description description; /* large */
    struct sim_clock core;
    enum sim_status status =
        board_description_load(&description, request->board, request->set.item, request->set.count, error);
    if (status == SIM_OK)
        status = board_core_clock(&description, &core, error);
    if (status == SIM_OK)
        status = boot_until_read(&boot->until, request->until, request->image != NULL, &core, error);
    if (status == SIM_OK)
        status = read_saves(boot, &core, error);
    if (status == SIM_OK && request->image)
        status = open_program(boot, &description, error);
    options.stop_at_vblank = boot->until.vblank;
    options.stop_at_swap = boot->until.swap;
    options.processors = request->image != NULL;
    options.entry = boot->image.entry;
    options.title = boot->title.open ? &boot->title.options : NULL;
    options.program = boot->title.open ? boot->title.program : boot->image.program;
    if (status == SIM_OK)
        status = board_build(&boot->board, &description, &options, error);
    if (status == SIM_OK && request->image)
        status = prepare_program(boot, error);
    if (status == SIM_OK && request->load)
        status = sim_machine_load(boot->board.machine, boot->board.identity, request->load, error);
    if (status == SIM_OK && request->load && boot->replay.open)
        status = boot_replay_loaded(boot->board.processors.title.kernel, request->load, error);
    if (status != SIM_OK)
        return status;
    sim_machine_forget_stop(
        boot->board.machine); /* the run that was saved may have been about to end; this one decides */
    sim_time now = sim_machine_time(boot->board.machine);
    char text[SIM_TIME_TEXT];
    const struct display *display = &boot->board.display;
    if (boot->until.end < now || (options.stop_at_vblank && display->vblanks >= options.stop_at_vblank) ||
        (options.stop_at_swap && display->scan.swaps >= options.stop_at_swap))
        return sim_fail(error, SIM_USAGE,
                        "--until %s: over already: the saved machine stands at %s, after %llu vblanks and %llu swaps",
                        request->until, sim_time_print(now, text), (unsigned long long)display->vblanks,
                        (unsigned long long)display->scan.swaps);
    if (boot->saves && boot->save[0].time < now)
        return sim_fail(error, SIM_USAGE, "--save %s: that time is over", boot->save[0].path);
    if (request->profile)
        status =
            boot_profile_begin(&boot->profile, &boot->board, request->profile, request->image, &boot->image, error);
    if (status == SIM_OK)
        status = open_bus_log(boot, error);
    if (status == SIM_OK)
        status = boot_gpu_begin(&boot->gpu, &boot->board, request->gpu_log, error);
    if (status == SIM_OK && request->frames)
        status = boot_frames_begin(&boot->frames, &boot->board, request->frames, request->frames_when, error);
    if (status == SIM_OK && request->capture)
        status = boot_capture_begin(&boot->capture, &boot->board, request->capture, request->capture_frame, error);
    if (status == SIM_OK && request->memory_report)
        status = boot_memory_begin(&boot->memory, &boot->board, request->memory_report, error);
    return status == SIM_OK ? open_waves(boot, error) : status;
}

static void show_progress(struct boot *boot, double since)
{
    char text[SIM_TIME_TEXT];
    double host = host_now() - since;
    if (host < 0.5 || !isatty(STDERR_FILENO))
        return;
    double simulated = (double)sim_machine_time(boot->board.machine) / (double)SIM_UNITS_PER_SECOND;
    fprintf(stderr, "\r\033[K%s simulated, %llu vblanks, %.3g x real time",
            sim_time_print(sim_machine_time(boot->board.machine) / 10000000 * 10000000, text),
            (unsigned long long)boot->board.display.vblanks, simulated / host);
    boot->progress = true;
}

/* Saves what is to be saved now, and runs on, to `most` at the latest. False when the run has come to its end. */
static bool run_slice(struct boot *boot, sim_time most, enum sim_status *status, struct sim_error *error)
{
    struct sim_machine *machine = boot->board.machine;
    for (; *status == SIM_OK && boot->saved < boot->saves && boot->save[boot->saved].time == sim_machine_time(machine);
         boot->saved++)
        *status = sim_machine_save(machine, boot->board.identity, boot->save[boot->saved].path, error);
    if (*status != SIM_OK || sim_machine_time(machine) >= boot->until.end ||
        boot_until_reached(&boot->until, &boot->board) || caught || boot->stop.event_time != SIM_NEVER ||
        (boot->dump && waves_failed(boot->dump)) || (boot->bus_log && bus_log_failed(boot->bus_log)) ||
        boot_gpu_failed(&boot->gpu) || (boot->title.events && events_failed(boot->title.events)))
        return false;
    sim_time until = sim_time_min(boot->until.end, most);
    until = sim_time_min(until, boot_until_next_look(&boot->until, &boot->board));
    if (boot->saved < boot->saves)
        until = sim_time_min(until, boot->save[boot->saved].time);
    until = sim_time_min(until, boot_capture_next(&boot->capture, &boot->board));
    *status = sim_machine_run(machine, until, &boot->stop, error);
    if (*status == SIM_OK)
        *status = boot_frames_look(&boot->frames, error);
    if (*status == SIM_OK)
        *status = boot_capture_look(&boot->capture, &boot->board, error);
    if (*status == SIM_OK)
        *status = write_text(boot, error);
    return true;
}

/* Runs in slices, so that a person sees progress and a dump that fails ends the run. Where slices end is the host's
 * business and changes nothing. */
static enum sim_status run(struct boot *boot, struct sim_error *error)
{
    sim_time slice = SIM_UNITS_PER_SECOND / 1000;
    double start = host_now(), before = start;
    enum sim_status status = SIM_OK;
    while (run_slice(boot, sim_time_add(sim_machine_time(boot->board.machine), slice), &status, error)) {
        double took = host_now() - before;
        before += took;
        if (took < 0.05 && slice < SIM_TIME_MAX / 4)
            slice *= 2;
        else if (took > 0.2)
            slice = slice / 2 + 1;
        show_progress(boot, start);
    }
    boot->host_seconds = host_now() - start;
    if (boot->progress)
        fputs("\r\033[K", stderr);
    return status;
}

/* What a debugger is given of a run. */
struct debugged {
    struct boot *boot;
    enum sim_status status;
    struct sim_error *error;
};

static bool debugged_slice(void *context, sim_time most)
{
    struct debugged *run = context;
    return run_slice(run->boot, most, &run->status, run->error);
}

static void debugged_reason(void *context, char text[GDB_TEXT])
{
    boot_describe_stop(((struct debugged *)context)->boot, text, GDB_TEXT);
}

/* Waits for a debugger and does what it says. Where it detaches the run is to go on without it. */
static enum sim_status debug(struct boot *boot, struct gdb_server *server, struct sim_error *error)
{
    static struct gdb_machine machine; /* large */
    struct debugged run = {boot, SIM_OK, error};
    enum gdb_end end;
    machine.machine = boot->board.machine;
    machine.processors = &boot->board.processors;
    machine.clock = &boot->board.clock.core;
    machine.run = &run;
    machine.slice = debugged_slice;
    machine.reason = debugged_reason;
    struct gdb_target target = gdb_machine_target(&machine);
    fprintf(stderr, "cycle360 boot: waiting for a debugger: `target remote 127.0.0.1:%u`.\n", server->port);
    enum sim_status status = gdb_server_serve(server, &target, &caught, &end, error);
    gdb_server_close(server);
    gdb_machine_release(&machine);
    boot->killed = end == GDB_KILLED;
    return status == SIM_OK ? run.status : status;
}

/* Of all that goes wrong the first is told. */
static void keep_first(enum sim_status *status, struct sim_error *error, enum sim_status other,
                       const struct sim_error *why)
{
    if (*status != SIM_OK || other == SIM_OK)
        return;
    *status = other;
    *error = *why;
}

int boot_run(const struct boot_request *request)
{
    static struct boot boot; /* large, and the machine's parts must stay where they are */
    struct sim_error error;
    struct waves_result waves = {0};
    boot.request = request;
    struct gdb_server server = {.listener = -1};
    enum sim_status status = prepare(&boot, &error);
    if (status == SIM_OK && request->gdb != BOOT_NO_GDB)
        status = gdb_server_open(&server, (uint16_t)request->gdb, &error);
    if (status != SIM_OK) {
        close_bus_log(&boot, false, NULL);
        boot_gpu_end(&boot.gpu, false, NULL);
        boot_memory_end(&boot.memory, &boot.board, false, NULL);
        boot_capture_end(&boot.capture, false, NULL);
        if (boot.board.machine)
            board_free(&boot.board);
        boot_image_free(&boot.image);
        boot_title_end_log(&boot.title, false, NULL);
        boot_title_close(&boot.title);
        boot_replay_close(&boot.replay);
        boot_profile_end(&boot.profile);
        close_text(&boot);
        return command_fail("boot", status, &error);
    }
    boot.stop.event_time = SIM_NEVER;
    catch_signals(boot.board.machine);
    if (request->gdb != BOOT_NO_GDB)
        status = debug(&boot, &server, &error);
    if (status == SIM_OK && !boot.killed)
        status = run(&boot, &error);
    boot_frames_end(&boot.frames, &boot.board);
    running = NULL;
    boot.signalled = caught != 0;
    bool ran = status == SIM_OK;
    struct sim_error why;
    enum sim_status written;
    if (boot.dump) {
        written = waves_finish(boot.dump, sim_machine_time(boot.board.machine), &waves, &why);
        keep_first(&status, &error, written, &why);
    }
    written = close_bus_log(&boot, ran, &why);
    keep_first(&status, &error, written, &why);
    written = boot_gpu_end(&boot.gpu, ran, &why);
    keep_first(&status, &error, written, &why);
    written = boot_memory_end(&boot.memory, &boot.board, ran, &why);
    keep_first(&status, &error, written, &why);
    written = boot_capture_end(&boot.capture, ran, &why);
    keep_first(&status, &error, written, &why);
    if (status == SIM_OK && request->profile)
        status = boot_profile_write(&boot.profile, &boot.board, request->image, &error);
    if (close_text(&boot) != 0 && status == SIM_OK)
        status = sim_fail(&error, SIM_HOST, "%s: cannot write: %s", request->uart, strerror(errno));
    written = boot_title_end_log(&boot.title, ran, &why);
    keep_first(&status, &error, written, &why);
    if (ran) {
        boot_gpu_report(&boot.board);
        boot_print_summary(&boot, &waves);
    }
    if (status == SIM_OK && boot.saved < boot.saves && !caught)
        status = sim_fail(&error, SIM_GUEST, "--save %s: the run ended before that time", boot.save[boot.saved].path);
    if (status != SIM_OK)
        command_fail("boot", status, &error);
    const struct title *title = &boot.board.processors.title;
    if (status == SIM_OK && title->ended && title->status != SIM_OK) {
        fprintf(stderr, "cycle360 boot: %s: %s\n", request->image, title->reason); /* of any length */
        status = title->status;
    }
    board_free(&boot.board);
    boot_profile_end(&boot.profile);
    boot_image_free(&boot.image);
    boot_title_close(&boot.title);
    boot_replay_close(&boot.replay);
    return status == SIM_OK && caught ? 128 + caught : (int)status;
}
