#include "board/cli/ppc_test_run.h"

#include "models/xenon/isa/disasm.h"
#include "models/xenon/isa/interrupt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where a test returns to; nothing is there. */
#define RETURN_ADDRESS UINT64_C(0xBCBCBCBC)

static struct ppc_mismatch *new_mismatch(struct ppc_result *result, unsigned line)
{
    static struct ppc_mismatch none;
    unsigned n = result->mismatches++;
    struct ppc_mismatch *m = n < PPC_MISMATCHES_MAX ? &result->mismatch[n] : &none;
    *m = (struct ppc_mismatch){.line = line};
    return m;
}

static void failure(struct ppc_result *result, unsigned line, const char *got, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void failure(struct ppc_result *result, unsigned line, const char *got, const char *format, ...)
{
    struct ppc_mismatch *m = new_mismatch(result, line);
    va_list list;
    va_start(list, format);
    snprintf(m->what, sizeof m->what, "the end");
    snprintf(m->got, sizeof m->got, "%s", got);
    vsnprintf(m->expected, sizeof m->expected, format, list);
    va_end(list);
}

/* Registers. */

static uint64_t register_get(const struct xenon_context *t, const struct ppc_item *item)
{
    switch (item->class) {
    case PPC_GPR:
        return t->gpr[item->number];
    case PPC_FPR:
        return t->fpr[item->number];
    case PPC_CR:
        return xenon_cr(t);
    case PPC_XER:
        return xenon_xer(t);
    case PPC_LR:
        return t->lr;
    case PPC_CTR:
        return t->ctr;
    case PPC_FPSCR:
        return t->fpscr;
    case PPC_VSCR:
        return t->vscr;
    case PPC_MSR:
        return t->msr;
    case PPC_SPR:
        return t->spr[item->number];
    case PPC_VR:
        break;
    }
    return 0;
}

static void register_put(struct xenon_context *t, const struct ppc_item *item)
{
    switch (item->class) {
    case PPC_GPR:
        t->gpr[item->number] = item->value;
        break;
    case PPC_FPR:
        t->fpr[item->number] = item->value;
        break;
    case PPC_VR:
        for (unsigned i = 0; i < 4; i++)
            t->vr[item->number].u32[XENON_W(i)] = item->words[i];
        break;
    case PPC_CR:
        xenon_cr_set(t, (uint32_t)item->value);
        break;
    case PPC_XER:
        xenon_xer_set(t, (uint32_t)item->value);
        break;
    case PPC_LR:
        t->lr = item->value;
        break;
    case PPC_CTR:
        t->ctr = item->value;
        break;
    case PPC_FPSCR:
        t->fpscr = (uint32_t)item->value;
        break;
    case PPC_VSCR:
        t->vscr = (uint32_t)item->value;
        break;
    case PPC_MSR:
        t->msr = item->value;
        break;
    case PPC_SPR:
        t->spr[item->number] = item->value;
        break;
    }
}

static void register_name(char *text, size_t size, const struct ppc_item *item)
{
    static const char *const name[] = {
        [PPC_GPR] = "r", [PPC_FPR] = "f",   [PPC_VR] = "v",        [PPC_CR] = "cr",     [PPC_XER] = "xer",
        [PPC_LR] = "lr", [PPC_CTR] = "ctr", [PPC_FPSCR] = "fpscr", [PPC_VSCR] = "vscr", [PPC_MSR] = "msr"};
    static const char *const spr_name[] = {
#define SPR(id, number, spr, ...) spr,
#include "models/xenon/isa/spr.def"
#undef SPR
    };
    if (item->class == PPC_SPR)
        snprintf(text, size, "%s", spr_name[item->number]);
    else if (item->class <= PPC_VR)
        snprintf(text, size, "%s%u", name[item->class], item->number);
    else
        snprintf(text, size, "%s", name[item->class]);
}

static void show_value(char *text, size_t size, const struct ppc_item *item, uint64_t value)
{
    bool word = item->class == PPC_CR || item->class == PPC_XER || item->class == PPC_FPSCR || item->class == PPC_VSCR;
    if (item->class == PPC_FPR) {
        double number;
        memcpy(&number, &value, sizeof number);
        snprintf(text, size, "0x%016jx (%.17g)", (uintmax_t)value, number);
    } else {
        snprintf(text, size, "0x%0*jx", word ? 8 : 16, (uintmax_t)value);
    }
}

static void show_words(char *text, size_t size, const uint32_t w[4])
{
    snprintf(text, size, "[%08X, %08X, %08X, %08X]", w[0], w[1], w[2], w[3]);
}

static void check_register(const struct xenon_context *t, const struct ppc_item *item, struct ppc_result *result)
{
    if (item->class == PPC_VR) {
        uint32_t words[4];
        for (unsigned i = 0; i < 4; i++)
            words[i] = t->vr[item->number].u32[XENON_W(i)];
        if (memcmp(words, item->words, sizeof words) == 0)
            return;
        struct ppc_mismatch *m = new_mismatch(result, item->line);
        register_name(m->what, sizeof m->what, item);
        show_words(m->got, sizeof m->got, words);
        show_words(m->expected, sizeof m->expected, item->words);
        return;
    }
    uint64_t value = register_get(t, item);
    if (value == item->value)
        return;
    struct ppc_mismatch *m = new_mismatch(result, item->line);
    register_name(m->what, sizeof m->what, item);
    show_value(m->got, sizeof m->got, item, value);
    show_value(m->expected, sizeof m->expected, item, item->value);
}

void ppc_test_check_registers(const struct xenon_context *t, const struct ppc_test_file *file,
                              const struct ppc_test *test, struct ppc_result *result)
{
    for (size_t i = test->first; i < test->first + test->items; i++)
        if (file->item[i].kind == PPC_REGISTER_OUT)
            check_register(t, &file->item[i], result);
}

/* Memory: what is shown begins at the first byte that differs. */

static void show_bytes(char *text, size_t size, const uint8_t *bytes, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count && i < 32 && at + 4 < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%02X", i == 0 ? "" : " ", bytes[i]);
}

static void check_memory(const struct xenon_stepper *s, const struct ppc_test_file *file, const struct ppc_item *item,
                         struct ppc_result *result)
{
    const uint8_t *expected = file->bytes + item->first;
    for (size_t i = 0; i < item->bytes; i++) {
        uint8_t got[32];
        xenon_stepper_read(s, item->address + i, got, 1);
        if (got[0] == expected[i])
            continue;
        size_t count = item->bytes - i < sizeof got ? item->bytes - i : sizeof got;
        struct ppc_mismatch *m = new_mismatch(result, item->line);
        xenon_stepper_read(s, item->address + i, got, count);
        snprintf(m->what, sizeof m->what, "memory at %08jx", (uintmax_t)(item->address + i));
        show_bytes(m->got, sizeof m->got, got, count);
        show_bytes(m->expected, sizeof m->expected, expected + i, count);
        return;
    }
}

/* Running. */

static const char *place(char *text, size_t size, struct xenon_stepper *s, const struct xenon_program *program)
{
    uint64_t nia = xenon_stepper_context(s)->nia;
    char insn[XENON_DISASSEMBLY_MAX];
    uint8_t bytes[4];
    xenon_stepper_read(s, nia, bytes, sizeof bytes);
    xenon_disassemble(insn, sizeof insn,
                      (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3], nia, 0);
    for (char *p = insn; *p != '\0'; p++)
        if (*p == '\t')
            *p = ' ';
    unsigned line = xenon_program_line(program, nia);
    if (line != 0)
        snprintf(text, size, "line %u (%.60s)", line, insn);
    else
        snprintf(text, size, "%08jx (%.60s)", (uintmax_t)nia, insn);
    return text;
}

/* The test ended as it should. Enters the interrupt that it expects. */
static bool ended(struct xenon_stepper *s, enum xenon_stop stop, const struct ppc_test *test,
                  const struct ppc_item *expected, const struct xenon_program *program,
                  const struct ppc_test_options *options, struct ppc_result *result)
{
    struct xenon_context *t = xenon_stepper_context(s);
    unsigned line = expected != NULL ? expected->line : test->line;
    char where[96], got[128];

    place(where, sizeof where, s, program);
    if (stop == XENON_STOP_COUNT) {
        snprintf(got, sizeof got, "no end within %ju instructions; now at %.60s", (uintmax_t)options->limit, where);
        failure(result, line, got, "its blr");
        return false;
    }
    if (stop == XENON_STOP_ADDRESS) {
        if (expected != NULL)
            failure(result, line, "its blr", "the interrupt with vector 0x%jx", (uintmax_t)expected->address);
        return expected == NULL;
    }
    snprintf(got, sizeof got, "the interrupt with vector 0x%x at %.80s", t->interrupt.vector, where);
    bool same = expected != NULL && expected->address == t->interrupt.vector;
    if (expected == NULL)
        failure(result, line, got, "its blr");
    else if (!same)
        failure(result, line, got, "the interrupt with vector 0x%jx", (uintmax_t)expected->address);
    xenon_interrupt_enter(t, t->nia);
    return same;
}

static bool set_up(struct xenon_stepper *s, const struct ppc_test_options *options, const struct ppc_test_file *file,
                   const struct ppc_test *test, const struct xenon_program *program, struct ppc_result *result)
{
    struct xenon_context *t = xenon_stepper_context(s);

    xenon_stepper_clear(s);
    t->settings = options->settings;
    xenon_context_reset(t, 0);
    t->msr = options->msr;
    t->lr = RETURN_ADDRESS;
    bool fits = xenon_stepper_write(s, program->base, program->bytes, program->size);
    for (size_t i = test->first; i < test->first + test->items; i++) {
        const struct ppc_item *item = &file->item[i];
        if (item->kind == PPC_REGISTER_IN)
            register_put(t, item);
        if (item->kind == PPC_MEMORY_IN &&
            !xenon_stepper_write(s, item->address, file->bytes + item->first, item->bytes)) {
            failure(result, item->line, "memory that cannot be had", "memory below 4 GiB");
            fits = false;
        }
    }
    return fits;
}

bool ppc_test_run(struct xenon_stepper *s, const struct ppc_test_options *options, const struct ppc_test_file *file,
                  const struct ppc_test *test, const struct xenon_program *program, struct ppc_result *result)
{
    const struct xenon_symbol *label = xenon_program_symbol(program, test->name);
    const struct ppc_item *interrupt = NULL;
    struct xenon_context *t = xenon_stepper_context(s);

    result->mismatches = 0;
    result->instructions = 0;
    if (label == NULL) {
        failure(result, test->line, "no such label in the program", "%s", test->name);
        return false;
    }
    if (!set_up(s, options, file, test, program, result)) {
        if (result->mismatches == 0)
            failure(result, test->line, "memory that cannot be had", "room for the program");
        return false;
    }
    for (size_t i = test->first; i < test->first + test->items; i++)
        if (file->item[i].kind == PPC_INTERRUPT)
            interrupt = &file->item[i];

    uint64_t before = xenon_stepper_executed(s);
    t->nia = label->value;
    enum xenon_stop stop = xenon_stepper_run(s, options->limit, RETURN_ADDRESS);
    result->instructions = xenon_stepper_executed(s) - before;
    ended(s, stop, test, interrupt, program, options, result);
    for (size_t i = test->first; i < test->first + test->items; i++) {
        const struct ppc_item *item = &file->item[i];
        if (item->kind == PPC_REGISTER_OUT)
            check_register(t, item, result);
        else if (item->kind == PPC_MEMORY_OUT)
            check_memory(s, file, item, result);
    }
    return result->mismatches == 0;
}
