/* cycle360 shader opencl and devices: what runs shaders faster, and what it is given to run. */
#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/cli/shader.h"
#include "board/shader_backend.h"

#include <inttypes.h>
#include <stdlib.h>

int cmd_shader_opencl(int argc, char **argv)
{
    struct shader_file_options from = SHADER_FILE_OPTIONS;
    const struct option option[] = {SHADER_FILE_OPTION_ROWS(from)};
    const struct usage usage = {
        .command = "shader opencl",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Prints the OpenCL C text of a shader program: what a device compiles behind the text of the "
                   "arithmetic. FILE is microcode, a compiled shader's file, or text to be assembled; "
                   "docs/shader-opencl.md says how to read it.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 shader opencl glow.xps\n",
    };
    struct xenos_program program;
    struct sim_error error;
    size_t size;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = shader_read_any(argv[1], &from, &program, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    char *text = xenos_opencl_translate(&program, &size, &error);
    if (text != NULL)
        fwrite(text, 1, size, stdout);
    free(text);
    xenos_program_free(&program);
    return text != NULL ? SIM_OK : command_fail(usage.command, SIM_HOST, &error);
}

static void print_text(unsigned number, const struct xenos_opencl_device *device, bool passes, const char *why)
{
    printf("%u  %s (%s)\n", number, device->name, device->vendor);
    printf("   %s, driver %s\n", device->version, device->driver);
    printf("   %" PRIu32 " units, groups of up to %" PRIu32 ", %" PRIu64 " MiB, %s\n", device->units,
           device->work_group, device->memory >> 20,
           device->ieee ? "floats as IEEE 754 has them" : "floats with guards");
    printf("   self-test %s\n", passes ? "passed" : "failed:");
    if (!passes)
        printf("   %s\n", why);
}

static void print_json(unsigned number, const struct xenos_opencl_device *device, bool passes, const char *why)
{
    static const char *const name[] = {"name", "vendor", "version", "driver"};
    const char *const text[] = {device->name, device->vendor, device->version, device->driver};
    printf("%s\n  {\"device\": %u, ", number > 0 ? "," : "", number);
    for (unsigned i = 0; i < 4; i++) {
        printf("\"%s\": ", name[i]);
        json_text(stdout, text[i]);
        printf(", ");
    }
    printf("\"units\": %" PRIu32 ", \"work_group\": %" PRIu32 ", \"memory\": %" PRIu64
           ", \"ieee\": %s, \"self_test\": \"%s\"",
           device->units, device->work_group, device->memory, device->ieee ? "true" : "false",
           passes ? "passed" : "failed");
    if (!passes) {
        printf(", \"why\": ");
        json_text(stdout, why);
    }
    printf("}");
}

int cmd_shader_devices(int argc, char **argv)
{
    const char *folder = NULL;
    bool json = false;
    const struct option option[] = {
        SHADER_CACHE_OPTION_ROW(folder),
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "shader devices",
        .summary = "Lists the OpenCL devices of this computer, and whether each computes what the interpreter does: "
                   "every opcode on 1,000 sets of operands.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 shader devices\n"
                    "cycle360 shader devices --json | jq '.devices[].name'\n",
    };
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    char path[PATH_MAX];
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    unsigned devices = xenos_opencl_devices(device);
    const char *cache = devices > 0 ? board_shader_cache(folder, path) : NULL;
    if (json)
        printf("{\"devices\": [");
    else if (devices == 0)
        printf("no OpenCL device\n");
    for (unsigned i = 0; i < devices; i++) {
        struct xenos_opencl *opencl;
        struct sim_error why = {""};
        bool passes = xenos_opencl_open(&opencl, (int)i, cache, &why) == SIM_OK;
        (json ? print_json : print_text)(i, &device[i], passes, why.text);
        xenos_opencl_close(opencl);
    }
    printf("%s", json ? "]}\n" : "");
    return SIM_OK;
}
