/* The GPU's registers by name, made from registers.def. */
#ifndef CYCLE360_XENOS_REGISTERS_H
#define CYCLE360_XENOS_REGISTERS_H

#include <stdint.h>

enum { XENOS_REGISTERS = 0x8000 }; /* as many as the command stream can name */

/* XENOS_<name>: the index of a register, of an array's first. */
enum xenos_register {
#define REG(index, name, unit, access, reset, source, note) XENOS_##name = (index),
#define ARRAY(first, last, name, unit, access, source)      XENOS_##name = (first), XENOS_##name##_LAST = (last),
#include "models/xenos/registers/registers.def"
};

/* XENOS_<register>__<field>: its low bit, for XENOS_GET and xenos_field. */
enum xenos_field_bit {
#define FIELD(reg, name, high, low) XENOS_##reg##__##name = (low), XENOS_##reg##__##name##_WIDTH = (high) - (low) + 1,
#include "models/xenos/registers/registers.def"
};

static inline uint32_t xenos_field(uint32_t value, unsigned low, unsigned width)
{
    return value >> low & (uint32_t)((UINT64_C(1) << width) - 1);
}

#define XENOS_GET(value, reg, field) xenos_field((value), XENOS_##reg##__##field, XENOS_##reg##__##field##_WIDTH)

enum xenos_access { XENOS_READ = 1, XENOS_WRITE = 2, XENOS_RW = 3 };

struct xenos_register_field {
    const char *name; /* NULL: behind the last */
    uint8_t high, low;
};

struct xenos_register_info {
    uint16_t first, last; /* the same but for arrays */
    uint8_t access;
    uint32_t reset;
    const char *name, *unit, *source, *note;
    const struct xenos_register_field *field;
};

enum xenos_register_number {
#define REG(index, name, unit, access, reset, source, note) XENOS_NUMBER_##name,
#define ARRAY(first, last, name, unit, access, source)      XENOS_NUMBER_##name,
#include "models/xenos/registers/registers.def"
    XENOS_NUMBERS
};

extern const struct xenos_register_info xenos_registers[XENOS_NUMBERS];

/* The register or array that holds an index; NULL where none is known. */
const struct xenos_register_info *xenos_register_at(uint32_t index);
/* By name; NULL where none is called so. */
const struct xenos_register_info *xenos_register_named(const char *name);

#endif
