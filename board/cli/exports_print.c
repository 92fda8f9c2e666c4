#include "board/cli/exports_print.h"

#include "board/cli/json.h"
#include "kernel-hle/exports/signature.h"

#include <fnmatch.h>
#include <inttypes.h>

static bool is_chosen(const struct exports_choice *choice, enum hle_module module, const struct hle_export *row)
{
    return (choice->module == HLE_MODULES || choice->module == module) &&
           (choice->group == HLE_GROUPS || choice->group == row->group) && fnmatch(choice->pattern, row->name, 0) == 0;
}

static size_t count_of(const struct exports_choice *choice, enum hle_module module)
{
    size_t count = 0;
    for (size_t i = 0; i < hle_exports[module].rows; i++)
        count += is_chosen(choice, module, &hle_exports[module].row[i]);
    return count;
}

size_t exports_count(const struct exports_choice *choice)
{
    size_t count = 0;
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        count += count_of(choice, module);
    return count;
}

/* "status (handle event)", "?" where nobody knows, "24 bytes" of a variable. */
static void print_declaration(FILE *out, const struct hle_export *row)
{
    if (row->kind == HLE_VARIABLE && row->size == 0)
        fputs("variable", out);
    else if (row->kind == HLE_VARIABLE)
        fprintf(out, "variable of %u bytes", row->size);
    else if (row->result == HLE_TYPE_unknown)
        fputs(row->arguments, out);
    else
        fprintf(out, "%s (%s)", hle_type_info[row->result].name, row->arguments);
}

void exports_print_table(FILE *out, const struct exports_choice *choice)
{
    for (enum hle_module module = 0; module < HLE_MODULES; module++) {
        const struct hle_exports *exports = &hle_exports[module];
        unsigned functions = 0, known = 0, handled = 0;
        size_t count = count_of(choice, module);
        if (count == 0)
            continue;
        fprintf(out, "%s\n", exports->file);
        for (size_t i = 0; i < exports->rows; i++) {
            const struct hle_export *row = &exports->row[i];
            if (!is_chosen(choice, module, row))
                continue;
            functions += row->kind == HLE_FUNCTION;
            known += row->basis != HLE_BASIS_none;
            handled += row->state == HLE_STATE_handled;
            fprintf(out, "  %03X  %-42s %-11s ", row->ordinal, row->name, hle_group_info[row->group].name);
            if (row->kind == HLE_FUNCTION)
                fprintf(out, "%5" PRIu32, hle_export_cost(module, row).cycles);
            else
                fprintf(out, "%5s", "-");
            fprintf(out, "  %-7s  ", hle_state_name(row->state));
            print_declaration(out, row);
            fputc('\n', out);
        }
        fprintf(out, "exports %zu: functions %u (arguments known of %u), variables %zu; handled %u\n", count, functions,
                known, count - functions, handled);
    }
}

static void print_arguments(FILE *out, const struct hle_signature *signature)
{
    char place[HLE_PLACE_TEXT];
    struct hle_placing placing = hle_placing_begin(HLE_CONVENTION_console);
    for (unsigned i = 0; i < signature->arguments; i++) {
        const struct hle_argument *argument = &signature->argument[i];
        const struct hle_type_info *type = &hle_type_info[argument->type];
        hle_place_next(&placing, type->width);
        fprintf(out, "    %-8s %s: %s: %s\n",
                hle_place_print(place, HLE_CONVENTION_console, argument->place[HLE_CONVENTION_console], type->width),
                argument->name, type->name, type->meaning);
    }
    if (signature->variadic)
        fprintf(out, "    %-8s and on, one of 64 bits for each further argument\n",
                hle_place_print(place, HLE_CONVENTION_console, hle_place_next(&placing, HLE_WIDE), HLE_WIDE));
}

static void print_export(FILE *out, enum hle_module module, const struct hle_export *row)
{
    struct hle_cost cost = hle_export_cost(module, row);
    fprintf(out, "%s: %s 0x%03X, ", row->name, hle_exports[module].file, row->ordinal);
    print_declaration(out, row);
    fprintf(out, "\n  group %s: %s\n  state %s\n", hle_group_info[row->group].name, hle_group_info[row->group].what,
            hle_state_name(row->state));
    if (row->kind == HLE_VARIABLE)
        return;
    struct hle_signature signature;
    hle_signature_read(&signature, row);
    fprintf(out, "  cost %" PRIu32 " cycles (%s: %s)\n  arguments (basis %s)\n", cost.cycles, cost.confidence,
            cost.source, hle_basis_name(row->basis));
    print_arguments(out, &signature);
    if (row->state == HLE_STATE_absent)
        fprintf(out, "  returns 0x%08" PRIX32 " while it is absent\n", hle_type_info[row->result].absent);
}

void exports_print_details(FILE *out, const struct exports_choice *choice)
{
    bool first = true;
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++)
            if (is_chosen(choice, module, &hle_exports[module].row[i])) {
                fputs(first ? "" : "\n", out);
                print_export(out, module, &hle_exports[module].row[i]);
                first = false;
            }
}

static void print_function_json(FILE *out, enum hle_module module, const struct hle_export *row)
{
    struct hle_cost cost = hle_export_cost(module, row);
    struct hle_signature signature;
    hle_signature_read(&signature, row);
    fprintf(out, ", \"result\": \"%s\", \"known\": %s, \"variadic\": %s, \"arguments\": [",
            hle_type_info[row->result].name, signature.known ? "true" : "false", signature.variadic ? "true" : "false");
    for (unsigned i = 0; i < signature.arguments; i++) {
        const struct hle_argument *argument = &signature.argument[i];
        const struct hle_type_info *type = &hle_type_info[argument->type];
        char place[HLE_PLACE_TEXT];
        fprintf(out, "%s{\"name\": \"%s\", \"type\": \"%s\", \"place\": \"%s\"}", i > 0 ? ", " : "", argument->name,
                type->name,
                hle_place_print(place, HLE_CONVENTION_console, argument->place[HLE_CONVENTION_console], type->width));
    }
    fprintf(out, "], \"basis\": \"%s\", \"cycles\": %" PRIu32 ", \"confidence\": \"%s\", \"source\": ",
            hle_basis_name(row->basis), cost.cycles, cost.confidence);
    json_text(out, cost.source);
}

void exports_print_json(FILE *out, const struct exports_choice *choice)
{
    bool first = true;
    fputs("{\"exports\": [", out);
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++) {
            const struct hle_export *row = &hle_exports[module].row[i];
            if (!is_chosen(choice, module, row))
                continue;
            fprintf(out,
                    "%s\n  {\"module\": \"%s\", \"ordinal\": %u, \"name\": \"%s\", \"kind\": \"%s\", \"group\": \"%s\"",
                    first ? "" : ",", hle_exports[module].file, row->ordinal, row->name,
                    row->kind == HLE_FUNCTION ? "function" : "variable", hle_group_info[row->group].name);
            if (row->kind == HLE_FUNCTION)
                print_function_json(out, module, row);
            else
                fprintf(out, ", \"size\": %u", row->size);
            fprintf(out, ", \"state\": \"%s\"}", hle_state_name(row->state));
            first = false;
        }
    fputs("\n]}\n", out);
}
