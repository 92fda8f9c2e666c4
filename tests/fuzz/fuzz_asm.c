/* Assembly source from anywhere: never a crash, always bytes or a sentence, and what was made of instructions survives
 * being disassembled and assembled again. */
#include "models/xenon/asm/program.h"
#include "models/xenon/isa/disasm.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The first words of a program as text, which must become the same words. */
static void must_survive(const struct xenon_program *program)
{
    enum { WORDS = 64 };
    char text[WORDS * XENON_DISASSEMBLY_MAX];
    struct xenon_program again;
    struct sim_error error;
    size_t length = 0, words = program->size / 4 < WORDS ? program->size / 4 : WORDS;

    for (size_t i = 0; i < words; i++) {
        uint32_t word = word_at(program->bytes + 4 * i);
        length += xenon_disassemble(text + length, XENON_DISASSEMBLY_MAX, word, program->base + 4 * i, (unsigned)i & 1);
        text[length++] = '\n';
    }
    if (xenon_assemble(&again, "again", text, length, program->base, &error) != SIM_OK || again.size != 4 * words ||
        (words > 0 && memcmp(again.bytes, program->bytes, 4 * words) != 0))
        abort();
    xenon_program_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xenon_program program;
    struct sim_error error = {""};

    enum sim_status status =
        xenon_assemble(&program, "fuzz", (const char *)data, size, size % 2 == 0 ? 0x82010000 : 0, &error);
    if (status == SIM_OK)
        must_survive(&program);
    else if (error.text[0] == '\0' || program.bytes != NULL)
        abort();
    for (size_t i = 0; i < program.furthers; i++)
        if (program.further[i].text[0] == '\0')
            abort();
    xenon_program_free(&program);
    return 0;
}
