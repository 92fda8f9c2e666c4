/* Control flow and fetches as text. */
#include "models/xenos/shader/disasm.h"

#include "models/sim/status.h"
#include "models/xenos/shader/asm_insn.h"
#include "models/xenos/shader/disasm_parts.h"

void xenos_say_predicate(struct xenos_text *t, bool predicated, bool condition)
{
    if (predicated)
        xenos_say(t, condition ? "(p0) " : "(!p0) ");
}

void xenos_say_register(struct xenos_text *t, const struct xenos_source *source)
{
    xenos_say_char(t, source->temp ? 'r' : 'c');
    if (source->absolute)
        xenos_say(t, "_abs");
    if (source->absolute || source->relative)
        xenos_say_char(t, '[');
    xenos_say_unsigned(t, source->index);
    if (source->relative)
        xenos_say(t, source->base_a0 ? "+a0" : "+aL");
    if (source->absolute || source->relative)
        xenos_say_char(t, ']');
}

void xenos_say_export(struct xenos_text *t, enum xenos_shader_type type, unsigned index)
{
    unsigned export = XENOS_EXPORTS;
    for (unsigned i = 0; i < XENOS_EXPORTS; i++)
        if (xenos_exports[i].shaders >> type & 1 && index - xenos_exports[i].first < xenos_exports[i].count)
            export = i;
    xenos_say(t, export < XENOS_EXPORTS ? xenos_exports[export].name : "export");
    if (export == XENOS_EXPORTS)
        xenos_say_unsigned(t, index);
    else if (xenos_exports[export].count > 1)
        xenos_say_unsigned(t, index - xenos_exports[export].first);
}

size_t xenos_export_name(char *text, size_t size, enum xenos_shader_type type, unsigned index)
{
    struct xenos_text t = xenos_text(text, size);
    xenos_say_export(&t, type, index);
    return t.length;
}

static void say_value(struct xenos_text *t, const struct xenos_words *words, enum xenos_field field)
{
    enum xenos_field_kind kind = (enum xenos_field_kind)xenos_field_info[field].kind;
    uint64_t value = xenos_get(words, field);
    const char *name;

    switch (kind) {
    case XENOS_HEX:
        xenos_say_hex(t, value);
        break;
    case XENOS_BOOL:
        xenos_say(t, value ? "true" : "false");
        break;
    case XENOS_LESS_ONE:
        xenos_say_unsigned(t, value + 1);
        break;
    case XENOS_SIGNED:
    case XENOS_HALVES:
    case XENOS_SIXTEENTHS:
        xenos_say_fixed(t, xenos_get_signed(words, field), xenos_fraction_bits(kind));
        break;
    default:
        name = kind >= XENOS_NAMED ? xenos_name(kind, value) : NULL;
        if (name != NULL)
            xenos_say(t, name);
        else
            xenos_say_unsigned(t, value);
    }
}

void xenos_say_fields(struct xenos_text *t, enum xenos_format format, const struct xenos_words *said,
                      const struct xenos_words *words)
{
    for (enum xenos_field f = xenos_format_first(format); f <= xenos_format_last(format); f++)
        if (xenos_get(said, f) != xenos_get(words, f)) {
            xenos_say(t, ", ");
            xenos_say(t, xenos_field_info[f].name);
            xenos_say_char(t, '=');
            say_value(t, words, f);
        }
}

/* Control flow */

static void say_bool(struct xenos_text *t, const struct xenos_cf *d)
{
    xenos_say(t, d->condition ? "b" : "!b");
    xenos_say_unsigned(t, d->constant);
}

static void say_label(struct xenos_text *t, const struct xenos_cf *d)
{
    xenos_say_char(t, 'L');
    xenos_say_unsigned(t, d->address);
}

static void say_alloc(struct xenos_text *t, const struct xenos_cf *d, enum xenos_shader_type type)
{
    static const char *const name[] = {"none", "position", "interpolators", "export"};
    xenos_say(t, d->alloc == XENOS_ALLOC_INTERPOLATORS && type == XENOS_PIXEL_SHADER ? "colors" : name[d->alloc]);
}

static void say_cf(struct xenos_text *t, const struct xenos_cf *d, enum xenos_shader_type type)
{
    const struct xenos_op_info *info = &xenos_cf_info[d->op];

    xenos_say_predicate(t, d->predicated, d->condition);
    if (info->kind == XENOS_FORMAT_JUMP && d->conditional)
        xenos_say_char(t, 'c');
    xenos_say(t, info->mnemonic);
    if (info->kind != XENOS_FORMAT_PLAIN && info->kind != XENOS_FORMAT_EXEC)
        xenos_say_char(t, ' ');
    switch (info->kind) {
    case XENOS_FORMAT_COND_EXEC:
        say_bool(t, d);
        if (!d->predicate_clean)
            xenos_say(t, ", PredicateClean=false");
        break;
    case XENOS_FORMAT_LOOP:
    case XENOS_FORMAT_ENDLOOP:
        xenos_say_char(t, 'i');
        xenos_say_unsigned(t, d->constant);
        xenos_say(t, ", ");
        say_label(t, d);
        break;
    case XENOS_FORMAT_JUMP:
        if (d->conditional) {
            say_bool(t, d);
            xenos_say(t, ", ");
        }
        say_label(t, d);
        break;
    case XENOS_FORMAT_ALLOC:
        say_alloc(t, d, type);
        break;
    default:
        break;
    }
}

/* What the assembler makes of the text so far. That it takes everything the disassembler writes is not left to chance:
 * tests go through random words. */
static struct xenos_words said_so_far(const struct xenos_text *t, enum xenos_shader_type type)
{
    struct xenos_insn insn;
    struct xenos_mistake mistake;
    bool understood = xenos_assemble_insn(t->text, t->length, type, &insn, &mistake);
    SIM_CHECK(understood, "'%s': %s", t->text, mistake.error.text);
    return insn.words;
}

size_t xenos_disassemble_cf(char *text, size_t size, const struct xenos_words *cf, enum xenos_shader_type type,
                            const struct xenos_cf *around)
{
    static const struct xenos_cf nothing;
    char operands[XENOS_DISASSEMBLY_MAX];
    struct xenos_text t = xenos_text(operands, sizeof operands);
    struct xenos_cf d = xenos_decode_cf(cf);
    enum xenos_format format = xenos_cf_format(cf);

    if (around == NULL)
        around = &nothing;
    say_cf(&t, &d, type);
    struct xenos_words said = said_so_far(&t, type);
    if (format == XENOS_FORMAT_EXEC || format == XENOS_FORMAT_COND_EXEC) {
        xenos_put(&said, XENOS_EXEC_ADDRESS, around->address);
        xenos_put(&said, XENOS_EXEC_COUNT, around->count);
        xenos_put(&said, XENOS_EXEC_SEQUENCE, around->sequence);
        xenos_put(&said, XENOS_EXEC_VERTEX_CACHE, around->vertex_cache);
    } else if (format == XENOS_FORMAT_LOOP || format == XENOS_FORMAT_ENDLOOP || format == XENOS_FORMAT_JUMP) {
        xenos_put(&said, XENOS_LOOP_TARGET, d.address);
    }
    xenos_say_fields(&t, format, &said, cf);

    struct xenos_text out = xenos_text(text, size);
    xenos_say(&out, operands);
    return out.length;
}

/* Fetches */

static void say_fetch_register(struct xenos_text *t, unsigned index, bool relative)
{
    xenos_say_register(t, &(struct xenos_source){.temp = true, .index = (uint8_t)index, .relative = relative});
}

static void say_dest_swizzle(struct xenos_text *t, const uint8_t swizzle[4])
{
    bool identity = true, keeps = true;
    for (unsigned i = 0; i < 4; i++) {
        identity = identity && swizzle[i] == i;
        keeps = keeps && swizzle[i] == 7;
    }
    if (identity)
        return;
    xenos_say_char(t, '.');
    for (unsigned i = 0; i < (keeps ? 1 : 4); i++)
        xenos_say_char(t, XENOS_DEST_LETTERS[swizzle[i]]);
}

static void say_vertex_fetch(struct xenos_text *t, const struct xenos_words *slot)
{
    struct xenos_vertex_fetch d = xenos_decode_vertex_fetch(slot);
    unsigned sel = (unsigned)xenos_get(slot, XENOS_VFETCH_CONSTANT_SEL);
    unsigned constant = (unsigned)xenos_get(slot, XENOS_VFETCH_CONSTANT) * 3 + (sel < 3 ? sel : 0);

    xenos_say_predicate(t, d.predicated, d.condition);
    xenos_say(t, d.mini ? "vfetch_mini " : "vfetch_full ");
    say_fetch_register(t, d.dest, d.dest_relative);
    say_dest_swizzle(t, d.dest_swizzle);
    if (d.mini && d.src == 0 && !d.src_relative && d.src_component == 0 && constant == 0)
        return;
    xenos_say(t, ", ");
    say_fetch_register(t, d.src, d.src_relative);
    xenos_say_char(t, '.');
    xenos_say_char(t, "xyzw"[d.src_component]);
    xenos_say(t, ", vf");
    xenos_say_unsigned(t, constant);
}

static void say_texture_fetch(struct xenos_text *t, const struct xenos_words *slot)
{
    struct xenos_texture_fetch d = xenos_decode_texture_fetch(slot);
    const struct xenos_op_info *info = &xenos_fetch_info[d.op];
    unsigned letters = info->kind == XENOS_SAMPLE ? xenos_coordinates(d.dimension) : info->count;

    xenos_say_predicate(t, d.predicated, d.condition);
    if (info->kind == XENOS_UNKNOWN) {
        xenos_say(t, "fetch");
        xenos_say_unsigned(t, d.op);
        return;
    }
    xenos_say(t, info->mnemonic);
    if (info->kind == XENOS_SAMPLE)
        xenos_say(t, xenos_name(XENOS_DIMENSION, d.dimension));
    xenos_say_char(t, ' ');
    if (info->kind != XENOS_REGISTER) {
        say_fetch_register(t, d.dest, d.dest_relative);
        say_dest_swizzle(t, d.dest_swizzle);
        xenos_say(t, ", ");
    }
    say_fetch_register(t, d.src, d.src_relative);
    xenos_say_char(t, '.');
    for (unsigned i = letters; i < 3; i++) /* the others repeat the first */
        if (d.src_swizzle[i] != d.src_swizzle[0])
            letters = 3;
    for (unsigned i = 0; i < letters; i++)
        xenos_say_char(t, "xyzw"[d.src_swizzle[i]]);
    if (info->kind != XENOS_REGISTER) {
        xenos_say(t, ", tf");
        xenos_say_unsigned(t, d.constant);
    }
}

size_t xenos_disassemble_fetch(char *text, size_t size, const struct xenos_words *slot)
{
    char operands[XENOS_DISASSEMBLY_MAX];
    struct xenos_text t = xenos_text(operands, sizeof operands), out = xenos_text(text, size);
    enum xenos_format format = xenos_fetch_format(slot);

    if (format == XENOS_FORMAT_VFETCH)
        say_vertex_fetch(&t, slot);
    else
        say_texture_fetch(&t, slot);
    struct xenos_words said = said_so_far(&t, XENOS_VERTEX_SHADER);
    xenos_say_fields(&t, format, &said, slot);
    xenos_say(&out, operands);
    return out.length;
}
