#include "models/xenos/shader/decoded.h"

#include "models/xenos/shader/interpreter.h"

#include <stdlib.h>

static void name_temp(struct xenos_decoded *d, unsigned index, bool relative)
{
    unsigned temps = relative ? XENOS_TEMPS : index + 1;
    if (temps > d->temps)
        d->temps = (uint16_t)temps;
}

static void name_source(struct xenos_decoded *d, const struct xenos_source *source)
{
    if (source->temp)
        name_temp(d, source->index, source->relative);
}

static void decode_alu(struct xenos_decoded *d, const struct xenos_words *slot, struct xenos_alu *alu)
{
    *alu = xenos_decode_alu(slot);
    for (unsigned i = 0; i < 3; i++)
        name_source(d, &alu->source[i]);
    for (unsigned i = 0; i < 2; i++)
        name_source(d, &alu->scalar[i]);
    if (!alu->export) {
        name_temp(d, alu->vector_dest, alu->vector_dest_relative);
        name_temp(d, alu->scalar_dest, alu->scalar_dest_relative);
    } else if (alu->vector_mask != 0 || alu->scalar_mask != 0 || alu->export_zeros) {
        d->exports |= UINT64_C(1) << alu->vector_dest;
    }
}

static void decode_fetch(struct xenos_decoded *d, const struct xenos_words *slot, union xenos_decoded_slot *to)
{
    to->is_vertex = xenos_fetch_format(slot) == XENOS_FORMAT_VFETCH;
    if (to->is_vertex) {
        struct xenos_vertex_fetch *f = &to->fetch.vertex;
        *f = xenos_decode_vertex_fetch(slot);
        name_temp(d, f->src, f->src_relative);
        name_temp(d, f->dest, f->dest_relative);
        return;
    }
    struct xenos_texture_fetch *f = &to->fetch.texture;
    *f = xenos_decode_texture_fetch(slot);
    name_temp(d, f->src, f->src_relative);
    name_temp(d, f->dest, f->dest_relative);
    d->textures = true;
}

enum sim_status xenos_program_decode(struct xenos_program *program, struct sim_error *error)
{
    struct xenos_decoded *d = calloc(1, sizeof *d + program->slots * sizeof *d->slot);
    if (d == NULL)
        return sim_fail(error, SIM_HOST, "memory is short");
    free(program->decoded);
    program->decoded = d;
    for (unsigned i = 0; i < program->cfs; i++) {
        struct xenos_words words = xenos_program_cf(program, i);
        struct xenos_cf cf = xenos_decode_cf(&words);
        d->slot[i / 2].cf[i % 2] = cf;
        d->predicated = d->predicated || cf.predicated || cf.predicated_break;
        enum xenos_format format = xenos_cf_format(&words);
        for (unsigned k = 0; k < cf.count && (format == XENOS_FORMAT_EXEC || format == XENOS_FORMAT_COND_EXEC); k++) {
            const struct xenos_words *slot = &program->slot[cf.address + k];
            if (cf.sequence >> 2 * k & 1)
                decode_fetch(d, slot, &d->slot[cf.address + k]);
            else
                decode_alu(d, slot, &d->slot[cf.address + k].alu);
        }
    }
    uint64_t memory = ((UINT64_C(1) << XENOS_EXPORT_ELEMENTS) - 1) << XENOS_EXPORT_DATA;
    d->memory_exports = (d->exports & memory) != 0;
    return SIM_OK;
}
