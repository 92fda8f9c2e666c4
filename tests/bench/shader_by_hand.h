/* The shader of shader.c as one would write it in C. */
#ifndef CYCLE360_TESTS_BENCH_SHADER_BY_HAND_H
#define CYCLE360_TESTS_BENCH_SHADER_BY_HAND_H

#include <stddef.h>
#include <stdint.h>

enum { BY_HAND_EXPORTS = 5 }; /* o0 to o3, oPos */

/* Of invocations first to first + count - 1; words stand as batch.h has them, `all` of a row. */
void shader_by_hand(const uint32_t constant[][4], const uint32_t *restrict input, uint32_t *restrict output, size_t all,
                    size_t first, size_t count);

#endif
