/* Symbols of ELF files, put together byte by byte: which are kept, and files that are not what they say. */
#include "kernel-hle/loader/elf_symbols.h"
#include "tests/support/xex_writer.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

enum { SIZE = 0x800, SEGMENTS = 0x40, DATA = 0x100, SECTIONS = 0x200, SYMBOLS = 0x300, NAMES = 0x600 };
enum {
    CODE = 0x82000000,
    OTHER = 0x82010000,
    LOCAL_NONE = 0x00,
    GLOBAL_NONE = 0x10,
    LOCAL_FUNC = 0x02,
    GLOBAL_FUNC = 0x12,
    GLOBAL_OBJECT = 0x11
};

struct file {
    bool wide;
    uint8_t bytes[SIZE];
    unsigned symbols;
    uint32_t names;
};

static void put_wide(struct file *f, uint32_t at, uint64_t value)
{
    if (f->wide)
        put64(f->bytes + at, value);
    else
        put32(f->bytes + at, (uint32_t)value);
}

static void put_segment(struct file *f, unsigned i, uint32_t flags, uint64_t address, uint64_t physical,
                        uint64_t offset, uint64_t size)
{
    uint32_t at = SEGMENTS + (f->wide ? 56 : 32) * i;
    put32(f->bytes + at, 1);
    put32(f->bytes + at + (f->wide ? 4 : 24), flags);
    put_wide(f, at + (f->wide ? 8 : 4), offset);
    put_wide(f, at + (f->wide ? 16 : 8), address);
    put_wide(f, at + (f->wide ? 24 : 12), physical);
    put_wide(f, at + (f->wide ? 32 : 16), size);
    put_wide(f, at + (f->wide ? 40 : 20), size);
}

static uint32_t section_at(const struct file *f, unsigned i)
{
    return SECTIONS + (f->wide ? 64 : 40) * i;
}

static void set_symbols_size(struct file *f)
{
    put_wide(f, section_at(f, 1) + (f->wide ? 32 : 20), (uint64_t)(f->wide ? 24 : 16) * f->symbols);
}

static void add(struct file *f, const char *name, uint64_t address, uint64_t size, unsigned info)
{
    uint32_t at = SYMBOLS + (f->wide ? 24 : 16) * f->symbols++;
    put32(f->bytes + at, f->names);
    strcpy((char *)f->bytes + NAMES + f->names, name);
    f->names += (uint32_t)strlen(name) + 1;
    put_wide(f, at + (f->wide ? 8 : 4), address);
    put_wide(f, at + (f->wide ? 16 : 8), size);
    f->bytes[at + (f->wide ? 4 : 12)] = (uint8_t)info;
    f->bytes[at + (f->wide ? 7 : 15)] = 1;
    set_symbols_size(f);
    put_wide(f, section_at(f, 2) + (f->wide ? 32 : 20), f->names);
}

/* Code of 0x100 bytes at CODE, data of as many at OTHER. */
static struct file new_file(bool wide)
{
    struct file f = {.wide = wide, .symbols = 1, .names = 1};
    memcpy(f.bytes, "\177ELF", 4);
    f.bytes[4] = wide ? 2 : 1;
    f.bytes[5] = 2;
    f.bytes[17] = 2;
    f.bytes[19] = wide ? 21 : 20;
    put_wide(&f, wide ? 32 : 28, SEGMENTS);
    put_wide(&f, wide ? 40 : 32, SECTIONS);
    uint32_t rest = wide ? 54 : 42;
    f.bytes[rest + 1] = wide ? 56 : 32;
    f.bytes[rest + 3] = 2;
    f.bytes[rest + 5] = wide ? 64 : 40;
    f.bytes[rest + 7] = 3;
    put_segment(&f, 0, 5, CODE, 0x1000, DATA, 0x100);
    put_segment(&f, 1, 6, OTHER, 0x2000, DATA, 0x100);
    put32(f.bytes + section_at(&f, 1) + 4, 2);
    put_wide(&f, section_at(&f, 1) + (wide ? 24 : 16), SYMBOLS);
    put32(f.bytes + section_at(&f, 1) + (wide ? 40 : 24), 2);
    put_wide(&f, section_at(&f, 2) + (wide ? 24 : 16), NAMES);
    return f;
}

static void expect(const struct elf_symbols *symbols, uint32_t i, const char *name, uint64_t address, uint64_t size)
{
    CU_ASSERT_FATAL(i < symbols->count);
    CU_ASSERT_STRING_EQUAL(symbols->at[i].name, name);
    CU_ASSERT_EQUAL(symbols->at[i].address, address);
    CU_ASSERT_EQUAL(symbols->at[i].size, size);
}

static void keeps_functions_and_labels(void)
{
    for (unsigned wide = 0; wide < 2; wide++) {
        struct file f = new_file(wide);
        struct elf_symbols symbols;
        struct sim_error error;
        add(&f, "last", CODE + 0xE0, 0, GLOBAL_FUNC);
        add(&f, "main", CODE + 0x20, 0x40, GLOBAL_FUNC);
        add(&f, "loop", CODE + 0x28, 0, LOCAL_NONE); /* within main */
        add(&f, "start", CODE, 0, GLOBAL_NONE);      /* up to main */
        add(&f, "also_main", CODE + 0x20, 0x40, LOCAL_FUNC);
        add(&f, "label", CODE + 0x20, 0, GLOBAL_NONE);
        add(&f, "between", CODE + 0x70, 0, LOCAL_NONE);
        add(&f, "long", CODE + 0x80, 0x1000, GLOBAL_FUNC); /* cut off by last */
        add(&f, "table", OTHER, 0x10, GLOBAL_OBJECT);
        add(&f, "data", OTHER + 0x10, 0, GLOBAL_NONE);
        add(&f, "nowhere", 0x1000, 4, GLOBAL_FUNC);
        add(&f, ".L3", CODE + 0x74, 0, LOCAL_NONE);
        add(&f, "$d", CODE + 0x78, 0, LOCAL_NONE);
        add(&f, "", CODE + 0x7C, 0, LOCAL_NONE);
        CU_ASSERT_EQUAL_FATAL(elf_symbols_read(&symbols, "a.elf", f.bytes, SIZE, &error), SIM_OK);
        CU_ASSERT_EQUAL(symbols.count, 5);
        expect(&symbols, 0, "start", CODE, 0x20);
        expect(&symbols, 1, "main", CODE + 0x20, 0x40);
        expect(&symbols, 2, "between", CODE + 0x70, 0x10);
        expect(&symbols, 3, "long", CODE + 0x80, 0x60);
        expect(&symbols, 4, "last", CODE + 0xE0, 0x20);
        CU_ASSERT_EQUAL(symbols.at[1].physical, 0x1020);
        elf_symbols_free(&symbols);
    }
}

static void follows_descriptors(void)
{
    struct file f = new_file(true);
    struct elf_symbols symbols;
    struct sim_error error;
    f.bytes[51] = 1; /* of the older convention */
    put64(f.bytes + DATA + 0x18, CODE + 0x40);
    add(&f, "main", OTHER + 0x18, 24, GLOBAL_FUNC);
    add(&f, "astray", OTHER + 0xFC, 24, GLOBAL_FUNC); /* its end is beyond the segment */
    CU_ASSERT_EQUAL_FATAL(elf_symbols_read(&symbols, "a.elf", f.bytes, SIZE, &error), SIM_OK);
    CU_ASSERT_EQUAL(symbols.count, 1);
    expect(&symbols, 0, "main", CODE + 0x40, 24);
    elf_symbols_free(&symbols);
}

static void says_what_is_wrong(void)
{
    static const struct {
        uint32_t at, value; /* a word of the 32-bit file */
        const char *complaint;
    } bad[] = {
        {0, 0x7F454C47, "a.elf: 0x0: not a big-endian ELF file"},
        {28, 0xFFFFFFF0, "a.elf: 0x1c: segment headers: "},
        {32, 0x7F0, "a.elf: 0x20: section headers: "},
        {SECTIONS + 40 + 16, 0xFFFFFFFF, "a.elf: 0x228: symbols: they do not fit"},
        {SECTIONS + 40 + 20, 0x801, "a.elf: 0x228: symbols: they do not fit"},
        {SECTIONS + 40 + 24, 3, "a.elf: 0x228: symbols: the table of their names"},
        {SECTIONS + 80 + 16, 0x7FF, "a.elf: 0x250: names of symbols: "},
        {SYMBOLS + 16, 0xFFFFFFFF, NULL}, /* a name beyond the table: passed over */
        {SECTIONS + 40 + 4, 0, NULL},     /* no table: none */
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct file f = new_file(false);
        struct elf_symbols symbols;
        struct sim_error error = {""};
        add(&f, "main", CODE, 0x10, GLOBAL_FUNC);
        put32(f.bytes + bad[i].at, bad[i].value);
        enum sim_status status = elf_symbols_read(&symbols, "a.elf", f.bytes, SIZE, &error);
        CU_ASSERT_EQUAL(status, bad[i].complaint ? SIM_BAD_INPUT : SIM_OK);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, bad[i].complaint ? bad[i].complaint : ""));
        elf_symbols_free(&symbols);
    }
}

/* Cut off anywhere, and with any byte another: an answer or a complaint, and nothing read that is not there. */
static void survives_everything(void)
{
    for (unsigned wide = 0; wide < 2; wide++) {
        struct file f = new_file(wide);
        struct elf_symbols symbols;
        add(&f, "main", CODE, 0x10, GLOBAL_FUNC);
        add(&f, "work", CODE + 0x10, 0, LOCAL_NONE);
        for (uint32_t size = 0; size < SIZE; size++) {
            uint8_t *copy = malloc(size + 1);
            CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
            memcpy(copy, f.bytes, size);
            CU_ASSERT_TRUE(elf_symbols_read(&symbols, "a.elf", copy, size, NULL) == SIM_OK || symbols.count == 0);
            elf_symbols_free(&symbols);
            free(copy);
        }
        for (uint32_t at = 0; at < SIZE; at++)
            for (unsigned value = 0x7F; value <= 0x100; value++) {
                uint8_t kept = f.bytes[at];
                f.bytes[at] = (uint8_t)value;
                CU_ASSERT_TRUE(elf_symbols_read(&symbols, "a.elf", f.bytes, SIZE, NULL) == SIM_OK ||
                               symbols.count == 0);
                for (uint32_t i = 1; i < symbols.count; i++)
                    CU_ASSERT_TRUE(symbols.at[i].address - symbols.at[i - 1].address >= symbols.at[i - 1].size);
                elf_symbols_free(&symbols);
                f.bytes[at] = kept;
            }
    }
}

void test_elf_symbols(void)
{
    CU_pSuite suite = CU_add_suite("hle/elf symbols", NULL, NULL);
    CU_add_test(suite, "keeps functions and labels", keeps_functions_and_labels);
    CU_add_test(suite, "follows descriptors", follows_descriptors);
    CU_add_test(suite, "says what is wrong", says_what_is_wrong);
    CU_add_test(suite, "survives everything", survives_everything);
}
