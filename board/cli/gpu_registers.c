#include "board/cli/gpu_registers.h"

#include "board/cli/json.h"
#include "models/xenos/registers/registers.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>

enum { TITLE_BASE = 0x7FC80000, REAL_BASE = 0xEC800000, APERTURE = 0x10000 };

/* An index, or an address at which the processor reaches the register. */
static bool read_index(const char *text, uint32_t *index)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    unsigned long long number = strtoull(text, &end, 0);
    if (*end != '\0')
        return false;
    const unsigned long long bases[] = {TITLE_BASE, REAL_BASE};
    for (unsigned i = 0; i < 2; i++)
        if (number >= bases[i] && number < bases[i] + APERTURE)
            number = (number - bases[i]) / 4;
    *index = number < XENOS_REGISTERS ? (uint32_t)number : XENOS_REGISTERS;
    return true;
}

static bool is_meant(const struct xenos_register_info *reg, const char *which)
{
    uint32_t index;
    if (read_index(which, &index))
        return xenos_register_at(index) == reg;
    return fnmatch(which, reg->name, 0) == 0;
}

static const char *access_name(const struct xenos_register_info *reg)
{
    return reg->access == XENOS_RW ? "rw" : reg->access == XENOS_READ ? "r" : "w";
}

static void print_bits(FILE *file, const struct xenos_register_field *field)
{
    if (field->high == field->low)
        fprintf(file, "%u", field->high);
    else
        fprintf(file, "%u:%u", field->high, field->low);
}

static void print_fields(FILE *file, const struct xenos_register_info *reg)
{
    for (const struct xenos_register_field *field = reg->field; field->name; field++) {
        fprintf(file, "      %-28s ", field->name);
        print_bits(file, field);
        fputc('\n', file);
    }
}

static void print_row(FILE *file, const struct xenos_register_info *reg)
{
    char name[64];
    bool array = reg->first != reg->last;
    fprintf(file, "%04X  %05X  %-4s %-2s ", reg->first, 4 * reg->first, reg->unit, access_name(reg));
    if (array)
        snprintf(name, sizeof name, "%s[%u]", reg->name, reg->last - reg->first + 1);
    else
        snprintf(name, sizeof name, "%s", reg->name);
    if (array)
        fprintf(file, "%8s", "");
    else
        fprintf(file, "%08" PRIX32, reg->reset);
    fprintf(file, "  %-*s%s%s\n", *reg->note ? 34 : 0, name, *reg->note ? " " : "", reg->note);
}

bool gpu_registers_print(FILE *file, const char *which, bool fields)
{
    bool any = false;
    for (unsigned i = 0; i < XENOS_NUMBERS; i++) {
        const struct xenos_register_info *reg = &xenos_registers[i];
        if (!is_meant(reg, which))
            continue;
        if (!any)
            fprintf(file, "dword byte   unit    reset     name\n");
        any = true;
        print_row(file, reg);
        if (fields)
            print_fields(file, reg);
    }
    return any;
}

bool gpu_registers_print_json(FILE *file, const char *which)
{
    bool any = false;
    fprintf(file, "{\"registers\": [");
    for (unsigned i = 0; i < XENOS_NUMBERS; i++) {
        const struct xenos_register_info *reg = &xenos_registers[i];
        if (!is_meant(reg, which))
            continue;
        fprintf(file, "%s\n  {\"index\": %u, \"last\": %u, \"byte\": %u, \"name\": \"%s\", \"unit\": \"%s\", ",
                any ? "," : "", reg->first, reg->last, 4 * reg->first, reg->name, reg->unit);
        fprintf(file, "\"access\": \"%s\", \"reset\": %" PRIu32 ", \"source\": \"%s\"", access_name(reg), reg->reset,
                reg->source);
        json_text_member("note", reg->note, file);
        fprintf(file, ", \"fields\": [");
        for (const struct xenos_register_field *field = reg->field; field->name; field++)
            fprintf(file, "%s{\"name\": \"%s\", \"high\": %u, \"low\": %u}", field == reg->field ? "" : ", ",
                    field->name, field->high, field->low);
        fprintf(file, "]}");
        any = true;
    }
    fprintf(file, "\n]}\n");
    return any;
}

bool gpu_registers_print_value(FILE *file, const char *which, uint32_t value)
{
    bool any = false;
    for (unsigned i = 0; i < XENOS_NUMBERS; i++) {
        const struct xenos_register_info *reg = &xenos_registers[i];
        uint32_t named = 0;
        if (!is_meant(reg, which))
            continue;
        any = true;
        fprintf(file, "%s = 0x%08" PRIX32 "\n", reg->name, value);
        for (const struct xenos_register_field *field = reg->field; field->name; field++) {
            unsigned width = field->high - field->low + 1u;
            uint32_t part = xenos_field(value, field->low, width);
            named |= xenos_field(UINT32_MAX, 0, width) << field->low;
            fprintf(file, "  %-28s ", field->name);
            print_bits(file, field);
            fprintf(file, "%*s0x%" PRIX32 " (%" PRIu32 ")\n", field->high == field->low ? 6 - (field->high > 9) : 2, "",
                    part, part);
        }
        if (value & ~named && named)
            fprintf(file, "  bits without a name          0x%08" PRIX32 "\n", value & ~named);
    }
    return any;
}
