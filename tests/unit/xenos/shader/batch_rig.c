#include "tests/unit/xenos/shader/batch_rig.h"

#include <CUnit/CUnit.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 16384 };

static void read_memory(void *self, uint32_t address, void *bytes, size_t size)
{
    const struct batch_rig *rig = self;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = address + i < sizeof rig->memory ? rig->memory[address + i] : 0xFF;
}

static void sample(void *self, const struct xenos_texture_request *request, uint32_t result[4])
{
    (void)self;
    memcpy(result, request->coordinate, sizeof request->coordinate);
    result[3] = request->constant[0];
}

uint32_t batch_rig_word(float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

void batch_rig_free(struct batch_rig *rig)
{
    xenos_batch_free(&rig->result);
    xenos_program_free(&rig->program);
}

void batch_rig_prepare(struct batch_rig *rig, uint32_t count)
{
    batch_rig_free(rig);
    memset(rig, 0, sizeof *rig);
    rig->constants.boolean[0] = 2;
    rig->constants.loop[1] = 0x010003;
    rig->constants.loop[2] = 0x010002;
    static const float c1[] = {0.5F, -2, 8};
    for (unsigned i = 0; i < 3; i++)
        rig->constants.number[1][i] = batch_rig_word(c1[i]);
    rig->constants.fetch[0][0] = 0x100 | 3;
    rig->constants.fetch[0][1] = 64 << 2;
    for (uint32_t i = 0; i < count; i++) {
        rig->input[i] = batch_rig_word((float)i);
        rig->input[count + i] = batch_rig_word(1 - (float)i);
        rig->input[4 * count + i] = batch_rig_word((float)(10 + i));
    }
    for (size_t i = 0; i < sizeof rig->memory; i++)
        rig->memory[i] = (uint8_t)(i ^ i >> 8);
    rig->batch = (struct xenos_batch){.program = &rig->program,
                                      .constants = &rig->constants,
                                      .size = 256,
                                      .steps = 10000,
                                      .count = count,
                                      .inputs = BATCH_RIG_INPUTS,
                                      .input = rig->input,
                                      .self = rig,
                                      .read = read_memory,
                                      .texture = sample};
}

void batch_rig_assemble(struct batch_rig *rig, const char *text)
{
    static char whole[TEXT + 16];
    snprintf(whole, sizeof whole, "xvs_3_0\n%s\n", text);
    xenos_program_free(&rig->program);
    enum sim_status status = xenos_program_assemble(&rig->program, "t", whole, strlen(whole), &rig->error);
    if (status != SIM_OK)
        fprintf(stderr, "%s\n%s\n", whole, rig->error.text);
    CU_ASSERT_EQUAL_FATAL(status, SIM_OK);
}

enum sim_status batch_rig_run(struct batch_rig *rig, const char *text)
{
    batch_rig_assemble(rig, text);
    return xenos_batch_interpret(&rig->batch, &rig->result, &rig->error);
}

/* Random programs. */

struct text {
    char text[TEXT];
    size_t size;
    uint32_t seed;
    unsigned labels;
    bool predicated, called; /* may look at p0; is in what is called */
};

static unsigned any(struct text *t, unsigned below)
{
    t->seed = t->seed * 1664525 + 1013904223;
    return (t->seed >> 16) % below;
}

static void add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    t->size += (size_t)vsnprintf(t->text + t->size, sizeof t->text - t->size, format, arguments);
    va_end(arguments);
    CU_ASSERT_FATAL(t->size < sizeof t->text);
}

/* `a` is a temp to write, or an export, `b` one to read. */
static void add_insn(struct text *t)
{
    unsigned a = any(t, 6), b = any(t, 6), kind = any(t, 16);
    if (any(t, 8) == 0)
        add(t, "serialize\n");
    if (any(t, 4) == 0)
        add(t, any(t, 2) ? "(p0) " : "(!p0) ");
    switch (kind) {
    case 0:
    case 1:
        add(t, "setp_%s r7._, r%u.%c\n", any(t, 2) ? "eq" : "gt", b, "xy"[any(t, 2)]);
        break;
    case 2:
        add(t, "mov o%u.xy, r%u\n", a, b);
        break;
    case 3:
        add(t, "mov o%u._1zw, r%u\n", a, b);
        break;
    case 4:
        add(t, "kill_gt r7, r%u, c1.z\n", b);
        break;
    case 5:
        add(t, "vfetch_full r%u, r%u.x, vf0, DataFormat=FMT_32_32_FLOAT, Stride=%u\n", a, b, any(t, 40));
        break;
    case 6:
        add(t, "vfetch_mini r%u, DataFormat=FMT_16_16, Offset=%u\n", a, any(t, 20));
        break;
    case 7:
        add(t, "tfetch2D r%u.xy__, r%u.xy, tf3\n", a, b);
        break;
    case 8:
        add(t, "mad eA, r%u.x, c3, c2\n", b);
        break;
    case 9:
        add(t, "mov eM%u, r%u\n", any(t, 5), b);
        break;
    case 10:
        add(t, "add r[%u+aL].xy, r%u, c1.xxzz\n", a, b);
        break;
    default:
        add(t, any(t, 2) ? "mad r%u, r%u, c1.x, r%u.yxwz\n" : "mul r%u, r%u, c1.x\n + adds r%u.x, r0.xy\n", a, b,
            any(t, 6));
    }
}

static void add_exec(struct text *t, const char *how)
{
    const char *predicate = "";
    if (t->predicated && any(t, 3) == 0)
        predicate = any(t, 2) ? "(p0) " : "(!p0) ";
    add(t, "%s%s\n", predicate, how);
    for (unsigned left = any(t, 7); left > 0; left--)
        add_insn(t);
}

static void add_jump(struct text *t, unsigned label)
{
    if (t->predicated)
        add(t, "%sjmp L%u\n", any(t, 2) ? "(p0) " : "(!p0) ", label);
    else
        add(t, "cjmp %sb1, L%u\n", any(t, 2) ? "!" : "", label);
}

static void add_block(struct text *t, unsigned depth)
{
    for (unsigned left = 1 + any(t, 4); left > 0; left--) {
        unsigned label = t->labels;
        switch (any(t, depth > 0 ? 8 : 5)) {
        case 0:
            add(t, "alloc %s\n", any(t, 2) ? "export" : "position");
            break;
        case 1:
            if (!t->called)
                add(t, "%scall S\n", t->predicated && any(t, 2) ? "(p0) " : "");
            break;
        default:
            add_exec(t, "exec");
            break;
        case 5:
        case 6:
            t->labels += 2;
            add(t, "loop i%u, L%u\nlabel L%u\n", any(t, 3), label, label + 1);
            add_block(t, depth - 1);
            add(t, "endloop i1, L%u", label + 1);
            if (t->predicated && any(t, 2))
                add(t, ", PredicatedBreak=true, Condition=%s", any(t, 2) ? "true" : "false");
            add(t, "\nlabel L%u\n", label);
            break;
        case 7:
            t->labels++;
            add_jump(t, label);
            add_block(t, depth - 1);
            add(t, "label L%u\n", label);
        }
    }
}

void batch_rig_random(struct batch_rig *rig, uint32_t *seed, bool predicated)
{
    static struct text t;
    t = (struct text){.seed = *seed, .predicated = predicated};
    add_block(&t, 3);
    add_exec(&t, "exece");
    add_block(&t, 1);
    add(&t, "exece\nlabel S\n");
    t.called = true;
    add_block(&t, 1);
    add(&t, "ret\n");

    batch_rig_prepare(rig, 1 + any(&t, BATCH_RIG_COUNT));
    *seed = t.seed;
    static const uint32_t stream[] = {0x40000000 | 0x2000 >> 2, 0x4B000000, 0x4B072600, 0x4B000000 + 40};
    memcpy(rig->constants.number[2], stream, sizeof stream);
    rig->constants.number[3][1] = batch_rig_word(1);
    enum sim_status status = batch_rig_run(rig, t.text);
    CU_ASSERT_EQUAL(status, SIM_OK);
    if (status != SIM_OK)
        fprintf(stderr, "%s%s\n", t.text, rig->error.text);
}
