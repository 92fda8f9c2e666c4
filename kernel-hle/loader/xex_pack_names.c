/* Imports and exports by what they are called: symbols of an ELF, and what the options say. */
#include "kernel-hle/loader/xex_pack_parts.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "xboxkrnl" is xboxkrnl.exe, any other name without a dot ends in .xex. */
static enum sim_status find_library(struct pack *pack, const char *name, size_t size, unsigned *found)
{
    char whole[PACK_LIBRARY_NAME] = "";
    const char *ending = memchr(name, '.', size) != NULL                    ? ""
                         : size == 8 && memcmp(name, "xboxkrnl", size) == 0 ? ".exe"
                                                                            : ".xex";
    int length =
        snprintf(whole, sizeof whole, "%.*s%s", (int)(size < sizeof whole ? size : sizeof whole), name, ending);
    if (size == 0 || length >= (int)sizeof whole)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: import: a library's name has 1 to %d characters, not %zu",
                        pack->name, PACK_LIBRARY_NAME - 5, size);
    for (*found = 0; *found < pack->libraries; ++*found)
        if (strcmp(pack->library[*found], whole) == 0)
            return SIM_OK;
    if (pack->libraries == PACK_LIBRARIES_MAX)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: import: more than %d libraries", pack->name,
                        PACK_LIBRARIES_MAX);
    memcpy(pack->library[pack->libraries++], whole, sizeof whole);
    return SIM_OK;
}

/* Room for one more in an array that grows; NULL if there is none. */
static void *grow(void *array, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0; /* 0, 1, 2, 4, 8 ... */
    return full ? realloc(array, (count > 0 ? 2 * count : 1) * size) : array;
}

static enum sim_status add_import(struct pack *pack, const char *library, size_t library_size, uint16_t ordinal,
                                  bool thunk, uint32_t address)
{
    struct pack_import import = {.ordinal = ordinal, .thunk = thunk, .address = address};
    enum sim_status status = find_library(pack, library, library_size, &import.library);
    if (status != SIM_OK)
        return status;
    if (pack->imports == PACK_IMPORTS_MAX)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: more than %d imports", pack->name, PACK_IMPORTS_MAX);
    struct pack_import *moved = grow(pack->import, pack->imports, sizeof *moved);
    if (moved == NULL)
        return pack_no_memory(pack);
    pack->import = moved;
    pack->import[pack->imports++] = import;
    return SIM_OK;
}

static enum sim_status add_export(struct pack *pack, uint16_t ordinal, uint32_t address)
{
    if (pack->exports == PACK_IMPORTS_MAX)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: more than %d exports", pack->name, PACK_IMPORTS_MAX);
    struct pack_export *moved = grow(pack->export, pack->exports, sizeof *moved);
    if (moved == NULL)
        return pack_no_memory(pack);
    pack->export = moved;
    pack->export[pack->exports++] = (struct pack_export){ordinal, address};
    return SIM_OK;
}

/* Decimal, or hexadecimal after 0x. */
static bool read_ordinal(const char *text, size_t size, uint16_t *ordinal)
{
    const char *digits = "0123456789abcdef", *end = text + size;
    uint32_t base = 10, value = 0;
    if (size > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
        text += 2;
        base = 16;
    }
    for (const char *at = text; at < end; at++) {
        const char *digit = memchr(digits, tolower((unsigned char)*at), base);
        if (digit == NULL)
            return false;
        value = value * base + (uint32_t)(digit - digits);
        if (value > UINT16_MAX)
            return false;
    }
    *ordinal = (uint16_t)value;
    return text < end;
}

static bool is_called(const char *name, const char *symbol, size_t size)
{
    return name != NULL && strlen(name) == size && memcmp(name, symbol, size) == 0;
}

/* A symbol that the options name. */
static enum sim_status add_named(struct pack *pack, const char *symbol, size_t size, uint32_t address)
{
    const struct xex_pack_options *options = pack->options;
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < options->imports && status == SIM_OK; i++) {
        const struct xex_pack_import *import = &options->import[i];
        if (!is_called(import->symbol, symbol, size))
            continue;
        pack->found[i] = true;
        status = add_import(pack, import->library, strlen(import->library), import->ordinal, import->thunk, address);
    }
    for (size_t i = 0; i < options->exports && status == SIM_OK; i++) {
        if (!is_called(options->export[i].symbol, symbol, size))
            continue;
        pack->found[options->imports + i] = true;
        status = add_export(pack, options->export[i].ordinal, address);
    }
    return status;
}

enum sim_status pack_add_symbol(struct pack *pack, const char *symbol, size_t size, uint32_t address)
{
    static const char *const functions[] = {"__functions_begin", "__functions_end"};
    static const struct {
        const char *text;
        enum { WORD, THUNK, EXPORT } kind;
        const char *form;
    } prefix[] = {
        {"__imp_", WORD, "LIBRARY_ORDINAL"},
        {"__thunk_", THUNK, "LIBRARY_ORDINAL"},
        {"__export_", EXPORT, "ORDINAL"},
    };
    for (size_t i = 0; i < sizeof prefix / sizeof *prefix; i++) {
        size_t length = strlen(prefix[i].text);
        if (size < length || memcmp(symbol, prefix[i].text, length) != 0)
            continue;
        const char *library = symbol + length, *end = symbol + size;
        const char *line = prefix[i].kind == EXPORT ? NULL : memrchr(library, '_', size - length);
        const char *number = line != NULL ? line + 1 : library;
        uint16_t ordinal;
        if ((prefix[i].kind != EXPORT && (line == NULL || line == library)) ||
            !read_ordinal(number, (size_t)(end - number), &ordinal))
            return sim_fail(pack->error, SIM_BAD_INPUT,
                            "%s: symbol %.*s: what begins so is %s%s, with an ordinal up to 0xffff", pack->name,
                            (int)(size < 100 ? size : 100), symbol, prefix[i].text, prefix[i].form);
        if (prefix[i].kind == EXPORT)
            return add_export(pack, ordinal, address);
        return add_import(pack, library, (size_t)(line - library), ordinal, prefix[i].kind == THUNK, address);
    }
    for (unsigned i = 0; i < 2; i++)
        if (is_called(functions[i], symbol, size))
            pack->functions[i] = address;
    return add_named(pack, symbol, size, address);
}

/* What lies at an address was not met among the symbols; a symbol that nobody defines is a mistake. */
enum sim_status pack_add_given(struct pack *pack)
{
    const struct xex_pack_options *options = pack->options;
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < options->imports && status == SIM_OK; i++) {
        const struct xex_pack_import *import = &options->import[i];
        if (import->symbol == NULL)
            status = add_import(pack, import->library, strlen(import->library), import->ordinal, import->thunk,
                                import->address);
        else if (!pack->found[i])
            status = sim_fail(pack->error, SIM_BAD_INPUT, "%s: import of %s 0x%x: there is no symbol %s", pack->name,
                              import->library, import->ordinal, import->symbol);
    }
    for (size_t i = 0; i < options->exports && status == SIM_OK; i++) {
        const struct xex_pack_export *export = &options->export[i];
        if (export->symbol == NULL)
            status = add_export(pack, export->ordinal, export->address);
        else if (!pack->found[options->imports + i])
            status = sim_fail(pack->error, SIM_BAD_INPUT, "%s: export 0x%x: there is no symbol %s", pack->name,
                              export->ordinal, export->symbol);
    }
    return status;
}
