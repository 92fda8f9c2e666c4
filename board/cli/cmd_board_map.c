#include "board/cli/cmd_board_map.h"

#include "board/cli/command.h"
#include "board/cli/options.h"
#include "board/cli/show.h"
#include "board/device_registers.h"
#include "board/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const region_kinds[] = {
    [MEMBUS_VIRTUAL] = "virtual", [MEMBUS_PHYSICAL] = "physical", [MEMBUS_DEVICE] = "device"};
static const char *const side_names[BOARD_SIDES] = {[BOARD_NEAR] = "processor", [BOARD_FAR] = "gpu"};
static const char *const place_names[] = {
    [MEMBUS_MEMORY] = "memory", [MEMBUS_CHIP] = "chip", [MEMBUS_BUS] = "bus", [MEMBUS_NOWHERE] = "nowhere"};

/* What an address of a title means in a region that does not map each page. */
static uint64_t real_of(const struct membus_region *region, uint64_t address)
{
    return region->real + (region->kind == MEMBUS_DEVICE ? address - region->base : address & MEMBUS_VIEW_MASK);
}

static uint32_t last_of(const struct membus_region *region)
{
    return region->base + (region->size - 1);
}

static const struct membus_route *route_of(uint64_t target, enum board_side *side)
{
    for (*side = BOARD_NEAR; *side < BOARD_SIDES; ++*side) {
        size_t count;
        const struct membus_route *route = board_memory_routes(*side, &count);
        for (size_t i = 0; i < count; i++)
            if (target - route[i].base < route[i].size)
                return &route[i];
    }
    return NULL;
}

static void print_widths(char text[16], uint8_t widths)
{
    char *at = text;
    for (unsigned size = 1; size <= 8; size *= 2)
        if (widths & size) {
            if (at != text)
                *at++ = ',';
            *at++ = (char)('0' + size);
        }
    *at = '\0';
}

static void print_regions(void)
{
    printf("What a title's addresses mean:\n%-17s %-10s %-9s %10s  %-17s %-9s %s\n", "effective", "region", "kind",
           "page", "real", "sure", "source");
    for (unsigned i = 0; i < MEMBUS_REGIONS; i++) {
        const struct membus_region *region = &membus_regions[i];
        char real[32] = "page by page";
        if (region->kind != MEMBUS_VIRTUAL)
            snprintf(real, sizeof real, "%08llX-%08llX", (unsigned long long)real_of(region, region->base),
                     (unsigned long long)real_of(region, last_of(region)));
        printf("%08X-%08X %-10s %-9s %6u KiB  %-17s %-9s %s\n", region->base, last_of(region), region->name,
               region_kinds[region->kind], (1u << region->page_bits) / 1024, real, region->confidence, region->source);
    }
}

static void print_routes(uint64_t memory)
{
    printf("\nWho answers to real addresses:\n%-23s %-8s %-10s %-9s %-7s %s\n", "real", "who", "by", "bytes", "order",
           "stores");
    printf("%011llX-%011llX %s\n", 0ULL, (unsigned long long)memory - 1, "memory");
    for (enum board_side side = BOARD_NEAR; side < BOARD_SIDES; side++) {
        size_t count;
        const struct membus_route *route = board_memory_routes(side, &count);
        for (size_t i = 0; i < count; i++) {
            char widths[16];
            print_widths(widths, route[i].widths);
            printf("%011llX-%011llX %-8s %-10s %-9s %-7s %s\n", (unsigned long long)route[i].base,
                   (unsigned long long)(route[i].base + route[i].size - 1), route[i].name, side_names[side], widths,
                   route[i].endian == MEMBUS_BIG ? "big" : "little", route[i].posted ? "posted" : "waited for");
        }
    }
}

static void show_regions(struct show *show)
{
    show_begin(show, "regions", SHOW_LIST);
    for (unsigned i = 0; i < MEMBUS_REGIONS; i++) {
        const struct membus_region *region = &membus_regions[i];
        show_begin(show, NULL, SHOW_ROW);
        show_text(show, "name", region->name);
        show_hex(show, "first", region->base);
        show_hex(show, "last", last_of(region));
        show_text(show, "kind", region_kinds[region->kind]);
        show_count(show, "page", UINT64_C(1) << region->page_bits);
        if (region->kind == MEMBUS_VIRTUAL) {
            show_none(show, "real_first");
            show_none(show, "real_last");
        } else {
            show_hex(show, "real_first", real_of(region, region->base));
            show_hex(show, "real_last", real_of(region, last_of(region)));
        }
        show_text(show, "confidence", region->confidence);
        show_text(show, "source", region->source);
        show_end(show);
    }
    show_end(show);
}

static void show_routes(struct show *show)
{
    show_begin(show, "routes", SHOW_LIST);
    for (enum board_side side = BOARD_NEAR; side < BOARD_SIDES; side++) {
        size_t count;
        const struct membus_route *route = board_memory_routes(side, &count);
        for (size_t i = 0; i < count; i++) {
            show_begin(show, NULL, SHOW_ROW);
            show_text(show, "device", route[i].name);
            show_hex(show, "first", route[i].base);
            show_hex(show, "last", route[i].base + route[i].size - 1);
            show_text(show, "by", side_names[side]);
            show_begin(show, "widths", SHOW_LIST);
            for (unsigned size = 1; size <= 8; size *= 2)
                if (route[i].widths & size)
                    show_count(show, NULL, size);
            show_end(show);
            show_text(show, "order", route[i].endian == MEMBUS_BIG ? "big" : "little");
            show_text(show, "stores", route[i].posted ? "posted" : "waited for");
            show_end(show);
        }
    }
    show_end(show);
}

/* What lies at a real address. */
static void show_real(struct show *show, uint64_t address, uint64_t memory)
{
    struct membus_target target = membus_target_of(address, memory);
    show_hex(show, "real", address);
    show_text(show, "place", place_names[target.place]);
    show_hex(show, "address", target.address);
    if (target.place == MEMBUS_MEMORY || target.place == MEMBUS_NOWHERE)
        return;
    enum board_side side;
    char name[BOARD_REGISTER_TEXT];
    const struct membus_route *route = route_of(target.address, &side);
    if (!route) {
        show_none(show, "device");
        return;
    }
    show_text(show, "device", route->name);
    if (board_register_name(route, target.address - route->base + route->first, name))
        show_text(show, "register", name);
}

static void show_effective(struct show *show, uint64_t address, uint64_t memory)
{
    const struct membus_region *region = membus_map_region(address);
    show_hex(show, "effective", address);
    if (!region) {
        show_none(show, "region");
        return;
    }
    show_text(show, "region", region->name);
    show_text(show, "kind", region_kinds[region->kind]);
    show_hex(show, "page", address & ~((UINT64_C(1) << region->page_bits) - 1));
    if (region->kind != MEMBUS_VIRTUAL)
        show_real(show, real_of(region, address), memory);
}

/* Looks all the addresses of an option up. */
static void show_found(struct show *show, const char *name, const uint64_t *address, unsigned count, uint64_t memory,
                       void (*one)(struct show *show, uint64_t address, uint64_t memory))
{
    if (count == 0)
        return;
    show_begin(show, name, SHOW_LIST);
    for (unsigned i = 0; i < count; i++) {
        show_begin(show, NULL, SHOW_ROW);
        one(show, address[i], memory);
        show_end(show);
    }
    show_end(show);
}

static enum sim_status read_addresses(const char *option, const struct option_list *list,
                                      uint64_t address[OPTION_LIST_MAX], struct sim_error *error)
{
    for (unsigned i = 0; i < list->count; i++) {
        const char *text = list->item[i];
        char *end;
        errno = 0;
        address[i] = strtoull(text, &end, 16);
        if (!isxdigit((unsigned char)*text) || *end != '\0' || errno != 0)
            return sim_fail(error, SIM_USAGE, "--%s %s: not an address, in hexadecimal", option, text);
    }
    return SIM_OK;
}

int board_map(int argc, char **argv)
{
    bool json = false;
    struct option_list set = {0}, effective = {0}, real = {0};
    const struct option option[] = {
        {"effective", OPTION_LIST, &effective, "ADDRESS",
         "instead: what lies at an address of a title, in hexadecimal; may be repeated"},
        {"real", OPTION_LIST, &real, "ADDRESS", "the same of a real address"},
        {"set", OPTION_LIST, &set, "KEY=VALUE", "changes a key; may be repeated"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "board map",
        .operands = "[FILE|NAME]",
        .operands_max = 1,
        .summary = "What lies where: the regions of the title's address space with their pages, and the devices that "
                   "answer to real addresses. What a page of a virtual region means is the running title's business.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 board map\n"
                    "cycle360 board map --effective 7fc86534 --real 200ea001014\n",
    };
    static struct board_description board; /* large */
    uint64_t effective_address[OPTION_LIST_MAX], real_address[OPTION_LIST_MAX];
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = board_description_load(&board, argc > 1 ? argv[1] : "retail", set.item, set.count, &error);
    if (status == SIM_OK)
        status = read_addresses("effective", &effective, effective_address, &error);
    if (status == SIM_OK)
        status = read_addresses("real", &real, real_address, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    uint64_t memory = board.memory_size;
    bool looks_up = effective.count + real.count != 0;
    if (!looks_up && !json) {
        print_regions();
        print_routes(memory);
        return SIM_OK;
    }
    struct show show;
    show_start(&show, stdout, json);
    if (!looks_up) {
        show_count(&show, "memory", memory);
        show_regions(&show);
        show_routes(&show);
    }
    show_found(&show, "effective", effective_address, effective.count, memory, show_effective);
    show_found(&show, "real", real_address, real.count, memory, show_real);
    show_finish(&show);
    return SIM_OK;
}
