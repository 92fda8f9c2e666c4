/* For guest programs: names of what a title imports, as `cycle360 xex pack` looks for them. */
#ifndef CYCLE360_TESTS_GUEST_XEX_H
#define CYCLE360_TESTS_GUEST_XEX_H

/* A function of a library, by its ordinal: XEX_FUNCTION(xboxkrnl, 3, DbgPrint) defines the symbol DbgPrint. */
#define XEX_FUNCTION(library, ordinal, name)                        \
    __asm__(".pushsection .xex.imports, \"a\", @progbits\n"         \
            ".balign 4\n"                                           \
            "__imp_" #library "_" #ordinal ": .long 0\n"            \
            ".popsection\n"                                         \
            ".pushsection .text.xex_thunks, \"ax\", @progbits\n"    \
            ".balign 4\n"                                           \
            ".globl " #name "\n"                                    \
            ".type " #name ", @function\n" #name ":\n"              \
            "__thunk_" #library "_" #ordinal ": .long 0, 0, 0, 0\n" \
            ".popsection\n")

/* A variable: XEX_VARIABLE(xboxkrnl, 0x1BE, VdGlobalDevice) defines a pointer to it. */
#define XEX_VARIABLE(library, ordinal, name)                \
    __asm__(".pushsection .xex.imports, \"a\", @progbits\n" \
            ".balign 4\n"                                   \
            ".globl " #name "\n" #name ":\n"                \
            "__imp_" #library "_" #ordinal ": .long 0\n"    \
            ".popsection\n")

#endif
