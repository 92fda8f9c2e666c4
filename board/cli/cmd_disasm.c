/* cycle360 disasm: words as instructions. */
#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/cli/read_file.h"
#include "models/xenon/isa/disasm.h"
#include "models/xenon/isa/isa.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { LARGEST = 256 << 20 };

struct printing {
    bool json, source, first;
    unsigned flags;
};

static void print_word(struct printing *p, uint64_t address, uint32_t word)
{
    char text[XENON_DISASSEMBLY_MAX];
    xenon_disassemble(text, sizeof text, word, address, p->flags);
    if (p->json) {
        printf("%s\n  {\"address\": %" PRIu64 ", \"word\": \"%08" PRIx32 "\", \"row\": ", p->first ? "" : ",", address,
               word);
        json_text(stdout, xenon_op_info[xenon_op_of(word)].mnemonic);
        printf(", \"text\": ");
        json_text(stdout, text);
        printf("}");
    } else if (p->source) {
        printf("\t%s\n", text);
    } else {
        printf("%08" PRIx64 "  %08" PRIx32 "  %s\n", address, word, text);
    }
    p->first = false;
}

static void print_rest(struct printing *p, uint64_t address, const uint8_t *bytes, size_t count)
{
    if (p->json)
        return; /* no words */
    for (size_t i = 0; i < count; i++)
        if (p->source)
            printf("\t.byte 0x%02x\n", bytes[i]);
        else
            printf("%08" PRIx64 "  %02x        .byte 0x%02x\n", address + i, bytes[i], bytes[i]);
}

static void print_bytes(struct printing *p, uint64_t base, const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    for (; size - at >= 4; at += 4)
        print_word(p, base + at,
                   (uint32_t)bytes[at] << 24 | (uint32_t)bytes[at + 1] << 16 | (uint32_t)bytes[at + 2] << 8 |
                       bytes[at + 3]);
    print_rest(p, base + at, bytes + at, size - at);
}

static enum sim_status read_word(const char *text, uint32_t *word, struct sim_error *error)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 16);
    if (text[0] == '-' || text[0] == '\0' || *end != '\0' || errno != 0 || value > UINT32_MAX)
        return sim_fail(error, SIM_USAGE, "--word takes a hexadecimal number of 32 bits, not %s", text);
    *word = (uint32_t)value;
    return SIM_OK;
}

int cmd_disasm(int argc, char **argv)
{
    struct option_list words = {0};
    uint64_t base = 0x82010000, offset = 0, size = UINT64_MAX;
    bool basic = false;
    struct printing printing = {.first = true};
    const struct option option[] = {
        {"word", OPTION_LIST, &words, "HEX", "a word instead of a file; may be repeated"},
        {"base", OPTION_COUNT, &base, "ADDRESS", "where the first word stands; default 0x82010000"},
        {"offset", OPTION_COUNT, &offset, "BYTES", "leaves out so much of the file"},
        {"size", OPTION_COUNT, &size, "BYTES", "takes no more than this of it"},
        {"no-aliases", OPTION_FLAG, &basic, NULL, "no simplified mnemonics, no names of special purpose registers"},
        {"source", OPTION_FLAG, &printing.source, NULL, "the text alone, which assembles to the same words"},
        {"json", OPTION_FLAG, &printing.json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "disasm",
        .operands = "[FILE]",
        .operands_max = 1,
        .summary = "Disassembles the big-endian words of a file; - is standard input.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 disasm --word 142004d7 --word 7fffaa14\n"
                    "cycle360 disasm loop.bin --base 0x80000000\n"
                    "cycle360 disasm image.bin --offset 0x3000 --size 0x100 --json | jq -r '.instructions[].text'\n",
    };
    struct whole_file file = {0};
    struct sim_error error;
    uint32_t word[OPTION_LIST_MAX];
    enum sim_status status = SIM_OK;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    printing.flags = basic ? XENON_DISASSEMBLE_BASIC : 0;
    if ((argc > 1) == (words.count > 0))
        status = sim_fail(&error, SIM_USAGE, "a file goes here, or --word");
    for (unsigned i = 0; status == SIM_OK && i < words.count; i++)
        status = read_word(words.item[i], &word[i], &error);
    if (status == SIM_OK && argc > 1)
        status = read_file(argv[1], offset, size, LARGEST, &file, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);

    if (printing.json)
        printf("{\"base\": %" PRIu64 ", \"instructions\": [", base);
    for (unsigned i = 0; i < words.count; i++)
        print_word(&printing, base + 4 * i, word[i]);
    print_bytes(&printing, base, (const uint8_t *)file.text, file.size);
    if (printing.json)
        printf("\n]}\n");
    free(file.text);
    return SIM_OK;
}
