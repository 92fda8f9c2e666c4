/* A program as lines of text, from which the same program can be made. */
#include "models/xenos/shader/program.h"

#include "models/xenos/shader/text.h"

struct listing {
    const struct xenos_program *program;
    void (*line)(void *self, const struct xenos_line *line);
    void *self;
    unsigned slot;                           /* the first that is not shown yet */
    uint8_t target[2 * XENOS_SLOTS_MAX / 8]; /* which control flow others go to */
};

static void say_line(const struct listing *l, enum xenos_line_kind kind, unsigned index,
                     const struct xenos_words *words, const char *text)
{
    l->line(l->self, &(struct xenos_line){kind, index, words, text});
}

static void list_data(struct listing *l, unsigned end)
{
    for (; l->slot < end; l->slot++) {
        const struct xenos_words *words = &l->program->slot[l->slot];
        char text[48];
        struct xenos_text t = xenos_text(text, sizeof text);
        xenos_say(&t, ".slot ");
        for (unsigned i = 0; i < 3; i++) {
            xenos_say(&t, i > 0 ? ", " : "");
            xenos_say_hex(&t, words->word[i]);
        }
        say_line(l, XENOS_LINE_DATA, l->slot, words, text);
    }
}

static bool has_target(const struct xenos_words *cf)
{
    enum xenos_format format = xenos_cf_format(cf);
    return format == XENOS_FORMAT_LOOP || format == XENOS_FORMAT_ENDLOOP || format == XENOS_FORMAT_JUMP;
}

static void find_targets(struct listing *l)
{
    for (unsigned i = 0; i < l->program->cfs; i++) {
        struct xenos_words cf = xenos_program_cf(l->program, i);
        uint64_t target = xenos_get(&cf, XENOS_LOOP_TARGET);
        if (has_target(&cf))
            l->target[target / 8] |= (uint8_t)(1U << target % 8);
    }
}

static void list_label(const struct listing *l, unsigned index)
{
    char text[24];
    struct xenos_text t = xenos_text(text, sizeof text);
    if (!(l->target[index / 8] >> index % 8 & 1))
        return;
    xenos_say(&t, "label L");
    xenos_say_unsigned(&t, index);
    say_line(l, XENOS_LINE_LABEL, index, NULL, text);
}

static void list_instructions(struct listing *l, const struct xenos_cf *d)
{
    char text[XENOS_DISASSEMBLY_MAX];
    for (unsigned i = 0; i < d->count; i++, l->slot++) {
        const struct xenos_words *words = &l->program->slot[l->slot];
        bool fetch = d->sequence >> 2 * i & 1;
        if (d->sequence >> 2 * i & 2)
            say_line(l, XENOS_LINE_SERIALIZE, l->slot, NULL, "serialize");
        if (fetch)
            xenos_disassemble_fetch(text, sizeof text, words);
        else
            xenos_disassemble_alu(text, sizeof text, words, l->program->type);
        say_line(l, fetch ? XENOS_LINE_FETCH : XENOS_LINE_ALU, l->slot, words, text);
    }
}

/* An exec of the slots that come next is followed by them; one of slots shown before, or shown later, gives numbers. */
static void list_exec(struct listing *l, unsigned index, const struct xenos_words *cf, const struct xenos_cf *d)
{
    char text[XENOS_DISASSEMBLY_MAX];
    struct xenos_cf around = {0};

    if (d->count > 0 && d->address > l->slot)
        list_data(l, d->address);
    bool follow = d->count > 0 && d->address == l->slot;
    around.address = (uint16_t)l->slot;
    if (follow) {
        around.count = d->count;
        around.sequence = d->sequence & ((1U << 2 * d->count) - 1);
        for (unsigned i = 0; i < d->count; i++)
            if (d->sequence >> 2 * i & 1 && xenos_fetch_format(&l->program->slot[l->slot + i]) == XENOS_FORMAT_VFETCH)
                around.vertex_cache |= (uint8_t)(1U << i);
    }
    xenos_disassemble_cf(text, sizeof text, cf, l->program->type, &around);
    say_line(l, XENOS_LINE_CF, index, cf, text);
    if (follow)
        list_instructions(l, d);
}

void xenos_program_list(const struct xenos_program *program, void (*line)(void *self, const struct xenos_line *line),
                        void *self)
{
    struct listing l = {.program = program, .line = line, .self = self, .slot = program->cfs / 2};
    struct xenos_words last = xenos_program_cf(program, program->cfs - 1);
    bool padded = last.word[0] == 0 && last.word[1] == 0; /* an odd number is filled up with that */

    find_targets(&l);
    say_line(&l, XENOS_LINE_TYPE, 0, NULL, program->type == XENOS_VERTEX_SHADER ? "xvs_3_0" : "xps_3_0");
    for (unsigned i = 0; i < program->cfs; i++) {
        struct xenos_words cf = xenos_program_cf(program, i);
        struct xenos_cf d = xenos_decode_cf(&cf);
        enum xenos_format format = xenos_cf_format(&cf);
        char text[XENOS_DISASSEMBLY_MAX];

        list_label(&l, i);
        if (i == program->cfs - 1 && padded)
            break;
        if (format == XENOS_FORMAT_EXEC || format == XENOS_FORMAT_COND_EXEC) {
            list_exec(&l, i, &cf, &d);
            continue;
        }
        xenos_disassemble_cf(text, sizeof text, &cf, program->type, NULL);
        say_line(&l, XENOS_LINE_CF, i, &cf, text);
    }
    list_data(&l, program->slots);
}
