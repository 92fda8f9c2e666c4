/* The coverage report: each row of the instruction table, decoded, disassembled, reassembled to the same bits with
 * random operands, and how often which oracle checked its execution. A row counts as one test, which fails when a word
 * does not come back or nobody checked it.
 *
 *   isa_coverage [--words N] [--seed N] [--quiet] NAME=FILE...
 *
 * FILE is what --coverage of isa_qemu and isa_reference_check leave ("ADD": 12 a line), or a folder of annotated tests
 * named after their rows (addic_dot.s), whose tests are counted; such a folder must have some for every row. */
#include "models/xenon/isa/asm_insn.h"
#include "models/xenon/isa/disasm.h"
#include "models/xenon/isa/isa.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ORACLES_MAX = 8, COLUMN = 12 };

struct oracle {
    const char *name;
    bool suite; /* a folder of tests: it must have some for each row */
    uint64_t count[XENON_OP_COUNT];
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545F4914F6CDD1D);
}

/* A word of the row: any operands, any flags, reserved bits 0. */
static uint32_t random_word(const struct xenon_op_info *info, uint64_t *random)
{
    static const struct {
        unsigned flag, bit;
    } flags[] = {{XENON_RC, 31}, {XENON_OE, 21}, {XENON_LK, 31}, {XENON_AA, 30}, {XENON_RC21, 21}, {XENON_RC25, 25}};
    uint32_t word = info->match;
    for (unsigned i = 0; i < info->operands; i++) {
        uint32_t any = (uint32_t)(next_random(random) >> 32);
        word = xenon_operand_put(info->operand[i], word, xenon_operand_get(info->operand[i], any));
    }
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        if (info->flags & flags[i].flag && next_random(random) >> 63)
            word |= UINT32_C(1) << (31 - flags[i].bit);
    return word;
}

static const char *knows_no_names(void *self, struct xenon_slice name, int64_t *value)
{
    (void)self, (void)name;
    *value = 0;
    return "is not defined";
}

/* Disassembled and assembled again; says on stdout what went wrong. */
static bool comes_back(uint32_t word, unsigned flags)
{
    const uint64_t pc = 0x82010000;
    const struct xenon_scope scope = {.find = knows_no_names, .pc = pc};
    char text[XENON_DISASSEMBLY_MAX];
    struct xenon_mistake mistake = {0};
    uint32_t again = 0;

    size_t length = xenon_disassemble(text, sizeof text, word, pc, flags);
    if (!xenon_assemble_insn(&scope, (struct xenon_slice){text, length}, &again, &mistake)) {
        printf("%08x: '%s' does not assemble: %s\n", word, text, mistake.error.text);
        return false;
    }
    if (again != word)
        printf("%08x: '%s' assembles to %08x\n", word, text, again);
    return again == word;
}

static unsigned words_that_come_back(enum xenon_op op, unsigned words, uint64_t *random)
{
    unsigned good = 0;
    for (unsigned i = 0; i < words; i++) {
        uint32_t word = random_word(&xenon_op_info[op], random);
        good += xenon_op_of(word) == op && comes_back(word, 0) && comes_back(word, XENON_DISASSEMBLE_BASIC);
    }
    return good;
}

static enum xenon_op op_of_id(const char *id)
{
    for (unsigned op = 1; op < XENON_OP_COUNT; op++)
        if (strcmp(xenon_op_info[op].id, id) == 0)
            return op;
    return XENON_OP_ILLEGAL;
}

static bool read_counts(struct oracle *oracle, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[256], id[64];
    unsigned long long count;
    if (file == NULL)
        return false;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, " \"%63[A-Z0-9_]\": %llu", id, &count) == 2)
            oracle->count[op_of_id(id)] += count;
    fclose(file);
    return true;
}

static void count_tests(struct oracle *oracle, const char *folder)
{
    for (unsigned op = 1; op < XENON_OP_COUNT; op++) {
        char path[512], line[1024];
        int name = snprintf(path, sizeof path, "%s/", folder);
        snprintf(path + name, sizeof path - (size_t)name, "%s.s", xenon_op_info[op].id);
        for (char *p = path + name; *p != '\0'; p++)
            *p = (char)tolower((unsigned char)*p);
        FILE *file = fopen(path, "r");
        if (file == NULL)
            continue;
        while (fgets(line, sizeof line, file) != NULL)
            oracle->count[op] += strncmp(line, "test_", 5) == 0;
        fclose(file);
    }
}

static bool read_oracle(struct oracle *oracle, char *argument)
{
    struct stat about;
    char *path = strchr(argument, '=');
    if (path == NULL)
        return false;
    *path++ = '\0';
    oracle->name = argument;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        count_tests(oracle, path);
        oracle->suite = true;
        return true;
    }
    if (read_counts(oracle, path))
        return true;
    fprintf(stderr, "isa_coverage: %s: %s\n", path, strerror(errno));
    return false;
}

static struct oracle oracles[ORACLES_MAX];

int main(int argc, char **argv)
{
    unsigned long words = 100;
    uint64_t random = 1;
    bool quiet = false;
    unsigned count = 0, passed = 0, failed = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--words") == 0 && i + 1 < argc)
            words = strtoul(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            random = strtoull(argv[++i], NULL, 0) * 2 + 1;
        else if (strcmp(argv[i], "--quiet") == 0)
            quiet = true;
        else if (count == ORACLES_MAX || !read_oracle(&oracles[count], argv[i])) {
            fprintf(stderr, "usage: isa_coverage [--words N] [--seed N] [--quiet] NAME=FILE...\n");
            return 2;
        } else
            count++;
    }
    if (!quiet) {
        printf("%-16s %-8s %*s", "instruction", "group", COLUMN, "round trips");
        for (unsigned o = 0; o < count; o++)
            printf(" %*s", COLUMN, oracles[o].name);
        printf("\n");
    }
    for (unsigned op = 1; op < XENON_OP_COUNT; op++) {
        static const char *const group[] = {"int", "branch", "load", "store", "system", "fp", "vmx", "vmx128"};
        unsigned good = words_that_come_back(op, (unsigned)words, &random);
        uint64_t checked = 0;
        bool tested = true;
        for (unsigned o = 0; o < count; o++) {
            checked += oracles[o].suite ? 0 : oracles[o].count[op];
            tested = tested && (!oracles[o].suite || oracles[o].count[op] > 0);
        }
        bool passes = good == words && checked > 0 && tested;
        passed += passes;
        failed += !passes;
        if (quiet && passes)
            continue;
        printf("%-16s %-8s %*u", xenon_op_info[op].mnemonic, group[xenon_op_info[op].group], COLUMN, good);
        for (unsigned o = 0; o < count; o++)
            printf(" %*ju", COLUMN, (uintmax_t)oracles[o].count[op]);
        printf("%s\n", passes         ? ""
                       : checked == 0 ? "  NOT CHECKED"
                       : tested       ? "  DOES NOT COME BACK"
                                      : "  NO TEST OF ITS OWN");
    }
    printf("%u of %u rows: decoded, disassembled, reassembled (%lu words each), executed and checked: %.1f %%\n",
           passed, passed + failed, words, 100.0 * passed / (passed + failed));
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
