#include "models/xenos/registers/registers.h"

#include <stddef.h>
#include <string.h>

/* The fields of all, a row without a name before those of each register. */
static const struct xenos_register_field rows[] = {
#define REG(index, name, unit, access, reset, source, note) {NULL, 0, 0},
#define ARRAY(first, last, name, unit, access, source)      {NULL, 0, 0},
#define FIELD(reg, name, high, low)                         {#name, high, low},
#include "models/xenos/registers/registers.def"
    {NULL, 0, 0},
};

enum row {
#define REG(index, name, unit, access, reset, source, note) ROW_##name,
#define ARRAY(first, last, name, unit, access, source)      ROW_##name,
#define FIELD(reg, name, high, low)                         ROW_##reg##__##name,
#include "models/xenos/registers/registers.def"
};

const struct xenos_register_info xenos_registers[XENOS_NUMBERS] = {
#define REG(index, name, unit, access, reset, source, note) \
    {index, index, XENOS_##access, reset, #name, #unit, #source, note, &rows[ROW_##name + 1]},
#define ARRAY(first, last, name, unit, access, source) \
    {first, last, XENOS_##access, 0, #name, #unit, #source, "", &rows[ROW_##name + 1]},
#include "models/xenos/registers/registers.def"
};

/* By index: the register's number plus 1, or 0; of arrays, the first alone. */
static const uint16_t numbers[XENOS_REGISTERS] = {
#define REG(index, name, unit, access, reset, source, note) [index] = XENOS_NUMBER_##name + 1,
#define ARRAY(first, last, name, unit, access, source)      [first] = XENOS_NUMBER_##name + 1,
#include "models/xenos/registers/registers.def"
};

static const struct xenos_register_info *const arrays[] = {
#define ARRAY(first, last, name, unit, access, source) &xenos_registers[XENOS_NUMBER_##name],
#include "models/xenos/registers/registers.def"
};

const struct xenos_register_info *xenos_register_at(uint32_t index)
{
    if (index >= XENOS_REGISTERS)
        return NULL;
    if (numbers[index] != 0)
        return &xenos_registers[numbers[index] - 1];
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (index >= arrays[i]->first && index <= arrays[i]->last)
            return arrays[i];
    return NULL;
}

const struct xenos_register_info *xenos_register_named(const char *name)
{
    for (unsigned i = 0; i < XENOS_NUMBERS; i++)
        if (strcmp(xenos_registers[i].name, name) == 0)
            return &xenos_registers[i];
    return NULL;
}
