/* cycle360 shader: programs of the shader array, as words and as text. */
#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/cli/read_file.h"
#include "board/cli/shader.h"
#include "waves/output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct printing {
    bool json, source, first;
};

static void print_words(const struct xenos_line *line)
{
    unsigned words = line->kind == XENOS_LINE_CF ? 2 : 3;
    for (unsigned i = 0; i < words; i++)
        printf("%s\"%08" PRIx32 "\"", i > 0 ? ", " : "", line->words->word[i]);
}

static void print_json_line(void *self, const struct xenos_line *line)
{
    static const char *const kind[] = {"type", "label", "cf", "serialize", "alu", "fetch", "data"};
    struct printing *p = self;

    printf("%s\n  {\"kind\": \"%s\", \"index\": %u, \"text\": ", p->first ? "" : ",", kind[line->kind], line->index);
    json_text(stdout, line->text);
    if (line->words != NULL) {
        printf(", \"words\": [");
        print_words(line);
        printf("]");
    }
    printf("}");
    p->first = false;
}

/* The second half of an instruction on a line of its own. */
static void print_text_line(void *self, const struct xenos_line *line)
{
    const struct printing *p = self;
    const char *second = strchr(line->text, '\n');
    int length = second != NULL ? (int)(second - line->text) : (int)strlen(line->text);
    bool cf = line->kind == XENOS_LINE_CF, slot = line->words != NULL && !cf;
    unsigned indent = line->kind == XENOS_LINE_TYPE ? 0 : line->kind <= XENOS_LINE_CF ? 4 : 8;

    if (!p->source && cf)
        printf("/* %4u.%u */ ", line->index / 2, line->index % 2);
    else if (!p->source && slot)
        printf("/* %6u */ ", line->index);
    else if (!p->source && line->kind != XENOS_LINE_TYPE)
        printf("%13s", "");
    printf("%*s%.*s\n", (int)indent, "", length, line->text);
    if (second != NULL)
        printf("%*s%s\n", (int)indent + (p->source ? 2 : 15), "", second + 1);
}

static int disasm(int argc, char **argv)
{
    struct shader_file_options from = SHADER_FILE_OPTIONS;
    struct printing printing = {.first = true};
    const struct option option[] = {
        SHADER_FILE_OPTION_ROWS(from),
        {"source", OPTION_FLAG, &printing.source, NULL, "the text without the places of what it shows"},
        {"json", OPTION_FLAG, &printing.json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "shader disasm",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Disassembles a shader program: microcode, or a compiled shader's file (102A11xx); - is standard "
                   "input. What it prints assembles to the same words; docs/shader-isa.md has the syntax.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 shader disasm vs.vsu\n"
                    "cycle360 shader disasm code.bin --endian little --type pixel\n"
                    "cycle360 shader disasm vs.vsu --json | jq -r '.lines[] | select(.kind == \"alu\").text'\n",
    };
    struct xenos_program program;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = shader_read(argv[1], &from, &program, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    if (printing.json)
        printf("{\"type\": \"%s\", \"slots\": %u, \"control_flow\": %u, \"lines\": [",
               program.type == XENOS_VERTEX_SHADER ? "vertex" : "pixel", program.slots, program.cfs);
    xenos_program_list(&program, printing.json ? print_json_line : print_text_line, &printing);
    if (printing.json)
        printf("\n]}\n");
    xenos_program_free(&program);
    return SIM_OK;
}

enum format { HEX, BINARY };

static char *make_output(const struct xenos_program *p, enum format format, unsigned little, size_t *size)
{
    char *made = NULL;
    FILE *memory = open_memstream(&made, size);
    if (memory == NULL)
        return NULL;
    for (unsigned i = 0; i < p->slots; i++) {
        const uint32_t *w = p->slot[i].word;
        if (format == HEX)
            fprintf(memory, "%08" PRIX32 " %08" PRIX32 " %08" PRIX32 "\n", w[0], w[1], w[2]);
        for (unsigned k = 0; format == BINARY && k < 12; k++)
            fputc((int)(w[k / 4] >> 8 * (little ? k % 4 : 3 - k % 4) & 0xFF), memory);
    }
    if (fclose(memory) == 0)
        return made;
    free(made);
    return NULL;
}

static int assemble(int argc, char **argv)
{
    unsigned format = UINT32_MAX, endian = 0;
    const char *output = NULL;
    const struct option option[] = {
        {"output", OPTION_STRING, &output, "FILE", "where to write; default standard output"},
        {"endian", OPTION_CHOICE, &endian, "big|little", "the order of a word's bytes; default big, the console's"},
        {"format", OPTION_CHOICE, &format, "hex|bin", "default bin into a file, hex otherwise"},
    };
    const struct usage usage = {
        .command = "shader asm",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Assembles a shader program into microcode; - is standard input. docs/shader-isa.md has the syntax.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 shader asm glow.xps\n"
                    "cycle360 shader disasm vs.vsu | cycle360 shader asm - --output vs.bin\n",
    };
    struct xenos_program program;
    struct whole_file file;
    struct sim_error error;
    size_t size = 0;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (format == UINT32_MAX)
        format = output != NULL ? BINARY : HEX;
    enum sim_status status = read_file(argv[1], 0, UINT64_MAX, XENOS_SHADER_FILE_MAX, &file, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    status = xenos_program_assemble(&program, argv[1], file.text, file.size, &error);
    char *made = status == SIM_OK ? make_output(&program, (enum format)format, endian, &size) : NULL;
    if (status == SIM_OK && made == NULL)
        status = sim_fail(&error, SIM_HOST, "memory is short");
    if (status == SIM_OK && output == NULL)
        fwrite(made, 1, size, stdout);
    if (status == SIM_OK && output != NULL) {
        struct waves_output file_out;
        status = waves_output_open(&file_out, output, false, &error);
        if (status == SIM_OK) {
            waves_output_write(&file_out, made, size);
            status = waves_output_close(&file_out, true, &error);
        }
    }
    free(made);
    free(file.text);
    xenos_program_free(&program);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}

int cmd_shader(int argc, char **argv)
{
    static const struct command commands[] = {
        {"disasm", "disassembles a program", disasm},
        {"asm", "assembles a program", assemble},
        {"run", "runs a program once, for one vertex or pixel", cmd_shader_run},
        {"opencl", "prints the OpenCL C text of a program", cmd_shader_opencl},
        {"devices", "lists OpenCL devices, and tries them", cmd_shader_devices},
    };
    static const struct command_family family = {
        .name = "cycle360 shader",
        .summary = "Programs of the graphics processor's shader array.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
