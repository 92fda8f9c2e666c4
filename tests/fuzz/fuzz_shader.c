/* Shader programs from anywhere, as microcode, as a compiled shader's file and as text: never a crash, always a program
 * or a sentence, and what is a program survives being disassembled and assembled again. A few invocations of it run to
 * their end or to a sentence, and what ran has a trace. */
#include "models/xenos/shader/trace.h"

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

static void read_memory(void *self, uint32_t address, void *bytes, size_t size)
{
    (void)self;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)((address + i) * 37 >> 3);
}

static void must_have_a_trace(const struct xenos_batch *batch, const struct xenos_batch_result *result)
{
    struct xenos_trace vector = {0}, apart = {0};
    struct sim_error error;

    if (xenos_trace_vector(&vector, batch, result, 0, batch->count, &error) != SIM_OK ||
        xenos_trace_apart(&apart, batch, result, 0, batch->count, &error) != SIM_OK ||
        vector.op[vector.ops - 1].kind != XENOS_OP_END || vector.ops != apart.ops || vector.lines != apart.lines ||
        vector.stores != apart.stores)
        abort();
    xenos_trace_free(&vector);
    xenos_trace_free(&apart);
}

/* Constants are the program's own words, so that loops and exports to memory come by. */
static void must_run(const struct xenos_program *program)
{
    enum { COUNT = 5, INPUTS = 2 };
    static const uint32_t numbers[COUNT] = {0, 0x3F800000, 0xBF800000, 0x40000000, 0x42000000}; /* r0.x */
    static struct xenos_constants constants;
    static uint32_t input[4 * INPUTS * COUNT];
    static struct xenos_batch_result result;
    struct xenos_batch batch = {.program = program,
                                .constants = &constants,
                                .size = 512,
                                .steps = 256,
                                .count = COUNT,
                                .inputs = INPUTS,
                                .input = input,
                                .read = read_memory};
    struct sim_error error = {""};

    for (size_t i = 0; i < sizeof constants / 4; i++)
        ((uint32_t *)&constants)[i] = program->slot[i % program->slots].word[i % 3];
    memcpy(input, numbers, sizeof numbers);
    enum sim_status status = xenos_batch_interpret(&batch, &result, &error);
    if (status == SIM_OK)
        must_have_a_trace(&batch, &result);
    else if (status != SIM_GUEST || error.text[0] == '\0')
        abort();
}

static void judge(enum sim_status status, struct xenos_program *program, const struct sim_error *error)
{
    if (status == SIM_OK) {
        must_survive(program);
        must_run(program);
    } else if (error->text[0] == '\0') {
        abort();
    }
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
