/* What instructions do: the functions of models/xenon/isa, called by row. */
#include "models/xenon/isa/isa_flags.h"
#include "models/xenon/isa/may_execute.h"
#include "models/xenon/isa/ops.h"
#include "models/xenon/isa/ops_branch.h"
#include "models/xenon/isa/ops_int.h"
#include "models/xenon/isa/ops_storage.h"
#include "tests/conformance/core_reference/reference_parts.h"

#define UPDATE true
#define KEEP   false

#define DO_OP(id)      return xenon_op_##id(c, in);
#define DO_LOAD(id)    break;
#define DO_STORE(id)   break;
#define DO_VLOAD(id)   break;
#define DO_VSTORE(id)  break;
#define DO_STORAGE(id) break;

enum xenon_outcome cr_execute(struct xenon_context *c, const struct xenon_insn *in)
{
    if (!xenon_may_execute(c, xenon_op_info[in->op].flags))
        return xenon_refuse(c, xenon_op_info[in->op].flags);
    switch (in->op) {
#define INSN(id, mnemonic, form, group, kind, ...) \
    case XENON_OP_##id:                            \
        DO_##kind(id)
#include "models/xenon/isa/isa.def"
#undef INSN
    default:
        break;
    }
    return xenon_raise(c, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
}

static void big_endian(uint8_t *bytes, unsigned size, uint64_t value)
{
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * (size - 1 - i));
}

static uint64_t number_of(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

bool cr_is_update(const struct xenon_insn *in)
{
    switch (in->op) {
#define LOAD(id, bytes, put, update) \
    case XENON_OP_##id:              \
        return update;
#define STORE(id, bytes, get, update) LOAD(id, bytes, get, update)
#define VLOAD(id, put)
#define VSTORE(id, get)
#define BLOCK_LOAD(id, block, put)
#define BLOCK_STORE(id, block, get)
#define RESERVE(id, bytes)
#define CONDITIONAL(id, bytes)
#define EXTERNAL_LOAD(id)
#define EXTERNAL_STORE(id)
#include "models/xenon/isa/storage.def"
    default:
        return false;
    }
}
#undef LOAD
#undef STORE
#undef VLOAD
#undef VSTORE
#undef BLOCK_LOAD
#undef BLOCK_STORE
#undef RESERVE
#undef CONDITIONAL
#undef EXTERNAL_LOAD
#undef EXTERNAL_STORE

static void vector_bytes(struct access *access, struct xenon_vstore v)
{
    access->ea = (access->ea & ~UINT64_C(15)) + v.first;
    access->bytes = v.bytes;
    for (unsigned i = 0; i < v.bytes; i++)
        access->data[i] = v.quad.u8[XENON_B(v.first + i)];
}

/* Touches and the operations of caches, which storage.def does not know. */
static enum access_kind cache_kind(unsigned op)
{
    switch (op) {
    case XENON_OP_DCBZ:
    case XENON_OP_DCBZ128:
        return ACCESS_ZERO;
    case XENON_OP_DCBT:
    case XENON_OP_DCBTST:
        return ACCESS_TOUCH;
    case XENON_OP_DCBF:
        return ACCESS_FLUSH;
    case XENON_OP_DCBST:
        return ACCESS_CLEAN;
    case XENON_OP_ICBI:
        return ACCESS_INVALIDATE_CODE;
    default:
        return ACCESS_NONE;
    }
}

/* Of other instructions, in->a and in->b may be registers of another kind. */
static bool has_address(unsigned op)
{
    enum { OP, LOAD, STORE, VLOAD, VSTORE, STORAGE };
    static const uint8_t kind_of[XENON_OP_COUNT] = {
#define INSN(id, mnemonic, form, group, kind, ...) [XENON_OP_##id] = kind,
#include "models/xenon/isa/isa.def"
#undef INSN
    };
    return kind_of[op] != OP || cache_kind(op) != ACCESS_NONE;
}

struct access cr_access_of(const struct xenon_context *c, const struct xenon_insn *in)
{
    struct access access = {.kind = cache_kind(in->op), .bytes = 1};
    struct xenon_block block;

    if (!has_address(in->op))
        return access;
    access.ea = xenon_ea_sum(c, in);
    if (access.kind != ACCESS_NONE) {
        access.ea &= xenon_address_mask(c);
        return access;
    }
    switch (in->op) {
#define LOAD(id, size, put, update) \
    case XENON_OP_##id:             \
        access.kind = ACCESS_LOAD;  \
        access.bytes = size;        \
        break;
#define STORE(id, size, get, update)                           \
    case XENON_OP_##id:                                        \
        access.kind = ACCESS_STORE;                            \
        access.bytes = size;                                   \
        big_endian(access.data, size, xenon_get_##get(c, in)); \
        break;
#define VLOAD(id, put)                                                    \
    case XENON_OP_##id:                                                   \
        access.kind = ACCESS_VLOAD;                                       \
        access.offset = access.ea & 15;                                   \
        access.bytes = xenon_vload_##put##_reads(access.offset) ? 16 : 0; \
        access.ea &= ~UINT64_C(15);                                       \
        break;
#define VSTORE(id, get)                                                          \
    case XENON_OP_##id:                                                          \
        access.kind = ACCESS_VSTORE;                                             \
        vector_bytes(&access, xenon_vstore_##get(c->vr[in->d], access.ea & 15)); \
        break;
#define BLOCK_LOAD(id, block_of, put)          \
    case XENON_OP_##id:                        \
        block = xenon_block_##block_of(c, in); \
        access.kind = ACCESS_BLOCK_LOAD;       \
        access.ea = block.ea;                  \
        access.bytes = block.bytes;            \
        break;
#define BLOCK_STORE(id, block_of, get)                          \
    case XENON_OP_##id:                                         \
        block = xenon_block_##block_of(c, in);                  \
        access.kind = ACCESS_BLOCK_STORE;                       \
        access.ea = block.ea;                                   \
        access.bytes = block.bytes;                             \
        xenon_block_get_##get(c, in, block.bytes, access.data); \
        break;
#define RESERVE(id, size)             \
    case XENON_OP_##id:               \
        access.kind = ACCESS_RESERVE; \
        access.bytes = size;          \
        break;
#define CONDITIONAL(id, size)                         \
    case XENON_OP_##id:                               \
        access.kind = ACCESS_CONDITIONAL;             \
        access.bytes = size;                          \
        big_endian(access.data, size, c->gpr[in->d]); \
        break;
#define EXTERNAL_LOAD(id)
#define EXTERNAL_STORE(id)
#include "models/xenon/isa/storage.def"
    default:
        break;
    }
    access.ea &= xenon_address_mask(c);
    return access;
}
#undef LOAD
#undef STORE
#undef VLOAD
#undef VSTORE
#undef BLOCK_LOAD
#undef BLOCK_STORE
#undef RESERVE
#undef CONDITIONAL
#undef EXTERNAL_LOAD
#undef EXTERNAL_STORE

static union xenon_vector vector_of(const uint8_t *bytes)
{
    union xenon_vector v;
    for (unsigned i = 0; i < 16; i++)
        v.u8[XENON_B(i)] = bytes[i];
    return v;
}

void cr_load_done(struct xenon_context *c, const struct xenon_insn *in, const struct access *access,
                  const uint8_t *bytes)
{
    switch (in->op) {
#define LOAD(id, size, put, update)                     \
    case XENON_OP_##id:                                 \
        xenon_put_##put(c, in, number_of(bytes, size)); \
        break;
#define STORE(id, size, get, update)
#define VLOAD(id, put)                                              \
    case XENON_OP_##id:                                             \
        xenon_vload_##put(c, in, vector_of(bytes), access->offset); \
        break;
#define VSTORE(id, get)
#define BLOCK_LOAD(id, block, put)                          \
    case XENON_OP_##id:                                     \
        xenon_block_put_##put(c, in, access->bytes, bytes); \
        break;
#define BLOCK_STORE(id, block, get)
#define RESERVE(id, size)                       \
    case XENON_OP_##id:                         \
        c->gpr[in->d] = number_of(bytes, size); \
        break;
#define CONDITIONAL(id, size)
#define EXTERNAL_LOAD(id)
#define EXTERNAL_STORE(id)
#include "models/xenon/isa/storage.def"
    default:
        break;
    }
}
