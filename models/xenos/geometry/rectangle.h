/* The fourth vertex of a rectangle. */
#ifndef CYCLE360_XENOS_GEOMETRY_RECTANGLE_H
#define CYCLE360_XENOS_GEOMETRY_RECTANGLE_H

#include <stdint.h>

/* Which of three vertices is mirrored at the longest edge, by words of their positions. As a strip the rectangle is
 * that one, the next, the one after, the fourth. */
unsigned xenos_rectangle_corner(const uint32_t position[3][2]);

/* What the fourth vertex has for anything that the three have: four words of floats each. */
void xenos_rectangle_extend(unsigned corner, const uint32_t *const vertex[3], uint32_t fourth[4]);

#endif
