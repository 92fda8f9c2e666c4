/* cycle360 asm: an assembly source file as bytes, or as a listing. */
#include "board/cli/command.h"
#include "board/cli/options.h"
#include "board/cli/read_file.h"
#include "models/xenon/asm/program.h"
#include "waves/output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum format { LISTING, BINARY, HEX };

enum { WORDS_SHOWN = 16 }; /* of a line that makes many */

static void print_hex(FILE *out, const struct xenon_program *p)
{
    for (size_t at = 0; at < p->size; at += 4) {
        fprintf(out, "%08" PRIx64 ": ", p->base + at);
        for (size_t i = at; i < at + 4 && i < p->size; i++)
            fprintf(out, "%02x", p->bytes[i]);
        fputc('\n', out);
    }
}

/* The bytes of one line, the first four of them beside its text. */
static void print_line(FILE *out, const struct xenon_program *p, uint64_t begin, uint64_t end, unsigned line,
                       const char *text, int length)
{
    unsigned words = 0;
    for (uint64_t at = begin; at < end && words < WORDS_SHOWN; words++) {
        uint64_t stop = at + 4 < end ? at + 4 : end;
        fprintf(out, "%08" PRIx64 "  ", p->base + at);
        for (uint64_t i = at; i < stop; i++)
            fprintf(out, "%02x", p->bytes[i]);
        if (words == 0)
            fprintf(out, "%*s %5u  %.*s", (int)(8 - 2 * (stop - at)), "", line, length, text);
        fputc('\n', out);
        at = stop;
    }
    if (words == 0)
        fprintf(out, "%18s %5u  %.*s\n", "", line, length, text);
    else if (begin + 4 * words < end)
        fprintf(out, "%8s  and %" PRIu64 " bytes more\n", "", end - begin - 4 * words);
}

static void print_listing(FILE *out, const struct xenon_program *p, const char *text)
{
    size_t entry = 0;
    unsigned line = 1;
    for (const char *at = text; *at != '\0'; line++) {
        size_t length = strcspn(at, "\n");
        uint64_t begin = 0, end = 0;
        if (entry < p->lines && p->line[entry].line == line) {
            begin = p->line[entry++].address - p->base;
            end = entry < p->lines ? p->line[entry].address - p->base : p->size;
        }
        int shown = (int)(length < 200 ? length : 200);
        if (shown > 0 && at[shown - 1] == '\r')
            shown--;
        print_line(out, p, begin, end, line, at, shown);
        at += length + (at[length] == '\n');
    }
    if (p->symbols > 0)
        fprintf(out, "\n");
    for (size_t i = 0; i < p->symbols; i++)
        fprintf(out, "%08" PRIx64 "  %s\n", p->symbol[i].value, p->symbol[i].name);
}

static void print(FILE *out, const struct xenon_program *p, enum format format, const char *text)
{
    if (format == BINARY)
        fwrite(p->bytes, 1, p->size, out);
    else if (format == HEX)
        print_hex(out, p);
    else
        print_listing(out, p, text);
}

/* Into a file that is whole or not there. */
static enum sim_status write_output(const char *path, const struct xenon_program *p, enum format format,
                                    const char *text, struct sim_error *error)
{
    struct waves_output output;
    char *made = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&made, &size);

    if (memory == NULL)
        return sim_fail(error, SIM_HOST, "memory is short");
    print(memory, p, format, text);
    if (fclose(memory) != 0) {
        free(made);
        return sim_fail(error, SIM_HOST, "memory is short");
    }
    enum sim_status status = waves_output_open(&output, path, false, error);
    if (status == SIM_OK) {
        waves_output_write(&output, made, size);
        status = waves_output_close(&output, true, error);
    }
    free(made);
    return status;
}

int cmd_asm(int argc, char **argv)
{
    unsigned format = UINT32_MAX;
    const char *output = NULL;
    uint64_t base = 0x82010000;
    const struct option option[] = {
        {"output", OPTION_STRING, &output, "FILE", "where to write; default standard output"},
        {"base", OPTION_COUNT, &base, "ADDRESS", "where the first byte will lie; default 0x82010000"},
        {"format", OPTION_CHOICE, &format, "listing|bin|hex", "default bin into a file, listing otherwise"},
    };
    const struct usage usage = {
        .command = "asm",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Assembles a source file as people write them for GNU as, VMX128 included; - is standard input. "
                   "docs/isa.md says what it takes.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 asm loop.s\n"
                    "cycle360 asm loop.s --base 0x80000000 --output loop.bin\n"
                    "echo 'vmaddfp128 v33, v64, v96' | cycle360 asm - --format hex\n",
    };
    struct xenon_program program;
    struct whole_file source;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (format == UINT32_MAX)
        format = output != NULL ? BINARY : LISTING;
    enum sim_status status = read_file(argv[1], 0, UINT64_MAX, XENON_SOURCE_MAX, &source, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    status = xenon_assemble(&program, argv[1], source.text, source.size, base, &error);
    if (status == SIM_OK && output != NULL)
        status = write_output(output, &program, (enum format)format, source.text, &error);
    else if (status == SIM_OK)
        print(stdout, &program, (enum format)format, source.text);
    if (status != SIM_OK)
        command_fail(usage.command, status, &error);
    for (size_t i = 0; i < program.furthers; i++)
        command_fail(usage.command, status, &program.further[i]);
    if (program.furthers == XENON_ERRORS_FURTHER)
        fprintf(stderr, "cycle360 asm: and perhaps more.\n");
    xenon_program_free(&program);
    free(source.text);
    return (int)status;
}
