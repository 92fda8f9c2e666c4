#include "board/cli/gdb/registers.h"

#include "models/xenon/core/uses.h"

#include <stdio.h>
#include <string.h>

enum kind {
    GPR,
    PC,
    MSR,
    CR,
    LR,
    CTR,
    XER,
    FPR,
    FPSCR,
    VR,
    VSCR,
    VRSAVE,
    SPECIAL,
};

static const char *const spr_name[XENON_SPR_COUNT] = {
#define SPR(id, number, name, ...) [XENON_SPR_##id] = (name),
#include "models/xenon/isa/spr.def"
#undef SPR
};

static const uint64_t spr_mask[XENON_SPR_COUNT] = {
#define SPR(id, number, name, scope, access, kept, mask) [XENON_SPR_##id] = (mask),
#include "models/xenon/isa/spr.def"
#undef SPR
};

/* What rfid may put into MSR, and a debugger too. */
static const uint64_t msr_mask = XENON_MSR_SF | XENON_MSR_TA | XENON_MSR_HV | XENON_MSR_VXU | XENON_MSR_ILE |
                                 XENON_MSR_EE | XENON_MSR_PR | XENON_MSR_FP | XENON_MSR_ME | XENON_MSR_FE0 |
                                 XENON_MSR_SE | XENON_MSR_BE | XENON_MSR_FE1 | XENON_MSR_IR | XENON_MSR_DR |
                                 XENON_MSR_PMM | XENON_MSR_RI;

/* The rows, features among them. */
static const struct row {
    const char *feature, *prefix;
    unsigned first, count, bits;
    const char *type, *group;
    enum kind kind;
    enum xenon_spr spr;
} row[] = {
#define FEATURE(name) {.feature = (name)},
#define REGISTERS(prefix, first, count, bits, type, group, kind) \
    {NULL, prefix, first, count, bits, type, group, kind, 0},
#define SPR_REGISTER(id) {NULL, NULL, 0, 1, 64, "uint64", "system", SPECIAL, XENON_SPR_##id},
#include "board/cli/gdb/registers.def"
#undef FEATURE
#undef REGISTERS
#undef SPR_REGISTER
};

enum { ROWS = sizeof row / sizeof *row };

/* The row of a number, and the register's own within its kind. */
static const struct row *find(unsigned number, unsigned *index)
{
    for (unsigned i = 0; i < ROWS; i++) {
        if (number < row[i].count) {
            *index = row[i].first + number;
            return &row[i];
        }
        number -= row[i].count;
    }
    return NULL;
}

unsigned gdb_registers(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < ROWS; i++)
        count += row[i].count;
    return count;
}

size_t gdb_register_size(unsigned number)
{
    unsigned index;
    const struct row *r = find(number, &index);
    return r ? r->bits / 8 : 0;
}

static uint64_t scalar_get(const struct xenon_context *t, const struct row *r, unsigned index)
{
    switch (r->kind) {
    case GPR:
        return t->gpr[index];
    case PC:
        return t->nia;
    case MSR:
        return t->msr;
    case CR:
        return xenon_cr(t);
    case LR:
        return t->lr;
    case CTR:
        return t->ctr;
    case XER:
        return xenon_xer(t);
    case FPR:
        return t->fpr[index];
    case FPSCR:
        return t->fpscr;
    case VSCR:
        return t->vscr;
    case VRSAVE:
        return t->spr[XENON_SPR_VRSAVE];
    default:
        return t->spr[r->spr];
    }
}

static void scalar_set(struct xenon_context *t, const struct row *r, unsigned index, uint64_t value)
{
    switch (r->kind) {
    case GPR:
        t->gpr[index] = value;
        break;
    case PC:
        t->nia = value & ~UINT64_C(3);
        break;
    case MSR:
        t->msr = value & msr_mask;
        break;
    case CR:
        xenon_cr_set(t, (uint32_t)value);
        break;
    case LR:
        t->lr = value;
        break;
    case CTR:
        t->ctr = value;
        break;
    case XER:
        xenon_xer_set(t, (uint32_t)value);
        break;
    case FPR:
        t->fpr[index] = value;
        break;
    case FPSCR:
        t->fpscr = (uint32_t)value;
        break;
    case VSCR:
        t->vscr = (uint32_t)value & (XENON_VSCR_NJ | XENON_VSCR_SAT);
        break;
    case VRSAVE:
        t->spr[XENON_SPR_VRSAVE] = value;
        break;
    default:
        t->spr[r->spr] = value & spr_mask[r->spr];
        break;
    }
}

static void put(uint8_t *bytes, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static uint64_t get(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

size_t gdb_register_get(const struct xenon_context *t, unsigned number, uint8_t bytes[GDB_REGISTER_BYTES])
{
    unsigned index;
    const struct row *r = find(number, &index);
    if (!r)
        return 0;
    if (r->kind != VR) {
        put(bytes, r->bits / 8, scalar_get(t, r, index));
        return r->bits / 8;
    }
    put(bytes, 8, t->vr[index].u64[XENON_D(0)]);
    put(bytes + 8, 8, t->vr[index].u64[XENON_D(1)]);
    return 16;
}

void gdb_register_set(struct xenon_context *t, unsigned number, const uint8_t bytes[GDB_REGISTER_BYTES])
{
    unsigned index;
    const struct row *r = find(number, &index);
    if (!r)
        return;
    if (r->kind != VR) {
        scalar_set(t, r, index, get(bytes, r->bits / 8));
        return;
    }
    t->vr[index].u64[XENON_D(0)] = get(bytes, 8);
    t->vr[index].u64[XENON_D(1)] = get(bytes + 8, 8);
}

bool gdb_register_is_control(unsigned number)
{
    unsigned index;
    const struct row *r = find(number, &index);
    return r && (r->kind == PC || r->kind == MSR || r->kind == SPECIAL);
}

unsigned gdb_register_resource(unsigned number, unsigned *count)
{
    unsigned index;
    const struct row *r = find(number, &index);
    *count = 0;
    if (!r)
        return 0;
    *count = 1;
    switch (r->kind) {
    case GPR:
        return XENON_R_GPR + index;
    case FPR:
        return XENON_R_FPR + index;
    case VR:
        return XENON_R_VR + index;
    case CR: /* stwcx. */
        *count = 8;
        return XENON_R_CR;
    default:
        *count = 0;
        return 0;
    }
}

static const char vec128[] = "<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>"
                             "<vector id=\"v4i32\" type=\"int32\" count=\"4\"/>"
                             "<vector id=\"v8i16\" type=\"int16\" count=\"8\"/>"
                             "<vector id=\"v16i8\" type=\"int8\" count=\"16\"/>"
                             "<union id=\"vec128\">"
                             "<field name=\"uint128\" type=\"uint128\"/>"
                             "<field name=\"v4_float\" type=\"v4f\"/>"
                             "<field name=\"v4_int32\" type=\"v4i32\"/>"
                             "<field name=\"v8_int16\" type=\"v8i16\"/>"
                             "<field name=\"v16_int8\" type=\"v16i8\"/>"
                             "</union>\n";

size_t gdb_registers_xml(char xml[GDB_XML_MAX])
{
    size_t size = 0;
    unsigned number = 0;
#define SAY(...) (size += (size_t)snprintf(xml + size, GDB_XML_MAX - size, __VA_ARGS__))
    SAY("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
        "<target><architecture>powerpc:common64</architecture>\n");
    for (unsigned i = 0; i < ROWS; i++) {
        const struct row *r = &row[i];
        if (r->feature) {
            bool vectors = i + 1 < ROWS && row[i + 1].kind == VR;
            SAY("%s<feature name=\"%s\">\n%s", i ? "</feature>\n" : "", r->feature, vectors ? vec128 : "");
            continue;
        }
        for (unsigned n = 0; n < r->count; n++) {
            SAY("<reg name=\"%s", r->kind == SPECIAL ? spr_name[r->spr] : r->prefix);
            if (r->count > 1)
                SAY("%u", r->first + n);
            SAY("\" bitsize=\"%u\" type=\"%s\" group=\"%s\" regnum=\"%u\"/>\n", r->bits, r->type, r->group, number++);
        }
    }
    SAY("</feature></target>\n");
#undef SAY
    return size;
}
