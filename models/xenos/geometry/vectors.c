/* Vertex reuse and the packing of vectors. What can be used again is the vertices last shaded, first in, first out: a
 * vertex that is used again does not stay longer for it. */
#include "models/xenos/geometry/vectors.h"

#include "models/xenos/list.h"
#include "models/xenos/shader/trace.h"

#include <assert.h>

static_assert((int)XENOS_VERTEX_VECTOR == (int)XENOS_VECTOR, "vertices are packed as the shader array runs them");

/* The vertex of an index among the last `reuse` ones; XENOS_NO_VERTEX. */
static uint32_t held(const struct xenos_vectors *vectors, uint32_t index, uint32_t reuse)
{
    uint32_t oldest = vectors->vertices > reuse ? vectors->vertices - reuse : 0;
    for (uint32_t n = vectors->vertices; n > oldest; n--)
        if (vectors->vertex[n - 1] == index)
            return n - 1;
    return XENOS_NO_VERTEX;
}

static enum sim_status make_room(struct xenos_vectors *vectors, uint32_t count, struct sim_error *error)
{
    uint32_t *vertex = xenos_list_room(vectors->vertex, &vectors->vertex_room, count, sizeof *vertex);
    if (vertex != NULL)
        vectors->vertex = vertex;
    uint32_t *place = xenos_list_room(vectors->place, &vectors->place_room, count, sizeof *place);
    if (place != NULL)
        vectors->place = place;
    size_t most = count / XENOS_VERTEX_VECTOR + 1;
    struct xenos_vertex_vector *vector = xenos_list_room(vectors->vector, &vectors->vector_room, most, sizeof *vector);
    if (vector != NULL)
        vectors->vector = vector;
    if (vertex == NULL || place == NULL || vector == NULL)
        return sim_fail(error, SIM_HOST, "no memory for %u vertices of a draw", count);
    return SIM_OK;
}

static void end_vector(struct xenos_vectors *vectors, uint32_t index_end)
{
    uint32_t before = XENOS_VERTEX_VECTOR * vectors->vectors;
    vectors->vector[vectors->vectors++] =
        (struct xenos_vertex_vector){.index_end = index_end, .lanes = (uint8_t)(vectors->vertices - before)};
}

enum sim_status xenos_vectors_pack(const struct xenos_indices *indices, uint32_t reuse, struct xenos_vectors *vectors,
                                   struct sim_error *error)
{
    vectors->vertices = vectors->indices = vectors->vectors = 0;
    enum sim_status status = make_room(vectors, indices->count, error);
    if (status != SIM_OK)
        return status;
    for (uint32_t i = 0; i < indices->count; i++) {
        uint32_t index = indices->index[i];
        if (index == XENOS_INDEX_RESTART) { /* what is held stays */
            vectors->place[i] = XENOS_NO_VERTEX;
            continue;
        }
        vectors->place[i] = held(vectors, index, reuse);
        if (vectors->place[i] != XENOS_NO_VERTEX)
            continue;
        vectors->place[i] = vectors->vertices;
        vectors->vertex[vectors->vertices++] = index;
        if (vectors->vertices % XENOS_VERTEX_VECTOR == 0)
            end_vector(vectors, i + 1);
    }
    if (vectors->vertices % XENOS_VERTEX_VECTOR != 0)
        end_vector(vectors, indices->count);
    vectors->indices = indices->count;
    return SIM_OK;
}

/* The vertex of a primitive that is shaded last. */
static uint32_t last_vertex(const struct xenos_vectors *vectors, const struct xenos_primitive *p, unsigned count)
{
    uint32_t last = 0;
    for (unsigned k = 0; k < count; k++)
        if (vectors->place[p->vertex[k]] > last)
            last = vectors->place[p->vertex[k]];
    return last;
}

void xenos_vectors_complete(struct xenos_vectors *vectors, const struct xenos_primitives *primitives)
{
    uint32_t done = 0;
    for (uint32_t v = 0; v < vectors->vectors; v++) {
        uint32_t shaded = XENOS_VERTEX_VECTOR * v + vectors->vector[v].lanes;
        while (done < primitives->count &&
               last_vertex(vectors, &primitives->primitive[done], primitives->vertices) < shaded)
            done++;
        vectors->vector[v].primitive_end = done;
    }
}

void xenos_vectors_free(struct xenos_vectors *vectors)
{
    free(vectors->vertex);
    free(vectors->place);
    free(vectors->vector);
    *vectors = (struct xenos_vectors){0};
}
