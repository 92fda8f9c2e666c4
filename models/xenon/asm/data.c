/* Directives that make bytes, or leave room. */
#include "models/xenon/asm/assembler.h"
#include "models/xenon/asm/real.h"

#include <inttypes.h>
#include <string.h>

static const uint32_t NOP = 0x60000000;

static void integers(struct assembler *a, struct xenon_slice operands, unsigned size)
{
    struct xenon_slice one;
    struct xenon_number number;

    while (assembler_next_operand(&operands, &one)) {
        number.value = 0;
        if (a->pass == LAST_PASS && assembler_number(a, one, false, &number) && size < 8) {
            int64_t high = INT64_C(1) << 8 * size;
            if (number.value >= high || number.value < -high / 2)
                ASSEMBLER_MISTAKE(a, one.text, "%" PRId64 " does not fit %u byte%s: %" PRId64 " to %" PRId64,
                                  number.value, size, size == 1 ? "" : "s", -high / 2, high - 1);
        }
        assembler_big_endian(a, one, (uint64_t)number.value, size);
    }
}

static void reals(struct assembler *a, struct xenon_slice operands, unsigned size)
{
    struct xenon_slice one;
    while (assembler_next_operand(&operands, &one)) {
        struct xenon_mistake mistake;
        uint64_t bits = 0;
        if (a->pass == LAST_PASS &&
            !xenon_read_real(one, size == 4 ? XENON_REAL_SINGLE : XENON_REAL_DOUBLE, &bits, &mistake))
            assembler_mistake(a, &mistake);
        assembler_big_endian(a, one, bits, size);
    }
}

/* The character that *at begins, behind which *at then is. */
static char unescaped(const char **at, const char *end)
{
    static const char escape[] = "n\nt\tr\rb\bf\f\\\\\"\"''";
    const char *p = *at;
    unsigned value = 0, digits = 0;

    if (*p != '\\' || p + 1 == end) {
        *at = p + 1;
        return *p;
    }
    p++;
    for (unsigned i = 0; i + 1 < sizeof escape; i += 2)
        if (escape[i] == *p) {
            *at = p + 1;
            return escape[i + 1];
        }
    if (*p == 'x') {
        for (p++; p < end && digits < 2; p++, digits++) {
            char c = (char)(*p | 0x20);
            if (!(*p >= '0' && *p <= '9') && !(c >= 'a' && c <= 'f'))
                break;
            value = value * 16 + (unsigned)(*p <= '9' ? *p - '0' : c - 'a' + 10);
        }
    } else {
        for (; p < end && digits < 3 && *p >= '0' && *p <= '7'; p++, digits++)
            value = value * 8 + (unsigned)(*p - '0');
        if (digits == 0)
            value = (unsigned char)*p++;
    }
    *at = p;
    return (char)value;
}

static void texts(struct assembler *a, struct xenon_slice operands, unsigned zeros)
{
    struct xenon_slice one;
    while (assembler_next_operand(&operands, &one)) {
        if (one.size < 2 || one.text[0] != '"' || one.text[one.size - 1] != '"') {
            ASSEMBLER_MISTAKE(a, one.text, "a text in \" goes here");
            return;
        }
        const char *end = one.text + one.size - 1;
        for (const char *p = one.text + 1; p < end;) {
            char c = unescaped(&p, end);
            assembler_bytes(a, one, &c, 1);
        }
        assembler_repeat(a, one, zeros, 0, 1);
    }
}

/* Up to three numbers, of which the first must be there; `given` says which are. */
static bool numbers(struct assembler *a, struct xenon_slice operands, unsigned most, int64_t number[], bool given[])
{
    struct xenon_slice one;
    for (unsigned i = 0; i < most; i++)
        given[i] = false;
    for (unsigned i = 0; assembler_next_operand(&operands, &one); i++) {
        struct xenon_number value;
        if (i == most) {
            ASSEMBLER_MISTAKE(a, one.text, "there are too many numbers");
            return false;
        }
        if (i > 0 && one.size == 0)
            continue; /* .p2align 4,,15 */
        if (!assembler_number(a, one, true, &value))
            return false;
        number[i] = value.value;
        given[i] = true;
    }
    return true;
}

static void space(struct assembler *a, struct xenon_slice operands, unsigned unused)
{
    int64_t number[2] = {0};
    bool given[2];
    (void)unused;
    if (!numbers(a, operands, 2, number, given))
        return;
    if (number[0] < 0)
        ASSEMBLER_MISTAKE(a, operands.text, "%" PRId64 " bytes cannot be left free", number[0]);
    else
        assembler_repeat(a, operands, (uint64_t)number[0], (uint64_t)number[1], 1);
}

static void fill(struct assembler *a, struct xenon_slice operands, unsigned unused)
{
    int64_t number[3] = {0, 1, 0};
    bool given[3];
    (void)unused;
    if (!numbers(a, operands, 3, number, given))
        return;
    if (number[0] < 0 || number[1] < 0 || number[1] > 8)
        ASSEMBLER_MISTAKE(a, operands.text, "this takes how often, 0 to 8 bytes, and their value");
    else if (number[1] > 0)
        assembler_repeat(a, operands, (uint64_t)number[0], (uint64_t)number[2], (unsigned)number[1]);
}

/* powers: the number is that of 2, as .align has it on this processor. */
static void align(struct assembler *a, struct xenon_slice operands, unsigned powers)
{
    int64_t number[3] = {0};
    bool given[3];
    if (!numbers(a, operands, 3, number, given))
        return;
    uint64_t step = (uint64_t)number[0];
    if (powers && step < 64)
        step = UINT64_C(1) << step;
    if (step == 0)
        step = 1;
    if ((step & (step - 1)) != 0 || step > XENON_PROGRAM_MAX) {
        ASSEMBLER_MISTAKE(a, operands.text, "%" PRId64 " is no alignment", number[0]);
        return;
    }
    uint64_t gap = -a->scope.pc & (step - 1);
    if (given[2] && gap > (uint64_t)number[2])
        return;
    if (a->code && !given[1] && a->scope.pc % 4 == 0)
        assembler_repeat(a, operands, gap / 4, NOP, 4);
    else
        assembler_repeat(a, operands, gap, (uint64_t)number[1], 1);
}

/* An address, or, where that is below the beginning, an offset from it. */
static void org(struct assembler *a, struct xenon_slice operands, unsigned unused)
{
    int64_t number[2] = {0};
    bool given[2];
    (void)unused;
    if (!numbers(a, operands, 2, number, given))
        return;
    uint64_t base = a->program->base, target = (uint64_t)number[0], offset = target >= base ? target - base : target;
    if (offset < a->at)
        ASSEMBLER_MISTAKE(a, operands.text, "0x%" PRIx64 " lies back; 0x%" PRIx64 " is here", target, a->scope.pc);
    else
        assembler_repeat(a, operands, offset - a->at, (uint64_t)number[1], 1);
}

static const struct {
    const char *name;
    void (*run)(struct assembler *a, struct xenon_slice operands, unsigned argument);
    unsigned argument;
} directive[] = {
    {".byte", integers, 1},  {".short", integers, 2}, {".half", integers, 2},  {".hword", integers, 2},
    {".2byte", integers, 2}, {".word", integers, 2},  {".long", integers, 4},  {".int", integers, 4},
    {".4byte", integers, 4}, {".quad", integers, 8},  {".llong", integers, 8}, {".8byte", integers, 8},
    {".float", reals, 4},    {".single", reals, 4},   {".double", reals, 8},   {".ascii", texts, 0},
    {".asciz", texts, 1},    {".string", texts, 1},   {".space", space, 0},    {".skip", space, 0},
    {".zero", space, 0},     {".fill", fill, 0},      {".align", align, 1},    {".p2align", align, 1},
    {".balign", align, 0},   {".org", org, 0},
};

bool assembler_data_directive(struct assembler *a, struct xenon_slice name, struct xenon_slice operands)
{
    for (size_t i = 0; i < sizeof directive / sizeof *directive; i++)
        if (xenon_slice_is(name, directive[i].name)) {
            if (operands.size > 0)
                directive[i].run(a, operands, directive[i].argument);
            else
                ASSEMBLER_MISTAKE(a, name.text, "%s of what?", directive[i].name);
            return true;
        }
    return false;
}
