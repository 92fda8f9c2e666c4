/* What a translated program is: its text, and what its host has to know to run it. */
#ifndef CYCLE360_XENOS_SHADER_OPENCL_TRANSLATE_H
#define CYCLE360_XENOS_SHADER_OPENCL_TRANSLATE_H

#include "models/xenos/shader/batch.h"

enum {
    XENOS_KERNEL_ITEMS = 64,                                /* invocations of a work-group */
    XENOS_KERNEL_INSTRUCTIONS_MAX = 1024,                   /* longer programs are the interpreter's */
    XENOS_RECORD_WORDS = 4 + 4 * XENOS_EXPORT_ELEMENTS + 1, /* of a memory export: eA, the elements, which of them */
};

/* Words of the table of constants that a kernel is given: numbers as the window has them, booleans, loops, and for
 * each vertex fetch constant its base, size, order of bytes, and where its window stands in the buffer of vertices. */
enum {
    XENOS_TABLE_BOOLEAN = 4 * 512,
    XENOS_TABLE_LOOP = XENOS_TABLE_BOOLEAN + 8,
    XENOS_TABLE_FETCH = XENOS_TABLE_LOOP + 32,
    XENOS_TABLE_WORDS = XENOS_TABLE_FETCH + 4 * 96,
};

enum xenos_kernel_form {
    XENOS_KERNEL_STRAIGHT, /* without loops: what it leaves of a trace and of memory exports is bounded by the program
                            */
    XENOS_KERNEL_LOOPS,    /* with loops that nest: bounded by the constants */
    XENOS_KERNEL_MACHINE,  /* anything else: bounded by the steps that it may take */
};

struct xenos_kernel_shape {
    enum xenos_kernel_form form;
    uint32_t instructions; /* ALU instructions and fetches in the text */
    uint64_t exports;      /* a bit for each index that is written anywhere */
    uint32_t fetch[3];     /* a bit for each vertex fetch constant that is used */
    bool memory, trace, kills, fails;
    uint32_t traces, memories; /* places that add to the trace and to the memory exports */
};

struct xenos_kernel_text {
    char *text;
    size_t size;
    struct xenos_kernel_shape shape;
};

/* SIM_USAGE, with the reason, for what is left to the interpreter: textures, fetches that are not known, long programs.
 * The text is to be freed. */
enum sim_status xenos_kernel_translate(const struct xenos_program *program, struct xenos_kernel_text *made,
                                       struct sim_error *error);

/* The most instructions that a program without jumps can take with these constants, and the most words of trace and
 * records of memory exports that it can leave. */
struct xenos_kernel_bounds {
    uint64_t steps, traces, memories;
};
struct xenos_kernel_bounds xenos_kernel_bounds(const struct xenos_program *program,
                                               const struct xenos_constants *constants);

#endif
