#include "tests/unit/xenos/shader/opencl_rig.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const uint32_t opencl_rig_special[OPENCL_RIG_SPECIALS] = {
    0,          0x80000000, 1,          0x80000001, 0x007FFFFF, 0x807FFFFF, 0x00800000, 0x80800000,
    0x3F800000, 0xBF800000, 0x3F7FFFFF, 0x3F800001, 0x3F000000, 0xBF000000, 0x40000000, 0x40490FDB,
    0x4B000000, 0xCB000001, 0x4F000000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000,
    0xFFC00000, 0x7F800001, 0xFFFFFFFF, 0x437F0000, 0xC3800000, 0x1F800000, 0x5F000000, 0xC2FC0000,
};

bool opencl_rig_found(const char *suite)
{
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    setenv("POCL_KERNEL_CACHE", "0", 0); /* nothing of an earlier run */
    if (xenos_opencl_devices(device) != 0)
        return true;
    printf("%s: no OpenCL device: skipped\n", suite);
    return false;
}

static void read_memory(void *self, uint32_t address, void *bytes, size_t size)
{
    const struct opencl_rig *rig = self;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = address + i < OPENCL_RIG_MEMORY ? rig->memory[address + i] : 0xFF;
}

int opencl_rig_open(struct opencl_rig *rig)
{
    enum sim_status status = xenos_opencl_open(&rig->opencl, -1, NULL, &rig->error);
    if (status != SIM_OK)
        printf("%s\n", rig->error.text);
    return status;
}

int opencl_rig_close(struct opencl_rig *rig)
{
    xenos_opencl_close(rig->opencl);
    return 0;
}

void opencl_rig_begin(struct opencl_rig *rig)
{
    *rig = (struct opencl_rig){.opencl = rig->opencl, .seed = 1};
    rig->batch = (struct xenos_batch){.program = &rig->program,
                                      .constants = &rig->constants,
                                      .size = 256,
                                      .steps = 1000,
                                      .self = rig,
                                      .read = read_memory};
}

void opencl_rig_end(struct opencl_rig *rig)
{
    xenos_program_free(&rig->program);
    xenos_batch_free(&rig->expected);
    xenos_batch_free(&rig->result);
}

uint32_t opencl_rig_random(struct opencl_rig *rig)
{
    rig->seed = rig->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(rig->seed >> 32);
}

uint32_t opencl_rig_number(struct opencl_rig *rig)
{
    uint32_t word = opencl_rig_random(rig), kind = opencl_rig_random(rig) & 7;
    if (kind == 0)
        return opencl_rig_special[word % OPENCL_RIG_SPECIALS];
    return kind < 3 ? word : (word & 0x80FFFFFF) | (0x3C + (word >> 24 & 7)) << 24;
}

static bool differs(const char *what, const char *list, size_t at, uint32_t is, uint32_t expected)
{
    printf("%s: %s %zu is %08x, not %08x\n", what, list, at, is, expected);
    return false;
}

static bool same_words(const char *what, const char *list, const uint32_t *is, const uint32_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is[i] != expected[i])
            return differs(what, list, i, is[i], expected[i]);
    return true;
}

static bool same_bytes(const char *what, const char *list, const uint8_t *is, const uint8_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is[i] != expected[i])
            return differs(what, list, i, is[i], expected[i]);
    return true;
}

static bool same(const char *what, const struct xenos_batch_result *is, const struct xenos_batch_result *expected)
{
    size_t count = expected->count, words = sizeof(struct xenos_batch_export) / sizeof(uint32_t);
    if (is->count != count || is->exports != expected->exports || is->memory_exports != expected->memory_exports)
        return differs(what, "count", 0, is->memory_exports, expected->memory_exports);
    return same_bytes(what, "export index", is->export_index, expected->export_index, expected->exports) &&
           same_words(what, "trace of", is->trace_first, expected->trace_first, count + 1) &&
           same_words(what, "trace", is->trace, expected->trace, expected->trace_first[count]) &&
           same_words(what, "export", is->export, expected->export, 4 * expected->exports * count) &&
           same_bytes(what, "written", is->written, expected->written, expected->exports * count) &&
           same_bytes(what, "killed", is->killed, expected->killed, count) &&
           same_words(what, "memory export", (const uint32_t *)is->memory_export,
                      (const uint32_t *)expected->memory_export, words * expected->memory_exports);
}

bool opencl_rig_agrees(struct opencl_rig *rig, const char *what)
{
    struct xenos_backend backend = xenos_opencl_backend(rig->opencl);
    struct sim_error error = {""};
    uint64_t ran = rig->opencl->ran;
    enum sim_status expected = xenos_batch_interpret(&rig->batch, &rig->expected, &rig->error);
    enum sim_status status = backend.run(backend.self, &rig->batch, &rig->result, &error);
    if (status != expected || (status != SIM_OK && strcmp(error.text, rig->error.text) != 0)) {
        printf("%s: %d %s, not %d %s\n", what, (int)status, error.text, (int)expected, rig->error.text);
        return false;
    }
    if (status != SIM_OK)
        return true;
    if (rig->opencl->ran != ran + rig->batch.count) {
        printf("%s: it was the interpreter who ran it\n", what);
        return false;
    }
    return same(what, &rig->result, &rig->expected);
}
