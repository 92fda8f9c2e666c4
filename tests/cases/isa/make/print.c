#include "tests/cases/isa/make/suite.h"

#include <ctype.h>
#include <string.h>

void suite_name(char name[24], enum xenon_op op)
{
    const char *id = xenon_op_info[op].id;
    unsigned i = 0;
    for (; id[i] != '\0' && i < 23; i++)
        name[i] = (char)tolower((unsigned char)id[i]);
    name[i] = '\0';
}

static void number(FILE *out, const char *way, const char *name, uint64_t value, unsigned digits)
{
    fprintf(out, "  #_ REGISTER_%s %s 0x%0*llX\n", way, name, (int)digits, (unsigned long long)value);
}

static void vector(FILE *out, const char *way, unsigned n, const uint8_t v[16])
{
    fprintf(out, "  #_ REGISTER_%s v%u [", way, n);
    for (unsigned i = 0; i < 16; i++)
        fprintf(out, "%s%02X", i && i % 4 == 0 ? ", " : "", v[i]);
    fprintf(out, "]\n");
}

static void memory(FILE *out, const char *way, const struct isa_reference *r, unsigned size)
{
    for (unsigned at = 0; at < size; at += 32) {
        fprintf(out, "  #_ MEMORY_%s %08llX", way, (unsigned long long)r->memory_at + at);
        for (unsigned i = at; i < at + 32 && i < size; i++)
            fprintf(out, " %02X", r->memory[i]);
        fputc('\n', out);
    }
}

static const char *spr_name(unsigned number_of)
{
    switch (number_of) {
#define SPR(id, number, name, ...) \
    case number:                   \
        return name;
#include "models/xenon/isa/spr.def"
#undef SPR
    default:
        return NULL;
    }
}

/* What is shown of a state: the registers that the test names, and on the way out those that it changed, too. */
static void state(FILE *out, const char *way, const struct suite_test *test, const struct isa_reference *r, bool after)
{
    const struct isa_reference *in = &test->in;
    char name[8];
    for (unsigned i = 0; i < 32; i++) {
        snprintf(name, sizeof name, "r%u", i);
        if (test->shown.gpr >> i & 1 || (after && r->gpr[i] != in->gpr[i]))
            number(out, way, name, r->gpr[i], 16);
    }
    for (unsigned i = 0; i < 32; i++) {
        snprintf(name, sizeof name, "f%u", i);
        if (test->shown.fpr >> i & 1 || (after && r->fpr[i] != in->fpr[i]))
            number(out, way, name, r->fpr[i], 16);
    }
    for (unsigned i = 0; i < 128; i++)
        if (test->shown.vr[i] || (after && memcmp(r->vr[i], in->vr[i], 16) != 0))
            vector(out, way, i, r->vr[i]);
    if (in->cr || after)
        number(out, way, "cr", r->cr, 8);
    if (in->xer || (after && (r->xer || test->shown.xer)))
        number(out, way, "xer", r->xer, 8);
    if (test->shown.msr || test->out.interrupt)
        number(out, way, "msr", r->msr, 16);
    for (unsigned i = 0; i < 1024; i++) {
        bool elsewhere = i == 26 || i == 314; /* SRR0 and HSRR0 depend on where the test lies */
        bool counts = i == 22 || i == 310;    /* DEC and HDEC do not stand still */
        if (after && r->spr[i] != in->spr[i] && !elsewhere && !counts && spr_name(i))
            number(out, way, spr_name(i), r->spr[i], 16);
    }
}

static void print_test(FILE *out, const struct suite_file *file, unsigned i)
{
    const struct suite_test *test = &file->test[i];
    char name[24];
    suite_name(name, file->op);
    fprintf(out, "\ntest_%s_%u:\n", name, i + 1);
    state(out, "IN", test, &test->in, false);
    memory(out, "IN", &test->in, test->memory_in);
    fprintf(out, "%s  blr\n", test->text);
    if (test->out.interrupt)
        fprintf(out, "  #_ INTERRUPT %X\n", test->out.interrupt);
    state(out, "OUT", test, &test->out, true);
    memory(out, "OUT", &test->out, test->memory_out);
}

void suite_print(FILE *out, const struct suite_file *file)
{
    const struct xenon_op_info *info = &xenon_op_info[file->op];
    fprintf(out, "# %s: %s.\n# Values: %s", info->mnemonic, info->meaning,
            file->oracle == SUITE_QEMU ? "qemu-ppc64 -cpu 970" : "tests/support/isa_reference");
    if (file->agree)
        fprintf(out, "; of %u tests, %u are the same in qemu-ppc64 -cpu 970 (64-bit mode)", file->tests, file->agree);
    fprintf(out, ".\n");
    for (unsigned i = 0; i < file->tests; i++)
        print_test(out, file, i);
}
