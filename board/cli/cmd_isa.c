/* cycle360 isa: the table of instructions, for reading. */
#include "board/cli/command.h"
#include "board/cli/isa_print.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "models/xenon/isa/asm_insn.h"
#include "models/xenon/isa/forms.h"
#include "models/xenon/isa/settings.h"

#include <fnmatch.h>
#include <string.h>

/* Which rows are meant: by their own name, by an alias's, or by one with suffixes. */
static size_t choose(const char *pattern, bool chosen[XENON_OP_COUNT])
{
    size_t count = 0;
    uint32_t bits;
    memset(chosen, 0, XENON_OP_COUNT * sizeof *chosen);
    for (size_t i = 1; i < xenon_forms; i++) {
        if (fnmatch(pattern, xenon_form_mnemonic(i), 0) != 0 && !xenon_form_reads(i, pattern, strlen(pattern), &bits))
            continue;
        count += !chosen[xenon_form_op(i)];
        chosen[xenon_form_op(i)] = true;
    }
    return count;
}

static void print_table(const bool chosen[XENON_OP_COUNT])
{
    char syntax[ISA_SYNTAX_MAX];
    int group = -1;
    for (enum xenon_op op = 1; op < XENON_OP_COUNT; op++) {
        const struct xenon_op_info *info = &xenon_op_info[op];
        if (!chosen[op])
            continue;
        if (group != (int)info->group) /* some groups are in several places of the table */
            printf("%s%s\n", group < 0 ? "" : "\n", isa_group_name(info->group));
        group = (int)info->group;
        printf("  %-13s %-32s %s\n", info->mnemonic, isa_syntax(op, syntax), info->meaning);
    }
}

static void print_details(const bool chosen[XENON_OP_COUNT])
{
    bool first = true;
    for (enum xenon_op op = 1; op < XENON_OP_COUNT; op++)
        if (chosen[op]) {
            printf("%s", first ? "" : "\n");
            isa_print_row(stdout, op);
            first = false;
        }
}

static void print_json(const bool chosen[XENON_OP_COUNT])
{
    bool first = true;
    printf("{\"instructions\": [");
    for (enum xenon_op op = 1; op < XENON_OP_COUNT; op++)
        if (chosen[op]) {
            printf("%s\n  ", first ? "" : ",");
            isa_print_row_json(stdout, op);
            first = false;
        }
    printf("\n]}\n");
}

static void print_settings(bool json)
{
    if (json)
        printf("{\"settings\": [");
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++) {
        const struct xenon_isa_setting_info *s = &xenon_isa_setting_info[i];
        if (!json) {
            printf("%s%s = %s (or %s)\n    %s\n    %s: %s\n", i == 0 ? "" : "\n", s->name, s->usual, s->other, s->note,
                   s->confidence, s->source);
            continue;
        }
        const char *const member[][2] = {{"name", s->name},     {"usual", s->usual},
                                         {"other", s->other},   {"confidence", s->confidence},
                                         {"source", s->source}, {"note", s->note}};
        printf("%s\n  {", i == 0 ? "" : ",");
        for (unsigned k = 0; k < sizeof member / sizeof *member; k++) {
            printf("%s\"%s\": ", k == 0 ? "" : ", ", member[k][0]);
            json_text(stdout, member[k][1]);
        }
        printf("}");
    }
    if (json)
        printf("\n]}\n");
}

int cmd_isa(int argc, char **argv)
{
    bool json = false, settings = false, chosen[XENON_OP_COUNT];
    const struct option option[] = {
        {"settings", OPTION_FLAG, &settings, NULL, "what is not known of the instructions, and what is assumed"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "isa",
        .operands = "[MNEMONIC|GLOB]",
        .operands_max = 1,
        .summary = "The processor's instructions: all of them, those whose mnemonics or simplified mnemonics match, or "
                   "everything about one.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 isa rlwinm\n"
                    "cycle360 isa 'vpk*128'\n"
                    "cycle360 isa --json | jq -r '.instructions[] | select(.group == \"VMX128\") | .mnemonic'\n",
    };
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (settings) {
        print_settings(json);
        return SIM_OK;
    }
    const char *pattern = argc > 1 ? argv[1] : "*";
    bool glob = strpbrk(pattern, "*?[") != NULL;
    if (choose(pattern, chosen) == 0) {
        const char *nearest = glob ? NULL : xenon_nearest_mnemonic((struct xenon_slice){pattern, strlen(pattern)});
        enum sim_status status = sim_fail(&error, SIM_USAGE, "there is no instruction %s%s%s", pattern,
                                          nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "");
        return command_fail(usage.command, status, &error);
    }
    if (json)
        print_json(chosen);
    else if (glob)
        print_table(chosen);
    else
        print_details(chosen);
    return SIM_OK;
}
