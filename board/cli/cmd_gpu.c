/* cycle360 gpu regs|replay: the graphics chip's registers, and what its command processor did. */
#include "board/cli/command.h"
#include "board/cli/gpu_registers.h"
#include "board/cli/gpu_replay.h"
#include "board/cli/options.h"

#include <stdio.h>

static int regs(int argc, char **argv)
{
    uint64_t value = UINT64_MAX;
    bool json = false, fields = false;
    const struct option option[] = {
        {"value", OPTION_COUNT, &value, "VALUE", "takes this value of the register apart"},
        {"fields", OPTION_FLAG, &fields, NULL, "with the fields of each"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object, fields and sources included"},
    };
    const struct usage usage = {
        .command = "gpu regs",
        .operands = "[WHICH]",
        .operands_max = 1,
        .summary =
            "The graphics chip's registers: number, place, unit, reset value, name and what is to be known. WHICH "
            "is a glob of names, a register's number, or the address at which the processor reaches it.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 gpu regs 'CP_RB_*' --fields\n"
                    "cycle360 gpu regs 0x7FC80714\n"
                    "cycle360 gpu regs RBBM_STATUS --value 0x80010000\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    const char *which = argc > 1 ? argv[1] : "*";
    if (value != UINT64_MAX && value > UINT32_MAX)
        return command_fail(usage.command, sim_fail(&error, SIM_USAGE, "--value: registers have 32 bits"), &error);
    bool found = value != UINT64_MAX ? gpu_registers_print_value(stdout, which, (uint32_t)value)
                 : json              ? gpu_registers_print_json(stdout, which)
                                     : gpu_registers_print(stdout, which, fields);
    return found
               ? SIM_OK
               : command_fail(usage.command, sim_fail(&error, SIM_USAGE, "no register is meant by %s", which), &error);
}

static int replay(int argc, char **argv)
{
    struct gpu_replay what = {0};
    const struct option option[] = {
        {"set", OPTION_LIST, &what.set, "KEY=VALUE",
         "plays it with another key of the board, to see where that is felt first; may be repeated"},
        {"json", OPTION_FLAG, &what.json, NULL, "one JSON object"},
    };
    const struct usage usage = {
        .command = "gpu replay",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary =
            "Has the command processor do again what boot --gpu-capture has written, alone, and compares all that "
            "it says to memory, display and processors, and when. Exit code 1 where it does something else.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 boot title.xex --gpu-capture frame.tape.gz --gpu-capture-frame 20 --until vblank:22\n"
                    "cycle360 gpu replay frame.tape.gz\n"
                    "cycle360 gpu replay frame.tape.gz --set xenos.cp_me_packet=5\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    what.path = argv[1];
    enum sim_status status = gpu_replay(&what, &error);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}

int cmd_gpu(int argc, char **argv)
{
    static const struct command commands[] = {
        {"replay", "has the command processor do a captured frame again", replay},
        {"regs", "lists registers and their fields, and takes values apart", regs},
    };
    static const struct command_family family = {
        .name = "cycle360 gpu",
        .summary = "Looks at the graphics chip.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
