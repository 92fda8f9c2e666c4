/* Shader programs from anywhere, as microcode, as a compiled shader's file and as text: never a crash, always a program
 * or a sentence, and what is a program survives being disassembled and assembled again. */
#include "models/xenos/shader/program.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text {
    char *bytes;
    size_t size, room;
};

static void take_line(void *self, const struct xenos_line *line)
{
    struct text *t = self;
    size_t length = strlen(line->text);
    if (t->size + length + 1 > t->room) {
        t->room = 2 * t->room + length + 4096;
        t->bytes = realloc(t->bytes, t->room);
        if (t->bytes == NULL)
            abort();
    }
    memcpy(t->bytes + t->size, line->text, length);
    t->size += length;
    t->bytes[t->size++] = '\n';
}

static void must_survive(const struct xenos_program *program)
{
    struct text t = {0};
    struct xenos_program again;
    struct sim_error error;

    xenos_program_list(program, take_line, &t);
    if (xenos_program_assemble(&again, "again", t.bytes, t.size, &error) != SIM_OK || again.slots != program->slots ||
        memcmp(again.slot, program->slot, program->slots * sizeof *program->slot) != 0)
        abort();
    xenos_program_free(&again);
    free(t.bytes);
}

static void judge(enum sim_status status, struct xenos_program *program, const struct sim_error *error)
{
    if (status == SIM_OK)
        must_survive(program);
    else if (error->text[0] == '\0')
        abort();
    xenos_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xenos_program program;
    struct sim_error error = {""};

    judge(xenos_program_read(&program, "fuzz", data, size, XENOS_BIG_ENDIAN, XENOS_TYPE_UNKNOWN, &error), &program,
          &error);
    error.text[0] = '\0';
    judge(xenos_program_assemble(&program, "fuzz", (const char *)data, size, &error), &program, &error);
    return 0;
}
