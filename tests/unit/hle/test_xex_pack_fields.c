/* What the headers of a packed title hold, against what the format says and what was put in: gone through by hand, not
 * by the loader's means. */
#include "kernel-hle/loader/bytes.h"
#include "tests/support/pack_program.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <nettle/aes.h>
#include <nettle/sha1.h>

#include <stdlib.h>
#include <string.h>

static struct program program; /* too large for a stack */

static void sha1(uint8_t digest[20], const uint8_t *first, size_t first_size, const uint8_t *second, size_t second_size)
{
    struct sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, first_size, first);
    sha1_update(&sha, second_size, second);
    sha1_digest(&sha, 20, digest);
}

/* Where an optional header is, by going through the entries. */
static const uint8_t *header_at(const uint8_t *file, uint32_t key)
{
    for (uint32_t i = 0; i < bytes_be32(file + 0x14); i++) {
        const uint8_t *entry = file + 0x18 + 8 * i;
        if (bytes_be32(entry) == key)
            return (key & 0xFF) <= 1 ? entry + 4 : file + bytes_be32(entry + 4);
    }
    return NULL;
}

static uint32_t word(const uint8_t *file, uint32_t key, uint32_t offset)
{
    const uint8_t *header = header_at(file, key);
    return header != NULL ? bytes_be32(header + offset) : 0xBAD;
}

static const uint8_t resource[] = {"not a real resource"};
static const uint8_t services[] = {0, 1, 0, 2, 0, 3, 0, 4};

static const struct xex_pack_resource resources[] = {{"41560001", resource, sizeof resource}, {"B", services, 8}};
static const struct xex_pack_header headers[] = {
    {0x000401FF, services, sizeof services}, {0x00020301, services, 4}, {0x00028002, services, 8}};

static const struct xex_pack_options many = {
    .compression = XEX_LZX,
    .encryption = XEX_ENCRYPTED,
    .window_bits = 18,
    .title_id = 0x41560001,
    .media_id = 0x12345678,
    .version = 0x20074500,
    .base_version = 0x20000001,
    .region = 0xFF,
    .media_types = 0x5,
    .system_flags = 0x80000021,
    .stack_size = 0x30000,
    .heap_size = 0x123000,
    .workspace_size = 0x40000,
    .pe_name = "title.exe",
    .resource = resources,
    .resources = 2,
    .header = headers,
    .headers = 3,
};

static void pack_many(struct trip *trip)
{
    program_make(&program, false, false);
    program.elf.segments = 4;
    program_write(&program);
    /* the TLS segment says how many bytes of the data it has */
    bytes_put_be32(program.file + 52 + 3 * 32 + 16, TLS_RAW);
    bytes_put_be32(program.file + 52 + 3 * 32 + 4, 0);
    CU_ASSERT_EQUAL_FATAL(trip_pack(trip, program.file, program.size, &many), SIM_OK);
}

static void optional_headers(void)
{
    struct trip trip;
    pack_many(&trip);
    const uint8_t *file = trip.packed.bytes;
    CU_ASSERT(memcmp(file, "XEX2", 4) == 0);
    CU_ASSERT_EQUAL(bytes_be32(file + 4), 1);
    CU_ASSERT_EQUAL(bytes_be32(file + 8) % 0x1000, 0);
    for (uint32_t i = 1; i < bytes_be32(file + 0x14); i++)
        CU_ASSERT(bytes_be32(file + 0x18 + 8 * i) > bytes_be32(file + 0x10 + 8 * i));
    CU_ASSERT_EQUAL(word(file, 0x00010100, 0), 0x82010040);
    CU_ASSERT_EQUAL(word(file, 0x00010201, 0), 0x82000000);
    CU_ASSERT_EQUAL(word(file, 0x00020200, 0), 0x30000);
    CU_ASSERT_EQUAL(word(file, 0x00020401, 0), 0x123000);
    CU_ASSERT_EQUAL(word(file, 0x00040201, 0), 0x40000);
    CU_ASSERT_EQUAL(word(file, 0x00030000, 0), 0x80000021);
    CU_ASSERT_EQUAL(word(file, 0x000183FF, 0), 4 + 10);
    CU_ASSERT_STRING_EQUAL((const char *)header_at(file, 0x000183FF) + 4, "title.exe");
    static const uint32_t execution[6] = {0x12345678, 0x20074500, 0x20000001, 0x41560001, 0x00000101, 0};
    static const uint32_t tls[4] = {64, 0x82030080, TLS_SIZE, TLS_RAW};
    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT_EQUAL(word(file, 0x00040006, 4 * i), execution[i]);
    for (unsigned i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(word(file, 0x00020104, 4 * i), tls[i]);
    CU_ASSERT_EQUAL(word(file, 0x000002FF, 0), 4 + 2 * 16);
    CU_ASSERT(memcmp(header_at(file, 0x000002FF) + 4, "41560001", 8) == 0);
    CU_ASSERT_EQUAL(word(file, 0x000002FF, 12), 0x82050000);
    CU_ASSERT_EQUAL(word(file, 0x000002FF, 16), sizeof resource);
    CU_ASSERT(memcmp(header_at(file, 0x000002FF) + 20, "B\0\0\0\0\0\0\0", 8) == 0);
    CU_ASSERT_EQUAL(word(file, 0x000002FF, 28), 0x82060000);
    CU_ASSERT_EQUAL(word(file, 0x000401FF, 0), 12);
    CU_ASSERT(memcmp(header_at(file, 0x000401FF) + 4, services, 8) == 0);
    CU_ASSERT_EQUAL(word(file, 0x00020301, 0), 0x00010002);
    CU_ASSERT(memcmp(header_at(file, 0x00028002), services, 8) == 0);
    CU_ASSERT_EQUAL(word(file, 0x000003FF, 0), 36);
    CU_ASSERT_EQUAL(word(file, 0x000003FF, 4), 0x00010002);
    CU_ASSERT_EQUAL(word(file, 0x000003FF, 8), 0x40000);
    trip_load(&trip);
    CU_ASSERT_EQUAL_FATAL(trip.image.resources, 2);
    CU_ASSERT(memcmp(trip.image.bytes + 0x50000, resource, sizeof resource) == 0);
    CU_ASSERT_EQUAL(trip.image.tls.raw_size, TLS_RAW);
    trip_drop(&trip);
}

static void security_info(void)
{
    struct trip trip;
    pack_many(&trip);
    trip_load(&trip);
    const uint8_t *file = trip.packed.bytes, *security = file + bytes_be32(file + 0x10), *image = trip.image.bytes;
    uint32_t size = bytes_be32(file + 8), offset = bytes_be32(file + 0x10), end = 7 * 0x10000;
    uint8_t digest[20];
    CU_ASSERT_EQUAL(bytes_be32(security + 4), end);
    for (unsigned i = 8; i < 0x108; i++)
        CU_ASSERT_EQUAL(security[i], 0);
    CU_ASSERT_EQUAL(bytes_be32(security + 0x108), 0x174);
    CU_ASSERT_EQUAL(bytes_be32(security + 0x10C), 0);
    CU_ASSERT_EQUAL(bytes_be32(security + 0x110), 0x82000000);
    CU_ASSERT_EQUAL(bytes_be32(security + 0x128), 3);
    CU_ASSERT_EQUAL(bytes_be32(security + 0x178), 0xFF);
    CU_ASSERT_EQUAL(bytes_be32(security + 0x17C), 5);

    sha1(digest, file + offset + 0x17C, size - offset - 0x17C, file, offset + 8);
    CU_ASSERT(memcmp(security + 0x164, digest, 20) == 0);

    /* headers and later constants are read, code, data: pages << 4 | kind, then the digest of the next run */
    static const uint32_t run[] = {1 << 4 | 3, 1 << 4 | 1, 1 << 4 | 3, 2 << 4 | 2, 2 << 4 | 3};
    CU_ASSERT_EQUAL(bytes_be32(security), 0x184 + 5 * 24);
    CU_ASSERT_EQUAL_FATAL(bytes_be32(security + 0x180), 5);
    const uint8_t *next = security + 0x114;
    for (unsigned i = 0; i < 5; i++) {
        const uint8_t *descriptor = security + 0x184 + 24 * i;
        uint32_t bytes = (run[i] >> 4) * 0x10000;
        CU_ASSERT_EQUAL(bytes_be32(descriptor), run[i]);
        sha1(digest, image, bytes, descriptor, 24);
        CU_ASSERT(memcmp(next, digest, 20) == 0);
        next = descriptor + 4;
        image += bytes;
    }
    for (unsigned i = 0; i < 20; i++)
        CU_ASSERT_EQUAL(next[i], 0);
    trip_drop(&trip);
}

/* By hand, without the loader: the key is unwrapped, the file decrypted block by block, the chain of digests followed.
 */
static void encryption(void)
{
    static const uint8_t zero_key[16];
    struct aes128_ctx aes;
    struct trip trip;
    uint8_t session_key[16], digest[20];
    pack_many(&trip);
    const uint8_t *file = trip.packed.bytes, *security = file + bytes_be32(file + 0x10);
    size_t begin = bytes_be32(file + 8), size = trip.packed.size - begin;
    CU_ASSERT_EQUAL_FATAL(size % 16, 0);
    aes128_set_decrypt_key(&aes, zero_key);
    aes128_decrypt(&aes, 16, session_key, security + 0x150);
    aes128_set_decrypt_key(&aes, session_key);
    uint8_t *plain = malloc(size);
    aes128_decrypt(&aes, size, plain, file + begin);
    for (size_t i = 16; i < size; i++)
        plain[i] ^= file[begin + i - 16];
    const uint8_t *format = header_at(file, 0x000003FF), *next = format + 12;
    size_t at = 0;
    while (bytes_be32(next) != 0) {
        uint32_t block = bytes_be32(next);
        CU_ASSERT_FATAL(block <= size - at && block % 16 == 0);
        sha1(digest, plain + at, block, NULL, 0);
        CU_ASSERT(memcmp(next + 4, digest, 20) == 0);
        next = plain + at;
        at += block;
    }
    CU_ASSERT_EQUAL(at, size);
    free(plain);
    trip_drop(&trip);
}

static void import_header(void)
{
    static const char names[] = "xboxkrnl.exe\0\0\0\0xam.xex\0other.dll\0\0"; /* and a last NUL */
    struct trip trip;
    uint8_t digest[20];
    program_make(&program, false, false);
    program_write(&program);
    CU_ASSERT_EQUAL_FATAL(trip_pack(&trip, program.file, program.size, &(struct xex_pack_options){0}), SIM_OK);
    const uint8_t *file = trip.packed.bytes, *security = file + bytes_be32(file + 0x10);
    const uint8_t *imports = header_at(file, 0x000103FF);
    CU_ASSERT_FATAL(imports != NULL);
    CU_ASSERT_EQUAL(bytes_be32(imports), 12 + sizeof names + 3 * 0x28 + 4 * 4);
    CU_ASSERT_EQUAL(bytes_be32(imports + 4), sizeof names);
    CU_ASSERT_EQUAL(bytes_be32(imports + 8), 3);
    CU_ASSERT(memcmp(imports + 12, names, sizeof names) == 0);
    static const uint32_t address[3][2] = {{0x82020100, 0x82010200}, {0x82010210}, {0x82030000}};
    const uint8_t *record = imports + 12 + sizeof names, *link = security + 0x12C;
    for (unsigned i = 0; i < 3; i++) {
        unsigned count = i == 0 ? 2 : 1;
        CU_ASSERT_EQUAL_FATAL(bytes_be32(record), 0x28 + 4 * count);
        sha1(digest, record + 4, 0x24 + 4 * count, NULL, 0);
        CU_ASSERT(memcmp(link, digest, 20) == 0);
        CU_ASSERT_EQUAL(bytes_be16(record + 0x24), i);
        CU_ASSERT_EQUAL(bytes_be16(record + 0x26), count);
        for (unsigned j = 0; j < count; j++)
            CU_ASSERT_EQUAL(bytes_be32(record + 0x28 + 4 * j), address[i][j]);
        link = record + 4;
        record += 0x28 + 4 * count;
    }
    for (unsigned i = 0; i < 20; i++)
        CU_ASSERT_EQUAL(link[i], 0);
    trip_load(&trip);
    CU_ASSERT_EQUAL_FATAL(trip.image.imports, 4);
    CU_ASSERT_STRING_EQUAL(trip.image.library[2].name, "other.dll");
    CU_ASSERT_EQUAL(trip.image.import[3].ordinal, 65535);
    trip_drop(&trip);
}

static void pe_headers(void)
{
    static const struct {
        const char *name;
        uint32_t size, offset, flags;
    } section[] = {
        {".text", 0x10000, 0x10000, 0x60000020}, {".rdata", 0x10000, 0x20000, 0x40000040},
        {".data", 0x20000, 0x30000, 0xC0000040}, {"41560001", 0x10000, 0x50000, 0x40000040},
        {"B", 0x10000, 0x60000, 0x40000040},
    };
    struct trip trip;
    pack_many(&trip);
    trip_load(&trip);
    uint8_t *image = trip.image.bytes, *pe = image + bytes_le32(image + 0x3C);
    CU_ASSERT(memcmp(image, "MZ\x90\0", 4) == 0);
    CU_ASSERT(memcmp(pe, "PE\0\0", 4) == 0);
    CU_ASSERT_EQUAL(bytes_le16(pe + 4), 0x1F2);
    CU_ASSERT_EQUAL_FATAL(bytes_le16(pe + 6), 5);
    CU_ASSERT_EQUAL(bytes_le16(pe + 20), 0xE0);
    CU_ASSERT_EQUAL(bytes_le16(pe + 22) & 0x2102, 0x102);
    CU_ASSERT_EQUAL(bytes_le16(pe + 24), 0x10B);
    CU_ASSERT_EQUAL(bytes_le32(pe + 24 + 4), 0x10000);      /* code */
    CU_ASSERT_EQUAL(bytes_le32(pe + 24 + 8), 0x50000);      /* data */
    CU_ASSERT_EQUAL(bytes_le32(pe + 24 + 16), 0x10040);     /* entry */
    CU_ASSERT_EQUAL(bytes_le32(pe + 24 + 28), 0x82000000);  /* base */
    CU_ASSERT_EQUAL(bytes_le32(pe + 24 + 32), 0x10000);     /* alignment */
    CU_ASSERT_EQUAL(bytes_le32(pe + 24 + 56), 7 * 0x10000); /* size */
    CU_ASSERT_EQUAL(bytes_le16(pe + 24 + 68), 14);          /* subsystem */
    CU_ASSERT_EQUAL(bytes_le32(pe + 24 + 72), 0x30000);     /* stack */
    for (unsigned i = 0; i < 5; i++) {
        const uint8_t *at = pe + 24 + 0xE0 + 40 * i;
        char name[9] = "";
        memcpy(name, at, 8);
        CU_ASSERT_STRING_EQUAL(name, section[i].name);
        CU_ASSERT_EQUAL(bytes_le32(at + 8), section[i].size);
        CU_ASSERT_EQUAL(bytes_le32(at + 12), section[i].offset);
        CU_ASSERT_EQUAL(bytes_le32(at + 20), section[i].offset);
        CU_ASSERT_EQUAL(bytes_le32(at + 36), section[i].flags);
    }
    /* the checksum: 16-bit words with their carries, without itself, and the length */
    uint32_t stored = bytes_le32(pe + 24 + 64);
    uint64_t sum = 0;
    bytes_put_le32(pe + 24 + 64, 0);
    for (uint32_t i = 0; i < trip.image.size; i += 2)
        sum += bytes_le16(image + i);
    while (sum > 0xFFFF)
        sum = (sum & 0xFFFF) + (sum >> 16);
    CU_ASSERT_EQUAL(stored, sum + trip.image.size);
    CU_ASSERT_EQUAL(word(trip.packed.bytes, 0x00018002, 0), stored);
    trip_drop(&trip);
}

static int cleanup(void)
{
    program_free(&program);
    return 0;
}

void test_xex_pack_fields(void)
{
    CU_pSuite suite = CU_add_suite("hle/xex_pack_fields", NULL, cleanup);
    CU_add_test(suite, "optional headers hold what was asked for", optional_headers);
    CU_add_test(suite, "security info: page descriptors and digests", security_info);
    CU_add_test(suite, "the file is encrypted and chained as the format says", encryption);
    CU_add_test(suite, "import libraries and their digests", import_header);
    CU_add_test(suite, "the image is a PE with the sections that it has", pe_headers);
}
