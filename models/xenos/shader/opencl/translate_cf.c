/* Control flow as OpenCL C: as blocks and loops where it nests; else as what the sequencer does, one after another. */
#include "models/xenos/shader/decoded.h"
#include "models/xenos/shader/opencl/translate_parts.h"

#include <stdio.h>

enum { NESTING_MAX = 48 }; /* of braces; compilers have limits */

static struct xenos_cf cf_at(const struct translation *t, unsigned index)
{
    return *xenos_decoded_cf(t->program->decoded, index);
}

static bool is_exec(const struct xenos_cf *d)
{
    switch ((enum xenos_cf_op)d->op) {
    case XENOS_CF_NOP:
    case XENOS_CF_LOOP:
    case XENOS_CF_ENDLOOP:
    case XENOS_CF_CALL:
    case XENOS_CF_RETURN:
    case XENOS_CF_JUMP:
    case XENOS_CF_ALLOC:
    case XENOS_CF_MARK_VS_FETCH_DONE:
        return false;
    default:
        return true;
    }
}

static bool always_passes(const struct xenos_cf *d)
{
    return !d->conditional && !d->predicated;
}

/* Says the condition, and traces it where it is p0's. */
static struct kernel_word passes(struct translation *t, const struct xenos_cf *d)
{
    struct kernel_word word = {"1"};
    if (d->conditional)
        snprintf(word.text, sizeof word.text, "(k[%u] >> %u & 1u) == %uu", XENOS_TABLE_BOOLEAN + d->constant / 32U,
                 d->constant % 32U, d->condition);
    else if (d->predicated)
        snprintf(word.text, sizeof word.text, "s.predicate == %uu", d->condition);
    if (!d->conditional && d->predicated)
        kernel_trace(t, word.text);
    return word;
}

static void close_memory_export(struct translation *t)
{
    kernel_say(&t->body, "CLOSE_MEMORY;\n");
    t->shape.memories++;
}

static void exec(struct translation *t, const struct xenos_cf *d)
{
    for (unsigned i = 0; i < d->count; i++) {
        const union xenos_decoded_slot *slot = &t->program->decoded->slot[d->address + i];
        if (d->sequence >> 2 * i & 2)
            close_memory_export(t);
        if (d->sequence >> 2 * i & 1)
            kernel_vertex_fetch(t, &slot->fetch.vertex);
        else
            kernel_alu(t, &slot->alu);
    }
    if (t->shape.instructions > XENOS_KERNEL_INSTRUCTIONS_MAX || t->body.failed)
        t->refused = "has too many instructions";
}

/* Blocks. */

static bool range(struct translation *t, unsigned from, unsigned to, bool top);

static void open_brace(struct translation *t, const char *before)
{
    kernel_say(&t->body, "%s {\n", before);
    t->nesting++;
}

static void close_brace(struct translation *t)
{
    kernel_say(&t->body, "}\n");
    t->nesting--;
}

/* From a loop to its end: where it goes when it does not run tells where that is. */
static bool loop(struct translation *t, unsigned at, const struct xenos_cf *d, unsigned to)
{
    unsigned end = d->address - 1U;
    if (d->address < at + 2U || end >= to || t->loops == XENOS_NEST_MAX)
        return false;
    struct xenos_cf last = cf_at(t, end);
    if (last.op != XENOS_CF_ENDLOOP || last.address != at + 1)
        return false;

    unsigned k = XENOS_TABLE_LOOP + d->constant, n = t->loops;
    kernel_say(&t->body, "if ((k[%u] & 0xFFu) != 0)", k);
    open_brace(t, "");
    if (d->repeat)
        kernel_say(&t->body, "const int outer = aL;\nint aL = outer;\n");
    else
        kernel_say(&t->body, "int aL = (int)(k[%u] >> 8 & 0xFFu);\n", k);
    kernel_say(&t->body, "for (uint i%u = 0;;)", n);
    open_brace(t, "");
    t->loops++;
    bool good = range(t, at + 1, end, false);
    t->loops--;
    kernel_say(&t->body, "aL = (short)(aL + (char)(k[%u] >> 16));\n", k);
    if (last.predicated_break)
        kernel_trace(t, last.condition ? "s.predicate == 1u" : "s.predicate == 0u");
    kernel_say(&t->body, "if (++i%u >= (k[%u] & 0xFFu)", n, k);
    if (last.predicated_break)
        kernel_say(&t->body, " || s.predicate == %uu", last.condition);
    kernel_say(&t->body, ")\nbreak;\n");
    close_brace(t);
    close_brace(t);
    return good;
}

/* Forwards, over a block. */
static bool jump(struct translation *t, unsigned at, const struct xenos_cf *d, unsigned to)
{
    if (d->address <= at || d->address > to)
        return false;
    if (always_passes(d) || d->address == at + 1) {
        passes(t, d);
        return true;
    }
    kernel_say(&t->body, "if (!(%s))", passes(t, d).text);
    open_brace(t, "");
    bool good = range(t, at + 1, d->address, false);
    close_brace(t);
    return good;
}

/* False where it does not nest. `top`: what is behind the range is the end of the control flow. */
static bool range(struct translation *t, unsigned from, unsigned to, bool top)
{
    if (t->nesting > NESTING_MAX)
        return false;
    for (unsigned at = from; at < to && t->refused == NULL; at++) {
        struct xenos_cf d = cf_at(t, at);
        if (d.op == XENOS_CF_LOOP) {
            if (!loop(t, at, &d, to))
                return false;
            at = d.address - 1U;
            t->shape.form = XENOS_KERNEL_LOOPS;
        } else if (d.op == XENOS_CF_JUMP) {
            if (!jump(t, at, &d, to))
                return false;
            at = d.address - 1U;
        } else if (d.op == XENOS_CF_ENDLOOP || d.op == XENOS_CF_CALL || (is_exec(&d) && d.end && !top)) {
            return false;
        } else if (d.op == XENOS_CF_ALLOC) {
            close_memory_export(t);
        } else if (is_exec(&d) && always_passes(&d)) {
            exec(t, &d);
            if (d.end)
                return true;
        } else if (is_exec(&d)) {
            kernel_say(&t->body, "if (%s)", passes(t, &d).text);
            open_brace(t, "");
            exec(t, &d);
            close_brace(t);
            if (!d.end)
                continue;
            open_brace(t, "else");
            bool good = range(t, at + 1, to, true);
            close_brace(t);
            return good;
        }
    }
    if (top) {
        kernel_say(&t->body, "failed = 1;\n");
        t->shape.fails = true;
    }
    return true;
}

void kernel_structured(struct translation *t)
{
    kernel_say(&t->body, "const int aL = 0;\n");
    if (!range(t, 0, t->program->cfs, true))
        t->shape.form = XENOS_KERNEL_MACHINE;
    else
        close_memory_export(t);
}

/* One after another. */

static void one(struct translation *t, const struct xenos_cf *d)
{
    unsigned k = XENOS_TABLE_LOOP + d->constant;
    char begin[48] = "";
    if (!d->repeat)
        snprintf(begin, sizeof begin, "aL = (int)(k[%u] >> 8 & 0xFFu);\n", k);
    switch ((enum xenos_cf_op)d->op) {
    case XENOS_CF_LOOP:
        kernel_say(&t->body,
                   "if ((k[%u] & 0xFFu) == 0) {\nnext = %u;\n} else if (loops == %d) {\nfailed = 1;\n} else {\n"
                   "%sloop_done[loops] = 0, loop_count[loops] = k[%u] & 0xFFu, loop_step[loops] = "
                   "(char)(k[%u] >> 16);\nloop_address[loops++] = aL;\n}\n",
                   k, d->address, XENOS_NEST_MAX, begin, k, k);
        break;
    case XENOS_CF_ENDLOOP:
        kernel_say(&t->body, "if (loops == 0) {\nfailed = 1;\nbreak;\n}\n");
        if (d->predicated_break)
            kernel_trace(t, d->condition ? "s.predicate == 1u" : "s.predicate == 0u");
        kernel_say(&t->body,
                   "loop_address[loops - 1] = (short)(loop_address[loops - 1] + loop_step[loops - 1]);\n"
                   "if (++loop_done[loops - 1] < loop_count[loops - 1]%s)\nnext = %u;\nelse\nloops--;\n"
                   "aL = loops == 0 ? 0 : loop_address[loops - 1];\n",
                   !d->predicated_break ? ""
                   : d->condition       ? " && s.predicate != 1u"
                                        : " && s.predicate != 0u",
                   d->address);
        break;
    case XENOS_CF_CALL:
        kernel_say(&t->body,
                   "if (%s) {\nif (calls == %d) {\nfailed = 1;\nbreak;\n}\ncall[calls++] = next;\nnext = %u;\n}\n",
                   passes(t, d).text, XENOS_NEST_MAX, d->address);
        break;
    case XENOS_CF_RETURN:
        kernel_say(&t->body, "if (calls > 0)\nnext = call[--calls];\n");
        break;
    case XENOS_CF_JUMP:
        kernel_say(&t->body, "if (%s)\nnext = %u;\n", passes(t, d).text, d->address);
        break;
    case XENOS_CF_ALLOC:
        close_memory_export(t);
        break;
    case XENOS_CF_NOP:
    case XENOS_CF_MARK_VS_FETCH_DONE:
        break;
    default:
        kernel_say(&t->body, "if (%s) {\nTAKE(%uu);\n", passes(t, d).text, d->count);
        exec(t, d);
        kernel_say(&t->body, "ended = %uu;\n}\n", d->end);
        break;
    }
}

void kernel_machine(struct translation *t)
{
    kernel_say(&t->body, "#define TAKE(n) if (left < (n)) { failed = 1; break; } left -= (n)\n");
    kernel_say(&t->body,
               "int aL = 0, loop_step[%d], loop_address[%d];\n"
               "uint loop_done[%d], loop_count[%d], call[%d], loops = 0, calls = 0, next = 0, left = steps;\n"
               "uint ended = 0;\n"
               "while (!ended && !failed) {\nif (left == 0) {\nfailed = 1;\nbreak;\n}\nleft--;\nswitch (next++) {\n",
               XENOS_NEST_MAX, XENOS_NEST_MAX, XENOS_NEST_MAX, XENOS_NEST_MAX, XENOS_NEST_MAX);
    for (unsigned at = 0; at < t->program->cfs && t->refused == NULL; at++) {
        struct xenos_cf d = cf_at(t, at);
        kernel_say(&t->body, "case %u: {\n", at);
        one(t, &d);
        kernel_say(&t->body, "break;\n}\n");
    }
    kernel_say(&t->body, "default:\nfailed = 1;\n}\n}\n");
    close_memory_export(t);
    t->shape.form = XENOS_KERNEL_MACHINE;
    t->shape.fails = true;
}
