/* Words taken apart. */
#include "models/xenos/shader/isa.h"

struct xenos_cf xenos_decode_cf(const struct xenos_words *cf)
{
    enum xenos_cf_op op = (enum xenos_cf_op)xenos_get(cf, XENOS_PLAIN_OPCODE);
    struct xenos_cf d = {.op = (uint8_t)op};

    switch (xenos_cf_format(cf)) {
    case XENOS_FORMAT_EXEC:
    case XENOS_FORMAT_COND_EXEC:
        d.address = (uint16_t)xenos_get(cf, XENOS_EXEC_ADDRESS);
        d.count = (uint8_t)xenos_get(cf, XENOS_EXEC_COUNT);
        d.sequence = (uint16_t)xenos_get(cf, XENOS_EXEC_SEQUENCE);
        d.vertex_cache = (uint8_t)xenos_get(cf, XENOS_EXEC_VERTEX_CACHE);
        d.condition = xenos_get(cf, XENOS_EXEC_CONDITION);
        d.conditional = xenos_cf_format(cf) == XENOS_FORMAT_COND_EXEC;
        d.constant = d.conditional ? (uint8_t)xenos_get(cf, XENOS_COND_EXEC_BOOL) : 0;
        d.predicate_clean = d.conditional ? op == XENOS_CF_COND_EXEC_CLEAN || op == XENOS_CF_COND_EXEC_CLEAN_END
                                          : xenos_get(cf, XENOS_EXEC_PREDICATE_CLEAN);
        d.predicated = op == XENOS_CF_PRED_EXEC || op == XENOS_CF_PRED_EXEC_END;
        d.end = op == XENOS_CF_EXEC_END || op == XENOS_CF_COND_EXEC_END || op == XENOS_CF_PRED_EXEC_END ||
                op == XENOS_CF_COND_EXEC_CLEAN_END;
        break;
    case XENOS_FORMAT_LOOP:
        d.address = (uint16_t)xenos_get(cf, XENOS_LOOP_TARGET);
        d.constant = (uint8_t)xenos_get(cf, XENOS_LOOP_CONSTANT);
        d.repeat = xenos_get(cf, XENOS_LOOP_REPEAT);
        break;
    case XENOS_FORMAT_ENDLOOP:
        d.address = (uint16_t)xenos_get(cf, XENOS_ENDLOOP_TARGET);
        d.constant = (uint8_t)xenos_get(cf, XENOS_ENDLOOP_CONSTANT);
        d.predicated_break = xenos_get(cf, XENOS_ENDLOOP_PREDICATED_BREAK);
        d.condition = xenos_get(cf, XENOS_ENDLOOP_CONDITION);
        break;
    case XENOS_FORMAT_JUMP:
        d.address = (uint16_t)xenos_get(cf, XENOS_JUMP_TARGET);
        if (!xenos_get(cf, XENOS_JUMP_UNCONDITIONAL)) {
            d.predicated = xenos_get(cf, XENOS_JUMP_PREDICATED);
            d.conditional = !d.predicated;
        }
        d.constant = (uint8_t)xenos_get(cf, XENOS_JUMP_BOOL);
        d.condition = xenos_get(cf, XENOS_JUMP_CONDITION);
        break;
    case XENOS_FORMAT_ALLOC:
        d.alloc = (uint8_t)xenos_get(cf, XENOS_ALLOC_TYPE);
        d.alloc_size = (uint8_t)xenos_get(cf, XENOS_ALLOC_SIZE);
        break;
    default:
        break;
    }
    return d;
}

/* The fields of source 0, 1 and 2 stand in descending order. */
static struct xenos_source source_of(const struct xenos_words *slot, unsigned i)
{
    struct xenos_source s = {.temp = xenos_get(slot, XENOS_ALU_SRC1_TEMP - i),
                             .negate = xenos_get(slot, XENOS_ALU_SRC1_NEGATE - i)};
    unsigned byte = (unsigned)xenos_get(slot, XENOS_ALU_SRC1 - i);
    unsigned swizzle = (unsigned)xenos_get(slot, XENOS_ALU_SRC1_SWIZZLE - i);

    for (unsigned lane = 0; lane < 4; lane++)
        s.component[lane] = ((swizzle >> 2 * lane) + lane) & 3;
    if (s.temp) {
        s.index = byte & 63;
        s.relative = byte >> 6 & 1;
        s.absolute = byte >> 7;
        return s;
    }
    bool first = true; /* of the instruction's constants */
    for (unsigned before = 0; before < i; before++)
        first = first && xenos_get(slot, XENOS_ALU_SRC1_TEMP - before);
    s.index = (uint8_t)byte;
    s.relative = xenos_get(slot, first ? XENOS_ALU_CONST_0_RELATIVE : XENOS_ALU_CONST_1_RELATIVE);
    s.base_a0 = xenos_get(slot, XENOS_ALU_BASE_A0);
    s.absolute = xenos_get(slot, XENOS_ALU_ABS_CONSTANTS);
    return s;
}

static struct xenos_source lane_of(struct xenos_source s, unsigned lane)
{
    uint8_t component = s.component[lane];
    for (unsigned i = 0; i < 4; i++)
        s.component[i] = component;
    return s;
}

/* Lanes W and X of src3. Of a constant and a temp: src3 is the constant whatever its bit says, and that bit, the lowest
 * of the opcode and the middle of the swizzle name the temp. */
static void decode_scalar(const struct xenos_words *slot, struct xenos_alu *d)
{
    if (xenos_scalar_info[d->scalar_op].kind != XENOS_CONST_TEMP) {
        d->scalar[0] = lane_of(d->source[2], 3);
        d->scalar[1] = lane_of(d->source[2], 0);
        return;
    }
    struct xenos_words constant = *slot;
    unsigned swizzle = (unsigned)xenos_get(slot, XENOS_ALU_SRC3_SWIZZLE);
    xenos_put(&constant, XENOS_ALU_SRC3_TEMP, 0);
    d->scalar[0] = lane_of(source_of(&constant, 2), 3);
    d->scalar[1] = (struct xenos_source){
        .temp = true,
        .absolute = xenos_get(slot, XENOS_ALU_ABS_CONSTANTS),
        .negate = xenos_get(slot, XENOS_ALU_SRC3_NEGATE),
        .index = (uint8_t)((d->scalar_op & 1) | xenos_get(slot, XENOS_ALU_SRC3_TEMP) << 1 | (swizzle & 0x3C)),
        .component = {swizzle & 3},
    };
    d->scalar[1] = lane_of(d->scalar[1], 0);
}

struct xenos_alu xenos_decode_alu(const struct xenos_words *slot)
{
    struct xenos_alu d = {
        .vector_op = (uint8_t)xenos_get(slot, XENOS_ALU_VECTOR_OP),
        .scalar_op = (uint8_t)xenos_get(slot, XENOS_ALU_SCALAR_OP),
        .vector_dest = (uint8_t)xenos_get(slot, XENOS_ALU_VECTOR_DEST),
        .scalar_dest = (uint8_t)xenos_get(slot, XENOS_ALU_SCALAR_DEST),
        .vector_dest_relative = xenos_get(slot, XENOS_ALU_VECTOR_DEST_RELATIVE),
        .export = xenos_get(slot, XENOS_ALU_EXPORT),
        .vector_mask = (uint8_t)xenos_get(slot, XENOS_ALU_VECTOR_MASK),
        .scalar_mask = (uint8_t)xenos_get(slot, XENOS_ALU_SCALAR_MASK),
        .vector_clamp = xenos_get(slot, XENOS_ALU_VECTOR_CLAMP),
        .scalar_clamp = xenos_get(slot, XENOS_ALU_SCALAR_CLAMP),
        .predicated = xenos_get(slot, XENOS_ALU_PREDICATED),
        .condition = xenos_get(slot, XENOS_ALU_CONDITION),
    };
    d.export_zeros = d.export && xenos_get(slot, XENOS_ALU_SCALAR_DEST_RELATIVE);
    d.scalar_dest_relative = !d.export && xenos_get(slot, XENOS_ALU_SCALAR_DEST_RELATIVE);
    for (unsigned i = 0; i < 3; i++)
        d.source[i] = source_of(slot, i);
    decode_scalar(slot, &d);
    return d;
}

struct xenos_vertex_fetch xenos_decode_vertex_fetch(const struct xenos_words *slot)
{
    struct xenos_vertex_fetch d = {
        .src = (uint8_t)xenos_get(slot, XENOS_VFETCH_SRC),
        .src_component = (uint8_t)xenos_get(slot, XENOS_VFETCH_SRC_COMPONENT),
        .dest = (uint8_t)xenos_get(slot, XENOS_VFETCH_DEST),
        .src_relative = xenos_get(slot, XENOS_VFETCH_SRC_RELATIVE),
        .dest_relative = xenos_get(slot, XENOS_VFETCH_DEST_RELATIVE),
        .mini = xenos_get(slot, XENOS_VFETCH_MINI),
        .is_signed = xenos_get(slot, XENOS_VFETCH_SIGNED),
        .integer = xenos_get(slot, XENOS_VFETCH_INTEGER),
        .no_zero = xenos_get(slot, XENOS_VFETCH_NO_ZERO),
        .round_index = xenos_get(slot, XENOS_VFETCH_ROUND_INDEX),
        .predicated = xenos_get(slot, XENOS_VFETCH_PREDICATED),
        .condition = xenos_get(slot, XENOS_VFETCH_CONDITION),
        .format = (uint8_t)xenos_get(slot, XENOS_VFETCH_FORMAT),
        .prefetch = (uint8_t)(xenos_get(slot, XENOS_VFETCH_PREFETCH) + 1),
        .stride = (uint8_t)xenos_get(slot, XENOS_VFETCH_STRIDE),
        .exp_adjust = (int8_t)xenos_get_signed(slot, XENOS_VFETCH_EXP_ADJUST),
        .offset = (int32_t)xenos_get_signed(slot, XENOS_VFETCH_OFFSET),
    };
    unsigned sel = (unsigned)xenos_get(slot, XENOS_VFETCH_CONSTANT_SEL);
    d.constant = (uint8_t)(sel < 3 ? xenos_get(slot, XENOS_VFETCH_CONSTANT) * 3 + sel : UINT8_MAX);
    for (unsigned i = 0; i < 4; i++)
        d.dest_swizzle[i] = xenos_get(slot, XENOS_VFETCH_DEST_SWIZZLE) >> 3 * i & 7;
    return d;
}

struct xenos_texture_fetch xenos_decode_texture_fetch(const struct xenos_words *slot)
{
    struct xenos_texture_fetch d = {
        .op = (uint8_t)xenos_get(slot, XENOS_TFETCH_OPCODE),
        .src = (uint8_t)xenos_get(slot, XENOS_TFETCH_SRC),
        .dest = (uint8_t)xenos_get(slot, XENOS_TFETCH_DEST),
        .constant = (uint8_t)xenos_get(slot, XENOS_TFETCH_CONSTANT),
        .dimension = (uint8_t)xenos_get(slot, XENOS_TFETCH_DIMENSION),
        .src_relative = xenos_get(slot, XENOS_TFETCH_SRC_RELATIVE),
        .dest_relative = xenos_get(slot, XENOS_TFETCH_DEST_RELATIVE),
        .valid_only = xenos_get(slot, XENOS_TFETCH_VALID_ONLY),
        .unnormalized = xenos_get(slot, XENOS_TFETCH_UNNORMALIZED),
        .predicated = xenos_get(slot, XENOS_TFETCH_PREDICATED),
        .condition = xenos_get(slot, XENOS_TFETCH_CONDITION),
        .computed_lod = xenos_get(slot, XENOS_TFETCH_COMPUTED_LOD),
        .register_lod = xenos_get(slot, XENOS_TFETCH_REGISTER_LOD),
        .register_gradients = xenos_get(slot, XENOS_TFETCH_REGISTER_GRADIENTS),
        .center = xenos_get(slot, XENOS_TFETCH_SAMPLE_LOCATION),
        .mag_filter = (uint8_t)xenos_get(slot, XENOS_TFETCH_MAG_FILTER),
        .min_filter = (uint8_t)xenos_get(slot, XENOS_TFETCH_MIN_FILTER),
        .mip_filter = (uint8_t)xenos_get(slot, XENOS_TFETCH_MIP_FILTER),
        .aniso_filter = (uint8_t)xenos_get(slot, XENOS_TFETCH_ANISO_FILTER),
        .arbitrary_filter = (uint8_t)xenos_get(slot, XENOS_TFETCH_ARBITRARY_FILTER),
        .vol_mag_filter = (uint8_t)xenos_get(slot, XENOS_TFETCH_VOL_MAG_FILTER),
        .vol_min_filter = (uint8_t)xenos_get(slot, XENOS_TFETCH_VOL_MIN_FILTER),
        .lod_bias = (int8_t)xenos_get_signed(slot, XENOS_TFETCH_LOD_BIAS),
    };
    for (unsigned i = 0; i < 3; i++) {
        d.src_swizzle[i] = xenos_get(slot, XENOS_TFETCH_SRC_SWIZZLE) >> 2 * i & 3;
        d.offset[i] = (int8_t)xenos_get_signed(slot, XENOS_TFETCH_OFFSET_X + i);
    }
    for (unsigned i = 0; i < 4; i++)
        d.dest_swizzle[i] = xenos_get(slot, XENOS_TFETCH_DEST_SWIZZLE) >> 3 * i & 7;
    return d;
}
