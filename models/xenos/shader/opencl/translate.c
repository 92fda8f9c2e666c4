/* The kernel around a program: what it is given, what it begins with, and what it leaves behind. */
#include "models/xenos/shader/opencl/translate_parts.h"

#include "models/xenos/shader/decoded.h"
#include "models/xenos/shader/opencl/opencl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const prelude[] = {
#define EMBEDDED_TEXT(name, contents) contents,
#include "opencl_text.inc"
#undef EMBEDDED_TEXT
};

static const uint64_t memory_bits = ((UINT64_C(1) << (1 + XENOS_EXPORT_ELEMENTS)) - 1) << XENOS_EXPORT_ADDRESS;

void kernel_say(struct kernel_text *text, const char *format, ...)
{
    va_list arguments;
    if (text->failed)
        return;
    if (text->room - text->size < 512) {
        size_t room = text->room * 2 + 65536;
        char *bytes = realloc(text->bytes, room);
        text->failed = bytes == NULL;
        if (text->failed)
            return;
        text->bytes = bytes;
        text->room = room;
    }
    va_start(arguments, format);
    int length = vsnprintf(text->bytes + text->size, text->room - text->size, format, arguments);
    va_end(arguments);
    text->size += (size_t)length;
}

static void say_long(struct kernel_text *text, const char *what)
{
    for (; *what != '\0'; what += strnlen(what, 400))
        kernel_say(text, "%.400s", what);
}

/* What the host defines in front of it: INPUTS, how many temps are given; LANES, how many invocations a work-item runs
 * one after another: 1 where items run side by side, more where it is for the compiler to put them into vectors of
 * WIDTH words, which it does with a loop without loops inside. The last vector is then masked where vectors are long:
 * a loop of its own for the rest takes as long to compile as all else. */
static const char *const arguments[][2] = {
    {"__global const uint *restrict", "k"},
    {"__global const uint *restrict", "input"},
    {"__global const uint *restrict", "vertices"},
    {"__global uint *restrict", "export"},
    {"__global uchar *restrict", "written"},
    {"__global uchar *restrict", "killed"},
    {"__global uchar *restrict", "fails"},
    {"__global uint *restrict", "trace"},
    {"__global uint *restrict", "memory"},
    {"__global uint *restrict", "counts"},
    {"uint", "first"},
    {"uint", "count"},
    {"uint", "stride"},
    {"uint", "steps"},
    {"uint", "trace_room"},
    {"uint", "memory_room"},
};

static void say_arguments(struct kernel_text *text, bool types)
{
    for (unsigned i = 0; i < sizeof arguments / sizeof *arguments; i++)
        kernel_say(text, "%s%s %s", i > 0 ? ",\n" : "", types ? arguments[i][0] : "", arguments[i][1]);
}

/* Work-groups are made of the kernel in several ways, so what is long is a function of its own. */
static void say_function(struct kernel_text *text, const struct translation *t)
{
    kernel_say(text, "#ifndef LANES\n#define INPUTS 0\n#define LANES 1\n#endif\n"
                     "#define INPUT(r, c) ((r) < INPUTS ? alu_flush(input[(size_t)(4 * (r) + (c)) * stride + at]) : "
                     "0u)\n"
                     "#if LANES > 1\n__attribute__((noinline))\n#endif\nstatic void run(uint begin, uint lanes,\n");
    say_arguments(text, true);
    kernel_say(text, ")\n{\n");
    if (t->shape.form == XENOS_KERNEL_STRAIGHT && !t->array)
        kernel_say(text, "#if LANES > 1\n#pragma clang loop vectorize(assume_safety) interleave_count(1) "
                         "vectorize_width(WIDTH)\n#if WIDTH >= 8\n#pragma clang loop "
                         "vectorize_predicate(enable)\n#endif\n#endif\n");
    kernel_say(text, "for (uint lane = 0; lane < lanes; lane++) {\nconst size_t i = (size_t)begin + lane, at = first + "
                     "i;\nstruct xenos_alu_state s = {0, 0, 0, 0};\nuint failed = 0, traces = 0, memories = 0;\n");
}

static void say_kernel(struct kernel_text *text)
{
    kernel_say(text, "__kernel __attribute__((reqd_work_group_size(%d / LANES, 1, 1))) void shader(\n",
               XENOS_KERNEL_ITEMS);
    say_arguments(text, true);
    kernel_say(text, ")\n{\nconst uint begin = (uint)get_global_id(0) * LANES;\nif (begin < count)\nrun(begin, "
                     "min((uint)LANES, count - begin),\n");
    say_arguments(text, false);
    kernel_say(text, ");\n}\n");
}

static void say_temps(struct kernel_text *text, const struct translation *t)
{
    if (t->array) {
        kernel_say(
            text, "uint r[%d][4];\nfor (int n = 0; n < %d; n++)\nfor (int c = 0; c < 4; c++)\nr[n][c] = INPUT(n, c);\n",
            XENOS_TEMPS, XENOS_TEMPS);
        return;
    }
    for (unsigned index = 0; index < 64; index++)
        for (unsigned c = 0; t->temps >> index & 1 && c < 4; c++)
            kernel_say(text, "uint r%u_%u = INPUT(%u, %u);\n", index, c, index, c);
}

static void say_trace(struct kernel_text *text, const struct translation *t)
{
    if (t->shape.form == XENOS_KERNEL_STRAIGHT)
        kernel_say(text, "#define TRACE(value) trace[(size_t)traces++ * count + i] = (value)\n");
    else
        kernel_say(text, "#define TRACE(value) do { if (traces < trace_room) trace[(size_t)traces * count + i] = "
                         "(value); traces++; } while (0)\n");
}

/* Elements without an address go nowhere. */
static void say_memory(struct kernel_text *text, const struct translation *t)
{
    if (!t->shape.memory) {
        kernel_say(text, "#define CLOSE_MEMORY\n");
        return;
    }
    kernel_say(text, "#define CLOSE_MEMORY do { \\\nuint m = 0; \\\n");
    for (unsigned n = 0; n < XENOS_EXPORT_ELEMENTS; n++)
        kernel_say(text, "m |= (w%u != 0 ? 1u : 0u) << %u; \\\n", XENOS_EXPORT_DATA + n, n);
    kernel_say(text,
               "m = w%d != 0 ? m : 0u; \\\nTRACE(m); \\\nif (m != 0) { \\\nif (memories < memory_room) { \\\n"
               "__global uint *to = memory + (size_t)memories * %d * count + i; \\\n",
               XENOS_EXPORT_ADDRESS, XENOS_RECORD_WORDS);
    for (unsigned n = 0; n < 1 + XENOS_EXPORT_ELEMENTS; n++)
        for (unsigned c = 0; c < 4; c++)
            kernel_say(text, "to[(size_t)%u * count] = e%u_%u; \\\n", 4 * n + c, XENOS_EXPORT_ADDRESS + n, c);
    kernel_say(text, "to[(size_t)%d * count] = m; \\\n} \\\nmemories++; \\\n} \\\n", XENOS_RECORD_WORDS - 1);
    for (unsigned n = 0; n < 1 + XENOS_EXPORT_ELEMENTS; n++)
        kernel_say(text, "w%u = e%u_0 = e%u_1 = e%u_2 = e%u_3 = 0u; \\\n", XENOS_EXPORT_ADDRESS + n,
                   XENOS_EXPORT_ADDRESS + n, XENOS_EXPORT_ADDRESS + n, XENOS_EXPORT_ADDRESS + n,
                   XENOS_EXPORT_ADDRESS + n);
    kernel_say(text, "} while (0)\n");
}

static void say_beginning(struct kernel_text *text, const struct translation *t)
{
    uint64_t exports = t->program->decoded->exports | memory_bits;
    for (unsigned n = 0; n < XENOS_EXPORT_INDICES; n++)
        if (exports >> n & 1)
            kernel_say(text, "uint w%u = 0, e%u_0 = 0, e%u_1 = 0, e%u_2 = 0, e%u_3 = 0;\n", n, n, n, n, n);
    if (t->vertices)
        kernel_say(text, "uint vertex_base = 0, vertex_size = 0, vertex_endian = 0, vertex_first = 0, vertex_address = "
                         "0;\n");
}

static void say_end(struct kernel_text *text, const struct translation *t)
{
    unsigned row = 0;
    for (unsigned n = 0; n < XENOS_EXPORT_INDICES; n++) {
        if (!(t->shape.exports >> n & 1))
            continue;
        for (unsigned c = 0; c < 4; c++)
            kernel_say(text, "export[(size_t)%u * stride + at] = e%u_%u;\n", 4 * row + c, n, c);
        kernel_say(text, "written[(size_t)%u * stride + at] = (uchar)w%u;\n", row, n);
        row++;
    }
    if (t->shape.kills)
        kernel_say(text, "killed[at] = (uchar)s.killed;\n");
    if (t->shape.fails)
        kernel_say(text, "fails[i] = (uchar)failed;\n");
    if (t->shape.trace)
        kernel_say(text, "counts[i] = traces;\n");
    if (t->shape.memory)
        kernel_say(text, "counts[(size_t)count + i] = memories;\n");
    kernel_say(text, "}\n}\n");
}

static void begin_body(struct translation *t)
{
    *t = (struct translation){.program = t->program, .array = t->array, .body = t->body};
    t->body.size = 0;
}

enum sim_status xenos_kernel_translate(const struct xenos_program *program, struct xenos_kernel_text *made,
                                       struct sim_error *error)
{
    const struct xenos_decoded *decoded = program->decoded;
    struct translation t = {
        .program = program, .array = decoded->temps > 64, .refused = decoded->textures ? "fetches textures" : NULL};
    struct kernel_text text = {0};

    *made = (struct xenos_kernel_text){0};
    if (t.refused == NULL)
        kernel_structured(&t);
    if (t.refused == NULL && t.shape.form == XENOS_KERNEL_MACHINE) {
        begin_body(&t);
        kernel_machine(&t);
    }
    if (t.refused != NULL && !t.body.failed) {
        free(t.body.bytes);
        return sim_fail(error, SIM_USAGE, "the program %s, and is run by the interpreter", t.refused);
    }

    t.shape.memory = decoded->memory_exports;
    t.shape.trace = t.shape.trace || t.shape.memory;
    t.shape.exports = decoded->exports & ~memory_bits;
    for (unsigned i = 0; i < sizeof prelude / sizeof *prelude; i++)
        say_long(&text, prelude[i]);
    say_function(&text, &t);
    say_temps(&text, &t);
    say_beginning(&text, &t);
    say_trace(&text, &t);
    say_memory(&text, &t);
    kernel_say(&t.body, "%s", "");
    if (!t.body.failed)
        say_long(&text, t.body.bytes);
    say_end(&text, &t);
    say_kernel(&text);
    free(t.body.bytes);
    if (text.failed || t.body.failed) {
        free(text.bytes);
        return sim_fail(error, SIM_HOST, "not enough memory for a program's OpenCL text");
    }
    *made = (struct xenos_kernel_text){text.bytes, text.size, t.shape};
    return SIM_OK;
}

char *xenos_opencl_translate(const struct xenos_program *program, size_t *size, struct sim_error *error)
{
    struct xenos_kernel_text made;
    if (xenos_kernel_translate(program, &made, error) != SIM_OK)
        return NULL;
    *size = made.size;
    return made.text;
}

/* Everything on the way counts, passed or not. */
struct xenos_kernel_bounds xenos_kernel_bounds(const struct xenos_program *program,
                                               const struct xenos_constants *constants)
{
    struct xenos_kernel_bounds bounds = {.traces = 1, .memories = 1};
    uint64_t times[XENOS_NEST_MAX + 1] = {1};
    unsigned loops = 0;

    for (unsigned at = 0; at < program->cfs; at++) {
        struct xenos_cf d = *xenos_decoded_cf(program->decoded, at);
        uint64_t now = times[loops];
        bounds.steps += now;
        if (d.op == XENOS_CF_JUMP && !d.conditional && !d.predicated && d.address > at)
            at = d.address - 1U;
        if (d.op == XENOS_CF_LOOP && loops < XENOS_NEST_MAX)
            times[++loops] = now * (constants->loop[d.constant] & 0xFF);
        if (d.op == XENOS_CF_ENDLOOP) {
            bounds.traces += now;
            loops -= loops > 0;
        }
        bounds.traces += d.predicated ? now : 0;
        bounds.memories += d.op == XENOS_CF_ALLOC ? now : 0;
        for (unsigned i = 0; i < d.count; i++) {
            bounds.steps += now;
            bounds.traces += d.sequence >> 2 * i & 1 ? now : 0;
            bounds.memories += d.sequence >> 2 * i & 2 ? now : 0;
        }
    }
    bounds.traces += bounds.memories;
    return bounds;
}
