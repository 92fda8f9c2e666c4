/* What a kernel is given besides its inputs: constants, and the memory that vertices are fetched from. */
#include "models/xenos/shader/opencl/run_parts.h"

#include <string.h>

enum { VERTICES_MAX = 64 << 20 }; /* dwords of all windows; what is more is the interpreter's */

/* Numbers are only looked at by the ALU, which takes denormals for zeros. */
void xenos_run_fill_table(const struct xenos_batch *batch, uint32_t table[XENOS_TABLE_WORDS])
{
    const struct xenos_constants *c = batch->constants;
    for (unsigned i = 0; i < 512 && i < batch->size && batch->base + i < 512; i++)
        for (unsigned k = 0; k < 4; k++)
            table[4 * i + k] = alu_flush(c->number[batch->base + i][k]);
    memcpy(&table[XENOS_TABLE_BOOLEAN], c->boolean, sizeof c->boolean);
    memcpy(&table[XENOS_TABLE_LOOP], c->loop, sizeof c->loop);
}

static void read_window(const struct xenos_batch *batch, uint32_t base, uint32_t size, uint32_t *to)
{
    uint64_t address = 4 * (uint64_t)base, bytes = 4 * (uint64_t)size, top = UINT64_C(1) << 32;
    uint64_t before = address + bytes <= top ? bytes : top - address;
    batch->read(batch->self, (uint32_t)address, to, before);
    if (before < bytes)
        batch->read(batch->self, 0, (uint8_t *)to + before, bytes - before);
}

/* The windows of the fetch constants that the program uses, each once, behind a dword that is 0. */
bool xenos_run_gather_vertices(struct job *j, uint32_t table[XENOS_TABLE_WORDS], size_t *words)
{
    enum { VALID = 3 };
    struct runner *runner = j->runner;
    *words = 1;
    for (unsigned i = 0; i < 96; i++) {
        const uint32_t *c = &j->batch->constants->fetch[i / 3][i % 3 * 2];
        uint32_t *to = &table[XENOS_TABLE_FETCH + 4 * i];
        if (!(j->kernel->shape.fetch[i / 32] >> i % 32 & 1))
            continue;
        to[0] = c[0] >> 2;
        to[1] = (c[0] & 3) == VALID ? c[1] >> 2 & 0xFFFFFF : 0;
        to[2] = c[1] & 3;
        for (unsigned before = 0; before < i && to[3] == 0; before++) {
            const uint32_t *other = &table[XENOS_TABLE_FETCH + 4 * before];
            if (other[0] == to[0] && other[1] == to[1])
                to[3] = other[3];
        }
        if (to[3] != 0 || to[1] == 0)
            continue;
        to[3] = (uint32_t)*words;
        *words += to[1];
        if (*words > VERTICES_MAX) {
            j->left = true;
            return true;
        }
        uint32_t *grown = xenos_list_room(runner->vertices, &runner->vertex_room, *words, sizeof *grown);
        if (grown == NULL)
            return false;
        runner->vertices = grown;
        if (j->batch->read != NULL)
            read_window(j->batch, to[0], to[1], grown + to[3]);
        else
            memset(grown + to[3], 0, to[1] * sizeof *grown);
    }
    if (runner->vertices == NULL)
        runner->vertices = xenos_list_room(NULL, &runner->vertex_room, 1, sizeof *runner->vertices);
    if (runner->vertices == NULL)
        return false;
    runner->vertices[0] = 0;
    return true;
}
