/* Exports about modules: handles, procedures, sections, headers. */
#include "kernel-hle/ex/printable.h"
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/kernel/launch.h"

#include <string.h>

enum {
    WIN32_NOT_FOUND = 1168,
    NAME_MAX_SIZE = 256,
    ORDINALS_END = 0x10000, /* a procedure's name lies above */
};

void hle_XexGetModuleHandle(struct kernel *k, struct kernel_call *c)
{
    char name[NAME_MAX_SIZE] = "";
    uint32_t at = kernel_arg(c, 0), out = kernel_arg(c, 1);
    if (at && !guest_text(k, at, name, sizeof name))
        return;
    unsigned module = name[0] ? kernel_module_named(k, name) : KERNEL_TITLE;
    bool found = module != KERNEL_MODULES;
    guest_put_u32(k, out, found ? kernel_module_record(module) : 0);
    c->result = found ? 0 : WIN32_NOT_FOUND;
}

static uint32_t procedure_named(const struct kernel *k, unsigned module, const char *name)
{
    const struct image *image = k->config.image;
    if (module != KERNEL_TITLE) {
        const struct hle_export *row = hle_export_named((enum hle_module)module, name);
        return row ? kernel_module_export(k, module, row->ordinal) : 0;
    }
    for (size_t i = 0; i < image->named_exports; i++) {
        if (strcmp(image->named_export[i].name, name) == 0)
            return image->named_export[i].address;
    }
    return 0;
}

void hle_XexGetProcedureAddress(struct kernel *k, struct kernel_call *c)
{
    char name[NAME_MAX_SIZE];
    uint32_t which = kernel_arg(c, 1), out = kernel_arg(c, 2), address = 0;
    unsigned module = kernel_module_of(k, kernel_arg(c, 0));
    c->result = NT_INVALID_HANDLE;
    if (module == KERNEL_MODULES)
        return;
    if (which < ORDINALS_END)
        address = kernel_module_export(k, module, which);
    else if (guest_text(k, which, name, sizeof name))
        address = procedure_named(k, module, name);
    guest_put_u32(k, out, address);
    c->result = address ? NT_SUCCESS : NT_DRIVER_ENTRYPOINT_NOT_FOUND;
}

void hle_XexGetModuleSection(struct kernel *k, struct kernel_call *c)
{
    char name[sizeof((struct image_resource *)0)->name];
    const struct image *image = k->config.image;
    unsigned module = kernel_module_of(k, kernel_arg(c, 0));
    c->result = module == KERNEL_MODULES ? NT_INVALID_HANDLE : NT_NOT_FOUND;
    if (module != KERNEL_TITLE)
        return;
    for (size_t i = 0; i < sizeof name; i++) {
        name[i] = (char)guest_u8(k, kernel_arg(c, 1) + (uint32_t)i);
        if (name[i] == 0)
            break;
    }
    name[sizeof name - 1] = 0;
    for (size_t i = 0; i < image->resources; i++) {
        if (strcmp(image->resource[i].name, name) != 0)
            continue;
        guest_put_u32(k, kernel_arg(c, 2), image->resource[i].address);
        guest_put_u32(k, kernel_arg(c, 3), image->resource[i].size);
        c->result = NT_SUCCESS;
        return;
    }
}

void hle_XexCheckExecutablePrivilege(struct kernel *k, struct kernel_call *c)
{
    uint32_t bit = kernel_arg(c, 0);
    c->result = bit < 32 ? k->config.image->system_flags >> bit & 1 : 0;
}

static bool is_file(struct kernel *k, const char *name)
{
    char path[IO_PATH_MAX];
    struct io_place place;
    memcpy(path, name, strlen(name) + 1);
    return ob_follow_links(k, path, sizeof path) && io_find(k, path, &place) == NT_SUCCESS && place.found;
}

/* What is loaded already is loaded once more. Other images of a title's cannot be. */
static void load(struct kernel *k, struct kernel_call *c)
{
    char name[NAME_MAX_SIZE];
    uint32_t out = kernel_arg(c, 3);
    if (!guest_text(k, kernel_arg(c, 0), name, sizeof name))
        return;
    unsigned module = kernel_module_named(k, name);
    c->result = NT_NO_SUCH_FILE;
    if (out)
        guest_put_u32(k, out, 0);
    if (module == KERNEL_MODULES && is_file(k, name)) {
        c->result = NT_NOT_IMPLEMENTED;
        kernel_report(k, "the title asks for the module %s: modules of its own are not loaded", printable(name));
    }
    if (module == KERNEL_MODULES)
        return;
    uint32_t record = kernel_module_record(module);
    guest_put_u16(k, record + MODULE_LOADS, (uint16_t)(guest_u16(k, record + MODULE_LOADS) + 1));
    if (out)
        guest_put_u32(k, out, record);
    c->result = NT_SUCCESS;
}

void hle_XexLoadImage(struct kernel *k, struct kernel_call *c)
{
    load(k, c);
}

void hle_XexLoadExecutable(struct kernel *k, struct kernel_call *c)
{
    load(k, c);
}

void hle_XexUnloadImage(struct kernel *k, struct kernel_call *c)
{
    unsigned module = kernel_module_of(k, kernel_arg(c, 0));
    c->result = module == KERNEL_MODULES ? NT_INVALID_HANDLE : NT_SUCCESS;
    if (module != KERNEL_TITLE)
        return;
    uint32_t loads = kernel_module_record(module) + MODULE_LOADS;
    uint16_t count = guest_u16(k, loads);
    if (count > 1) /* what runs stays */
        guest_put_u16(k, loads, (uint16_t)(count - 1));
}

/* Who has registered is called when a title ends; here the machine stops then, so there is nobody to be called. */
void hle_ExRegisterTitleTerminateNotification(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

/* An optional header's key ends in 0 for a value, in 1 for where it is, otherwise its entry is an offset to a block. */
void hle_RtlImageXexHeaderField(struct kernel *k, struct kernel_call *c)
{
    enum { COUNT = 0x14, FIRST = 0x18, COUNT_MAX = 256 };
    uint32_t header = kernel_arg(c, 0), key = kernel_arg(c, 1);
    c->result = 0;
    if (header == 0)
        return;
    uint32_t count = guest_u32(k, header + COUNT);
    count = count < COUNT_MAX ? count : COUNT_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t entry = header + FIRST + 8 * i;
        if (guest_u32(k, entry) != key)
            continue;
        uint32_t value = guest_u32(k, entry + 4);
        c->result = (key & 0xFF) == 0 ? value : (key & 0xFF) == 1 ? entry + 4 : header + value;
        return;
    }
}

/* The headers of a PE are little-endian. */
static uint32_t get_u32(struct kernel *k, uint32_t address)
{
    return __builtin_bswap32(guest_u32(k, address));
}

static uint32_t get_u16(struct kernel *k, uint32_t address)
{
    return __builtin_bswap16(guest_u16(k, address));
}

/* "PE\0\0" of what begins at `base`, 0 where it is not one. */
static uint32_t nt_header(struct kernel *k, uint32_t base)
{
    enum { MAGIC_MZ = 0x4D5A, NEW_HEADER = 0x3C, MAGIC_PE = 0x50450000 };
    if (base == 0 || guest_u16(k, base) != MAGIC_MZ)
        return 0;
    uint32_t header = base + get_u32(k, base + NEW_HEADER);
    return guest_u32(k, header) == MAGIC_PE ? header : 0;
}

void hle_RtlImageNtHeader(struct kernel *k, struct kernel_call *c)
{
    c->result = nt_header(k, kernel_arg(c, 0));
}

enum {
    PE_SECTIONS = 6,
    PE_OPTIONAL_SIZE = 0x14,
    PE_OPTIONAL = 0x18,
    PE_HEADERS_SIZE = PE_OPTIONAL + 0x3C,
    PE_DIRECTORIES = PE_OPTIONAL + 0x5C,
    PE_DIRECTORY = PE_OPTIONAL + 0x60,
    SECTION_STRIDE = 0x28,
    SECTION_VIRTUAL_SIZE = 8,
    SECTION_ADDRESS = 12,
    SECTION_FILE_OFFSET = 20,
    SECTIONS_MAX = 96
};

/* Where an address of the image lies in the file. */
static uint32_t in_file(struct kernel *k, uint32_t header, uint32_t address)
{
    if (address < get_u32(k, header + PE_HEADERS_SIZE))
        return address;
    uint32_t count = get_u16(k, header + PE_SECTIONS);
    uint32_t section = header + PE_OPTIONAL + get_u16(k, header + PE_OPTIONAL_SIZE);
    for (uint32_t i = 0; i < count && i < SECTIONS_MAX; i++, section += SECTION_STRIDE) {
        uint32_t offset = address - get_u32(k, section + SECTION_ADDRESS);
        if (offset < get_u32(k, section + SECTION_VIRTUAL_SIZE))
            return get_u32(k, section + SECTION_FILE_OFFSET) + offset;
    }
    return 0;
}

void hle_RtlImageDirectoryEntryToData(struct kernel *k, struct kernel_call *c)
{
    uint32_t base = kernel_arg(c, 0), directory = kernel_arg(c, 2) & 0xFFFF;
    bool mapped = kernel_arg(c, 1) & 0xFF;
    if (base & 1) { /* a file as it is */
        base--;
        mapped = false;
    }
    uint32_t header = nt_header(k, base);
    c->result = 0;
    if (header == 0 || directory >= get_u32(k, header + PE_DIRECTORIES))
        return;
    uint32_t address = get_u32(k, header + PE_DIRECTORY + 8 * directory);
    if (address == 0)
        return;
    guest_put_u32(k, kernel_arg(c, 3), get_u32(k, header + PE_DIRECTORY + 8 * directory + 4));
    uint32_t offset = mapped ? address : in_file(k, header, address);
    c->result = offset ? base + offset : 0;
}
