#include "board/device_registers.h"

#include "board/uart.h"
#include "models/xenon/iic/iic.h"
#include "models/xenos/display/display_regs.h"
#include "models/xenos/registers/registers.h"

#include <stdio.h>
#include <string.h>

enum { THREAD_SHIFT = 12, THREAD_MASK = (1 << THREAD_SHIFT) - 1, REGISTER_MASK = 7 };

static const char *in_table(const struct iic_register *table, unsigned count, uint64_t offset)
{
    for (unsigned i = 0; i < count; i++)
        if (table[i].offset == (offset & ~(uint64_t)REGISTER_MASK))
            return table[i].name;
    return NULL;
}

static bool iic_name(uint64_t offset, char name[BOARD_REGISTER_TEXT])
{
    bool of_thread = offset >> THREAD_SHIFT < IIC_THREADS;
    const char *found = of_thread ? in_table(iic_thread_registers, IIC_THREAD_REG_COUNT, offset & (uint64_t)THREAD_MASK)
                                  : in_table(iic_global_registers, IIC_GLOBAL_REG_COUNT, offset);
    if (!found)
        return false;
    if (of_thread)
        snprintf(name, BOARD_REGISTER_TEXT, "thread%u.%s", (unsigned)(offset >> THREAD_SHIFT), found);
    else
        snprintf(name, BOARD_REGISTER_TEXT, "%s", found);
    return true;
}

static bool gpu_name(uint64_t offset, char name[BOARD_REGISTER_TEXT])
{
    enum display_reg reg = display_reg_at(offset);
    if (reg == DISPLAY_REG_COUNT)
        return false;
    snprintf(name, BOARD_REGISTER_TEXT, "%s", display_registers[reg].name);
    return true;
}

static bool rbbm_name(uint64_t offset, char name[BOARD_REGISTER_TEXT])
{
    const struct xenos_register_info *info = xenos_register_at((uint32_t)(offset / 4));
    if (!info)
        return false;
    snprintf(name, BOARD_REGISTER_TEXT, "%s", info->name);
    return true;
}

static bool uart_name(uint64_t offset, char name[BOARD_REGISTER_TEXT])
{
    static const char *const names[] = {
        [UART_RECEIVE / 4] = "RECEIVE",
        [UART_TRANSMIT / 4] = "TRANSMIT",
        [UART_STATUS / 4] = "STATUS",
        [UART_CONFIGURATION / 4] = "CONFIGURATION",
    };
    if (offset / 4 >= sizeof names / sizeof *names)
        return false;
    snprintf(name, BOARD_REGISTER_TEXT, "%s", names[offset / 4]);
    return true;
}

bool board_register_name(const struct membus_route *route, uint64_t offset, char name[BOARD_REGISTER_TEXT])
{
    static const struct {
        const char *device;
        bool (*name)(uint64_t offset, char name[BOARD_REGISTER_TEXT]);
    } devices[] = {{"iic", iic_name}, {"gpu", gpu_name}, {"rbbm", rbbm_name}, {"uart", uart_name}};
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (strcmp(devices[i].device, route->name) == 0)
            return devices[i].name(offset, name);
    return false;
}
