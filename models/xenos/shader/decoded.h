/* A program taken apart once, for those who run it often. xenos_program_check makes it. */
#ifndef CYCLE360_XENOS_SHADER_DECODED_H
#define CYCLE360_XENOS_SHADER_DECODED_H

#include "models/xenos/shader/program.h"

/* Slots of control flow come first; no exec runs one. An exec may run a slot as what another does not take it for. */
union xenos_decoded_slot {
    struct xenos_cf cf[2];
    struct {
        struct xenos_alu alu;
        bool is_vertex;
        union {
            struct xenos_vertex_fetch vertex;
            struct xenos_texture_fetch texture;
        } fetch;
    };
};

struct xenos_decoded {
    uint64_t exports;    /* a bit for each that an instruction of an exec writes */
    uint16_t temps;      /* none from here on is named; where one is relative, all are */
    bool predicated;     /* control flow looks at p0 */
    bool memory_exports; /* eM0 to eM4 */
    bool textures;
    union xenos_decoded_slot slot[];
};

enum sim_status xenos_program_decode(struct xenos_program *program, struct sim_error *error);

static inline const struct xenos_cf *xenos_decoded_cf(const struct xenos_decoded *decoded, unsigned index)
{
    return &decoded->slot[index / 2].cf[index % 2];
}

#endif
