/* Microcode from files, and what holds it to its bounds. */
#include "models/xenos/shader/decoded.h"

#include <stdlib.h>

void xenos_program_free(struct xenos_program *program)
{
    free(program->slot);
    free(program->decoded);
    *program = (struct xenos_program){0};
}

struct xenos_words xenos_program_cf(const struct xenos_program *program, unsigned index)
{
    const uint32_t *w = program->slot[index / 2].word;
    struct xenos_words first = {{w[0], w[1] & 0xFFFF, 0}};
    struct xenos_words second = {{w[1] >> 16 | w[2] << 16, w[2] >> 16, 0}};
    return index % 2 == 0 ? first : second;
}

static bool is_exec(const struct xenos_words *cf)
{
    enum xenos_format format = xenos_cf_format(cf);
    return format == XENOS_FORMAT_EXEC || format == XENOS_FORMAT_COND_EXEC;
}

static bool has_target(const struct xenos_words *cf)
{
    enum xenos_format format = xenos_cf_format(cf);
    return format == XENOS_FORMAT_LOOP || format == XENOS_FORMAT_ENDLOOP || format == XENOS_FORMAT_JUMP;
}

/* Where something is wrong: the file, and the slot's place in it. */
#define MALFORMED(index, what, value)                                                     \
    sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%zx: control flow %u " what " %u", name, \
             offset + 12 * (size_t)((index) / 2), index, value)

/* Control flow has no length: it ends where the first exec begins that is nearest. An exec without instructions counts
 * for nothing, whatever its address. */
enum sim_status xenos_program_check(struct xenos_program *program, const char *name, size_t offset,
                                    struct sim_error *error)
{
    bool ends = false;

    program->cfs = 2 * program->slots;
    for (unsigned i = 0; i < program->cfs; i++) {
        struct xenos_words cf = xenos_program_cf(program, i);
        struct xenos_cf d = xenos_decode_cf(&cf);
        if (!is_exec(&cf))
            continue;
        ends = ends || d.end;
        if (d.count == 0)
            continue;
        if (d.count > 6)
            return MALFORMED(i, "executes more than 6 instructions:", d.count);
        if (d.address <= i / 2)
            return MALFORMED(i, "executes control flow, slot", d.address);
        if (d.address + d.count > program->slots)
            return MALFORMED(i, "executes beyond the last slot, to", d.address + d.count - 1U);
        if (2U * d.address < program->cfs)
            program->cfs = 2U * d.address;
    }
    for (unsigned i = 0; i < program->cfs; i++) {
        struct xenos_words cf = xenos_program_cf(program, i);
        struct xenos_cf d = xenos_decode_cf(&cf);
        if (has_target(&cf) && d.address >= program->cfs)
            return MALFORMED(i, "goes beyond the last of control flow, to", d.address);
    }
    if (!ends)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%zx: no exec ends this program", name, offset);
    return xenos_program_decode(program, error);
}

static uint32_t big(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t little(const uint8_t *b)
{
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static enum xenos_shader_type guess_type(const struct xenos_program *p)
{
    for (unsigned i = 0; i < p->cfs; i++) {
        struct xenos_words cf = xenos_program_cf(p, i);
        struct xenos_cf d = xenos_decode_cf(&cf);
        if (d.op == XENOS_CF_ALLOC && d.alloc == XENOS_ALLOC_POSITION)
            return XENOS_VERTEX_SHADER;
        for (unsigned k = 0; is_exec(&cf) && k < d.count; k++)
            if (d.sequence >> 2 * k & 1 && xenos_fetch_format(&p->slot[d.address + k]) == XENOS_FORMAT_VFETCH)
                return XENOS_VERTEX_SHADER;
    }
    return XENOS_PIXEL_SHADER;
}

static enum sim_status read_slots(struct xenos_program *p, const char *name, const uint8_t *bytes, size_t offset,
                                  size_t size, enum xenos_byte_order order, struct sim_error *error)
{
    if (size == 0 || size % 12 != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%zx: %zu bytes are no slots of 12 bytes each", name, offset,
                        size);
    if (size / 12 > XENOS_SLOTS_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%zx: %zu slots are more than %d", name, offset, size / 12,
                        XENOS_SLOTS_MAX);
    p->slots = (unsigned)(size / 12);
    p->slot = calloc(p->slots, sizeof *p->slot);
    if (p->slot == NULL)
        return sim_fail(error, SIM_HOST, "memory is short");
    for (unsigned i = 0; i < 3 * p->slots; i++) {
        const uint8_t *at = bytes + offset + 4 * (size_t)i;
        p->slot[i / 3].word[i % 3] = order == XENOS_BIG_ENDIAN ? big(at) : little(at);
    }
    return xenos_program_check(p, name, offset, error);
}

/* The file of a compiled shader: magic, then at 4 and 8 where its constants and microcode lie and how long they are, at
 * 0x18 where its header is, which says at 0 and 4 where the microcode lies in there. */
enum { CONTAINER_SIZE = 0x24, CONTAINER_HEADER = 0x18, CONTAINER_MAGIC = 0x102A1100 };

static enum sim_status find_microcode(const char *name, const uint8_t *bytes, size_t size, size_t *offset,
                                      size_t *length, struct sim_error *error)
{
    if (size < CONTAINER_SIZE)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%zx: the file ends inside its first table", name, size);
    uint64_t part = big(bytes + 4), part_size = big(bytes + 8), header = big(bytes + CONTAINER_HEADER);
    if (part + part_size > size)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x4: the microcode's part lies beyond the file's end", name);
    if (header + 8 > size)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x18: the shader's header lies beyond the file's end", name);
    uint64_t at = big(bytes + header), microcode = big(bytes + header + 4);
    if (at + microcode > part_size)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%zx: the microcode lies beyond its part's end", name,
                        (size_t)header);
    *offset = (size_t)(part + at);
    *length = (size_t)microcode;
    return SIM_OK;
}

enum sim_status xenos_program_read(struct xenos_program *program, const char *name, const uint8_t *bytes, size_t size,
                                   enum xenos_byte_order order, int type, struct sim_error *error)
{
    size_t offset = 0, length = size;
    enum sim_status status = SIM_OK;

    *program = (struct xenos_program){0};
    if (size >= 4 && (big(bytes) & 0xFFFFFF00) == CONTAINER_MAGIC) {
        if (bytes[3] > 1)
            return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x3: shaders are of type 0 or 1, not %u", name, bytes[3]);
        type = bytes[3] == 1 ? XENOS_VERTEX_SHADER : XENOS_PIXEL_SHADER;
        order = XENOS_BIG_ENDIAN;
        status = find_microcode(name, bytes, size, &offset, &length, error);
    }
    if (status == SIM_OK)
        status = read_slots(program, name, bytes, offset, length, order, error);
    if (status == SIM_OK)
        program->type = type == XENOS_TYPE_UNKNOWN ? guess_type(program) : (enum xenos_shader_type)type;
    return status;
}
