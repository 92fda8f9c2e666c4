/* The headers of the PE that an image has to be: in a page of their own, with a section for each run of pages of one
 * kind and for each resource. Sections lie in the file as they lie in memory, so the image is a PE file as it is. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/pe.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <inttypes.h>
#include <string.h>

enum {
    OPTIONAL_SIZE = 0xE0,
    DIRECTORIES = 16,
    EXCEPTIONS = 3,    /* the directory that says where the table of functions lies */
    HEADERS_AT = 0x80, /* of the PE, behind the DOS header */
    EXECUTABLE_32 = 0x0102,
    SECTIONS_AT = HEADERS_AT + PE_FILE_SIZE + OPTIONAL_SIZE,
    SECTIONS_MAX = (0x1000 - SECTIONS_AT) / PE_SECTION_SIZE,
    CHECKSUM_AT = HEADERS_AT + PE_FILE_SIZE + 64,
};

struct section {
    const char *name;
    uint32_t offset, size, flags;
};

/* Indexed by enum xex_page_kind. */
static const struct section kinds[] = {
    [XEX_PAGE_CODE] = {".text", 0, 0, PE_SECTION_CODE | PE_SECTION_EXECUTE | PE_SECTION_READ},
    [XEX_PAGE_DATA] = {".data", 0, 0, PE_SECTION_DATA | PE_SECTION_READ | PE_SECTION_WRITE},
    [XEX_PAGE_READ_ONLY] = {".rdata", 0, 0, PE_SECTION_DATA | PE_SECTION_READ},
};

static const char *resource_at(const struct pack *pack, uint32_t address)
{
    for (size_t i = 0; i < pack->segments; i++)
        if (pack->segment[i].name != NULL && pack->segment[i].address == address)
            return pack->segment[i].name;
    return NULL;
}

/* Behind the page of headers. More runs than there is room for end in the last section. */
static unsigned make_sections(const struct pack *pack, struct section section[SECTIONS_MAX])
{
    unsigned sections = 0;
    for (uint32_t i = 1; i < pack->pages; i++) {
        uint32_t offset = i * pack->page_size;
        const char *resource = resource_at(pack, pack->base + offset);
        if ((i == 1 || pack->page[i] != pack->page[i - 1] || resource != NULL) && sections < SECTIONS_MAX) {
            section[sections] = kinds[pack->page[i]];
            section[sections].offset = offset;
            if (resource != NULL)
                section[sections].name = resource;
            sections++;
        }
        section[sections - 1].size += pack->page_size;
    }
    return sections;
}

/* Sums of the sections' sizes by kind, for the optional header. */
static uint32_t total(const struct section *section, unsigned sections, uint32_t flag)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < sections; i++)
        sum += section[i].flags & flag ? section[i].size : 0;
    return sum;
}

/* The sum of 16-bit words with carries coming round, and the length; itself counts as 0. */
static uint32_t checksum(const struct pack *pack)
{
    uint32_t sum = 0;
    for (uint32_t at = 0; at < pack->size; at += 2) {
        sum += bytes_le16(pack->bytes + at);
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return sum + pack->size;
}

static void write_optional(struct pack *pack, const struct section *section, unsigned sections)
{
    enum { MAGIC = 0x10B, LINKER_MAJOR = 9, STACK_COMMIT = 0x1000 };
    uint8_t *at = pack->bytes + HEADERS_AT + PE_FILE_SIZE;
    bytes_put_le16(at, MAGIC);
    at[2] = LINKER_MAJOR;
    bytes_put_le32(at + 4, total(section, sections, PE_SECTION_CODE));
    bytes_put_le32(at + 8, total(section, sections, PE_SECTION_DATA));
    bytes_put_le32(at + 16, pack->entry - pack->base);
    bytes_put_le32(at + 20, sections > 0 ? section[0].offset : 0);
    bytes_put_le32(at + 28, pack->base);
    bytes_put_le32(at + 32, pack->page_size); /* alignment of sections, and of them in the file */
    bytes_put_le32(at + 36, pack->page_size);
    bytes_put_le16(at + 40, 4); /* versions of the system and of the subsystem: 4.0 */
    bytes_put_le16(at + 48, 4);
    bytes_put_le32(at + 56, pack->size);
    bytes_put_le32(at + 60, pack->page_size); /* size of the headers */
    bytes_put_le16(at + 68, PE_SUBSYSTEM_XBOX);
    bytes_put_le32(at + 72, pack->stack_size);
    bytes_put_le32(at + 76, STACK_COMMIT);
    bytes_put_le32(at + 92, DIRECTORIES); /* but for one they are empty: XEX headers say it better */
    if (pack->functions[0] != 0) {
        bytes_put_le32(at + 96 + 8 * EXCEPTIONS, pack->functions[0] - pack->base);
        bytes_put_le32(at + 100 + 8 * EXCEPTIONS, pack->functions[1] - pack->functions[0]);
    }
}

/* Pairs of words in the image. */
static enum sim_status check_functions(const struct pack *pack)
{
    uint32_t begin = pack->functions[0], end = pack->functions[1];
    if (begin == 0 && end == 0)
        return SIM_OK;
    if (begin <= pack->base || end < begin || end - pack->base > pack->size || (end - begin) % 8 != 0)
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: __functions_begin %08" PRIx32 ", __functions_end %08" PRIx32
                        ": between them lie pairs of words of the image",
                        pack->name, begin, end);
    return SIM_OK;
}

enum sim_status pack_write_pe(struct pack *pack)
{
    static const uint8_t magic[] = {'M', 'Z', 0x90, 0}; /* loaders tell a right key by them */
    static const uint8_t signature[] = {'P', 'E', 0, 0};
    struct section section[SECTIONS_MAX] = {0};
    unsigned sections = make_sections(pack, section);
    enum sim_status status = check_functions(pack);
    if (status != SIM_OK)
        return status;
    uint8_t *dos = pack->bytes, *header = dos + HEADERS_AT;

    memcpy(dos, magic, sizeof magic);
    bytes_put_le32(dos + PE_LFANEW, HEADERS_AT);
    memcpy(header, signature, sizeof signature);
    bytes_put_le16(header + 4, PE_MACHINE_POWERPC_BE);
    bytes_put_le16(header + 6, (uint16_t)sections);
    bytes_put_le16(header + 20, OPTIONAL_SIZE);
    bytes_put_le16(header + 22, EXECUTABLE_32 | (pack->options->dll ? 0x2000 : 0));
    write_optional(pack, section, sections);
    for (unsigned i = 0; i < sections; i++) {
        uint8_t *at = dos + SECTIONS_AT + PE_SECTION_SIZE * i;
        memcpy(at, section[i].name, strnlen(section[i].name, 8));
        bytes_put_le32(at + 8, section[i].size);
        bytes_put_le32(at + 12, section[i].offset);
        bytes_put_le32(at + 16, section[i].size);
        bytes_put_le32(at + 20, section[i].offset);
        bytes_put_le32(at + 36, section[i].flags);
    }
    uint32_t end = SECTIONS_AT + PE_SECTION_SIZE * sections;
    status = pack_write_exports(pack, (end + 15) & ~UINT32_C(15));
    pack->checksum = checksum(pack);
    bytes_put_le32(dos + CHECKSUM_AT, pack->checksum);
    return status;
}
