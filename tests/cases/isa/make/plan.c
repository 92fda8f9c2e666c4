#include "models/xenon/isa/disasm.h"
#include "tests/cases/isa/make/suite.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct suite_test *suite_add(struct suite_file *file)
{
    if (file->tests == SUITE_TESTS_MAX) {
        fprintf(stderr, "isa_cases: too many tests of %s\n", xenon_op_info[file->op].mnemonic);
        exit(1);
    }
    struct suite_test *test = &file->test[file->tests++];
    memset(test, 0, sizeof *test);
    /* as the runner starts: 32-bit mode, supervisor state; denormals are zeros to vectors */
    test->in.msr = XENON_MSR_FP | XENON_MSR_VXU | XENON_MSR_ME;
    test->in.vscr = XENON_VSCR_NJ;
    test->in.memory_at = SUITE_WINDOW;
    return test;
}

void suite_line(struct suite_test *test, const char *format, ...)
{
    size_t at = strlen(test->text);
    va_list list;
    va_start(list, format);
    int n = vsnprintf(test->text + at, SUITE_TEXT_MAX - at, format, list);
    va_end(list);
    if (n < 0 || (size_t)n + 2 > SUITE_TEXT_MAX - at) {
        fprintf(stderr, "isa_cases: a test is too long\n");
        exit(1);
    }
    strcat(test->text, "\n");
}

void suite_insn(struct suite_test *test, uint32_t word)
{
    char text[XENON_DISASSEMBLY_MAX];
    xenon_disassemble(text, sizeof text, word, 0, XENON_DISASSEMBLE_BASIC);
    for (char *p = text; *p; p++)
        if (*p == '\t')
            *p = ' ';
    suite_line(test, "  %s", text);
}
