#include "tests/support/pack_program.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/keys.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

static void fill(uint8_t *bytes, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(seed >> 28 | (i & 0xF0));
    }
}

static uint32_t address_of(const struct program *p, unsigned page, uint32_t offset)
{
    return p->base + page * p->page + offset;
}

void program_make(struct program *p, bool pages_4k, bool wide)
{
    program_free(p);
    *p = (struct program){.page = pages_4k ? 0x1000 : 0x10000, .base = pages_4k ? 0x92000000 : 0x82000000};
    fill(p->code, CODE_SIZE, 1);
    fill(p->constants, CONSTANTS_SIZE, 2);
    fill(p->data, DATA_SIZE, 3);
    const struct elf_writer_segment segment[] = {
        {ELF_LOAD, ELF_READ | ELF_EXECUTE, address_of(p, 1, 0), CODE_SIZE, p->code, CODE_SIZE},
        {ELF_LOAD, ELF_READ, address_of(p, 2, 0x10), CONSTANTS_SIZE, p->constants, CONSTANTS_SIZE},
        {ELF_LOAD, ELF_READ | ELF_WRITE, address_of(p, 3, 0), p->page + 0x234, p->data, DATA_SIZE},
        {ELF_TLS, ELF_READ, address_of(p, 3, TLS_OFFSET), TLS_SIZE, NULL, TLS_RAW},
    };
    memcpy(p->segment, segment, sizeof segment);
    p->segment[3].size = 0; /* its bytes are the data's */
    const struct elf_writer_symbol symbol[] = {
        {"__imp_xboxkrnl_0x11", address_of(p, 2, WORD_OFFSET), false},
        {"_start", address_of(p, 1, ENTRY_OFFSET), false},
        {"__thunk_xboxkrnl_0x11", address_of(p, 1, THUNK_OFFSET), false},
        {"__thunk_xam_420", address_of(p, 1, THUNK_OFFSET + 0x10), false},
        {"__imp_other.dll_65535", address_of(p, 3, 0), false},
        {"__imp_xboxkrnl_7", 0, true},
        {"named", address_of(p, 3, 8), false},
        {"", 0, false},
    };
    memcpy(p->symbol, symbol, sizeof symbol);
    p->elf = (struct elf_writer){wide, address_of(p, 1, ENTRY_OFFSET), p->segment, 3, p->symbol, 8};
    p->image = calloc(PAGES, p->page);
    memcpy(p->image + p->page, p->code, CODE_SIZE);
    memcpy(p->image + 2 * p->page + 0x10, p->constants, CONSTANTS_SIZE);
    memcpy(p->image + 3 * p->page, p->data, DATA_SIZE);
}

void program_write(struct program *p)
{
    free(p->file);
    p->file = elf_writer(&p->elf, &p->size);
}

/* The words of the imports. Libraries have the numbers in which the symbols name them. */
void program_link(struct program *p)
{
    static const struct {
        uint32_t page, offset, word;
        bool thunk;
    } import[] = {
        {2, WORD_OFFSET, 0x00000011, false},
        {1, THUNK_OFFSET, 0x01000011, true},
        {1, THUNK_OFFSET + 0x10, 0x010101A4, true},
        {3, 0, 0x0002FFFF, false},
    };
    for (size_t i = 0; i < sizeof import / sizeof *import; i++) {
        uint8_t *at = p->image + import[i].page * p->page + import[i].offset;
        bytes_put_be32(at, import[i].word);
        if (import[i].thunk) {
            bytes_put_be32(at + 4, import[i].word + 0x01000000);
            bytes_put_be32(at + 8, 0x7D6903A6);  /* mtctr r11 */
            bytes_put_be32(at + 12, 0x4E800420); /* bctr */
        }
    }
}

enum sim_status trip_pack(struct trip *t, const uint8_t *bytes, size_t size, const struct xex_pack_options *options)
{
    *t = (struct trip){.error = {""}};
    return xex_pack(&t->packed, "dir/t.elf", bytes, size, options, &t->error);
}

void trip_load(struct trip *t)
{
    struct loader_keys keys;
    loader_keys_init(&keys);
    enum sim_status status = xex_read(&t->xex, "t.xex", t->packed.bytes, t->packed.size, &t->error);
    if (status == SIM_OK)
        status = xex_load(&t->image, &t->xex, &keys, NULL, &t->report, &t->error);
    CU_ASSERT_EQUAL(status, SIM_OK);
    CU_ASSERT_STRING_EQUAL(t->error.text, "");
}

void trip_drop(struct trip *t)
{
    image_free(&t->image);
    free(t->packed.bytes);
}

void program_free(struct program *p)
{
    free(p->file);
    free(p->image);
    *p = (struct program){0};
}
