/* cycle360 kernel exports|kit: what titles import, and what it takes to compile one. */
#include "board/cli/command.h"
#include "board/cli/exports_print.h"
#include "board/cli/options.h"
#include "kernel-hle/guest/kit.h"
#include "waves/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum sim_status read_module(const char *text, enum hle_module *module, struct sim_error *error)
{
    *module = text != NULL ? hle_module_find(text) : HLE_MODULES;
    if (text == NULL || *module < HLE_MODULES)
        return SIM_OK;
    return sim_fail(error, SIM_USAGE, "--module %s: it is xboxkrnl, xam or xbdm", text);
}

static enum sim_status read_group(const char *text, enum hle_group *group, struct sim_error *error)
{
    char names[384] = "";
    for (*group = 0; text != NULL && *group < HLE_GROUPS; ++*group) {
        if (strcmp(hle_group_info[*group].name, text) == 0)
            return SIM_OK;
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", *group > 0 ? ", " : "",
                 hle_group_info[*group].name);
    }
    *group = HLE_GROUPS;
    return text == NULL ? SIM_OK : sim_fail(error, SIM_USAGE, "--group %s: the groups are %s", text, names);
}

static int exports(int argc, char **argv)
{
    const char *module = NULL, *group = NULL;
    bool json = false;
    const struct option option[] = {
        {"module", OPTION_STRING, &module, "NAME", "only of xboxkrnl, xam or xbdm"},
        {"group", OPTION_STRING, &group, "NAME",
         "only of a group: threading, memory, object, debug, rtl, io, video ..."},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output, with every argument's place"},
    };
    const struct usage usage = {
        .command = "kernel exports",
        .operands = "[NAME|GLOB]",
        .operands_max = 1,
        .summary =
            "What titles import from the kernel's modules: ordinals, arguments, what a call costs, and whether the "
            "kernel has it. Of one export everything is printed, with the place of each argument.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 kernel exports --module xboxkrnl --group threading\n"
                    "cycle360 kernel exports NtCreateFile\n"
                    "cycle360 kernel exports --json | jq -r '.exports[] | select(.state == \"absent\") | .name'\n",
    };
    struct exports_choice choice;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = read_module(module, &choice.module, &error);
    if (status == SIM_OK)
        status = read_group(group, &choice.group, &error);
    choice.pattern = argc > 1 ? argv[1] : "*";
    if (status == SIM_OK && exports_count(&choice) == 0)
        status = sim_fail(&error, SIM_USAGE, "no export is called %s%s", choice.pattern,
                          module != NULL || group != NULL ? " there" : "");
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    if (json)
        exports_print_json(stdout, &choice);
    else if (strpbrk(choice.pattern, "*?[") != NULL)
        exports_print_table(stdout, &choice);
    else
        exports_print_details(stdout, &choice);
    return SIM_OK;
}

/* Into a file that is whole or not there. */
static enum sim_status write_file(const char *folder, unsigned index, struct sim_error *error)
{
    struct waves_output output;
    char *path = NULL, *text = NULL;
    size_t size = 0;
    enum sim_status status = SIM_HOST;
    FILE *memory = open_memstream(&text, &size);
    if (memory != NULL)
        hle_kit_write(memory, index);
    if (memory == NULL || fclose(memory) != 0 || asprintf(&path, "%s/%s", folder, hle_kit_name(index)) < 0)
        sim_fail(error, SIM_HOST, "memory is short");
    else
        status = waves_output_open(&output, path, false, error);
    if (status == SIM_OK) {
        waves_output_write(&output, text, size);
        status = waves_output_close(&output, true, error);
    }
    free(path);
    free(text);
    return status;
}

static int kit(int argc, char **argv)
{
    const char *folder = NULL;
    const struct option option[] = {
        {"o", OPTION_STRING, &folder, "DIR", "where the files go; made if it is not there"},
    };
    const struct usage usage = {
        .command = "kernel kit",
        .operands = "-o DIR",
        .summary =
            "Writes what it takes to compile a title with a GCC for PowerPC: the kernel's prototypes, stubs for all "
            "exports, start-up code, a linker script, and make_title, which does it. docs/guest-programs.md.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 kernel kit -o kit && bash kit/make_title hello.xex hello.c\n",
    };
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = SIM_OK;
    if (folder == NULL)
        status = sim_fail(&error, SIM_USAGE, "-o DIR is missing: where are the files to go?");
    else if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        status = sim_fail(&error, SIM_HOST, "%s: %s", folder, strerror(errno));
    for (unsigned i = 0; i < HLE_KIT_FILES && status == SIM_OK; i++)
        status = write_file(folder, i, &error);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}

int cmd_kernel(int argc, char **argv)
{
    static const struct command commands[] = {
        {"exports", "what titles import: ordinals, arguments, costs, and what the kernel has", exports},
        {"kit", "writes what it takes to compile a title", kit},
    };
    static const struct command_family family = {
        .name = "cycle360 kernel",
        .summary = "The kernel that titles see.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
