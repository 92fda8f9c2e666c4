/* One texel, or the border's colour. */
#include "models/xenos/texture/sample.h"

#include "models/xenos/texture/address.h"
#include "models/xenos/texture/coordinate.h"
#include "models/xenos/texture/format.h"
#include "models/xenos/texture/texel.h"

/* Black and white, and black in two orders of luma and chroma. */
static const uint32_t border_colours[4][4] = {
    {0, 0, 0, 0},
    {ALU_ONE, ALU_ONE, ALU_ONE, ALU_ONE},
    {ALU_HALF, 0, ALU_HALF, 0},
    {0, ALU_HALF, ALU_HALF, 0},
};

/* The column, row, and layer, face or slice of the texel; false: the border is met. Coordinates of cubes are 1 to 2,
 * and the number of a face, as the instruction cube makes them. Layers and faces are clamped, as are coordinates on
 * faces. */
static bool find(const struct xenos_texture_request *request, const struct xenos_texture *t, uint32_t at[3])
{
    static const uint8_t coordinates[] = {
        [XENOS_TEXTURE_1D] = 1, [XENOS_TEXTURE_2D] = 2, [XENOS_TEXTURE_3D] = 3, [XENOS_TEXTURE_CUBE] = 3};
    const struct xenos_texture_fetch *insn = request->insn;
    const uint32_t size[3] = {t->width, t->height, t->depth};
    bool cube = insn->dimension == XENOS_TEXTURE_CUBE;

    for (unsigned i = 0; i < 3; i++) {
        bool face = cube && i == 2;
        uint32_t scale = face || (insn->unnormalized && !cube) ? 1 : size[i];
        int64_t halves = face ? 0 : insn->offset[i] - (cube ? 2 * (int64_t)size[i] : 0);
        bool clamped = cube || (i == 2 && t->dimension != XENOS_TEXTURE_3D);
        at[i] = 0;
        if (i >= coordinates[insn->dimension & 3])
            continue;
        int32_t texel = xenos_texture_wrap(clamped ? XENOS_CLAMP_LAST : (enum xenos_texture_clamp)t->clamp[i],
                                           xenos_texture_position(request->coordinate[i], scale, halves), size[i]);
        if (texel < 0)
            return false;
        at[i] = (uint32_t)texel;
    }
    return true;
}

/* The texel's dwords, with its first bit as the lowest. Bytes are exchanged within dwords, those of smaller texels with
 * their neighbours'. */
static void load(const struct xenos_texture *t, const uint32_t at[3], xenos_texture_read *read, void *self,
                 uint32_t word[4])
{
    struct xenos_texture_layout l = xenos_texture_layout(t);
    uint32_t address = xenos_texture_address(&l, at[0], at[1], at[2]);
    for (uint32_t i = 0; 4 * i < l.bytes; i++) {
        uint8_t bytes[4];
        read(self, ((address & ~3U) + 4 * i) & XENOS_TEXTURE_MEMORY, bytes, sizeof bytes);
        word[i] = xenos_texel_swap(
            bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24, t->endian);
    }
    word[0] >>= address % 4 * 8;
}

void xenos_texture_nearest(const struct xenos_texture_request *request, xenos_texture_read *read, void *self,
                           uint32_t result[4])
{
    struct xenos_texture t = xenos_texture_constant(request->constant);
    uint32_t at[3], word[4] = {0}, value[4];
    memset(result, 0, 4 * sizeof *result);
    if (t.type != XENOS_TEXTURE_VALID || xenos_texture_unread(t.format) != NULL)
        return;

    bool inside = find(request, &t, at);
    switch (request->insn->op) {
    case XENOS_F_TFETCH:
        if (inside) {
            load(&t, at, read, self, word);
            xenos_texel_decode(&t, word, value);
        } else {
            memcpy(value, border_colours[t.border & 3], sizeof value);
            value[3] = t.border_w_max ? ALU_ONE : value[3];
        }
        xenos_texel_finish(&t, value, result);
        break;
    case XENOS_F_GET_BCF:
        result[0] = inside ? 0 : ALU_ONE;
        break;
    default: /* one level, no neighbours to be far from, no weights */
        break;
    }
}
