/* Tests: __C_specific_handler RtlRaiseException RtlRaiseStatus NtProtectVirtualMemory
 *
 * Exceptions that a title handles: what the map forbids, what the processor does not know, what it raises itself. Each
 * of the functions below tries one thing in a frame of its own, whose handler is asked because the title has a table of
 * functions; its filter notes what has happened. */
#include "tests/guest/kernel/check.h"

struct met {
    uint32_t code, kind, address, at;
};
extern struct met met;
extern const uint32_t tried_load[], tried_store[], tried_illegal[], tried_trap[];
uint32_t try_load(uint32_t address);
uint32_t try_store(uint32_t address);
uint32_t try_illegal(uint32_t unused);
uint32_t try_trap(uint32_t value);
uint32_t try_call(uint32_t code);
uint32_t try_raise(struct exception_record *record);
uint32_t try_raise_status(uint32_t status);

enum { CAUGHT = 0xCA, READS = 0, WRITES = 1 };

/* A function of the console's kind: it saves LR below its frame. In front of it stand its handler and the table of what
 * that guards, behind which a filter says 1: go on at `caught`. */
#define TRY(name, instructions)                                                                       \
    __asm__(".pushsection .rodata\n"                                                                  \
            ".balign 4\n"                                                                             \
            "scopes_" #name ": .long 1, tried_" #name ", ended_" #name ", filter, caught_" #name "\n" \
            ".popsection\n"                                                                           \
            ".pushsection .functions, \"a\", @progbits\n"                                             \
            ".long try_" #name ", 0x80000003 + (((end_" #name " - try_" #name ") / 4) << 8)\n"        \
            ".popsection\n"                                                                           \
            ".pushsection .text.try, \"ax\", @progbits\n"                                             \
            ".long __C_specific_handler, scopes_" #name "\n"                                          \
            ".globl try_" #name ", tried_" #name "\n"                                                 \
            "try_" #name ":\n"                                                                        \
            "mflr 12\n"                                                                               \
            "stw 12, -8(1)\n"                                                                         \
            "stwu 1, -0x70(1)\n"                                                                      \
            "tried_" #name ":\n" instructions "\n"                                                    \
            "ended_" #name ":\n"                                                                      \
            "nop\n"                                                                                   \
            "b 1f\n"                                                                                  \
            "caught_" #name ":\n"                                                                     \
            "li 3, 0xCA\n"                                                                            \
            "1: addi 1, 1, 0x70\n"                                                                    \
            "lwz 12, -8(1)\n"                                                                         \
            "mtlr 12\n"                                                                               \
            "blr\n"                                                                                   \
            "end_" #name ":\n"                                                                        \
            ".popsection\n")

/* The filter gets a record and a context. */
__asm__(".pushsection .text.try, \"ax\", @progbits\n"
        "filter:\n"
        "lwz 5, 0(3)\n"
        "lis 7, met@ha\n"
        "addi 7, 7, met@l\n"
        "lwz 6, 0(5)\n"
        "stw 6, 0(7)\n"
        "lwz 6, 0x14(5)\n"
        "stw 6, 4(7)\n"
        "lwz 6, 0x18(5)\n"
        "stw 6, 8(7)\n"
        "lwz 6, 0x0C(5)\n"
        "stw 6, 12(7)\n"
        "li 3, 1\n"
        "blr\n"
        ".popsection\n"
        ".pushsection .bss\n"
        ".balign 4\n"
        ".globl met\n"
        "met: .space 16\n"
        ".popsection\n"
        ".pushsection .functions, \"a\", @progbits\n"
        ".balign 4\n"
        ".globl __functions_begin\n"
        "__functions_begin:\n"
        ".popsection\n");

TRY(load, "lwz 3, 0(3)");
TRY(store, "stw 3, 0(3)");
TRY(illegal, ".long 0");
TRY(trap, "tweqi 3, 5");
TRY(call, "mtctr 3\n bctrl");
TRY(raise, "bl RtlRaiseException");
TRY(raise_status, "bl RtlRaiseStatus");

__asm__(".pushsection .functions, \"a\", @progbits\n"
        ".globl __functions_end\n"
        "__functions_end:\n"
        ".popsection\n");

/* Keep what only the assembler names. */
extern const uint32_t functions_begin[] __asm__("__functions_begin");

static uint32_t page(uint32_t protect)
{
    uint32_t base = 0x300000, size = 0x1000, before;
    NtAllocateVirtualMemory(&base, &size, 0x3000, 4, 0);
    *(volatile uint32_t *)base = 0x4E800020; /* blr */
    base = 0x300000;
    size = 0x1000;
    EXPECT(NtProtectVirtualMemory(&base, &size, protect, &before, 0), STATUS_SUCCESS);
    return 0x300000;
}

int main(void)
{
    struct exception_record record = {.code = 0xE0001234, .parameters = 2, .parameter = {7, 8}};
    CHECK(functions_begin[0] != 0);
    EXPECT(try_load(page(2)), 0x4E800020); /* read-only: it can be read */
    EXPECT(met.code, 0);
    EXPECT(try_store(page(2)), CAUGHT);
    EXPECT(met.code, STATUS_ACCESS_VIOLATION);
    EXPECT(met.kind, WRITES);
    EXPECT(met.address, 0x300000);
    EXPECT(met.at, tried_store);
    EXPECT(try_store(page(4)), 0x300000); /* and now it may be written */
    EXPECT(try_load(0x300000), 0x300000);
    EXPECT(try_load(page(1)), CAUGHT);
    EXPECT(met.code, STATUS_ACCESS_VIOLATION);
    EXPECT(met.kind, READS);
    EXPECT(met.at, tried_load);
    EXPECT(try_call(page(4)), CAUGHT); /* nothing there may be executed */
    EXPECT(met.code, STATUS_ACCESS_VIOLATION);
    EXPECT(met.at, 0x300000);
    EXPECT(try_load(0x10), CAUGHT);
    EXPECT(met.address, 0x10);
    EXPECT(try_store(0x50000000), CAUGHT);
    EXPECT(met.address, 0x50000000);
    EXPECT(try_store(WORD(tried_load)), CAUGHT); /* code is not written */
    EXPECT(met.address, tried_load);
    EXPECT(try_illegal(0), CAUGHT);
    EXPECT(met.code, 0xC000001D);
    EXPECT(met.at, tried_illegal);
    EXPECT(try_trap(4), 4);
    EXPECT(try_trap(5), CAUGHT);
    EXPECT(met.at, tried_trap);
    EXPECT(try_raise(&record), CAUGHT);
    EXPECT(met.code, 0xE0001234);
    EXPECT(met.kind, 7);
    EXPECT(met.address, 8);
    EXPECT(try_raise_status(0xC0000017), CAUGHT);
    EXPECT(met.code, 0xC0000017);
    /* A hundred times: what the kernel keeps of each is gone. */
    uint32_t caught = 0;
    for (unsigned i = 0; i < 100; i++)
        caught += try_load(0x10) == CAUGHT;
    EXPECT(caught, 100);
    return check_done();
}
