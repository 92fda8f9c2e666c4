/* Rows that work on registers alone: every operand from a pool that suits it, record and overflow bits in turn. */
#include "tests/cases/isa/make/inputs.h"
#include "tests/cases/isa/make/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool has_operand(const struct xenon_op_info *info, enum xenon_operand operand)
{
    for (unsigned i = 0; i < info->operands; i++)
        if (info->operand[i] == operand)
            return true;
    return false;
}

static bool one_of(const char *mnemonic, const char *words)
{
    char bounded[32];
    snprintf(bounded, sizeof bounded, " %s ", mnemonic);
    return strstr(words, bounded) != NULL;
}

static enum input_kind kind_of(const struct xenon_op_info *info)
{
    const char *m = info->mnemonic;
    if (one_of(m, " sld slw srd srw srad sraw rlwnm rldcl rldcr "))
        return INPUT_SHIFT;
    if (strncmp(m, "div", 3) == 0)
        return INPUT_DIVIDE;
    if (strcmp(m, "vpkd3d128") == 0)
        return INPUT_BIASED;
    if (strncmp(m, "vsl", 3) == 0 || strncmp(m, "vsr", 3) == 0 || strncmp(m, "vrl", 3) == 0)
        return strncmp(m, "vrlimi", 6) == 0 || strncmp(m, "vsldoi", 6) == 0 ? INPUT_BYTES : INPUT_COUNTS;
    if (strstr(m, "fp") || strncmp(m, "vrfi", 4) == 0 || strncmp(m, "vct", 3) == 0)
        return strncmp(m, "vcsx", 4) == 0 || strncmp(m, "vcux", 4) == 0 ? INPUT_BYTES : INPUT_FLOATS;
    return info->group == XENON_INT || info->group == XENON_BRANCH ? INPUT_INTEGER : INPUT_BYTES;
}

/* Immediates and small fields. Masks that must have one bit have one. */
static int64_t field_of(enum xenon_operand operand, const struct xenon_op_info *info, unsigned t)
{
    static const int16_t simm[] = {1, -1, 0, 32767, -32768, 0x1234, -2, 8};
    static const uint16_t uimm[] = {1, 0xFFFF, 0, 0x8000, 0x7FFF, 0xF0F0, 0x1234, 0x00FF};
    static const int8_t simm5[] = {-1, 0, 15, -16, 1, 7, -8, 10};
    static const uint8_t uimm5[] = {0, 1, 2, 3, 31, 16, 15, 8};
    static const uint8_t words[][3] = {{0, 0, 31}, {1, 0, 31},  {31, 31, 0}, {8, 24, 31}, {16, 8, 23},
                                       {4, 28, 3}, {0, 31, 31}, {13, 5, 5},  {20, 1, 0}};
    static const uint8_t doublewords[][2] = {{0, 0}, {1, 63}, {32, 31}, {63, 0}, {8, 8}, {40, 23}, {17, 60}, {31, 32}};
    static const uint8_t masks[] = {0xFF, 0x80, 0x01, 0x18, 0x00, 0x7E, 0x40, 0x02};
    static const uint8_t tos[] = {16, 8, 4, 2, 1, 31, 0, 24, 12, 20, 6};
    static const uint8_t orders[] = {0x1B, 0xE4, 0x00, 0xFF, 0x93, 0x39, 0x4E, 0xB1};
    switch (operand) {
    case XENON_OPERAND_SIMM:
        return simm[t % COUNT(simm)];
    case XENON_OPERAND_UIMM:
        return uimm[t % COUNT(uimm)];
    case XENON_OPERAND_SH:
        return words[t % COUNT(words)][0];
    case XENON_OPERAND_MB:
        return words[t % COUNT(words)][1];
    case XENON_OPERAND_ME:
        return words[t % COUNT(words)][2];
    case XENON_OPERAND_SH64:
        return doublewords[t % COUNT(doublewords)][0];
    case XENON_OPERAND_MB64:
    case XENON_OPERAND_ME64:
        return doublewords[t % COUNT(doublewords)][1];
    case XENON_OPERAND_CRM:
        return strstr(info->mnemonic, "ocrf") ? 1 << t % 8 : masks[t % COUNT(masks)];
    case XENON_OPERAND_FM:
        return masks[t % COUNT(masks)];
    case XENON_OPERAND_SIM5:
    case XENON_OPERAND_SI128:
        return simm5[t % COUNT(simm5)];
    case XENON_OPERAND_UIM5:
    case XENON_OPERAND_UI128:
        return strcmp(info->mnemonic, "vupkd3d128") == 0 ? t % 7 * 4 : uimm5[t % COUNT(uimm5)];
    case XENON_OPERAND_SHB:
    case XENON_OPERAND_SH128:
        return t * 5 % 16;
    case XENON_OPERAND_PERM:
        return orders[t % COUNT(orders)];
    case XENON_OPERAND_PKTYPE:
        return t < 12 ? 0 : t % 7;
    case XENON_OPERAND_PKMASK:
        return t < 12 ? 1 + t % 3 : t % 7 == 6 || t % 7 == 4 || t % 7 == 5 ? 2 + t % 2 : 1 + t % 2;
    case XENON_OPERAND_Z:
        return t < 12 ? t / 3 : t % 4;
    case XENON_OPERAND_RLMASK:
        return t * 7 % 16;
    case XENON_OPERAND_CRFD:
        return t % 8;
    case XENON_OPERAND_CRFS:
        return (t * 3 + 1) % 8;
    case XENON_OPERAND_CRBD:
        return t * 7 % 32;
    case XENON_OPERAND_CRBA:
        return (t * 11 + 1) % 32;
    case XENON_OPERAND_CRBB:
        return (t * 5 + 2) % 32;
    case XENON_OPERAND_IMM4:
        return t * 5 % 16;
    case XENON_OPERAND_FPSCRD:
        return t * 3 % 32;
    case XENON_OPERAND_L:
        return t % 2;
    case XENON_OPERAND_TO:
        return tos[t % COUNT(tos)];
    default:
        return t;
    }
}

/* Vector registers from all of the file; the target is sometimes a source. */
static unsigned vector_register(bool wide, enum xenon_operand operand, unsigned t, unsigned which)
{
    static const uint8_t narrow_sets[][4] = {{3, 4, 5, 6}, {0, 31, 1, 30}, {7, 7, 8, 9}, {12, 13, 12, 14}};
    static const uint8_t wide_sets[][4] = {{3, 4, 5, 6},    {70, 99, 125, 7}, {127, 63, 32, 1},
                                           {64, 64, 96, 2}, {33, 95, 33, 3},  {100, 31, 1, 4}};
    if (operand == XENON_OPERAND_VC128)
        return t % 8;
    return wide ? wide_sets[t % COUNT(wide_sets)][which] : narrow_sets[t % COUNT(narrow_sets)][which];
}

/* The operand that the instruction writes stands first, unless it writes no register. */
static bool is_target(const struct xenon_op_info *info, unsigned i)
{
    return i == 0 && info->operand[0] != XENON_OPERAND_VB;
}

static uint32_t choose_operands(struct suite_test *test, const struct xenon_op_info *info, unsigned t)
{
    enum input_kind kind = kind_of(info);
    unsigned op = (unsigned)(info - xenon_op_info), reads = 0;
    uint32_t word = info->match;
    for (unsigned i = 0; i < info->operands; i++) {
        enum xenon_operand operand = (enum xenon_operand)info->operand[i];
        unsigned which = is_target(info, i) ? 0 : ++reads, n;
        switch (xenon_operand_info[operand].kind) {
        case XENON_GPR:
        case XENON_GPR0:
            n = xenon_operand_info[operand].kind == XENON_GPR0 && t % 4 == 3 ? 0 : 3 + which;
            word = xenon_operand_put(operand, word, n);
            test->in.gpr[n] = input_integer(kind, op, t, which);
            test->shown.gpr |= 1U << n;
            break;
        case XENON_FPR:
            n = 3 + which;
            word = xenon_operand_put(operand, word, n);
            test->in.fpr[n] = input_double(op, t, which);
            test->shown.fpr |= 1U << n;
            break;
        case XENON_VR:
            n = vector_register(info->group == XENON_VMX128, operand, t, which);
            word = xenon_operand_put(operand, word, n);
            input_vector(test->in.vr[n], kind, op, t, which);
            test->shown.vr[n] = true;
            break;
        default:
            reads -= which != 0;
            word = xenon_operand_put(operand, word, field_of(operand, info, t));
        }
    }
    return word;
}

static uint32_t with_suffixes(const struct xenon_op_info *info, uint32_t word, unsigned t)
{
    if (info->flags & XENON_RC && t & 1)
        word |= 1;
    if (info->flags & XENON_OE && t & 2)
        word |= 1U << 10;
    if (info->flags & XENON_RC21 && t % 3 != 2)
        word |= 1U << 10;
    if (info->flags & XENON_RC25 && t % 3 != 2)
        word |= 1U << 6;
    return word;
}

static void integer_row(struct suite_file *file, const struct xenon_op_info *info)
{
    static const uint32_t flags[4] = {0, 0x20000000, 0x80000000, 0xE0000000};
    for (unsigned t = 0; t < 16; t++) {
        struct suite_test *test = suite_add(file);
        uint32_t word = with_suffixes(info, choose_operands(test, info, t), t);
        test->in.xer = flags[t / 2 % 4];
        test->shown.xer = true;
        if (has_operand(info, XENON_OPERAND_CRBD) || has_operand(info, XENON_OPERAND_CRM) ||
            has_operand(info, XENON_OPERAND_CRFS) || strcmp(info->mnemonic, "mfcr") == 0)
            test->in.cr = 0x2468ACE1 * (t + 1);
        suite_insn(test, word);
    }
}

/* FPSCR goes in from f31 and comes out in f30, without the bits that the architecture leaves open. */
static void float_row(struct suite_file *file, const struct xenon_op_info *info)
{
    static const uint32_t fpscrs[] = {0x00000000, 0x00000001, 0x00000002, 0x00000003, 0x000000F8, 0x00000080};
    for (unsigned t = 0; t < 28; t++) {
        struct suite_test *test = suite_add(file);
        uint32_t fpscr = t < 18 ? 0 : fpscrs[t % COUNT(fpscrs)];
        if (strncmp(info->mnemonic, "m", 1) == 0) /* moves of FPSCR itself */
            fpscr = 0x92468ACE * (t + 1) & 0x9FF8F0FB;
        uint32_t word = with_suffixes(info, choose_operands(test, info, t < 18 ? t : t - 10), t);
        struct isa_reference probe = test->in;
        if (fpscr) {
            test->in.fpr[31] = fpscr;
            test->shown.fpr |= 1U << 31;
            suite_line(test, "  mtfsf 255, f31");
            probe.fpscr = fpscr;
        }
        suite_insn(test, word);
        if (!isa_reference_execute(&probe, word)) {
            file->tests--;
            continue;
        }
        for (unsigned bit = 0; bit < 32; bit++)
            if (probe.fpscr_unknown >> (31 - bit) & 1)
                suite_line(test, "  mtfsb0 %u", bit);
        suite_line(test, "  mffs f30");
    }
}

/* VSCR goes in from v29 and comes out in v28: of the rows that can saturate, and for denormals. */
static void vector_row(struct suite_file *file, const struct xenon_op_info *info)
{
    bool floats = kind_of(info) == INPUT_FLOATS, packs = strcmp(info->mnemonic, "vpkd3d128") == 0;
    bool unpacks = strcmp(info->mnemonic, "vupkd3d128") == 0, narrow = info->group == XENON_VMX;
    unsigned tests = packs ? 30 : unpacks ? 14 : floats ? 20 : 12;
    for (unsigned t = 0; t < tests; t++) {
        struct suite_test *test = suite_add(file);
        unsigned inputs = floats && t >= 14 ? t - 14 : t; /* the last ones again, with denormals */
        uint32_t word = with_suffixes(info, choose_operands(test, info, inputs), t);
        if (floats && t >= 14) {
            suite_line(test, "  vxor v29, v29, v29");
            suite_line(test, "  mtvscr v29");
        } else if (narrow) {
            test->in.vr[29][13] = 1; /* NJ */
            test->shown.vr[29] = true;
            suite_line(test, "  mtvscr v29");
        }
        suite_insn(test, word);
        if (strcmp(info->mnemonic, "mfvscr") != 0)
            suite_line(test, "  mfvscr v28");
    }
}

bool suite_plan_registers(struct suite_file *file)
{
    const struct xenon_op_info *info = &xenon_op_info[file->op];
    switch (info->group) {
    case XENON_INT:
    case XENON_BRANCH:
        integer_row(file, info);
        return true;
    case XENON_FP:
        float_row(file, info);
        return true;
    case XENON_VMX:
    case XENON_VMX128:
        vector_row(file, info);
        return true;
    default:
        return false;
    }
}
