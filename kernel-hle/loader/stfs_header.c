#include "kernel-hle/loader/stfs_header.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/tree_parts.h"

#include <inttypes.h>
#include <nettle/sha1.h>
#include <stdio.h>
#include <string.h>

enum {
    DISPLAY_NAMES = 0x411,
    DESCRIPTIONS = 0xd11,
    MORE_NAMES = 0x541a,
    MORE_DESCRIPTIONS = 0x941a,
    NAME_SIZE = 0x100
};
enum { THUMBNAIL_SIZE = 0x1712, THUMBNAIL = 0x171a, TITLE_THUMBNAIL = 0x571a };
enum { THUMBNAIL_MAX_V1 = 0x4000, THUMBNAIL_MAX_V2 = 0x3d00, FIRST_LANGUAGES = 9 };

static enum stfs_signer signer(const uint8_t *bytes)
{
    return memcmp(bytes, "CON ", 4) == 0   ? STFS_CON
           : memcmp(bytes, "LIVE", 4) == 0 ? STFS_LIVE
           : memcmp(bytes, "PIRS", 4) == 0 ? STFS_PIRS
                                           : 0;
}

bool stfs_is(const uint8_t *bytes, uint64_t size)
{
    return size >= 4 && signer(bytes) != 0;
}

enum sim_status stfs_header_read(struct stfs_header *header, const char *name, const uint8_t *bytes, uint64_t size,
                                 struct sim_error *error)
{
    if (!stfs_is(bytes, size))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x0: not a package: it begins with none of CON, LIVE and PIRS", name);
    if (size < STFS_HEADER_MIN)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%" PRIx64 ": the file ends within the package's header",
                        name, size);
    uint32_t header_size = bytes_be32(bytes + STFS_HEADER_SIZE);
    uint64_t data = ((uint64_t)header_size + 0xfff) & ~UINT64_C(0xfff);
    if (header_size < STFS_HEADER_MIN)
        return sim_fail(error, SIM_BAD_INPUT, "%s: offset 0x%x: header size: %" PRIu32 " bytes are too few", name,
                        STFS_HEADER_SIZE, header_size);
    if (data > size)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: offset 0x%x: header size: %" PRIu32 " bytes are more than the file's %" PRIu64, name,
                        STFS_HEADER_SIZE, header_size, size);
    *header = (struct stfs_header){
        .bytes = bytes,
        .size = header_size,
        .data = data,
        .signer = signer(bytes),
        .version = bytes_be32(bytes + STFS_METADATA_VERSION),
        .volume_type = bytes_be32(bytes + STFS_VOLUME_TYPE),
    };
    return SIM_OK;
}

bool stfs_header_is_whole(const struct stfs_header *header)
{
    struct sha1_ctx sha1;
    uint8_t digest[SHA1_DIGEST_SIZE];

    sha1_init(&sha1);
    sha1_update(&sha1, header->data - STFS_METADATA, header->bytes + STFS_METADATA);
    sha1_digest(&sha1, sizeof digest, digest);
    return memcmp(digest, header->bytes + STFS_CONTENT_ID, sizeof digest) == 0;
}

/* ---- fields ---- */

enum when { ALWAYS, CON, REMOTE, STFS, SVOD, V2 };

static const struct {
    enum when when;
    struct stfs_field field;
} field_table[] = {
#define FIELD(when, name, offset, size, kind) {when, {name, offset, size, STFS_KIND_##kind}},
#include "kernel-hle/loader/stfs_fields.def"
#undef FIELD
};

static bool has(const struct stfs_header *header, enum when when)
{
    switch (when) {
    case ALWAYS:
        return true;
    case CON:
        return header->signer == STFS_CON;
    case REMOTE:
        return header->signer != STFS_CON;
    case STFS:
        return header->volume_type == STFS_VOLUME_STFS;
    case SVOD:
        return header->volume_type == STFS_VOLUME_SVOD;
    case V2:
        return header->version >= 2;
    }
    return false;
}

bool stfs_field_next(const struct stfs_header *header, size_t *i, struct stfs_field *field)
{
    while (*i < sizeof field_table / sizeof *field_table) {
        *field = field_table[*i].field;
        if (has(header, field_table[(*i)++].when) && field->offset + field->size <= header->size)
            return true;
    }
    return false;
}

const char *stfs_content_name(uint32_t type)
{
    switch (type) {
#define CONTENT(number, name) \
    case number:              \
        return name;
#include "kernel-hle/loader/stfs_content.def"
#undef CONTENT
    default:
        return NULL;
    }
}

static uint64_t number(const uint8_t *bytes, uint32_t size)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static size_t put_utf8(char *text, uint32_t code)
{
    if (code < 0x80) {
        text[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        text[0] = (char)(0xc0 | code >> 6);
        text[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        text[0] = (char)(0xe0 | code >> 12);
        text[1] = (char)(0x80 | (code >> 6 & 0x3f));
        text[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    text[0] = (char)(0xf0 | code >> 18);
    text[1] = (char)(0x80 | (code >> 12 & 0x3f));
    text[2] = (char)(0x80 | (code >> 6 & 0x3f));
    text[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* UTF-16BE up to a NUL. Halves of pairs and what would act on a terminal become U+FFFD. */
static const char *utf16(const uint8_t *bytes, uint32_t size, char text[STFS_TEXT_MAX])
{
    size_t length = 0;
    for (uint32_t i = 0; i + 2 <= size && length + 4 < STFS_TEXT_MAX; i += 2) {
        uint32_t code = bytes_be16(bytes + i);
        if (code == 0)
            break;
        uint32_t low = i + 4 <= size ? bytes_be16(bytes + i + 2) : 0;
        if ((code & 0xfc00) == 0xd800 && (low & 0xfc00) == 0xdc00) {
            code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
            i += 2;
        } else if ((code & 0xf800) == 0xd800 || (code < 0x20 && code != '\n' && code != '\t') ||
                   (code >= 0x7f && code < 0xa0)) {
            code = 0xfffd;
        }
        length += put_utf8(text + length, code);
    }
    text[length] = '\0';
    return text;
}

static const char *ascii(const uint8_t *bytes, uint32_t size, char text[STFS_TEXT_MAX])
{
    uint32_t i = 0;
    for (; i < size && bytes[i] != 0; i++)
        text[i] = (char)(bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '?');
    text[i] = '\0';
    return text;
}

const char *stfs_field_text(const struct stfs_header *header, const struct stfs_field *field, char text[STFS_TEXT_MAX])
{
    const uint8_t *bytes = header->bytes + field->offset;
    const char *name;
    uint32_t count = 0;

    switch (field->kind) {
    case STFS_KIND_NUMBER:
        snprintf(text, STFS_TEXT_MAX, "%" PRIu64, number(bytes, field->size));
        break;
    case STFS_KIND_HEX:
        snprintf(text, STFS_TEXT_MAX, "0x%0*" PRIx64, (int)(2 * field->size), number(bytes, field->size));
        break;
    case STFS_KIND_BYTES:
        for (uint32_t i = 0; i < field->size; i++)
            snprintf(text + (size_t)2 * i, 3, "%02x", bytes[i]);
        break;
    case STFS_KIND_TEXT:
        return ascii(bytes, field->size, text);
    case STFS_KIND_UTF16:
        return utf16(bytes, field->size, text);
    case STFS_KIND_CONTENT:
        name = stfs_content_name(bytes_be32(bytes));
        snprintf(text, STFS_TEXT_MAX, "0x%08" PRIx32 "%s%s", bytes_be32(bytes), name != NULL ? " " : "",
                 name != NULL ? name : "");
        break;
    case STFS_KIND_VERSION:
        snprintf(text, STFS_TEXT_MAX, "%u.%u.%u.%u", bytes[0] >> 4, bytes[0] & 15, bytes_be16(bytes + 1), bytes[3]);
        break;
    case STFS_KIND_LE16:
        snprintf(text, STFS_TEXT_MAX, "%u", bytes_le16(bytes));
        break;
    case STFS_KIND_LE24:
        snprintf(text, STFS_TEXT_MAX, "%u", bytes_le16(bytes) | (unsigned)bytes[2] << 16);
        break;
    case STFS_KIND_PRESENCE:
        for (uint32_t i = 0; i < field->size; i++)
            count += bytes[i] != 0;
        snprintf(text, STFS_TEXT_MAX, count == 0 ? "none" : "%" PRIu32 " bytes", field->size);
        break;
    }
    return text;
}

/* ---- names and pictures ---- */

const char *stfs_language(unsigned language)
{
    static const char *const name[STFS_LANGUAGES] = {
        "English",    "Japanese",           "German", "French",  "Spanish", "Italian", "Korean", "traditional Chinese",
        "Portuguese", "simplified Chinese", "Polish", "Russian",
    };
    return name[language];
}

static const char *name_of(const struct stfs_header *header, uint32_t first, uint32_t more, unsigned language,
                           char text[STFS_TEXT_MAX])
{
    uint32_t offset = first + language * NAME_SIZE;

    if (language >= FIRST_LANGUAGES)
        offset = header->version >= 2 ? more + (language - FIRST_LANGUAGES) * NAME_SIZE : UINT32_MAX - NAME_SIZE;
    if (offset + NAME_SIZE > header->size)
        return strcpy(text, "");
    return utf16(header->bytes + offset, NAME_SIZE, text);
}

const char *stfs_display_name(const struct stfs_header *header, unsigned language, char text[STFS_TEXT_MAX])
{
    return name_of(header, DISPLAY_NAMES, MORE_NAMES, language, text);
}

const char *stfs_description(const struct stfs_header *header, unsigned language, char text[STFS_TEXT_MAX])
{
    return name_of(header, DESCRIPTIONS, MORE_DESCRIPTIONS, language, text);
}

const uint8_t *stfs_thumbnail(const struct stfs_header *header, bool of_title, uint32_t *size)
{
    uint32_t offset = of_title ? TITLE_THUMBNAIL : THUMBNAIL;
    uint32_t most = header->version >= 2 ? THUMBNAIL_MAX_V2 : THUMBNAIL_MAX_V1;

    *size = 0;
    if (THUMBNAIL > header->size)
        return NULL;
    uint32_t length = bytes_be32(header->bytes + THUMBNAIL_SIZE + (of_title ? 4 : 0));
    if (length == 0 || length > most || offset + length > header->size)
        return NULL;
    *size = length;
    return header->bytes + offset;
}
