/* Loads and stores: aligned and not, with negative displacements, from a register 0 that is zero, and with an address
 * that wraps at 4 GiB. */
#include "tests/cases/isa/make/inputs.h"
#include "tests/cases/isa/make/suite.h"

#include <string.h>

enum { SHOWN = 64, MIDDLE = SUITE_WINDOW + 16 };

static bool has_operand(const struct xenon_op_info *info, enum xenon_operand operand)
{
    for (unsigned i = 0; i < info->operands; i++)
        if (info->operand[i] == operand)
            return true;
    return false;
}

static bool is_storage(const struct xenon_op_info *info)
{
    return strncmp(info->mnemonic, "lv", 2) == 0 || strncmp(info->mnemonic, "stv", 3) == 0 ||
           ((info->group == XENON_LOAD || info->group == XENON_STORE) && !(info->flags & XENON_OPTIONAL));
}

static void put_double(struct isa_reference *r, unsigned at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        r->memory[at + i] = (uint8_t)(value >> 8 * (size - 1 - i));
}

/* Memory holds bytes that are all different, and where a floating-point number is loaded one that is special. */
static void fill(struct suite_test *test, const struct xenon_op_info *info, unsigned t, uint64_t ea, unsigned shown)
{
    static const uint32_t singles[] = {0x3F800000, 0x80000000, 0x7F800000, 0x7FC00ABC, 0xFFA00001,
                                       0x00000001, 0x807FFFFF, 0x00800000, 0x7F7FFFFF, 0x40490FDB};
    for (unsigned i = 0; i < shown; i++)
        test->in.memory[i] = (uint8_t)(i * 7 + (i & 1 ? 0x80 : 0x11) + t);
    uint64_t at = ea - SUITE_WINDOW;
    if (info->group == XENON_LOAD && info->flags & XENON_FPU && at + 8 <= shown) {
        if (strncmp(info->mnemonic, "lfs", 3) == 0)
            put_double(&test->in, (unsigned)at, singles[t % 10], 4);
        else
            put_double(&test->in, (unsigned)at, input_double(0, t, 1), 8);
    }
}

static void memory_test(struct suite_file *file, const struct xenon_op_info *info, unsigned t)
{
    static const int16_t distance[] = {0, 4, 1, -8, 15, 3, 8, -16, 7, 12, 5, 0, 2, -4, 14, 16};
    struct suite_test *test = suite_add(file);
    bool indexed = has_operand(info, XENON_OPERAND_RB), from_zero = has_operand(info, XENON_OPERAND_RA0) && indexed;
    bool block = strncmp(info->mnemonic, "dcbz", 4) == 0, string = has_operand(info, XENON_OPERAND_NB);
    bool aligned = strstr(info->mnemonic, "arx") || strstr(info->mnemonic, "cx.");
    bool update = !has_operand(info, XENON_OPERAND_RA0), wraps = t == 11;
    unsigned op = (unsigned)(info - xenon_op_info), shown = block ? 192 : SHOWN;
    int64_t d = distance[t % 16];
    if (has_operand(info, XENON_OPERAND_ds) || aligned)
        d &= ~INT64_C(7);
    uint64_t base = wraps ? MIDDLE + UINT64_C(0xFFFFFFFF00000000) : MIDDLE;
    if (block)
        base += 64;
    uint64_t ea = (base + (uint64_t)(string ? 0 : d)) & UINT32_MAX;

    uint32_t word = info->match;
    bool none = from_zero && t % 4 == 3; /* RA is 0: its register does not count */
    for (unsigned i = 0; i < info->operands; i++) {
        enum xenon_operand operand = (enum xenon_operand)info->operand[i];
        switch (operand) {
        case XENON_OPERAND_RA:
        case XENON_OPERAND_RA0:
            word = xenon_operand_put(operand, word, none ? 0 : 4);
            test->in.gpr[none ? 0 : 4] = none ? UINT64_C(0x5555) : base;
            test->shown.gpr |= none ? 1U : 1U << 4;
            break;
        case XENON_OPERAND_RB:
            word = xenon_operand_put(operand, word, 5);
            test->in.gpr[5] = none ? ea : (uint64_t)d;
            test->shown.gpr |= 1U << 5;
            break;
        case XENON_OPERAND_NB:
            word = xenon_operand_put(operand, word, t % 2 ? t : 4 * t % 32);
            break;
        case XENON_OPERAND_d:
        case XENON_OPERAND_ds:
            word = xenon_operand_put(operand, word, d);
            break;
        case XENON_OPERAND_FD:
        case XENON_OPERAND_FS:
            word = xenon_operand_put(operand, word, 3);
            test->in.fpr[3] = input_double(op, t, 1);
            test->shown.fpr |= 1U << 3;
            break;
        case XENON_OPERAND_VD:
        case XENON_OPERAND_VS:
        case XENON_OPERAND_VD128:
        case XENON_OPERAND_VS128: {
            unsigned n = info->group == XENON_VMX ? 3 + t : 3 + t * 31 % 125;
            word = xenon_operand_put(operand, word, n);
            input_vector(test->in.vr[n], INPUT_BYTES, op, 0, 1);
            test->shown.vr[n] = true;
            break;
        }
        default: { /* RD, RS; multiple and string forms take several from r10 or r29 on */
            bool many = strstr(info->mnemonic, "mw") || strncmp(info->mnemonic, "lsw", 3) == 0 ||
                        strncmp(info->mnemonic, "stsw", 4) == 0;
            unsigned n = !many ? 3 : strstr(info->mnemonic, "mw") ? 29 - t % 4 * 3 : 10 + t;
            word = xenon_operand_put(operand, word, n);
            for (unsigned last = many ? 31 : n; n <= last; n++) {
                test->in.gpr[n] = UINT64_C(0x1122334455667788) * (n + t);
                test->shown.gpr |= 1U << n;
            }
        }
        }
    }
    if (!string && strncmp(info->mnemonic, "lsw", 3) == 0)
        test->in.xer = 1 + t * 3 % 24;
    if (!string && strncmp(info->mnemonic, "stsw", 4) == 0)
        test->in.xer = t * 3 % 24;
    fill(test, info, t, ea, shown);
    test->memory_in = shown;
    if (info->group == XENON_STORE || strncmp(info->mnemonic, "stv", 3) == 0)
        test->memory_out = shown;
    if (update && word >> 21 == 0)
        return;
    if (strstr(info->mnemonic, "cx.") && t % 3 != 2) /* a reservation, sometimes elsewhere */
        suite_line(test, "  %s r6, 0, r%u", strcmp(info->mnemonic, "stwcx.") == 0 ? "lwarx" : "ldarx", none ? 5 : 4);
    suite_insn(test, word);
}

bool suite_plan_memory(struct suite_file *file)
{
    const struct xenon_op_info *info = &xenon_op_info[file->op];
    if (!is_storage(info))
        return false;
    for (unsigned t = 0; t < 12; t++)
        memory_test(file, info, t);
    return true;
}
