#include "board/cli/xex_print.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/xex_tables.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { TEXT_MAX = 1024, UNKNOWN_MAX = 256 /* bytes that are shown of what nobody knows */ };

static void print_flags(struct show *show, const char *name, enum xex_word_set set, uint32_t value)
{
    char text[TEXT_MAX];
    const char *flag;
    uint32_t rest = value;
    int length = snprintf(text, sizeof text, "0x%08" PRIX32, value);
    if (show->json) {
        show_begin(show, name, SHOW_ROW);
        show_hex(show, "value", value);
        show_begin(show, "names", SHOW_LIST);
    }
    for (unsigned i = 0; (flag = xex_flag_name(set, &rest)) != NULL; i++) {
        if (show->json)
            show_text(show, NULL, flag);
        else
            length += snprintf(text + length, sizeof text - (size_t)length, "%s%s", i == 0 ? " " : ", ", flag);
    }
    if (show->json) {
        show_end(show);
        show_end(show);
    } else {
        show_text(show, name, text);
    }
}

static void print_time(struct show *show, const char *name, uint32_t seconds)
{
    char text[32];
    struct tm date;
    time_t moment = (time_t)seconds;
    gmtime_r(&moment, &date);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &date);
    show_text(show, name, text);
}

static void print_characters(struct show *show, const char *name, const char *characters, size_t size)
{
    char text[TEXT_MAX];
    snprintf(text, sizeof text, "%.*s", (int)(size < sizeof text - 1 ? size : sizeof text - 1), characters);
    show_text(show, name, text);
}

static void print_word(struct show *show, const char *name, enum xex_word_set set, uint32_t value)
{
    const char *word = xex_word_name(set, value);
    if (word != NULL)
        show_text(show, name, word);
    else
        show_count(show, name, value);
}

static void print_version(struct show *show, const char *name, uint32_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu32 ".%" PRIu32 ".%" PRIu32 ".%" PRIu32, value >> 28, value >> 24 & 15,
             value >> 8 & 0xFFFF, value & 0xFF);
    show_text(show, name, text);
}

static uint32_t number(const uint8_t *at, size_t size)
{
    return size == 1 ? at[0] : size == 2 ? bytes_be16(at) : bytes_be32(at);
}

/* `size` bytes of the structure are there; fields beyond them are left out. */
static void print_field(struct show *show, const char *name, const struct xex_field *field, const uint8_t *structure,
                        size_t size)
{
    if (field->offset + (size_t)field->size > size)
        return;
    const uint8_t *at = structure + field->offset;
    size_t length = field->size != 0 ? field->size : size - field->offset;
    switch (field->show) {
    case XEX_SHOW_HEX:
        show_hex(show, name, number(at, length));
        break;
    case XEX_SHOW_COUNT:
        show_count(show, name, number(at, length));
        break;
    case XEX_SHOW_VERSION:
        print_version(show, name, number(at, length));
        break;
    case XEX_SHOW_TIME:
        print_time(show, name, number(at, length));
        break;
    case XEX_SHOW_FLAGS:
        print_flags(show, name, field->words, number(at, length));
        break;
    case XEX_SHOW_WORD:
        print_word(show, name, field->words, number(at, length));
        break;
    case XEX_SHOW_RATING:
        if (at[0] == 0xFF)
            show_none(show, name);
        else
            show_count(show, name, at[0]);
        break;
    case XEX_SHOW_BYTES:
        show_bytes(show, name, at, length);
        break;
    case XEX_SHOW_TEXT:
        print_characters(show, name, (const char *)at, length);
        break;
    case XEX_SHOW_SIZE:
        show_count(show, name, length);
        break;
    }
}

static void print_fields(struct show *show, enum xex_layout_id layout, const uint8_t *structure, size_t size)
{
    const struct xex_field *field;
    for (size_t i = 0; (field = xex_field(layout, i)) != NULL; i++)
        print_field(show, field->name, field, structure, size);
}

static void print_object(struct show *show, enum xex_layout_id layout, const uint8_t *structure, size_t size)
{
    show_begin(show, xex_layout(layout)->name, SHOW_OBJECT);
    print_fields(show, layout, structure, size);
    show_end(show);
}

static void print_rows(struct show *show, enum xex_layout_id id, const uint8_t *data, size_t size)
{
    const struct xex_layout *layout = xex_layout(id);
    bool single = xex_field(id, 1) == NULL;
    show_begin(show, layout->name, SHOW_LIST);
    for (size_t at = layout->first; at + layout->stride <= size; at += layout->stride) {
        if (single) {
            print_field(show, NULL, xex_field(id, 0), data + at, layout->stride);
            continue;
        }
        show_begin(show, NULL, SHOW_ROW);
        print_fields(show, id, data + at, layout->stride);
        show_end(show);
    }
    show_end(show);
}

static void print_format(struct show *show, const struct xex *xex, const struct xex_header *header)
{
    show_begin(show, xex_layout(XEX_LAYOUT_FILE_FORMAT)->name, SHOW_OBJECT);
    print_fields(show, XEX_LAYOUT_FILE_FORMAT, header->data, header->size);
    size_t first = xex_layout(XEX_LAYOUT_NORMAL)->first;
    if (xex->format.compression == XEX_BASIC)
        print_rows(show, XEX_LAYOUT_BASIC, header->data, header->size);
    else if (xex->format.compression != XEX_UNCOMPRESSED)
        print_fields(show, XEX_LAYOUT_NORMAL, header->data + first, header->size - first);
    show_end(show);
}

static enum sim_status print_library(void *context, const struct xex_library *library, struct sim_error *error)
{
    struct show *show = context;
    (void)error;
    show_begin(show, NULL, SHOW_ROW);
    print_characters(show, "name", library->name, library->name_size);
    print_fields(show, XEX_LAYOUT_IMPORT_LIBRARY, library->record, library->record_size);
    show_end(show);
    return SIM_OK;
}

static enum sim_status print_header(struct show *show, const struct xex *xex, const struct xex_header *header,
                                    struct sim_error *error)
{
    enum xex_layout_id id = xex_layout_of(header->key);
    enum sim_status status = SIM_OK;
    if (id == XEX_LAYOUT_COUNT) {
        char name[32];
        snprintf(name, sizeof name, "unknown_%08" PRIX32, header->key);
        show_bytes(show, name, header->data, header->size < UNKNOWN_MAX ? header->size : UNKNOWN_MAX);
        return SIM_OK;
    }
    const struct xex_layout *layout = xex_layout(id);
    if (id == XEX_LAYOUT_FILE_FORMAT) {
        print_format(show, xex, header);
    } else if (id == XEX_LAYOUT_IMPORTS) {
        show_begin(show, layout->name, SHOW_LIST);
        status = xex_libraries(xex, print_library, show, error);
        show_end(show);
    } else if (layout->stride != 0) {
        print_rows(show, id, header->data, header->size);
    } else if (xex_field(id, 1) == NULL) {
        print_field(show, layout->name, xex_field(id, 0), header->data + layout->first, header->size - layout->first);
    } else {
        print_object(show, id, header->data + layout->first, header->size - layout->first);
    }
    return status;
}

static void print_pages(struct show *show, const struct xex *xex)
{
    uint32_t address = xex->base;
    show_begin(show, xex_layout(XEX_LAYOUT_PAGES)->name, SHOW_LIST);
    for (uint32_t i = 0; i < xex->security.page_runs; i++) {
        const uint8_t *descriptor = xex->security.descriptors + (size_t)XEX_DESCRIPTOR_SIZE * i;
        uint32_t word = bytes_be32(descriptor);
        show_begin(show, NULL, SHOW_ROW);
        show_hex(show, "address", address);
        show_count(show, "page_count", word >> 4);
        print_word(show, "kind", XEX_WORDS_PAGE, word & 15);
        show_bytes(show, "next_digest", descriptor + 4, XEX_DIGEST_SIZE);
        show_end(show);
        address += (word >> 4) * xex->page_size;
    }
    show_end(show);
}

enum sim_status xex_print_headers(struct show *show, const struct xex *xex, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    print_object(show, XEX_LAYOUT_FILE, xex->bytes, XEX_FILE_SIZE);
    print_object(show, xex->xex1 ? XEX_LAYOUT_SECURITY_XEX1 : XEX_LAYOUT_SECURITY, xex->bytes + xex->security.offset,
                 xex->xex1 ? XEX1_SECURITY_SIZE : XEX_SECURITY_SIZE);
    print_pages(show, xex);
    show_begin(show, "optional_headers", SHOW_OBJECT);
    for (size_t i = 0; i < xex->headers && status == SIM_OK; i++)
        status = print_header(show, xex, &xex->header[i], error);
    show_end(show);
    return status;
}

void xex_print_report(struct show *show, const struct xex_report *report)
{
    static const char *const check[] = {
        [XEX_NOT_CHECKED] = "not checked", [XEX_RIGHT] = "verified", [XEX_WRONG] = "wrong"};
    show_begin(show, "checks", SHOW_OBJECT);
    show_text(show, "page_digests", check[report->pages]);
    show_text(show, "header_digest", check[report->header]);
    show_text(show, "import_digests", check[report->imports]);
    show_text(show, "signature", check[report->signature]);
    if (report->signed_by[0] != '\0')
        show_text(show, "signed_by", report->signed_by);
    else
        show_none(show, "signed_by");
    if (report->key[0] != '\0')
        show_text(show, "key", report->key);
    else
        show_none(show, "key");
    show_end(show);
}

static void print_access(struct show *show, unsigned access)
{
    const char text[] = {access & IMAGE_READ ? 'r' : '-', access & IMAGE_WRITE ? 'w' : '-',
                         access & IMAGE_EXECUTE ? 'x' : '-', '\0'};
    show_text(show, "access", text);
}

static void print_place(struct show *show, const char *name, uint32_t address, uint32_t size)
{
    show_begin(show, NULL, SHOW_ROW);
    if (name != NULL)
        show_text(show, "name", name);
    show_hex(show, "address", address);
    show_hex(show, "size", size);
}

void xex_print_image(struct show *show, const struct image *image)
{
    show_begin(show, "image", SHOW_OBJECT);
    show_hex(show, "base", image->base);
    show_hex(show, "size", image->size);
    show_hex(show, "entry", image->entry);
    show_hex(show, "page_size", image->page_size);
    show_begin(show, "access", SHOW_LIST);
    for (size_t i = 0; i < image->pages_count; i++) {
        print_place(show, NULL, image->pages[i].address, image->pages[i].size);
        print_access(show, image->pages[i].access);
        show_end(show);
    }
    show_end(show);
    show_begin(show, "sections", SHOW_LIST);
    for (size_t i = 0; i < image->sections; i++) {
        print_place(show, image->section[i].name, image->section[i].address, image->section[i].size);
        print_access(show, image->section[i].access);
        show_end(show);
    }
    show_end(show);
    show_begin(show, "imports", SHOW_LIST);
    for (size_t i = 0; i < image->imports; i++) {
        const struct image_import *import = &image->import[i];
        show_begin(show, NULL, SHOW_ROW);
        show_text(show, "library", image->library[import->library].name);
        show_count(show, "ordinal", import->ordinal);
        show_text(show, "kind", import->thunk ? "thunk" : "variable");
        show_hex(show, "address", import->address);
        show_end(show);
    }
    show_end(show);
    show_begin(show, "exports", SHOW_LIST);
    for (size_t i = 0; i < image->exports; i++) {
        show_begin(show, NULL, SHOW_ROW);
        show_count(show, "ordinal", image->export[i].ordinal);
        show_hex(show, "address", image->export[i].address);
        show_end(show);
    }
    show_end(show);
    show_begin(show, "named_exports", SHOW_LIST);
    for (size_t i = 0; i < image->named_exports; i++) {
        show_begin(show, NULL, SHOW_ROW);
        show_text(show, "name", image->named_export[i].name);
        show_count(show, "ordinal", image->named_export[i].ordinal);
        show_hex(show, "address", image->named_export[i].address);
        show_end(show);
    }
    show_end(show);
    show_end(show);
}
