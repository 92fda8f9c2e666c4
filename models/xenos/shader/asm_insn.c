/* The mnemonic decides. */
#include "models/xenos/shader/asm_insn.h"

#include "models/xenos/shader/scan.h"

const struct xenos_export_info xenos_exports[XENOS_EXPORTS] = {
#define VERTEX                              (1 << XENOS_VERTEX_SHADER)
#define PIXEL                               (1 << XENOS_PIXEL_SHADER)
#define BOTH                                (VERTEX | PIXEL)
#define EXPORT(name, first, count, shaders) {name, first, count, shaders},
#include "models/xenos/shader/exports.def"
#undef EXPORT
#undef BOTH
#undef PIXEL
#undef VERTEX
};

/* `exec` and `cexec` find the first row of several; what stands around them says which. */
static int find_cf(const char *word, size_t length, bool *conditional)
{
    *conditional = false;
    for (unsigned op = 0; op < XENOS_CF_OPS; op++) {
        if (xenos_is_word(word, length, xenos_cf_info[op].mnemonic))
            return (int)op;
        if (xenos_cf_info[op].kind == XENOS_FORMAT_JUMP && length > 0 && word[0] == 'c' &&
            xenos_is_word(word + 1, length - 1, xenos_cf_info[op].mnemonic)) {
            *conditional = true;
            return (int)op;
        }
    }
    return -1;
}

static int find_fetch(const char *word, size_t length, int *dimension)
{
    *dimension = -1;
    if (xenos_is_word(word, length, "vfetch_full") || xenos_is_word(word, length, "vfetch_mini"))
        return XENOS_F_VFETCH;
    for (unsigned op = 1; op < XENOS_FETCH_OPS; op++) {
        const char *name = xenos_fetch_info[op].mnemonic;
        size_t i = 0;
        if (name == NULL)
            continue;
        while (i < length && name[i] != '\0' && name[i] == word[i])
            i++;
        if (name[i] != '\0')
            continue;
        if (xenos_fetch_info[op].kind == XENOS_SAMPLE)
            *dimension = xenos_named(XENOS_DIMENSION, word + i, length - i);
        if (*dimension >= 0 || i == length)
            return (int)op;
    }
    return -1;
}

/* fetch9 */
static int find_unknown_fetch(const char *word, size_t length)
{
    unsigned op = 0;
    if (length < 6 || length > 7 || !xenos_is_word(word, 5, "fetch"))
        return -1;
    for (size_t i = 5; i < length; i++) {
        if (word[i] < '0' || word[i] > '9')
            return -1;
        op = op * 10 + (unsigned)(word[i] - '0');
    }
    return op < XENOS_FETCH_OPS && xenos_fetch_info[op].kind == XENOS_UNKNOWN ? (int)op : -1;
}

static bool scan_predicate(struct xenos_scan *s, bool *predicated, bool *condition)
{
    const char *word;
    *predicated = xenos_scan_char(s, '(');
    *condition = *predicated && !xenos_scan_char(s, '!');
    if (!*predicated)
        return true;
    size_t length = xenos_scan_word(s, &word);
    if (!xenos_is_word(word, length, "p0"))
        return XENOS_MISTAKE(s, word, "p0 goes here: (p0) or (!p0)");
    return xenos_scan_need(s, ')');
}

static bool put_predicate(struct xenos_scan *s, struct xenos_insn *insn, bool condition)
{
    switch (insn->format) {
    case XENOS_FORMAT_EXEC:
        xenos_put(&insn->words, XENOS_EXEC_OPCODE,
                  xenos_decode_cf(&insn->words).end ? XENOS_CF_PRED_EXEC_END : XENOS_CF_PRED_EXEC);
        xenos_put(&insn->words, XENOS_EXEC_CONDITION, condition);
        return true;
    case XENOS_FORMAT_JUMP:
        if (!xenos_get(&insn->words, XENOS_JUMP_UNCONDITIONAL))
            break;
        xenos_put(&insn->words, XENOS_JUMP_UNCONDITIONAL, 0);
        xenos_put(&insn->words, XENOS_JUMP_PREDICATED, 1);
        xenos_put(&insn->words, XENOS_JUMP_CONDITION, condition);
        return true;
    case XENOS_FORMAT_ALU:
        xenos_put(&insn->words, XENOS_ALU_PREDICATED, 1);
        xenos_put(&insn->words, XENOS_ALU_CONDITION, condition);
        return true;
    case XENOS_FORMAT_VFETCH:
        xenos_put(&insn->words, XENOS_VFETCH_PREDICATED, 1);
        xenos_put(&insn->words, XENOS_VFETCH_CONDITION, condition);
        return true;
    case XENOS_FORMAT_TFETCH:
        xenos_put(&insn->words, XENOS_TFETCH_PREDICATED, 1);
        xenos_put(&insn->words, XENOS_TFETCH_CONDITION, condition);
        return true;
    default:
        break;
    }
    return XENOS_MISTAKE(s, s->begin, "this instruction takes no predicate");
}

/* The operands, without the fields by name. */
static bool scan_operands(struct xenos_scan *s, struct xenos_insn *insn)
{
    const char *word, *begin = s->at;
    bool conditional;
    int dimension;
    size_t length = xenos_scan_word(s, &word);

    int op = find_cf(word, length, &conditional);
    if (op >= 0)
        return xenos_scan_cf(s, (unsigned)op, conditional, insn);
    op = find_fetch(word, length, &dimension);
    if (op < 0)
        op = find_unknown_fetch(word, length);
    if (op < 0) {
        s->at = begin;
        return xenos_scan_alu(s, insn);
    }
    insn->format = op == XENOS_F_VFETCH ? XENOS_FORMAT_VFETCH : XENOS_FORMAT_TFETCH;
    insn->words = xenos_usual(insn->format);
    xenos_put(&insn->words, XENOS_TFETCH_OPCODE, (unsigned)op);
    if (op == XENOS_F_VFETCH)
        xenos_put(&insn->words, XENOS_VFETCH_MINI, xenos_is_word(word, length, "vfetch_mini"));
    else if (dimension >= 0)
        xenos_put(&insn->words, XENOS_TFETCH_DIMENSION, (unsigned)dimension);
    return xenos_scan_fetch(s, (unsigned)op, insn);
}

bool xenos_assemble_insn(const char *text, size_t length, enum xenos_shader_type type, struct xenos_insn *insn,
                         struct xenos_mistake *mistake)
{
    struct xenos_scan s = {.begin = text, .at = text, .end = text + length, .type = type, .mistake = mistake};
    bool predicated, condition;

    *insn = (struct xenos_insn){0};
    if (!scan_predicate(&s, &predicated, &condition) || !scan_operands(&s, insn) ||
        (predicated && !put_predicate(&s, insn, condition)) || !xenos_scan_fields(&s, insn))
        return false;
    return xenos_scan_end(&s) || XENOS_MISTAKE(&s, s.at, "this is more than the instruction takes");
}
