/* Coordinates in whole numbers: a float times a size has fewer than 64 bits. */
#include "models/xenos/texture/coordinate.h"

#include "models/xenos/shader/alu/words.h"

/* floor(value / 2^shift). */
static int64_t halved(int64_t value, unsigned shift)
{
    if (shift > 62)
        return value < 0 ? -1 : 0;
    int64_t step = INT64_C(1) << shift;
    return value / step - (value % step < 0);
}

int64_t xenos_texture_position(uint32_t coordinate, uint32_t size, int64_t halves)
{
    enum { MOST = 127 + 31, ONES = 127 + 23 };
    uint32_t field = coordinate >> 23 & 0xFF, significand = (coordinate & ALU_FRACTION) | ALU_NORMAL;
    if (field == 0 || alu_is_nan(coordinate))
        significand = 0;
    if (field >= MOST) {
        field = MOST;
        significand = alu_is_nan(coordinate) ? 0 : ALU_NORMAL;
    }
    int64_t twice = 2 * (int64_t)significand * size;
    if (coordinate & ALU_SIGN)
        twice = -twice;
    twice = field > ONES ? twice * (INT64_C(1) << (field - ONES)) : halved(twice, ONES - field);
    return halved(twice + halves, 1);
}

int32_t xenos_texture_wrap(enum xenos_texture_clamp clamp, int64_t position, uint32_t size)
{
    int64_t texels = size, last = texels - 1;
    switch (clamp) {
    case XENOS_CLAMP_REPEAT:
        position %= texels;
        return (int32_t)(position < 0 ? position + texels : position);
    case XENOS_CLAMP_MIRROR:
        position %= 2 * texels;
        if (position < 0)
            position += 2 * texels;
        return (int32_t)(position > last ? 2 * texels - 1 - position : position);
    case XENOS_CLAMP_MIRROR_ONCE_LAST:
    case XENOS_CLAMP_MIRROR_ONCE_HALF_BORDER:
    case XENOS_CLAMP_MIRROR_ONCE_BORDER:
        position = position < 0 ? -1 - position : position;
        break;
    default:
        break;
    }
    if (position >= 0 && position <= last)
        return (int32_t)position;
    return clamp == XENOS_CLAMP_BORDER || clamp == XENOS_CLAMP_MIRROR_ONCE_BORDER ? -1
                                                                                  : (int32_t)(position < 0 ? 0 : last);
}
