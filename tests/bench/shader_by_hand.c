#define ALU_HOST 2 /* this machine's floats are IEEE 754's */
#include "tests/bench/shader_by_hand.h"

#include "models/xenos/shader/alu/functions.h"

static inline alu_u32 dot3(const alu_u32 a[3], const alu_u32 b[3])
{
    return alu_add(alu_add(alu_add(0, alu_mul(a[0], b[0])), alu_mul(a[1], b[1])), alu_mul(a[2], b[2]));
}

static inline alu_u32 dot4(const alu_u32 a[4], const alu_u32 b[4])
{
    return alu_add(dot3(a, b), alu_mul(a[3], b[3]));
}

void shader_by_hand(const uint32_t constant[][4], const uint32_t *restrict input, uint32_t *restrict output, size_t all,
                    size_t first, size_t count)
{
    alu_u32 c[12][4];
    for (unsigned i = 0; i < 48; i++)
        c[i / 4][i % 4] = alu_flush(constant[i / 4][i % 4]);

#ifdef __clang__ /* which can put invocations into vectors, where GCC 12 cannot */
#pragma clang loop vectorize(assume_safety)
#endif
    for (size_t i = first; i < first + count; i++) {
        alu_u32 r[3][4], position[4], normal[3], light[3], eye[3], half[3];
        for (unsigned k = 0; k < 12; k++)
            r[k / 4][k % 4] = alu_flush(input[k * all + i]);
        for (unsigned k = 0; k < 4; k++)
            position[k] = dot4(r[0], c[k]);
        for (unsigned k = 0; k < 3; k++)
            normal[k] = dot3(r[1], c[4 + k]);
        alu_u32 scale = alu_rsq(dot3(normal, normal));
        for (unsigned k = 0; k < 3; k++) {
            normal[k] = alu_mul(normal[k], scale);
            light[k] = alu_add(c[7][k], position[k] ^ ALU_SIGN);
            eye[k] = alu_add(c[8][k], position[k] ^ ALU_SIGN);
        }
        alu_u32 distance = dot3(light, light);
        alu_u32 fade = alu_mul(alu_mul(distance, c[11][1]), c[11][3]);
        scale = alu_rsq(distance);
        for (unsigned k = 0; k < 3; k++)
            light[k] = alu_mul(light[k], scale);
        alu_u32 diffuse = alu_max(dot3(normal, light), c[11][2]);
        scale = alu_rsq(dot3(eye, eye));
        for (unsigned k = 0; k < 3; k++)
            half[k] = alu_mad(eye[k], scale, light[k]);
        alu_u32 specular = alu_mul(dot3(normal, half), alu_rcp(dot3(half, half)));
        specular = alu_mul(specular, specular);

        for (unsigned k = 0; k < 4; k++) {
            output[k * all + i] = alu_saturate(alu_mad(specular, c[10][k], alu_mad(r[2][k], diffuse, c[9][k])));
            output[(8 + k) * all + i] = alu_mul(r[2][k], c[11][k]);
            output[(16 + k) * all + i] = position[k];
        }
        for (unsigned k = 0; k < 3; k++) {
            output[(4 + k) * all + i] = alu_mad(normal[k], c[11][1], c[11][1]);
            output[(12 + k) * all + i] = alu_mul(light[k], fade);
        }
        output[7 * all + i] = output[15 * all + i] = 0;
    }
}
