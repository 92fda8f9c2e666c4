/* Operands of ALU instructions. */
#include "models/xenos/shader/scan.h"

#include <string.h>

/* Half an instruction as it is written. */
struct half {
    unsigned op;
    bool present, clamp, export, relative, zeros;
    unsigned dest, mask, ones;
    struct xenos_source source[3];
    unsigned letters[3]; /* how many components were written */
    const char *begin;
};

static bool find_op(const char *word, size_t length, bool *scalar, unsigned *op)
{
    for (unsigned i = 0; i < XENOS_VECTOR_OPS; i++)
        if (xenos_is_word(word, length, xenos_vector_info[i].mnemonic)) {
            *op = i;
            *scalar = false;
            return true;
        }
    for (unsigned i = 0; i < XENOS_SCALAR_OPS; i++)
        if (xenos_is_word(word, length, xenos_scalar_info[i].mnemonic)) {
            *op = i;
            *scalar = true;
            return true;
        }
    return false;
}

/* `mov` is `max` of one operand, and so on. */
static const struct {
    const char *alias, *of;
} aliases[] = {{"mov", "max"}, {"movs", "maxs"}, {"movas", "maxas"}};

static bool scan_op(struct xenos_scan *s, struct half *h, bool *scalar, bool *alias)
{
    const char *word;
    size_t length = xenos_scan_word(s, &word), shown = length < 40 ? length : 40;

    h->begin = word;
    h->clamp = length > 4 && memcmp(word + length - 4, "_sat", 4) == 0;
    length -= h->clamp ? 4 : 0;
    *alias = false;
    for (unsigned i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (xenos_is_word(word, length, aliases[i].alias)) {
            *alias = true;
            return find_op(aliases[i].of, strlen(aliases[i].of), scalar, &h->op);
        }
    return find_op(word, length, scalar, &h->op) ||
           XENOS_MISTAKE(s, word, "there is no instruction %.*s", (int)shown, word);
}

static bool scan_export(struct xenos_scan *s, const char *word, size_t length, unsigned *index)
{
    size_t name = length;
    uint64_t number = 0;

    while (name > 0 && word[name - 1] >= '0' && word[name - 1] <= '9')
        name--;
    if (length - name > 2)
        return XENOS_MISTAKE(s, word, "there is no export of that number");
    for (size_t i = name; i < length; i++)
        number = number * 10 + (unsigned)(word[i] - '0');
    for (unsigned i = 0; i < XENOS_EXPORTS; i++) {
        const struct xenos_export_info *e = &xenos_exports[i];
        if (!xenos_is_word(word, name, e->name) || (e->count > 1) != (name < length))
            continue;
        *index = e->first + (unsigned)number;
        return (e->shaders >> s->type & 1 && number < e->count) ||
               XENOS_MISTAKE(s, word, "%s shaders have no export %.*s",
                             s->type == XENOS_VERTEX_SHADER ? "vertex" : "pixel", (int)length, word);
    }
    *index = (unsigned)number;
    return (xenos_is_word(word, name, "export") && name < length && number < 64) ||
           XENOS_MISTAKE(s, word, "a register or an export goes here");
}

static bool scan_mask(struct xenos_scan *s, struct half *h)
{
    unsigned at = 0;

    h->mask = 15;
    if (s->at == s->end || *s->at != '.')
        return true;
    h->mask = 0;
    for (s->at++; at < 4 && s->at < s->end; at++, s->at++) {
        int component = xenos_component(*s->at);
        if (component >= 0)
            h->mask |= 1U << component;
        else if (*s->at == '1')
            h->ones |= 1U << at;
        else if (*s->at == '0')
            h->zeros = true;
        else if (*s->at != '_')
            break;
    }
    if (at == 0)
        return XENOS_MISTAKE(s, s->at, "a mask goes here, such as xy_w");
    return h->export || (h->ones == 0 && !h->zeros) || XENOS_MISTAKE(s, s->at, "only exports have 0 and 1 in the mask");
}

static bool scan_dest(struct xenos_scan *s, struct half *h)
{
    const char *word;
    size_t length = xenos_scan_word(s, &word);
    uint8_t index = 0;

    h->export = length > 0 && word[0] != 'r';
    if (!h->export) {
        s->at = word;
        if (!xenos_scan_temp(s, &index, &h->relative))
            return false;
        h->dest = index;
    } else if (!scan_export(s, word, length, &h->dest)) {
        return false;
    }
    return scan_mask(s, h);
}

static bool scan_source(struct xenos_scan *s, struct half *h, unsigned i)
{
    struct xenos_source *source = &h->source[i];
    unsigned count = 0;

    source->negate = xenos_scan_char(s, '-');
    if (!xenos_scan_register(s, source))
        return false;
    for (unsigned lane = 0; lane < 4; lane++)
        source->component[lane] = (uint8_t)lane;
    if (s->at < s->end && *s->at == '.') {
        for (s->at++; count < 4 && s->at < s->end && xenos_component(*s->at) >= 0; count++, s->at++)
            source->component[count] = (uint8_t)xenos_component(*s->at);
        if (count == 0)
            return XENOS_MISTAKE(s, s->at, "up to four of xyzw go here");
        for (unsigned lane = count; lane < 4; lane++)
            source->component[lane] = source->component[count - 1];
    }
    h->letters[i] = count;
    return true;
}

/* Operands of the scalar unit as lanes W and X have them: both from one register where they are a and b. */
static bool scan_scalar_sources(struct xenos_scan *s, struct half *h, bool alias)
{
    unsigned kind = xenos_scalar_info[h->op].kind;
    const char *begin = s->at;

    if (kind == XENOS_NONE)
        return true;
    if (!xenos_scan_need(s, ',') || !scan_source(s, h, 0))
        return false;
    if (kind == XENOS_AB && (h->letters[0] == 2 || (alias && h->letters[0] == 1)))
        return true;
    if (kind == XENOS_A && h->letters[0] == 1)
        return true;
    if (kind == XENOS_CONST_TEMP && h->letters[0] == 1) {
        if (!xenos_scan_need(s, ',') || !scan_source(s, h, 1))
            return false;
        if (!h->source[0].temp && h->source[1].temp && h->letters[1] == 1)
            return true;
        return XENOS_MISTAKE(s, begin, "a constant and a temp go here, each with one of xyzw");
    }
    return XENOS_MISTAKE(s, begin, "%s of xyzw go here", kind == XENOS_AB ? "two" : "one");
}

static bool scan_half(struct xenos_scan *s, struct half halves[2])
{
    struct half h = {.present = true};
    bool scalar, alias;

    if (!scan_op(s, &h, &scalar, &alias) || !scan_dest(s, &h))
        return false;
    if (scalar) {
        if (!scan_scalar_sources(s, &h, alias))
            return false;
    } else {
        unsigned written = alias ? 1 : xenos_vector_info[h.op].count;
        for (unsigned i = 0; i < written; i++)
            if (!xenos_scan_need(s, ',') || !scan_source(s, &h, i))
                return false;
        if (alias)
            h.source[1] = h.source[0];
    }
    if (halves[scalar].present)
        return XENOS_MISTAKE(s, h.begin, "the %s unit has its instruction already", scalar ? "scalar" : "vector");
    halves[scalar] = h;
    return true;
}

static void put_source(struct xenos_words *w, unsigned i, const struct xenos_source *source)
{
    unsigned swizzle = 0;
    for (unsigned lane = 0; lane < 4; lane++)
        swizzle |= ((source->component[lane] - lane) & 3U) << 2 * lane;
    xenos_put(w, XENOS_ALU_SRC1_SWIZZLE - i, swizzle);
    xenos_put(w, XENOS_ALU_SRC1_NEGATE - i, source->negate);
    xenos_put(w, XENOS_ALU_SRC1_TEMP - i, source->temp);
    xenos_put(w, XENOS_ALU_SRC1 - i,
              source->temp ? source->index | (unsigned)source->relative << 6 | (unsigned)source->absolute << 7
                           : source->index);
}

/* What the constants of an instruction share; `i` is the source that this one is. */
static void put_shared(struct xenos_words *w, unsigned i, const struct xenos_source *source)
{
    bool first = true;
    for (unsigned before = 0; before < i; before++)
        first = first && xenos_get(w, XENOS_ALU_SRC1_TEMP - before);
    if (source->temp)
        return;
    if (source->absolute)
        xenos_put(w, XENOS_ALU_ABS_CONSTANTS, 1);
    if (source->relative)
        xenos_put(w, first ? XENOS_ALU_CONST_0_RELATIVE : XENOS_ALU_CONST_1_RELATIVE, 1);
    if (source->relative && source->base_a0)
        xenos_put(w, XENOS_ALU_BASE_A0, 1);
}

/* Source 3 of the scalar unit alone: lanes W and Z are a, lanes X and Y are b. */
static void put_scalar_source(struct xenos_words *w, const struct half *h)
{
    unsigned kind = xenos_scalar_info[h->op].kind, temp = h->source[1].index;
    struct xenos_source source = h->source[0];
    uint8_t a = source.component[0], b = kind == XENOS_AB ? source.component[1] : a;

    source.component[0] = source.component[1] = b;
    source.component[2] = source.component[3] = a;
    put_source(w, 2, &source);
    if (kind != XENOS_CONST_TEMP)
        return;
    xenos_put(w, XENOS_ALU_SRC3_TEMP, temp >> 1 & 1);
    xenos_put(w, XENOS_ALU_SRC3_SWIZZLE, ((a - 3U) & 3) << 6 | (temp & 0x3C) | h->source[1].component[0]);
}

static bool same_source(const struct xenos_source *a, const struct xenos_source *b, unsigned lanes)
{
    return a->temp == b->temp && a->index == b->index && a->relative == b->relative && a->absolute == b->absolute &&
           a->negate == b->negate && (!a->relative || a->base_a0 == b->base_a0) &&
           memcmp(a->component, b->component, lanes) == 0;
}

/* Whether the words mean what was written: operands share bits. */
static bool check_operands(struct xenos_scan *s, const struct xenos_words *w, const struct half *vector,
                           const struct half *scalar)
{
    struct xenos_alu d = xenos_decode_alu(w);
    bool good = true;

    if (vector->present)
        for (unsigned i = 0; i < xenos_vector_info[vector->op].count; i++)
            good = good && same_source(&d.source[i], &vector->source[i], 4);
    if (!good)
        return XENOS_MISTAKE(
            s, vector->begin,
            "constants of an instruction share their absolute value and their base, and the second and "
            "the third whether they are relative");
    unsigned kind = scalar->present ? xenos_scalar_info[scalar->op].kind : XENOS_NONE;
    if (kind != XENOS_NONE)
        good = same_source(&d.scalar[0], &scalar->source[0], 1);
    if (kind == XENOS_AB)
        good = good && d.scalar[1].component[0] == scalar->source[0].component[1];
    if (kind == XENOS_CONST_TEMP)
        good = good && same_source(&d.scalar[1], &scalar->source[1], 1);
    return good || XENOS_MISTAKE(s, scalar->begin,
                                 "the scalar unit's operands cannot be these beside those of the vector unit");
}

static bool put_dests(struct xenos_scan *s, struct xenos_words *w, const struct half *vector, const struct half *scalar)
{
    bool export = vector->present ? vector->export : scalar->export;

    if (vector->present && scalar->present && vector->export != scalar->export)
        return XENOS_MISTAKE(s, scalar->begin, "both halves export, or none");
    if (export && vector->present && scalar->present && vector->dest != scalar->dest)
        return XENOS_MISTAKE(s, scalar->begin, "both halves go to the same export");
    if (export && vector->present && scalar->present && (vector->mask | vector->ones) & scalar->mask)
        return XENOS_MISTAKE(s, scalar->begin, "the vector unit writes that component");
    if (scalar->ones != 0 || scalar->zeros)
        return XENOS_MISTAKE(s, scalar->begin, "0 and 1 are for the mask of the vector unit");
    xenos_put(w, XENOS_ALU_EXPORT, export);
    xenos_put(w, XENOS_ALU_VECTOR_DEST, vector->present ? vector->dest : export ? scalar->dest : 0);
    xenos_put(w, XENOS_ALU_VECTOR_DEST_RELATIVE, vector->relative);
    xenos_put(w, XENOS_ALU_SCALAR_DEST, export ? 0 : scalar->dest);
    xenos_put(w, XENOS_ALU_SCALAR_DEST_RELATIVE, export ? vector->zeros : scalar->relative);
    xenos_put(w, XENOS_ALU_VECTOR_MASK, vector->mask | vector->ones);
    xenos_put(w, XENOS_ALU_SCALAR_MASK, scalar->mask | vector->ones);
    return true;
}

bool xenos_scan_alu(struct xenos_scan *s, struct xenos_insn *insn)
{
    struct half halves[2] = {{0}};
    struct half *vector = &halves[0], *scalar = &halves[1];
    struct xenos_words *w = &insn->words;

    insn->format = XENOS_FORMAT_ALU;
    *w = xenos_usual(XENOS_FORMAT_ALU);
    if (!scan_half(s, halves) || (xenos_scan_char(s, '+') && !scan_half(s, halves)) || !put_dests(s, w, vector, scalar))
        return false;

    unsigned sources = vector->present ? xenos_vector_info[vector->op].count : 0;
    unsigned kind = scalar->present ? xenos_scalar_info[scalar->op].kind : XENOS_NONE;
    if (vector->present)
        xenos_put(w, XENOS_ALU_VECTOR_OP, vector->op);
    if (scalar->present)
        xenos_put(w, XENOS_ALU_SCALAR_OP, scalar->op | (kind == XENOS_CONST_TEMP ? scalar->source[1].index & 1U : 0));
    xenos_put(w, XENOS_ALU_VECTOR_CLAMP, vector->clamp);
    xenos_put(w, XENOS_ALU_SCALAR_CLAMP, scalar->clamp);
    for (unsigned i = 0; i < sources; i++)
        put_source(w, i, &vector->source[i]);
    if (sources < 3 && kind != XENOS_NONE)
        put_scalar_source(w, scalar);
    for (unsigned i = 0; i < sources; i++)
        put_shared(w, i, &vector->source[i]);
    if (kind != XENOS_NONE)
        put_shared(w, 2, &scalar->source[0]);
    return check_operands(s, w, vector, scalar);
}
