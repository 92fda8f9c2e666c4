/* Operands of control flow, and of fetches. */
#include "models/xenos/shader/scan.h"

static bool scan_target(struct xenos_scan *s, struct xenos_insn *insn)
{
    insn->label_length = xenos_scan_word(s, &insn->label);
    return insn->label_length > 0 || XENOS_MISTAKE(s, s->at, "a label goes here");
}

static bool scan_bool(struct xenos_scan *s, struct xenos_insn *insn)
{
    bool negated = xenos_scan_char(s, '!');
    unsigned number;
    if (!xenos_scan_numbered(s, "b", 256, &number))
        return false;
    xenos_put(&insn->words, XENOS_COND_EXEC_BOOL, number);
    xenos_put(&insn->words, XENOS_COND_EXEC_CONDITION, !negated);
    return true;
}

static bool scan_alloc(struct xenos_scan *s, struct xenos_insn *insn)
{
    static const char *const name[] = {"none", "position", "interpolators", "export", "colors"};
    const char *word;
    size_t length = xenos_scan_word(s, &word);
    for (unsigned i = 0; i < sizeof name / sizeof *name; i++)
        if (xenos_is_word(word, length, name[i])) {
            xenos_put(&insn->words, XENOS_ALLOC_TYPE, i == 4 ? XENOS_ALLOC_INTERPOLATORS : i);
            return true;
        }
    return XENOS_MISTAKE(s, word, "alloc is of position, interpolators, colors, export or none");
}

bool xenos_scan_cf(struct xenos_scan *s, unsigned op, bool conditional, struct xenos_insn *insn)
{
    unsigned number;

    insn->format = (enum xenos_format)xenos_cf_info[op].kind;
    insn->words = xenos_usual(insn->format);
    if (op == XENOS_CF_COND_EXEC || op == XENOS_CF_COND_EXEC_END)
        op += XENOS_CF_COND_EXEC_CLEAN - XENOS_CF_COND_EXEC;
    xenos_put(&insn->words, XENOS_PLAIN_OPCODE, op);
    switch (insn->format) {
    case XENOS_FORMAT_COND_EXEC:
        return scan_bool(s, insn);
    case XENOS_FORMAT_LOOP:
    case XENOS_FORMAT_ENDLOOP:
        if (!xenos_scan_numbered(s, "i", 32, &number))
            return false;
        xenos_put(&insn->words, XENOS_LOOP_CONSTANT, number);
        return xenos_scan_need(s, ',') && scan_target(s, insn);
    case XENOS_FORMAT_JUMP:
        xenos_put(&insn->words, XENOS_JUMP_UNCONDITIONAL, !conditional);
        return (!conditional || (scan_bool(s, insn) && xenos_scan_need(s, ','))) && scan_target(s, insn);
    case XENOS_FORMAT_ALLOC:
        return scan_alloc(s, insn);
    default:
        return true;
    }
}

static bool scan_dest_swizzle(struct xenos_scan *s, uint64_t *swizzle)
{
    unsigned lane = 0;
    *swizzle = 0x688;
    if (s->at == s->end || *s->at != '.')
        return true;
    for (s->at++; lane < 4 && s->at < s->end; lane++, s->at++) {
        uint64_t code = 0;
        while (code < 8 && XENOS_DEST_LETTERS[code] != *s->at)
            code++;
        if (code == 8)
            break;
        *swizzle = (*swizzle & ~(UINT64_C(7) << 3 * lane)) | code << 3 * lane;
    }
    if (lane == 0)
        return XENOS_MISTAKE(s, s->at, "up to four of " XENOS_DEST_LETTERS " go here");
    for (; lane < 4; lane++)
        *swizzle |= UINT64_C(7) << 3 * lane;
    return true;
}

static bool scan_vertex_fetch(struct xenos_scan *s, struct xenos_insn *insn)
{
    struct xenos_words *w = &insn->words;
    uint64_t swizzle = 0;
    uint8_t dest, src;
    bool dest_relative, src_relative;
    unsigned constant;

    if (!xenos_scan_temp(s, &dest, &dest_relative) || !scan_dest_swizzle(s, &swizzle))
        return false;
    xenos_put(w, XENOS_VFETCH_DEST, dest);
    xenos_put(w, XENOS_VFETCH_DEST_RELATIVE, dest_relative);
    xenos_put(w, XENOS_VFETCH_DEST_SWIZZLE, swizzle);

    const char *before = s->at, *word;
    bool more = xenos_scan_char(s, ',');
    if (xenos_get(w, XENOS_VFETCH_MINI)) { /* fields may follow at once; none of them begins with an r */
        bool is_register = more && xenos_scan_word(s, &word) > 0 && word[0] == 'r';
        s->at = before;
        if (!is_register)
            return true;
        xenos_scan_char(s, ',');
    } else if (!more) {
        return XENOS_MISTAKE(s, s->at, "a comma and the index go here");
    }
    if (!xenos_scan_temp(s, &src, &src_relative))
        return false;
    int component = s->end - s->at >= 2 && s->at[0] == '.' ? xenos_component(s->at[1]) : -1;
    if (component < 0)
        return XENOS_MISTAKE(s, s->at, "a point and one of xyzw go here");
    s->at += 2;
    if (!xenos_scan_need(s, ',') || !xenos_scan_numbered(s, "vf", 96, &constant))
        return false;
    xenos_put(w, XENOS_VFETCH_SRC, src);
    xenos_put(w, XENOS_VFETCH_SRC_RELATIVE, src_relative);
    xenos_put(w, XENOS_VFETCH_SRC_COMPONENT, (unsigned)component);
    xenos_put(w, XENOS_VFETCH_CONSTANT, constant / 3);
    xenos_put(w, XENOS_VFETCH_CONSTANT_SEL, constant % 3);
    return true;
}

/* As many letters as there are coordinates, or three; those that are not there repeat the first. */
static bool scan_coordinates(struct xenos_scan *s, unsigned count, uint64_t *swizzle)
{
    const char *word = s->at;
    size_t length = 0;

    if (s->at < s->end && *s->at == '.') {
        s->at++;
        length = xenos_scan_letters(s, &word);
    }
    *swizzle = 0;
    if (length != count && length != 3)
        return XENOS_MISTAKE(s, word, "this takes %u coordinates", count);
    for (unsigned i = 0; i < 3; i++) {
        int component = xenos_component(word[i < length ? i : 0]);
        if (component < 0)
            return XENOS_MISTAKE(s, word, "coordinates are of xyzw");
        *swizzle |= (uint64_t)component << 2 * i;
    }
    return true;
}

bool xenos_scan_fetch(struct xenos_scan *s, unsigned op, struct xenos_insn *insn)
{
    const struct xenos_op_info *info = &xenos_fetch_info[op];
    struct xenos_words *w = &insn->words;
    uint8_t index;
    bool relative;
    unsigned constant = 0;
    uint64_t swizzle = 0;
    unsigned count =
        info->kind == XENOS_SAMPLE ? xenos_coordinates((unsigned)xenos_get(w, XENOS_TFETCH_DIMENSION)) : info->count;

    if (info->kind == XENOS_UNKNOWN)
        return true;
    if (info->kind == XENOS_VERTEX)
        return scan_vertex_fetch(s, insn);
    if (info->kind != XENOS_REGISTER) {
        if (!xenos_scan_temp(s, &index, &relative) || !scan_dest_swizzle(s, &swizzle) || !xenos_scan_need(s, ','))
            return false;
        xenos_put(w, XENOS_TFETCH_DEST, index);
        xenos_put(w, XENOS_TFETCH_DEST_RELATIVE, relative);
        xenos_put(w, XENOS_TFETCH_DEST_SWIZZLE, swizzle);
    }
    if (!xenos_scan_temp(s, &index, &relative) || !scan_coordinates(s, count, &swizzle))
        return false;
    if (info->kind != XENOS_REGISTER && (!xenos_scan_need(s, ',') || !xenos_scan_numbered(s, "tf", 32, &constant)))
        return false;
    xenos_put(w, XENOS_TFETCH_SRC, index);
    xenos_put(w, XENOS_TFETCH_SRC_RELATIVE, relative);
    xenos_put(w, XENOS_TFETCH_SRC_SWIZZLE, swizzle);
    xenos_put(w, XENOS_TFETCH_CONSTANT, constant);
    return true;
}
