#include "kernel-hle/kernel/launch.h"

#include "kernel-hle/ex/printable.h"
#include "kernel-hle/io/io.h"
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/ob/ob_parts.h"

#include <string.h>

/* Behind the variables: for each module its record, its headers if it is one of the kernel's, its names. */
enum {
    MODULE_STRIDE = 0x500,
    MODULE_OWN_HEADERS = 0x80,
    MODULE_FULL_TEXT = 0x100,
    MODULE_BASE_TEXT = 0x300,
    MODULE_TEXT_MAX = 0xFF,
    MODULES_AT = 0x2000
};
_Static_assert(sizeof(struct kernel_variables) <= MODULES_AT, "variables end where modules begin");
_Static_assert(MODULES_AT + KERNEL_MODULES * MODULE_STRIDE <= KERNEL_VARIABLES_SIZE, "room for modules");

enum { EVENT_NOTIFICATION = 0, EVENT_SYNCHRONIZATION = 1 };

#define HANDLED_absent  0
#define HANDLED_handled 1
#define FUNCTION(...)   0,
#define VARIABLE(ordinal, name, group, size, state) \
    HANDLED_##state ? (uint32_t)offsetof(struct kernel_variables, name) + 1 : 0,
static const uint32_t xam_variables[] = {
#include "kernel-hle/exports/xam.def"
};
static const uint32_t xbdm_variables[] = {
#include "kernel-hle/exports/xbdm.def"
};
static const uint32_t xboxkrnl_variables[] = {
#include "kernel-hle/exports/xboxkrnl.def"
};
#undef FUNCTION
#undef VARIABLE

/* Offset + 1 of each row's, 0 where it has none. */
static const uint32_t *const variables[HLE_MODULES] = {
    [HLE_MODULE_xam] = xam_variables, [HLE_MODULE_xbdm] = xbdm_variables, [HLE_MODULE_xboxkrnl] = xboxkrnl_variables};

uint32_t kernel_variable(enum hle_module module, const struct hle_export *row)
{
    uint32_t offset = variables[module][row - hle_exports[module].row];
    return offset ? KERNEL_VARIABLES + offset - 1 : UINT32_C(0xD000BEEF) | (row->ordinal & UINT32_C(0xFFF)) << 16;
}

uint32_t kernel_module_record(unsigned module)
{
    return KERNEL_VARIABLES + MODULES_AT + module * MODULE_STRIDE;
}

static const char *file_of(const char *path)
{
    const char *name = path;
    for (; *path; path++) {
        if (*path == '\\' || *path == '/' || *path == ':')
            name = path + 1;
    }
    return name;
}

const char *kernel_module_name(const struct kernel *k, unsigned module)
{
    return module == KERNEL_TITLE ? file_of(k->config.title_path) : hle_exports[module].file;
}

/* xbdm.xex is of development kits: it is there for titles that import from it. */
static bool is_loaded(const struct kernel *k, unsigned module)
{
    if (module != HLE_MODULE_xbdm || k->reference.launch_xbdm)
        return true;
    for (size_t i = 0; i < k->config.image->libraries; i++) {
        if (hle_module_find(k->config.image->library[i].name) == HLE_MODULE_xbdm)
            return true;
    }
    return false;
}

unsigned kernel_module_of(const struct kernel *k, uint32_t record)
{
    if (record == 0)
        return KERNEL_TITLE;
    for (unsigned i = 0; i < KERNEL_MODULES; i++) {
        if (kernel_module_record(i) == record)
            return is_loaded(k, i) ? i : KERNEL_MODULES;
    }
    return KERNEL_MODULES;
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter;
}

/* Whether `file` is `name`, or that and an extension. */
static bool is_named(const char *file, const char *name)
{
    for (; *name && lower(*file) == lower(*name); file++, name++) {
    }
    return *name == 0 && (*file == 0 || (*file == '.' && !strchr(file + 1, '.')));
}

unsigned kernel_module_named(const struct kernel *k, const char *name)
{
    name = file_of(name);
    for (unsigned i = 0; *name && i < KERNEL_MODULES; i++) {
        if (is_loaded(k, i) && is_named(kernel_module_name(k, i), name))
            return i;
    }
    return KERNEL_MODULES;
}

uint32_t kernel_module_export(const struct kernel *k, unsigned module, uint32_t ordinal)
{
    const struct image *image = k->config.image;
    if (module != KERNEL_TITLE) {
        const struct hle_export *row = hle_export_find((enum hle_module)module, ordinal);
        if (!row)
            return 0;
        return row->kind == HLE_VARIABLE ? kernel_variable((enum hle_module)module, row)
                                         : kernel_export_address(kernel_export_index((enum hle_module)module, ordinal));
    }
    for (size_t i = 0; i < image->exports; i++) {
        if (image->export[i].ordinal == ordinal)
            return image->export[i].address;
    }
    return 0;
}

static void put_list_head(struct kernel *k, uint32_t address)
{
    guest_put_u32(k, address, address);
    guest_put_u32(k, address + 4, address);
}

static void put_text(struct kernel *k, uint32_t address, const char *text, size_t room)
{
    guest_write(k, address, text, strnlen(text, room - 1));
}

/* What exported variables hold at first; all of their memory is zeros before. */
static void fill_variables(struct kernel *k)
{
#define OBJECT(type, variable, tag, size, what)              \
    guest_put_u32(k, KERNEL_VARIABLE(variable) + 0x18, tag); \
    ob_place_type(k, OB_##type, KERNEL_VARIABLE(variable));
#include "kernel-hle/ob/types.def"
#undef OBJECT
    guest_put_u32(k, KERNEL_VARIABLE(ExConsoleGameRegion), UINT32_MAX);
    guest_put_u32(k, KERNEL_VARIABLE(XboxHardwareInfo), 0x20); /* there is a hard disk */
    guest_put_u8(k, KERNEL_VARIABLE(XboxHardwareInfo) + 4, KERNEL_CPUS);
    guest_put_u16(k, KERNEL_VARIABLE(XboxKrnlVersion), 2);
    guest_put_u16(k, KERNEL_VARIABLE(XboxKrnlVersion) + 4, (uint16_t)k->reference.launch_kernel_build);
    guest_put_u32(k, KERNEL_VARIABLE(XexExecutableModuleHandle), kernel_module_record(KERNEL_TITLE));
    put_text(k, KERNEL_VARIABLE(ExLoadedImageName), k->config.title_path, 256);
    guest_put_u8(k, KERNEL_VARIABLE(ExLoadedCommandLine), '"');
    const char *file = file_of(k->config.title_path);
    put_text(k, KERNEL_VARIABLE(ExLoadedCommandLine) + 1, file, 1022);
    guest_put_u8(k, KERNEL_VARIABLE(ExLoadedCommandLine) + 1 + (uint32_t)strnlen(file, 1021), '"');
    guest_put_u32(k, KERNEL_VARIABLE(VdGpuClockInMHz), 500);

    uint32_t event = KERNEL_VARIABLE(UsbdBootEnumerationDoneEvent);
    guest_put_u8(k, event, EVENT_NOTIFICATION);
    guest_put_u32(k, event + 4, 1);
    put_list_head(k, event + 8);
    uint32_t section = KERNEL_VARIABLE(VdHSIOCalibrationLock);
    guest_put_u8(k, section, EVENT_SYNCHRONIZATION);
    guest_put_u8(k, section + 1, (10000 + 255) >> 8); /* spins, in units of 256 */
    put_list_head(k, section + 8);
    guest_put_u32(k, section + 0x10, UINT32_MAX);
}

static void put_unicode(struct kernel *k, uint32_t string, const char *text, uint32_t at)
{
    uint32_t length = (uint32_t)strnlen(text, MODULE_TEXT_MAX);
    guest_put_u16(k, string, (uint16_t)(2 * length));
    guest_put_u16(k, string + 2, (uint16_t)(2 * length + 2));
    guest_put_u32(k, string + 4, at);
    for (uint32_t i = 0; i < length; i++)
        guest_put_u16(k, at + 2 * i, (uint8_t)text[i]);
}

static void put_module(struct kernel *k, unsigned module, uint32_t headers)
{
    const struct image *image = k->config.image;
    uint32_t record = kernel_module_record(module);
    bool title = module == KERNEL_TITLE;
    for (uint32_t link = MODULE_LINKS; link < MODULE_BASE; link += 8)
        put_list_head(k, record + link);
    put_unicode(k, record + MODULE_FULL_NAME, title ? k->config.title_path : hle_exports[module].file,
                record + MODULE_FULL_TEXT);
    put_unicode(k, record + MODULE_BASE_NAME, kernel_module_name(k, module), record + MODULE_BASE_TEXT);
    guest_put_u16(k, record + MODULE_LOADS, 1);
    guest_put_u32(k, record + MODULE_HEADERS, headers);
    if (!title)
        return;
    guest_put_u32(k, record + MODULE_IMAGE_BASE, image->base);
    guest_put_u32(k, record + MODULE_IMAGE_SIZE, image->size);
    guest_put_u32(k, record + MODULE_FLAGS, image->module_flags);
    guest_put_u32(k, record + MODULE_FULL_SIZE, image->size);
    guest_put_u32(k, record + MODULE_ENTRY, image->entry);
}

static void put_modules(struct kernel *k)
{
    const struct image *image = k->config.image;
    uint32_t headers = 0;
    if (image->headers) {
        headers = mm_allocate_system(k->mm, (uint32_t)image->headers_size);
        kernel_apply_changes(k);
        guest_write(k, headers, image->headers, image->headers_size);
    }
    put_module(k, KERNEL_TITLE, headers);
    for (unsigned i = 0; i < HLE_MODULES; i++) {
        if (!is_loaded(k, i))
            continue;
        headers = kernel_module_record(i) + MODULE_OWN_HEADERS;
        guest_write(k, headers, "XEX2", 4); /* and no optional headers */
        put_module(k, i, headers);
    }
}

static enum mm_protect protect_of(unsigned access)
{
    if (access & IMAGE_EXECUTE)
        return access & IMAGE_WRITE ? MM_EXECUTE_READWRITE : MM_EXECUTE_READ;
    return access & IMAGE_WRITE ? MM_READWRITE : MM_READONLY;
}

static void place_image(struct kernel *k)
{
    const struct image *image = k->config.image;
    (void)mm_place_image(k->mm, image->base, image->size);
    kernel_apply_changes(k);
    guest_write(k, image->base, image->bytes, image->size);
}

static void protect_image(struct kernel *k)
{
    const struct image *image = k->config.image;
    for (size_t i = 0; i < image->pages_count; i++) {
        const struct image_pages *pages = &image->pages[i];
        (void)mm_protect_image(k->mm, pages->address, pages->size, protect_of(pages->access));
        kernel_apply_changes(k);
    }
}

/* lis r11, hi; ori r11, r11, lo; mtctr r11; bctr */
static void put_thunk(struct kernel *k, uint32_t at, uint32_t target)
{
    guest_put_u32(k, at, UINT32_C(0x3D600000) | target >> 16);
    guest_put_u32(k, at + 4, UINT32_C(0x616B0000) | (target & 0xFFFF));
    guest_put_u32(k, at + 8, UINT32_C(0x7D6903A6));
    guest_put_u32(k, at + 12, UINT32_C(0x4E800420));
}

static const uint32_t unresolved = UINT32_C(0xF00DF00D);

static void patch_imports(struct kernel *k)
{
    const struct image *image = k->config.image;
    for (size_t i = 0; i < image->imports; i++) {
        const struct image_import *import = &image->import[i];
        char library[sizeof image->library->name];
        memcpy(library, image->library[import->library].name, sizeof library);
        enum hle_module module = hle_module_find(library);
        const struct hle_export *row = module == HLE_MODULES ? NULL : hle_export_find(module, import->ordinal);
        uint32_t target = row ? kernel_module_export(k, module, import->ordinal) : unresolved;
        if (!row)
            kernel_report(k, "%s: ordinal 0x%03X is imported, and there is none", printable(library), import->ordinal);
        if (import->thunk)
            put_thunk(k, import->address, target);
        else if (row && row->kind == HLE_FUNCTION && k->reference.launch_function_slot)
            guest_put_u32(k, import->address, k->reference.launch_function_slot);
        else
            guest_put_u32(k, import->address, target);
    }
}

/* Where there is no title. */
static const struct image no_image;

enum sim_status kernel_launch_create(struct kernel *k, struct sim_error *error)
{
    if (!k->config.image) {
        k->config.image = &no_image;
        return SIM_OK;
    }
    const struct image *image = k->config.image;
    const char *name = k->config.title_path;
    if (image->entry == 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: no entry point", name);
    nt_status status = mm_place_image(k->mm, image->base, image->size);
    if (status != NT_SUCCESS)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%X bytes from 0x%08X on: no place for an image (%s)", name,
                        image->size, image->base, nt_status_name(status));
    for (size_t i = 0; i < image->pages_count; i++) {
        const struct image_pages *pages = &image->pages[i];
        if (mm_protect_image(k->mm, pages->address, pages->size, protect_of(pages->access)) != NT_SUCCESS)
            return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%X bytes from 0x%08X on: not whole pages of the image", name,
                            pages->size, pages->address);
    }
    for (size_t i = 0; i < image->imports; i++) {
        const struct image_import *import = &image->import[i];
        uint32_t size = import->thunk ? 16 : 4, offset = import->address - image->base;
        if (offset % 4 != 0 || offset > image->size || image->size - offset < size ||
            import->library >= image->libraries)
            return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%08X: an import outside of the image", name, import->address);
    }
    mm_reset(k->mm);
    return SIM_OK;
}

void kernel_launch_destroy(struct kernel *k)
{
    (void)k;
}

void kernel_launch(struct kernel *k)
{
    const struct image *image = k->config.image;
    (void)mm_protect_image(k->mm, KERNEL_TRAMPOLINES, KERNEL_TRAMPOLINES_SIZE, MM_EXECUTE_READ);
    kernel_apply_changes(k);
    fill_variables(k);
    io_start(k);
    if (image->size)
        place_image(k);
    put_modules(k);
    patch_imports(k);
    protect_image(k);
    kernel_forget_fault(k);
    if (image->entry && !ke_start_title_thread(k, image->entry, image->stack_size))
        kernel_stop(k, SIM_GUEST, "no memory for the title's first thread");
}
