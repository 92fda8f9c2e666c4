/* The reference interpreter: one invocation of a program, a vertex or a pixel, on raw 32-bit words. docs/shader-isa.md
 * says what it takes for granted. */
#ifndef CYCLE360_XENOS_SHADER_INTERPRETER_H
#define CYCLE360_XENOS_SHADER_INTERPRETER_H

#include "models/xenos/shader/alu/words.h"
#include "models/xenos/shader/program.h"

enum {
    XENOS_TEMPS = 128,
    XENOS_NEST_MAX = 4, /* loops, and calls */
    XENOS_EXPORT_ADDRESS = 32,
    XENOS_EXPORT_DATA = 33,
    XENOS_EXPORT_ELEMENTS = 5,
    XENOS_EXPORT_INDICES = 64,
};

/* The registers that programs read, as they stand from 0x4000 on. */
struct xenos_constants {
    uint32_t number[512][4];
    uint32_t fetch[32][6];
    uint32_t boolean[8];
    uint32_t loop[32];
};

/* What a texture fetch asks for. Coordinates are as the registers have them. */
struct xenos_texture_request {
    const struct xenos_texture_fetch *insn;
    const uint32_t *constant; /* six words */
    uint32_t coordinate[3];
    uint32_t lod, gradient[2][3]; /* what setTexLOD and setGradientH, V left behind */
};

struct xenos_environment {
    const struct xenos_constants *constants;
    uint16_t base, size; /* the program's window on the numbers: SQ_VS_CONST or SQ_PS_CONST */
    uint32_t steps;      /* how many instructions it may take, of control flow too */
    void *self;
    /* Four bytes of memory, the first of them lowest; `address` counts bytes. NULL: zeros. */
    uint32_t (*load)(void *self, uint32_t address);
    /* Whatever is closed of memory exports: eA, and those of eM0 to eM4 that `written` has bits of. NULL: nothing. */
    void (*export_memory)(void *self, const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4],
                          unsigned written);
    /* The texture unit. NULL: zeros. */
    void (*texture)(void *self, const struct xenos_texture_request *request, uint32_t result[4]);
    /* Words of the trace (batch.h), as they come by. NULL: nothing. */
    void (*trace)(void *self, uint32_t word);
};

struct xenos_loop {
    uint8_t iteration, count;
    int16_t address, step;
};

enum { XENOS_TRACE_NOTHING = -1 };

/* Zero all of it, put the inputs into temp, and it is ready. */
struct xenos_invocation {
    uint32_t temp[XENOS_TEMPS][4];
    uint32_t export[XENOS_EXPORT_INDICES][4];
    uint8_t written[XENOS_EXPORT_INDICES]; /* a bit for each component */
    struct xenos_alu_state alu;
    struct xenos_loop loop[XENOS_NEST_MAX];
    uint16_t call[XENOS_NEST_MAX];
    unsigned loops, calls, steps;
    struct {
        uint32_t base, size, endian, address; /* in dwords: the last full fetch, for the mini fetches that follow */
    } vertex;
    uint32_t lod, gradient[2][3];
};

/* Runs a program to its end. SIM_GUEST where it does what no program may: the sentence says where. */
enum sim_status xenos_interpret(const struct xenos_program *program, const struct xenos_environment *environment,
                                struct xenos_invocation *invocation, struct sim_error *error);

/* Parts of it. */
void xenos_interpret_alu(const struct xenos_environment *environment, struct xenos_invocation *s,
                         const struct xenos_alu *insn);
void xenos_interpret_vertex_fetch(const struct xenos_environment *environment, struct xenos_invocation *s,
                                  const struct xenos_vertex_fetch *insn);
void xenos_interpret_texture_fetch(const struct xenos_environment *environment, struct xenos_invocation *s,
                                   const struct xenos_texture_fetch *insn);

/* How many dwords a vertex of this format has; 0 where there is no such format. */
unsigned xenos_vertex_dwords(unsigned format);

/* aL: of the innermost loop. */
static inline int xenos_loop_address(const struct xenos_invocation *s)
{
    return s->loops > 0 ? s->loop[s->loops - 1].address : 0;
}

static inline void xenos_trace_word(const struct xenos_environment *e, uint32_t word)
{
    if (e->trace != NULL)
        e->trace(e->self, word);
}

/* A temp, relative to aL or not. */
static inline uint32_t *xenos_temp(struct xenos_invocation *s, unsigned index, bool relative)
{
    return s->temp[(index + (relative ? (unsigned)xenos_loop_address(s) : 0)) % XENOS_TEMPS];
}

#endif
