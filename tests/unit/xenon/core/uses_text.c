#include "tests/unit/xenon/core/uses_text.h"

#include "models/xenon/core/timing.h"
#include "models/xenon/isa/asm_insn.h"

#include <CUnit/CUnit.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(char text[USES_TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(char text[USES_TEXT], const char *format, ...)
{
    size_t length = strlen(text);
    va_list list;
    va_start(list, format);
    vsnprintf(text + length, USES_TEXT - length, format, list);
    va_end(list);
}

static void append_register(char text[USES_TEXT], unsigned r)
{
    static const char *const other[] = {"ca", "lr", "ctr", "fpscr", "vscr"};
    if (r == XENON_R_ZERO || r == XENON_R_SINK)
        append(text, "-");
    else if (r < XENON_R_CR)
        append(text, "r%u", r);
    else if (r < XENON_R_CA)
        append(text, "cr%u", r - XENON_R_CR);
    else if (r <= XENON_R_VSCR)
        append(text, "%s", other[r - XENON_R_CA]);
    else if (r < XENON_R_VR)
        append(text, "f%u", r - XENON_R_FPR);
    else
        append(text, "v%u", r - XENON_R_VR);
}

static void append_registers(char text[USES_TEXT], const char *before, const uint8_t *r, unsigned count, uint8_t none)
{
    while (count > 0 && r[count - 1] == none)
        count--;
    for (unsigned i = 0; i < count; i++) {
        append(text, "%s", i == 0 ? before : " ");
        append_register(text, r[i]);
    }
}

void uses_as_text(const struct xenon_uses *uses, char text[USES_TEXT])
{
    static const struct {
        unsigned flag;
        const char *name;
    } flags[] = {
        {XENON_USES_CR, "cr"},
        {XENON_USES_RECORD, "record"},
        {XENON_USES_UPDATE, "update"},
        {XENON_USES_READS_FIELDS, "reads-fields"},
        {XENON_USES_WRITES_FIELDS, "writes-fields"},
        {XENON_USES_READS_MANY, "reads-many"},
        {XENON_USES_WRITES_MANY, "writes-many"},
    };

    snprintf(text, USES_TEXT, "%s", xenon_class_info[uses->class].name);
    append_registers(text, " [", uses->address, 2, XENON_R_ZERO);
    append(text, "%s", strchr(text, '[') != NULL ? "]" : "");
    append_registers(text, " ", uses->reads, XENON_READS_MAX, XENON_R_ZERO);
    append_registers(text, " > ", uses->writes, XENON_WRITES_MAX, XENON_R_SINK);
    const char *before = ", ";
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        if (uses->flags & flags[i].flag) {
            append(text, "%s%s", before, flags[i].name);
            before = " ";
        }
}

/* NOLINTNEXTLINE(readability-non-const-parameter): its type is the assembler's */
static const char *no_names(void *self, struct xenon_slice name, int64_t *value)
{
    (void)self, (void)name, (void)value;
    return "there are no names here";
}

struct xenon_uses uses_of_text(const char *text)
{
    struct xenon_scope scope = {.find = no_names};
    struct xenon_mistake mistake;
    uint32_t word = 0;
    bool assembled = xenon_assemble_insn(&scope, (struct xenon_slice){text, strlen(text)}, &word, &mistake);
    if (!assembled)
        printf("    %s: %s\n", text, mistake.error.text);
    CU_ASSERT(assembled);
    struct xenon_insn in = xenon_decode(0, word);
    return xenon_uses_of(&in);
}
