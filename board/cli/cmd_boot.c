/* cycle360 boot: a machine from power-on, or from where it was saved, to where it is told to stop. */
#include "board/cli/boot.h"
#include "board/cli/boot_image.h"
#include "board/cli/boot_until.h"
#include "board/cli/command.h"
#include "board/cli/shader.h"
#include "board/events.h"

int cmd_boot(int argc, char **argv)
{
    struct boot_request request = {.board = "retail",
                                   .at = BOOT_NO_ADDRESS,
                                   .entry = BOOT_NO_ADDRESS,
                                   .gdb = BOOT_NO_GDB,
                                   .events_callers = EVENTS_CALLERS,
                                   .replay.park_us = BOOT_PARK_MOST,
                                   .options.sim = {.schedule = SIM_WINDOWED, .threads = 2}};
    unsigned schedule = SIM_WINDOWED, deadlock = 0, replay = 0, frames_when = BOOT_FRAMES_SWAP;
    unsigned shaders = BOARD_SHADERS_AUTO;
    uint64_t threads = 2;
    const struct option option[] = {
        {"until", OPTION_STRING, &request.until, "WHEN",
         "where to stop: " BOOT_UNTIL_HELP ". A stop by an event takes effect a fixed time after it "
         "(run.stop_latency of the board), the same in every schedule; instructions and idleness are looked at every "
         "1,000 cycles"},
        {"at", OPTION_COUNT, &request.at, "ADDRESS", "where in memory an IMAGE that is no ELF goes; default 0"},
        {"entry", OPTION_COUNT, &request.entry, "ADDRESS",
         "the real address at which the program begins; default what the ELF says, or the first byte"},
        {"uart", OPTION_STRING, &request.uart, "FILE",
         "what the program writes to the serial port; default standard output, with --json standard error"},
        {"board", OPTION_STRING, &request.board, "BOARD", "a built-in board or a file; default retail"},
        {"set", OPTION_LIST, &request.set, "KEY=VALUE", "changes a key of the board; may be repeated"},
        {"schedule", OPTION_CHOICE, &schedule, "windowed|lockstep|parallel",
         "how the machine is run; all give the same machine, bit for bit; default windowed"},
        {"threads", OPTION_COUNT, &threads, "N", "host threads of the parallel schedule; default 2"},
        {"no-skip", OPTION_FLAG, &request.options.sim.no_skip, NULL,
         "visits idle time in fixed windows instead of jumping over it (to check the jumping)"},
        {"stimulus", OPTION_STRING, &request.options.stimulus, "FILE",
         "the bus accesses to play where the processors will be; `none` for none. Default: enable the vblank interrupt "
         "and answer it"},
        {"waves", OPTION_STRING, &request.waves, "FILE", "writes waves: .vcd, .vcd.gz, .fst or .raw"},
        {"probe", OPTION_STRING, &request.probe, "GLOBS", "the signals to write; default all"},
        {"from", OPTION_STRING, &request.from, "T", "waves begin here"},
        {"to", OPTION_STRING, &request.to, "T", "waves end here"},
        {"trigger", OPTION_STRING, &request.trigger, "SPEC",
         "waves begin when this happens: time:T, SIGNAL==VALUE, SIGNAL:rise:N (also fall, change)"},
        {"last", OPTION_STRING, &request.last, "T", "waves hold only this much before the trigger, or before the end"},
        {"bus-log", OPTION_STRING, &request.bus_log.path, "FILE",
         "writes what memory did, one JSON object for each transaction: .jsonl or .jsonl.gz"},
        {"bus-log-from", OPTION_STRING, &request.bus_log.from, "GLOBS",
         "only what these ask for: core0, core1, core2, l2 (the processor's chip, of the other one)"},
        {"bus-log-range", OPTION_STRING, &request.bus_log.range, "BASE-LAST",
         "only what touches these real addresses, the last one included"},
        {"bus-log-kinds", OPTION_STRING, &request.bus_log.kinds, "GLOBS",
         "only these kinds: read, store, load_io, ..."},
        {"gpu-log", OPTION_STRING, &request.gpu_log, "FILE",
         "writes every packet of the GPU and the registers that it changes, one JSON object each: .jsonl or .jsonl.gz"},
        {"memory-report", OPTION_STRING, &request.memory_report, "FILE",
         "writes what memory did in numbers: hits and misses, the bus, rows, how long loads took; .json or text"},
        {"events", OPTION_STRING, &request.events, "FILE",
         "writes what a title asked of the kernel, and what the kernel did: .jsonl or .jsonl.gz"},
        {"events-lr-depth", OPTION_COUNT, &request.events_callers, "N", "callers that each record names; default 3"},
        {"replay-contention", OPTION_STRING, &request.replay.path, "FILE",
         "where another run of the title met contention: a manifest of events manifest"},
        {"replay-mode", OPTION_CHOICE, &replay, "conservative|aggressive",
         "what is done there: conservative only tells of entries that meet none, aggressive also parks a thread that "
         "enters a section of another one that is ready or running; default conservative"},
        {"park-limit", OPTION_COUNT, &request.replay.park_us, "US",
         "for so many simulated microseconds at most; default 1000"},
        {"deadlock", OPTION_CHOICE, &deadlock, "dump|go-on",
         "when nothing of a title can ever run again: stop and say what each thread waits for, or go on; default dump"},
        {"strict", OPTION_FLAG, &request.strict, NULL, "a title's call of an export that is absent ends the run"},
        {"keys", OPTION_STRING, &request.keys, "FILE",
         "keys for titles that the built-in development key does not open"},
        {"frames", OPTION_STRING, &request.frames, "FOLDER",
         "writes a picture of each surface that the display is turned to, as it has fetched it: frame-VBLANK.png"},
        {"frames-when", OPTION_CHOICE, &frames_when, "swap|vblank",
         "of the first field of each surface, or of every field; default swap"},
        {"gpu-capture", OPTION_STRING, &request.capture, "FILE",
         "writes all that the graphics chip's command processor hears and says, for `cycle360 gpu replay`; gzipped "
         "where the name ends in .gz"},
        {"gpu-capture-frame", OPTION_COUNT, &request.capture_frame, "N",
         "only what comes between vertical blanks N and N + 1"},
        SHADER_BACKEND_OPTION_ROWS(
            shaders, request.options.shaders.cache,
            "who runs shaders; all give the same machine, bit for bit. `auto` takes the first OpenCL device that "
            "passes "
            "its self-test for large draws, and the interpreter for the others and where none does; default auto"),
        {"profile", OPTION_STRING, &request.profile, "FOLDER",
         "writes where the time went, by thread, function and instruction: profile.txt, profile.json, profile.folded, "
         "flame.svg, cpi.svg"},
        {"save", OPTION_LIST, &request.save, "FILE@T", "saves the whole machine at time T; may be repeated"},
        {"load", OPTION_STRING, &request.load, "FILE", "goes on from a saved machine"},
        {"gdb", OPTION_COUNT, &request.gdb, "PORT",
         "waits for GDB at this port of 127.0.0.1 and does what it says; 0 takes a free one"},
        {"digest", OPTION_FLAG, &request.digest, NULL,
         "prints the SHA-256 of the machine's state at the end, alone on a line"},
        {"json", OPTION_FLAG, &request.json, NULL, "one JSON object on standard output instead of the summary line"},
    };
    const struct usage usage = {
        .command = "boot",
        .operands = "[IMAGE]",
        .operands_max = 1,
        .summary =
            "Runs a machine. IMAGE is a title, a XEX or the folder, disc image or package that it comes on, which the "
            "kernel starts; or a program without one, an ELF for PowerPC of 32 bits or the bytes themselves, and "
            "thread "
            "0 of core 0 begins at its entry point in real mode. Without an IMAGE the board runs alone: display, "
            "interrupt controller and "
            "a list of bus accesses in the processors' place.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 boot title.xex --events title.jsonl\n"
                    "cycle360 boot --until vblank:3 --waves board.fst\n"
                    "cycle360 boot --until time:20ms --set display.mode=vga-1024x768 --json\n"
                    "cycle360 boot --until cycles:100000000 --save half.c360@10ms --digest\n"
                    "cycle360 boot --until cycles:100000000 --load half.c360 --digest\n"
                    "cycle360 boot program.elf --until insns:1000000 --json\n"
                    "cycle360 boot program.elf --until insns:1000000 --profile time && less time/profile.txt\n"
                    "cycle360 boot program.elf --until insns:1000000 --bus-log mmio.jsonl.gz --bus-log-kinds '*_io'\n"
                    "cycle360 boot --until vblank:9 --waves irq.vcd --probe 'xenon.iic.*' \\\n"
                    "    --trigger xenos.display.vblank:rise:8 --last 1us\n",
    };
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    struct sim_error error;
    request.image = argc > 1 ? argv[1] : NULL;
    if (!request.bus_log.path && (request.bus_log.from || request.bus_log.range || request.bus_log.kinds))
        return command_fail(
            "boot", sim_fail(&error, SIM_USAGE, "--bus-log-from, --bus-log-range and --bus-log-kinds need --bus-log"),
            &error);
    if (!request.image && (request.events || request.keys || request.strict || request.replay.path))
        return command_fail(
            "boot", sim_fail(&error, SIM_USAGE, "--events, --keys, --strict and --replay-contention need a title"),
            &error);
    if (!request.replay.path && (replay || request.replay.park_us != BOOT_PARK_MOST))
        return command_fail(
            "boot", sim_fail(&error, SIM_USAGE, "--replay-mode and --park-limit need --replay-contention"), &error);
    if (!request.image && (request.bus_log.path || request.memory_report || request.gpu_log))
        return command_fail(
            "boot", sim_fail(&error, SIM_USAGE, "--bus-log, --gpu-log and --memory-report need an IMAGE"), &error);
    if (!request.image && request.capture)
        return command_fail("boot", sim_fail(&error, SIM_USAGE, "--gpu-capture needs an IMAGE"), &error);
    if (request.capture_frame != 0 && !request.capture)
        return command_fail("boot", sim_fail(&error, SIM_USAGE, "--gpu-capture-frame needs --gpu-capture"), &error);
    if (!request.image && request.profile)
        return command_fail("boot", sim_fail(&error, SIM_USAGE, "--profile needs an IMAGE"), &error);
    if (!request.image && (request.uart || request.at != BOOT_NO_ADDRESS || request.entry != BOOT_NO_ADDRESS))
        return command_fail("boot", sim_fail(&error, SIM_USAGE, "--at, --entry and --uart need an IMAGE"), &error);
    if (request.image && request.options.stimulus)
        return command_fail("boot", sim_fail(&error, SIM_USAGE, "--stimulus: the IMAGE is what makes the accesses"),
                            &error);
    if (request.gdb != BOOT_NO_GDB && (!request.image || request.gdb > UINT16_MAX))
        return command_fail(
            "boot", sim_fail(&error, SIM_USAGE, "--gdb: needs an IMAGE, and a port from 0 to %d", UINT16_MAX), &error);
    if (request.gdb != BOOT_NO_GDB && request.profile)
        return command_fail("boot", sim_fail(&error, SIM_USAGE, "--gdb and --profile: one looks at a time"), &error);
    if (threads < 1 || threads > 256)
        return command_fail(
            "boot", sim_fail(&error, SIM_USAGE, "--threads %llu: 1 to 256", (unsigned long long)threads), &error);
    request.frames_when = (enum boot_frames_when)frames_when;
    request.past_deadlock = deadlock == 1;
    request.replay.aggressive = replay == 1;
    request.options.sim.schedule = (enum sim_schedule)schedule;
    request.options.sim.threads = (unsigned)threads;
    request.options.shaders.choice = (enum board_shader_choice)shaders;
    return boot_run(&request);
}
