/* A rectangle list gives three vertices; the longest edge is the diagonal, and the fourth lies across it. */
#include "models/xenos/geometry/rectangle.h"

#include "models/xenos/shader/alu/sums.h"

/* The square of the distance of two vertices. */
static uint32_t distance(const uint32_t a[2], const uint32_t b[2])
{
    uint32_t x = alu_sub(alu_flush(a[0]), alu_flush(b[0])), y = alu_sub(alu_flush(a[1]), alu_flush(b[1]));
    return alu_mad(y, y, alu_mul(x, x));
}

unsigned xenos_rectangle_corner(const uint32_t position[3][2])
{
    uint32_t edge01 = distance(position[0], position[1]), edge12 = distance(position[1], position[2]),
             edge20 = distance(position[2], position[0]);
    if (alu_gt(edge12, edge01) && alu_gt(edge12, edge20))
        return 0;
    return alu_gt(edge20, edge01) ? 1 : 2;
}

void xenos_rectangle_extend(unsigned corner, const uint32_t *const vertex[3], uint32_t fourth[4])
{
    const uint32_t *mirrored = vertex[corner], *next = vertex[(corner + 1) % 3], *after = vertex[(corner + 2) % 3];
    for (unsigned c = 0; c < 4; c++)
        fourth[c] = alu_sub(alu_add(alu_flush(next[c]), alu_flush(after[c])), alu_flush(mirrored[c]));
}
