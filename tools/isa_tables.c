/* Makes isa_tables.inc, once, when the tree is built: the operands of every instruction as numbers, and the tree by
 * which xenon_op_of() finds a word's instruction. Fails where isa.def contradicts itself. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct segment {
    unsigned first, last;
};

static const struct operand {
    const char *name;
    struct segment segment[3];
} operand[] = {
#define OPERAND(name, kind, slot, scale, ...) {#name, {__VA_ARGS__}},
#include "models/xenon/isa/operands.def"
#undef OPERAND
};

enum flags {
    RC = 1,
    OE = 2,
    LK = 4,
    AA = 8,
    RC21 = 16,
    RC25 = 32,
    FPU = 0,
    VXU = 0,
    SUPERVISOR = 0,
    HYPERVISOR = 0,
    OPTIONAL = 0
};

static const struct row {
    const char *id, *mnemonic;
    uint32_t mask, match;
    const char *operands;
    unsigned flags;
} row[] = {
#define INSN(id, mnemonic, form, group, kind, mask, match, operands, flags) \
    {#id, mnemonic, mask, match, operands, flags},
#include "models/xenon/isa/isa.def"
#undef INSN
};

enum { ROWS = sizeof row / sizeof *row, OPERANDS = sizeof operand / sizeof *operand };

static int mistakes;

static void mistake(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void mistake(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(stderr, "isa.def: ");
    vfprintf(stderr, format, list);
    fprintf(stderr, "\n");
    va_end(list);
    mistakes++;
}

static uint32_t bits(unsigned first, unsigned last)
{
    return (uint32_t)((UINT64_C(1) << (32 - first)) - (UINT64_C(1) << (31 - last)));
}

static uint32_t field_of(const struct operand *o)
{
    uint32_t field = 0;
    for (unsigned i = 0; i < 3; i++)
        if (o->segment[i].last != 0)
            field |= bits(o->segment[i].first, o->segment[i].last);
    return field;
}

/* The row's operands, as the last members of its struct xenon_op_info. */
static void emit_operands(FILE *file, const struct row *r)
{
    static const struct {
        unsigned flag, bit;
    } flag_bit[] = {{RC, 31}, {OE, 21}, {LK, 31}, {AA, 30}, {RC21, 21}, {RC25, 25}};
    char names[128] = "", left_out[64] = "";
    unsigned count = 0, optional = 0;
    uint32_t used = r->mask;

    for (unsigned i = 0; i < sizeof flag_bit / sizeof *flag_bit; i++)
        if (r->flags & flag_bit[i].flag) {
            uint32_t bit = bits(flag_bit[i].bit, flag_bit[i].bit);
            if (used & bit)
                mistake("%s: bit %u is a flag and something else", r->mnemonic, flag_bit[i].bit);
            used |= bit;
        }
    for (const char *p = r->operands; *p != '\0';) {
        size_t length = strcspn(p, "[](), ");
        if (length == 0) {
            optional = *p == '[' ? 1 : *p == ']' ? 0 : optional;
            p++;
            continue;
        }
        unsigned o = 0;
        while (o < OPERANDS && (strncmp(operand[o].name, p, length) != 0 || operand[o].name[length] != '\0'))
            o++;
        if (o == OPERANDS) {
            mistake("%s: '%.*s' is not in operands.def", r->mnemonic, (int)length, p);
            return;
        }
        if (used & field_of(&operand[o]))
            mistake("%s: the bits of %s are taken", r->mnemonic, operand[o].name);
        used |= field_of(&operand[o]);
        snprintf(names + strlen(names), sizeof names - strlen(names), "XENON_OPERAND_%s, ", operand[o].name);
        snprintf(left_out + strlen(left_out), sizeof left_out - strlen(left_out), "%u, ", optional);
        count++;
        p += length;
    }
    fprintf(file, "#define OPERANDS_OF_%s %u, {%s}, {%s}\n", r->id, count, count ? names : "0", count ? left_out : "0");
}

/* A slot for each value of the primary opcode and bits 21 to 31: the first instruction that fits there; next_op[] leads
 * from it to the others, which other bits tell apart. */
static void emit_tree(FILE *file)
{
    static uint16_t first[64][2048], next[ROWS + 1];
    uint16_t table_of[64];
    unsigned tables = 0;

    for (unsigned i = ROWS; i-- > 0;) {
        for (uint32_t low = 0; low < 2048; low++) {
            uint32_t word = (row[i].match & 0xFC000000) | low;
            if ((word ^ row[i].match) & row[i].mask & 0xFC0007FF)
                continue;
            uint16_t *slot = &first[row[i].match >> 26][low];
            if (*slot != 0 && next[i + 1] != 0 && next[i + 1] != *slot)
                mistake("%s shares its slots with too many others", row[i].mnemonic);
            if (*slot != 0)
                next[i + 1] = *slot;
            *slot = (uint16_t)(i + 1);
        }
    }
    fprintf(file, "static const uint16_t next_op[%u] = {", ROWS + 1);
    for (unsigned i = 0; i <= ROWS; i++)
        if (next[i] != 0)
            fprintf(file, "[%u] = %u, ", i, next[i]);
    fprintf(file, "};\nstatic const uint16_t first_op[][2048] = {\n");
    for (unsigned primary = 0; primary < 64; primary++) {
        table_of[primary] = UINT16_MAX;
        for (unsigned t = 0; t < primary; t++) /* a table per different content: most are of one value */
            if (memcmp(first[t], first[primary], sizeof first[t]) == 0) {
                table_of[primary] = table_of[t];
                break;
            }
        if (table_of[primary] != UINT16_MAX)
            continue;
        table_of[primary] = (uint16_t)tables++;
        fprintf(file, "    {");
        for (unsigned low = 0; low < 2048; low++)
            fprintf(file, "%u,%s", first[primary][low], low % 32 == 31 ? "\n" : "");
        fprintf(file, "},\n");
    }
    fprintf(file, "};\nstatic const uint8_t table_of[64] = {");
    for (unsigned primary = 0; primary < 64; primary++)
        fprintf(file, "%u, ", table_of[primary]);
    fprintf(file, "};\n");
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: isa_tables FILE\n");
        return 2;
    }
    for (unsigned i = 0; i < ROWS; i++) {
        if (row[i].match & ~row[i].mask)
            mistake("%s: match has bits that mask has not", row[i].mnemonic);
        if ((row[i].mask & 0xFC000000) != 0xFC000000)
            mistake("%s: the mask must hold the primary opcode", row[i].mnemonic);
        for (unsigned k = 0; k < i; k++) {
            if (((row[i].match ^ row[k].match) & row[i].mask & row[k].mask) == 0)
                mistake("%s and %s overlap: %08x is both", row[k].mnemonic, row[i].mnemonic,
                        row[i].match | row[k].match);
            if (strcmp(row[i].mnemonic, row[k].mnemonic) == 0)
                mistake("%s is there twice", row[i].mnemonic);
        }
    }
    for (unsigned i = 0; i < ROWS; i++)
        emit_operands(file, &row[i]);
    emit_tree(file);
    if (fclose(file) != 0) {
        perror(argv[1]);
        return 4;
    }
    return mistakes == 0 ? 0 : 1;
}
