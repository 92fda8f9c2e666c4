/* The pure halves of loads and stores: where they go, and what the bytes mean. Who executes does the access between. */
#ifndef CYCLE360_XENON_ISA_OPS_STORAGE_H
#define CYCLE360_XENON_ISA_OPS_STORAGE_H

#include "models/xenon/isa/context.h"
#include "models/xenon/isa/fp/convert.h"

#include <string.h>

enum { XENON_BLOCK_MAX = 128, XENON_GRANULE = 128 };

/* One sum for all forms: what a form lacks is 0 or register XENON_ZERO. Update forms put it into RA as it is; the
 * access sees as much of it as the mode has bits. */
static inline uint64_t xenon_ea_sum(const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->gpr[in->a] + t->gpr[in->b] + in->imm;
}

/* Loads: `value` holds the bytes, the first being the most significant. */

static inline void xenon_put_zero(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->gpr[in->d] = value;
}

static inline void xenon_put_sign16(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->gpr[in->d] = (uint64_t)(int16_t)value;
}

static inline void xenon_put_sign32(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->gpr[in->d] = (uint64_t)(int32_t)value;
}

static inline void xenon_put_swapped16(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->gpr[in->d] = __builtin_bswap16((uint16_t)value);
}

static inline void xenon_put_swapped32(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->gpr[in->d] = __builtin_bswap32((uint32_t)value);
}

static inline void xenon_put_swapped64(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->gpr[in->d] = __builtin_bswap64(value);
}

static inline void xenon_put_single(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->fpr[in->d] = xenon_single_to_double((uint32_t)value);
}

static inline void xenon_put_double(struct xenon_context *t, const struct xenon_insn *in, uint64_t value)
{
    t->fpr[in->d] = value;
}

/* Stores: the low bytes of the result are written. */

static inline uint64_t xenon_get_low(const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->gpr[in->d];
}

static inline uint64_t xenon_get_swapped16(const struct xenon_context *t, const struct xenon_insn *in)
{
    return __builtin_bswap16((uint16_t)t->gpr[in->d]);
}

static inline uint64_t xenon_get_swapped32(const struct xenon_context *t, const struct xenon_insn *in)
{
    return __builtin_bswap32((uint32_t)t->gpr[in->d]);
}

static inline uint64_t xenon_get_swapped64(const struct xenon_context *t, const struct xenon_insn *in)
{
    return __builtin_bswap64(t->gpr[in->d]);
}

static inline uint64_t xenon_get_single(const struct xenon_context *t, const struct xenon_insn *in)
{
    return xenon_double_to_single_store(t->fpr[in->d]);
}

static inline uint64_t xenon_get_double(const struct xenon_context *t, const struct xenon_insn *in)
{
    return t->fpr[in->d];
}

/* Vectors. */

static inline union xenon_vector xenon_vector_shift_left(union xenon_vector v, unsigned bytes)
{
    unsigned __int128 value = (unsigned __int128)v.u64[XENON_D(0)] << 64 | v.u64[XENON_D(1)];
    value = bytes > 15 ? 0 : value << 8 * bytes;
    v.u64[XENON_D(0)] = (uint64_t)(value >> 64);
    v.u64[XENON_D(1)] = (uint64_t)value;
    return v;
}

static inline union xenon_vector xenon_vector_shift_right(union xenon_vector v, unsigned bytes)
{
    unsigned __int128 value = (unsigned __int128)v.u64[XENON_D(0)] << 64 | v.u64[XENON_D(1)];
    value = bytes > 15 ? 0 : value >> 8 * bytes;
    v.u64[XENON_D(0)] = (uint64_t)(value >> 64);
    v.u64[XENON_D(1)] = (uint64_t)value;
    return v;
}

/* lvrx of an aligned address reads nothing at all: its page need not exist. */
static inline bool xenon_vload_quad_reads(unsigned offset)
{
    (void)offset;
    return true;
}

#define xenon_vload_byte_reads xenon_vload_quad_reads
#define xenon_vload_half_reads xenon_vload_quad_reads
#define xenon_vload_word_reads xenon_vload_quad_reads
#define xenon_vload_left_reads xenon_vload_quad_reads

static inline bool xenon_vload_right_reads(unsigned offset)
{
    return offset != 0;
}

/* `quad` is the aligned 16 bytes, offset the low four bits of EA. */

static inline void xenon_vload_quad(struct xenon_context *t, const struct xenon_insn *in, union xenon_vector quad,
                                    unsigned offset)
{
    (void)offset;
    t->vr[in->d] = quad;
}

static inline void xenon_vload_element(struct xenon_context *t, const struct xenon_insn *in, union xenon_vector quad,
                                       unsigned offset, unsigned bytes)
{
    union xenon_vector *v = &t->vr[in->d];
    if (!t->settings.element_load_keep) {
        *v = quad;
        return;
    }
    offset &= ~(bytes - 1);
    for (unsigned i = offset; i < offset + bytes; i++)
        v->u8[XENON_B(i)] = quad.u8[XENON_B(i)];
}

static inline void xenon_vload_byte(struct xenon_context *t, const struct xenon_insn *in, union xenon_vector quad,
                                    unsigned offset)
{
    xenon_vload_element(t, in, quad, offset, 1);
}

static inline void xenon_vload_half(struct xenon_context *t, const struct xenon_insn *in, union xenon_vector quad,
                                    unsigned offset)
{
    xenon_vload_element(t, in, quad, offset, 2);
}

static inline void xenon_vload_word(struct xenon_context *t, const struct xenon_insn *in, union xenon_vector quad,
                                    unsigned offset)
{
    xenon_vload_element(t, in, quad, offset, 4);
}

static inline void xenon_vload_left(struct xenon_context *t, const struct xenon_insn *in, union xenon_vector quad,
                                    unsigned offset)
{
    t->vr[in->d] = xenon_vector_shift_left(quad, offset);
}

static inline void xenon_vload_right(struct xenon_context *t, const struct xenon_insn *in, union xenon_vector quad,
                                     unsigned offset)
{
    t->vr[in->d] = xenon_vector_shift_right(quad, 16 - offset);
}

/* The bytes first..first + bytes - 1 of the aligned 16 become those of quad. */
struct xenon_vstore {
    union xenon_vector quad;
    unsigned first, bytes;
};

static inline struct xenon_vstore xenon_vstore_quad(union xenon_vector v, unsigned offset)
{
    (void)offset;
    return (struct xenon_vstore){v, 0, 16};
}

static inline struct xenon_vstore xenon_vstore_byte(union xenon_vector v, unsigned offset)
{
    return (struct xenon_vstore){v, offset, 1};
}

static inline struct xenon_vstore xenon_vstore_half(union xenon_vector v, unsigned offset)
{
    return (struct xenon_vstore){v, offset & ~1U, 2};
}

static inline struct xenon_vstore xenon_vstore_word(union xenon_vector v, unsigned offset)
{
    return (struct xenon_vstore){v, offset & ~3U, 4};
}

static inline struct xenon_vstore xenon_vstore_left(union xenon_vector v, unsigned offset)
{
    return (struct xenon_vstore){xenon_vector_shift_right(v, offset), offset, 16 - offset};
}

static inline struct xenon_vstore xenon_vstore_right(union xenon_vector v, unsigned offset)
{
    return (struct xenon_vstore){xenon_vector_shift_left(v, 16 - offset), 0, offset};
}

/* Blocks: a run of bytes, through a buffer. */
struct xenon_block {
    uint64_t ea; /* before it is cut to the mode's bits */
    unsigned bytes;
};

static inline struct xenon_block xenon_block_multiple(const struct xenon_context *t, const struct xenon_insn *in)
{
    return (struct xenon_block){xenon_ea_sum(t, in), 4 * (32U - in->d)};
}

static inline struct xenon_block xenon_block_immediate(const struct xenon_context *t, const struct xenon_insn *in)
{
    return (struct xenon_block){t->gpr[in->a], in->sh == 0 ? 32 : in->sh};
}

static inline struct xenon_block xenon_block_counted(const struct xenon_context *t, const struct xenon_insn *in)
{
    return (struct xenon_block){xenon_ea_sum(t, in), t->xer_count};
}

static inline struct xenon_block xenon_block_zero128(const struct xenon_context *t, const struct xenon_insn *in)
{
    return (struct xenon_block){xenon_ea_sum(t, in) & ~UINT64_C(127), 128};
}

static inline struct xenon_block xenon_block_zero(const struct xenon_context *t, const struct xenon_insn *in)
{
    unsigned bytes = t->settings.dcbz_block_32 ? 32 : 128;
    return (struct xenon_block){xenon_ea_sum(t, in) & ~(uint64_t)(bytes - 1), bytes};
}

static inline void xenon_block_get_zeros(const struct xenon_context *t, const struct xenon_insn *in, unsigned bytes,
                                         uint8_t *buffer)
{
    (void)t, (void)in;
    memset(buffer, 0, bytes);
}

/* Words into RD to r31. */
static inline void xenon_block_put_multiple(struct xenon_context *t, const struct xenon_insn *in, unsigned bytes,
                                            const uint8_t *buffer)
{
    for (unsigned i = 0; i < bytes / 4; i++, buffer += 4)
        t->gpr[in->d + i] =
            (uint32_t)buffer[0] << 24 | (uint32_t)buffer[1] << 16 | (uint32_t)buffer[2] << 8 | buffer[3];
}

static inline void xenon_block_get_multiple(const struct xenon_context *t, const struct xenon_insn *in, unsigned bytes,
                                            uint8_t *buffer)
{
    for (unsigned i = 0; i < bytes; i++)
        buffer[i] = (uint8_t)(t->gpr[in->d + i / 4] >> (24 - 8 * (i & 3)));
}

/* Four bytes a register, from the left of its low word; after r31 comes r0. */
static inline void xenon_block_put_string(struct xenon_context *t, const struct xenon_insn *in, unsigned bytes,
                                          const uint8_t *buffer)
{
    for (unsigned i = 0; i < bytes; i++) {
        uint64_t *gpr = &t->gpr[(in->d + i / 4) & 31];
        if (i % 4 == 0)
            *gpr = 0;
        *gpr |= (uint64_t)buffer[i] << (24 - 8 * (i & 3));
    }
}

static inline void xenon_block_get_string(const struct xenon_context *t, const struct xenon_insn *in, unsigned bytes,
                                          uint8_t *buffer)
{
    for (unsigned i = 0; i < bytes; i++)
        buffer[i] = (uint8_t)(t->gpr[(in->d + i / 4) & 31] >> (24 - 8 * (i & 3)));
}

/* Reservations. */

static inline bool xenon_reservation_holds(const struct xenon_context *t, uint64_t address)
{
    uint64_t differ = t->reservation.address ^ address;
    return t->reservation.held && (t->settings.reservation_match_address ? differ == 0 : differ < XENON_GRANULE);
}

/* What stwcx. and stdcx. leave whether or not they stored. */
static inline void xenon_conditional_done(struct xenon_context *t, bool stored)
{
    t->cr[0] = (uint8_t)((stored ? XENON_EQ : 0) | t->so);
    t->reservation.held = false;
}

#endif
