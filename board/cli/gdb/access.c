#include "board/cli/gdb/machine_parts.h"
#include "models/xenon/isa/ops_storage.h"

static void at_sum(struct gdb_access *access, const struct xenon_context *t, const struct xenon_insn *in, uint64_t size,
                   bool store)
{
    access->address = xenon_ea_sum(t, in) & ~(size == 16 ? UINT64_C(15) : 0);
    access->size = size;
    access->store = store;
}

static void at_block(struct gdb_access *access, struct xenon_block block, bool store)
{
    access->address = block.ea;
    access->size = block.bytes;
    access->store = store;
}

bool gdb_access_of(const struct xenon_context *t, const struct xenon_insn *in, struct gdb_access *access)
{
    switch (in->op) {
#define LOAD(id, bytes, ...)                 \
    case XENON_OP_##id:                      \
        at_sum(access, t, in, bytes, false); \
        break;
#define STORE(id, bytes, ...)               \
    case XENON_OP_##id:                     \
        at_sum(access, t, in, bytes, true); \
        break;
#define VLOAD(id, ...)         LOAD(id, 16)
#define VSTORE(id, ...)        STORE(id, 16)
#define RESERVE(id, bytes)     LOAD(id, bytes)
#define CONDITIONAL(id, bytes) STORE(id, bytes)
#define EXTERNAL_LOAD(id)      LOAD(id, 4)
#define EXTERNAL_STORE(id)     STORE(id, 4)
#define BLOCK_LOAD(id, block, put)                           \
    case XENON_OP_##id:                                      \
        at_block(access, xenon_block_##block(t, in), false); \
        break;
#define BLOCK_STORE(id, block, get)                         \
    case XENON_OP_##id:                                     \
        at_block(access, xenon_block_##block(t, in), true); \
        break;
#include "models/xenon/isa/storage.def"
    default:
        return false;
    }
    return access->size != 0;
}
