/* cycle360 xex pack: a program as a title. */
#include "board/cli/cmd_xex_pack.h"

#include "board/cli/options.h"
#include "board/cli/progress.h"
#include "board/cli/show.h"
#include "kernel-hle/loader/files.h"
#include "kernel-hle/loader/xex_pack.h"
#include "waves/output.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64, HEADER_BYTES_MAX = 4096, WORTH_SHOWING = 8 << 20 /* half a second of LZX */ };

/* The texts of the options, and what becomes of them. */
struct settings {
    const char *output, *version, *base_version, *name;
    struct option_list resource, import, import_data, export, header, privilege;
    unsigned compression, encryption, pages;
    uint64_t window, load, data, zero, entry, title_id, media_id, stack, heap, workspace, tls_slots;
    bool dll, json;

    struct loader_file file[OPTION_LIST_MAX];
    struct xex_pack_resource resources[OPTION_LIST_MAX];
    struct xex_pack_import imports[2 * OPTION_LIST_MAX];
    struct xex_pack_export exports[OPTION_LIST_MAX];
    struct xex_pack_header headers[OPTION_LIST_MAX];
    char library[2 * OPTION_LIST_MAX][NAME_SIZE];
    char resource_name[OPTION_LIST_MAX][NAME_SIZE];
    uint8_t header_bytes[OPTION_LIST_MAX][HEADER_BYTES_MAX];
    struct xex_pack_options options;
};

/* A number that the whole text is: decimal, or hexadecimal after 0x. */
static bool read_number(const char *text, uint64_t most, uint64_t *value)
{
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    *value = strtoull(text, &end, text[0] == '0' && (text[1] | 0x20) == 'x' ? 16 : 10);
    return *end == '\0' && *value <= most && strlen(text) < 20;
}

/* NAME=REST: false if there is no name, or it does not fit. */
static bool split(const char *text, char separator, char name[NAME_SIZE], const char **rest)
{
    const char *at = strchr(text, separator);
    if (at == NULL || at == text || at - text >= NAME_SIZE)
        return false;
    memcpy(name, text, (size_t)(at - text));
    name[at - text] = '\0';
    *rest = at + 1;
    return true;
}

/* 2.0.1861.0, or the word that it becomes. */
static enum sim_status read_version(const char *option, const char *text, uint32_t *version, struct sim_error *error)
{
    static const unsigned width[4] = {4, 4, 16, 8};
    uint64_t value;
    if (text == NULL)
        return SIM_OK;
    if (read_number(text, UINT32_MAX, &value)) {
        *version = (uint32_t)value;
        return SIM_OK;
    }
    const char *at = text;
    for (int i = 0; i < 4; i++) {
        char *end = NULL;
        uint64_t part = isdigit((unsigned char)*at) ? strtoull(at, &end, 10) : UINT64_MAX;
        if (part >> width[i] != 0 || *end != (i < 3 ? '.' : '\0'))
            return sim_fail(error, SIM_USAGE,
                            "--%s %s: a version is MAJOR.MINOR.BUILD.QFE, up to 15.15.65535.255, or a number", option,
                            text);
        *version = *version << width[i] | (uint32_t)part;
        at = end + 1;
    }
    return SIM_OK;
}

static enum sim_status read_word(const char *option, uint64_t value, uint32_t *word, struct sim_error *error)
{
    if (value > UINT32_MAX)
        return sim_fail(error, SIM_USAGE, "--%s 0x%" PRIx64 ": it has no more than 32 bits", option, value);
    *word = (uint32_t)value;
    return SIM_OK;
}

static enum sim_status read_resources(struct settings *s, struct sim_error *error)
{
    for (unsigned i = 0; i < s->resource.count; i++) {
        const char *path;
        if (!split(s->resource.item[i], '=', s->resource_name[i], &path))
            return sim_fail(error, SIM_USAGE, "--resource %s: it is NAME=FILE", s->resource.item[i]);
        enum sim_status status = loader_file_open(&s->file[i], path, error);
        if (status != SIM_OK)
            return status;
        if (s->file[i].size > IMAGE_SIZE_MAX)
            return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx64 " bytes are too many for a resource", path,
                            s->file[i].size);
        s->resources[i] = (struct xex_pack_resource){s->resource_name[i], s->file[i].bytes, (uint32_t)s->file[i].size};
    }
    return SIM_OK;
}

/* ORDINAL=WHERE, where WHERE is an address or a symbol. */
static bool read_place(const char *text, uint16_t *ordinal, const char **symbol, uint32_t *address)
{
    char digits[NAME_SIZE];
    const char *where;
    uint64_t number, place = 0;
    if (!split(text, '=', digits, &where) || !read_number(digits, UINT16_MAX, &number) || *where == '\0' ||
        (isdigit((unsigned char)*where) && !read_number(where, UINT32_MAX, &place)))
        return false;
    *ordinal = (uint16_t)number;
    *symbol = isdigit((unsigned char)*where) ? NULL : where;
    *address = (uint32_t)place;
    return true;
}

static enum sim_status read_imports(struct settings *s, const char *option, const struct option_list *list, bool thunk,
                                    struct sim_error *error)
{
    for (unsigned i = 0; i < list->count; i++) {
        struct xex_pack_import *import = &s->imports[s->options.imports];
        char *library = s->library[s->options.imports++];
        const char *place;
        if (!split(list->item[i], ':', library, &place) ||
            !read_place(place, &import->ordinal, &import->symbol, &import->address))
            return sim_fail(error, SIM_USAGE,
                            "--%s %s: it is LIBRARY:ORDINAL=WHERE, where WHERE is an address or a symbol", option,
                            list->item[i]);
        import->library = library;
        import->thunk = thunk;
    }
    return SIM_OK;
}

static enum sim_status read_exports(struct settings *s, struct sim_error *error)
{
    for (unsigned i = 0; i < s->export.count; i++) {
        struct xex_pack_export *export = &s->exports[i];
        if (!read_place(s->export.item[i], &export->ordinal, &export->symbol, &export->address))
            return sim_fail(error, SIM_USAGE, "--export %s: it is ORDINAL=WHERE, where WHERE is an address or a symbol",
                            s->export.item[i]);
    }
    return SIM_OK;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

static enum sim_status read_headers(struct settings *s, struct sim_error *error)
{
    for (unsigned i = 0; i < s->header.count; i++) {
        char key_text[NAME_SIZE];
        const char *digits = "";
        uint64_t key;
        uint32_t size = 0;
        bool right = split(s->header.item[i], '=', key_text, &digits) && read_number(key_text, UINT32_MAX, &key);
        for (; right && *digits != '\0'; digits += 2) {
            right = size < HEADER_BYTES_MAX && digit(digits[0]) >= 0 && digit(digits[1]) >= 0;
            if (right)
                s->header_bytes[i][size++] = (uint8_t)(digit(digits[0]) << 4 | digit(digits[1]));
        }
        if (!right)
            return sim_fail(error, SIM_USAGE,
                            "--header %.100s: it is KEY=BYTES, where BYTES are up to %d pairs of hexadecimal digits",
                            s->header.item[i], HEADER_BYTES_MAX);
        s->headers[i] = (struct xex_pack_header){(uint32_t)key, s->header_bytes[i], size};
    }
    return SIM_OK;
}

static enum sim_status read_privileges(struct settings *s, struct sim_error *error)
{
    for (unsigned i = 0; i < s->privilege.count; i++) {
        uint64_t number;
        if (!read_number(s->privilege.item[i], 31, &number))
            return sim_fail(error, SIM_USAGE, "--privilege %s: it is a number from 0 to 31", s->privilege.item[i]);
        s->options.system_flags |= UINT32_C(1) << number;
    }
    return SIM_OK;
}

static enum sim_status read_window(struct settings *s, struct sim_error *error)
{
    for (unsigned bits = XEX_WINDOW_BITS_MIN; bits <= XEX_WINDOW_BITS_MAX; bits++)
        if (s->window == UINT64_C(1) << bits)
            s->options.window_bits = bits;
    if (s->window != 0 && s->options.window_bits == 0)
        return sim_fail(error, SIM_USAGE, "--window %" PRIu64 ": it is a power of two from 32768 to 2097152",
                        s->window);
    return SIM_OK;
}

static enum sim_status read_settings(struct settings *s, struct sim_error *error)
{
    struct xex_pack_options *options = &s->options;
    const struct {
        const char *name;
        uint64_t value;
        uint32_t *word;
    } words[] = {
        {"load", s->load, &options->load_address},
        {"data", s->data, &options->data_address},
        {"zero", s->zero, &options->zero_size},
        {"entry", s->entry, &options->entry},
        {"title-id", s->title_id, &options->title_id},
        {"media-id", s->media_id, &options->media_id},
        {"stack", s->stack, &options->stack_size},
        {"heap", s->heap, &options->heap_size},
        {"workspace", s->workspace, &options->workspace_size},
        {"tls-slots", s->tls_slots, &options->tls_slots},
    };
    static const uint32_t page_size[] = {0, 0x1000, 0x10000};
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < sizeof words / sizeof *words && status == SIM_OK; i++)
        status = read_word(words[i].name, words[i].value, words[i].word, error);
    if (status == SIM_OK)
        status = read_version("version", s->version, &options->version, error);
    options->base_version = options->version;
    if (status == SIM_OK && s->base_version != NULL) {
        options->base_version = 0;
        status = read_version("base-version", s->base_version, &options->base_version, error);
    }
    if (status == SIM_OK)
        status = read_window(s, error);
    if (status == SIM_OK)
        status = read_privileges(s, error);
    if (status == SIM_OK)
        status = read_imports(s, "import", &s->import, true, error);
    if (status == SIM_OK)
        status = read_imports(s, "import-data", &s->import_data, false, error);
    if (status == SIM_OK)
        status = read_exports(s, error);
    if (status == SIM_OK)
        status = read_headers(s, error);
    if (status == SIM_OK)
        status = read_resources(s, error);
    options->compression = (enum xex_compression)s->compression;
    options->encryption = (enum xex_encryption)s->encryption;
    options->page_size = page_size[s->pages];
    options->dll = s->dll;
    options->pe_name = s->name;
    options->resource = s->resources;
    options->resources = s->resource.count;
    options->import = s->imports;
    options->export = s->exports;
    options->exports = s->export.count;
    options->header = s->headers;
    options->headers = s->header.count;
    return status;
}

static enum sim_status write_packed(const char *path, const struct xex_packed *packed, struct sim_error *error)
{
    struct waves_output output;
    enum sim_status status = waves_output_open(&output, path, false, error);
    if (status != SIM_OK)
        return status;
    waves_output_write(&output, packed->bytes, packed->size);
    return waves_output_close(&output, true, error);
}

static enum sim_status pack(struct settings *s, const char *path, struct xex_packed *packed, struct sim_error *error)
{
    struct loader_file file = {0};
    struct progress progress;
    enum sim_status status = read_settings(s, error);
    if (status == SIM_OK)
        status = loader_file_open(&file, path, error);
    if (status == SIM_OK) {
        s->options.work = progress_begin(&progress, "xex pack");
        progress.worth = WORTH_SHOWING;
        status = xex_pack(packed, path, file.bytes, file.size, &s->options, error);
        progress_end(&progress);
        loader_file_close(&file);
    }
    for (unsigned i = 0; i < s->resource.count; i++)
        loader_file_close(&s->file[i]);
    if (status == SIM_OK)
        status = write_packed(s->output, packed, error);
    return status;
}

static void print_packed(const char *path, const struct xex_packed *packed, bool json)
{
    struct show show;
    if (!json) {
        printf("%s: %zu bytes; image of 0x%" PRIx32 " bytes at %08" PRIx32 ", entry %08" PRIx32 ", %zu imports\n", path,
               packed->size, packed->image_size, packed->base, packed->entry, packed->imports);
        return;
    }
    show_start(&show, stdout, true);
    show_text(&show, "path", path);
    show_count(&show, "size", packed->size);
    show_hex(&show, "headers_size", packed->headers_size);
    show_hex(&show, "base_address", packed->base);
    show_hex(&show, "image_size", packed->image_size);
    show_hex(&show, "page_size", packed->page_size);
    show_hex(&show, "entry_point", packed->entry);
    show_count(&show, "page_runs", packed->page_runs);
    show_count(&show, "imports", packed->imports);
    show_count(&show, "exports", packed->exports);
    show_finish(&show);
}

static int run(struct settings *s, int argc, char **argv)
{
    const struct option option[] = {
        {"o", OPTION_STRING, &s->output, "FILE", "the XEX to write"},
        {"compression", OPTION_CHOICE, &s->compression, "none|basic|lzx", "how the image is stored; default lzx"},
        {"window", OPTION_COUNT, &s->window, "BYTES", "of LZX: a power of two from 32768 to 2097152; default 65536"},
        {"encryption", OPTION_CHOICE, &s->encryption, "none|normal", "with the development key; default none"},
        {"page-size", OPTION_CHOICE, &s->pages, "auto|4k|64k", "a check: the address of the program decides"},
        {"title-id", OPTION_COUNT, &s->title_id, "ID", "eight hexadecimal digits after 0x"},
        {"media-id", OPTION_COUNT, &s->media_id, "ID", "as the title's"},
        {"version", OPTION_STRING, &s->version, "V", "of the title: 1.0.0.0, or a number"},
        {"base-version", OPTION_STRING, &s->base_version, "V", "that updates apply to; default the title's"},
        {"name", OPTION_STRING, &s->name, "NAME", "of the original PE; default IN's, with .exe"},
        {"dll", OPTION_FLAG, &s->dll, NULL, "a module that titles load"},
        {"entry", OPTION_COUNT, &s->entry, "ADDRESS", "of the first instruction; default what IN says"},
        {"stack", OPTION_COUNT, &s->stack, "BYTES", "of the first thread; default 262144"},
        {"heap", OPTION_COUNT, &s->heap, "BYTES", "default heap size"},
        {"workspace", OPTION_COUNT, &s->workspace, "BYTES", "title workspace size"},
        {"tls-slots", OPTION_COUNT, &s->tls_slots, "N", "default 64 where IN has thread-local data"},
        {"privilege", OPTION_LIST, &s->privilege, "N", "a system flag, 0 to 31; may be repeated"},
        {"import", OPTION_LIST, &s->import, "LIBRARY:ORDINAL=WHERE",
         "four instructions at an address or a symbol become a jump to that export; may be repeated"},
        {"import-data", OPTION_LIST, &s->import_data, "LIBRARY:ORDINAL=WHERE",
         "a word becomes the address of that export; may be repeated"},
        {"export", OPTION_LIST, &s->export, "ORDINAL=WHERE", "what is at an address or a symbol; may be repeated"},
        {"resource", OPTION_LIST, &s->resource, "NAME=FILE", "puts a file into the image; may be repeated"},
        {"header", OPTION_LIST, &s->header, "KEY=BYTES", "any other optional header, in hexadecimal; may be repeated"},
        {"load", OPTION_COUNT, &s->load, "ADDRESS",
         "of plain bytes: where they lie; default 0x82010000, with --page-size 4k 0x92001000"},
        {"data", OPTION_COUNT, &s->data, "ADDRESS", "of plain bytes: data from here on; default all is code"},
        {"zero", OPTION_COUNT, &s->zero, "BYTES", "of plain bytes: zeros behind them"},
        {"json", OPTION_FLAG, &s->json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "xex pack",
        .operands = "IN -o FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Makes a title of a program: a linked ELF of 32 or 64 bits, a PE as `xex extract` writes it, or "
                   "plain bytes as `asm` does. All digests are right; there is no signature. docs/loader.md says how a "
                   "program names its imports.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples =
            "cycle360 xex pack hello.elf -o hello.xex --title-id 0x41560001\n"
            "cycle360 asm loop.s --output loop.bin && cycle360 xex pack loop.bin -o loop.xex --encryption normal\n",
    };
    struct xex_packed packed = {0};
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (s->output == NULL) {
        sim_fail(&error, SIM_USAGE, "-o FILE is missing: where is the XEX to go?");
        return command_fail(usage.command, SIM_USAGE, &error);
    }
    enum sim_status status = pack(s, argv[1], &packed, &error);
    if (status == SIM_OK)
        print_packed(s->output, &packed, s->json);
    else
        command_fail(usage.command, status, &error);
    free(packed.bytes);
    return progress_exit_code(status);
}

int cmd_xex_pack(int argc, char **argv)
{
    struct settings *settings = calloc(1, sizeof *settings);
    struct sim_error error;
    if (settings == NULL) {
        sim_fail(&error, SIM_HOST, "memory is short");
        return command_fail("xex pack", SIM_HOST, &error);
    }
    settings->compression = XEX_LZX;
    int exit_code = run(settings, argc, argv);
    free(settings);
    return exit_code;
}
