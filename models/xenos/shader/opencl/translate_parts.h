/* What the files of the translation share. */
#ifndef CYCLE360_XENOS_SHADER_OPENCL_TRANSLATE_PARTS_H
#define CYCLE360_XENOS_SHADER_OPENCL_TRANSLATE_PARTS_H

#include "models/xenos/shader/opencl/translate.h"

/* A text that grows. */
struct kernel_text {
    char *bytes;
    size_t size, room;
    bool failed; /* memory was short */
};

void kernel_say(struct kernel_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A word of a register or an expression, as text. */
struct kernel_word {
    char text[64];
};

struct translation {
    const struct xenos_program *program;
    struct kernel_text body;
    struct xenos_kernel_shape shape;
    bool array;          /* temps are relative somewhere, so all of them are one array */
    uint64_t temps;      /* used, by their numbers */
    bool vertices;       /* fetches some */
    unsigned nesting;    /* of braces */
    unsigned loops;      /* of loops around, in structured text */
    const char *refused; /* why it cannot be said so */
};

struct kernel_word kernel_temp(struct translation *t, unsigned index, bool relative, unsigned component);
void kernel_alu(struct translation *t, const struct xenos_alu *insn);
void kernel_vertex_fetch(struct translation *t, const struct xenos_vertex_fetch *insn);
void kernel_trace(struct translation *t, const char *value);

/* The control flow, one way or the other. */
void kernel_structured(struct translation *t);
void kernel_machine(struct translation *t);

#endif
