/* Kernels: one for each program, and for how many temps it is given. */
#include "models/xenos/shader/opencl/run_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_runner(struct xenos_opencl *opencl)
{
    struct runner *runner = opencl->runner;
    for (size_t i = 0; i < runner->kernels; i++) {
        struct kernel *k = &runner->kernel[i];
        if (!k->refused) {
            clReleaseKernel(k->kernel);
            clReleaseProgram(k->program);
        }
        free(k->slot);
    }
    for (unsigned i = 0; i < XENOS_RUN_BUFFERS; i++)
        if (runner->buffer[i].memory != NULL)
            clReleaseMemObject(runner->buffer[i].memory);
    free(runner->kernel);
    free(runner->vertices);
    free(runner->counts);
    free(runner->list);
    free(runner);
    opencl->runner = NULL;
}

struct runner *xenos_run_runner(struct xenos_opencl *opencl)
{
    cl_device_type type = 0;
    struct runner *runner = opencl->runner;
    if (runner != NULL)
        return runner;
    runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return NULL;
    runner->cpu = clGetDeviceInfo(opencl->device, CL_DEVICE_TYPE, sizeof type, &type, NULL) == CL_SUCCESS &&
                  type & CL_DEVICE_TYPE_CPU;
    cl_uint native = 0;
    clGetDeviceInfo(opencl->device, CL_DEVICE_NATIVE_VECTOR_WIDTH_INT, sizeof native, &native, NULL);
    runner->width = native >= 16 ? 16 : native >= 8 ? 8 : 4;
    opencl->runner = runner;
    opencl->free_runner = free_runner;
    return runner;
}

static uint64_t hash_of(const struct xenos_program *program, uint32_t inputs)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325) + inputs;
    for (unsigned i = 0; i < 3 * program->slots; i++)
        hash = (hash ^ program->slot[i / 3].word[i % 3]) * UINT64_C(0x100000001B3);
    return hash;
}

static struct kernel *find(const struct runner *runner, const struct xenos_program *program, uint64_t hash,
                           uint32_t inputs)
{
    for (size_t i = 0; i < runner->kernels; i++) {
        struct kernel *k = &runner->kernel[i];
        if (k->hash == hash && k->slots == program->slots && k->inputs == inputs &&
            memcmp(k->slot, program->slot, program->slots * sizeof *k->slot) == 0)
            return k;
    }
    return NULL;
}

/* How many temps are given and how an item goes about it stand in front. */
static enum sim_status build(struct xenos_opencl *opencl, struct kernel *k, const struct xenos_kernel_text *text,
                             struct sim_error *error)
{
    const struct runner *runner = opencl->runner;
    char *source = malloc(text->size + 96);
    if (source == NULL)
        return short_of_memory(error);
    int length = snprintf(source, 96, "#define INPUTS %u\n#define LANES %d\n#define WIDTH %u\n", (unsigned)k->inputs,
                          runner->cpu ? XENOS_KERNEL_ITEMS : 1, (unsigned)runner->width);
    memcpy(source + length, text->text, text->size);
    enum sim_status status = xenos_opencl_build(opencl, source, (size_t)length + text->size, &k->program, error);
    free(source);
    if (status != SIM_OK)
        return status;
    cl_int code;
    k->kernel = clCreateKernel(k->program, "shader", &code);
    if (code == CL_SUCCESS)
        return SIM_OK;
    clReleaseProgram(k->program);
    return xenos_opencl_fail(opencl, "no kernel", code, error);
}

static enum sim_status make(struct xenos_opencl *opencl, const struct xenos_program *program, struct kernel *k,
                            struct sim_error *error)
{
    struct xenos_kernel_text text;
    enum sim_status status = xenos_kernel_translate(program, &text, error);
    k->refused = status == SIM_USAGE;
    if (k->refused)
        return SIM_OK;
    if (status != SIM_OK)
        return status;
    k->shape = text.shape;
    status = build(opencl, k, &text, error);
    free(text.text);
    return status;
}

enum sim_status xenos_run_kernel(struct xenos_opencl *opencl, const struct xenos_batch *batch,
                                 const struct kernel **kernel, struct sim_error *error)
{
    struct runner *runner = opencl->runner;
    const struct xenos_program *program = batch->program;
    uint32_t inputs = batch->inputs < XENOS_TEMPS ? batch->inputs : XENOS_TEMPS;
    uint64_t hash = hash_of(program, inputs);

    *kernel = find(runner, program, hash, inputs);
    if (*kernel != NULL)
        return SIM_OK;
    struct kernel *list =
        xenos_list_room(runner->kernel, &runner->kernel_room, runner->kernels + 1, sizeof *runner->kernel);
    if (list == NULL)
        return short_of_memory(error);
    runner->kernel = list;
    struct kernel made = {.hash = hash, .slots = program->slots, .inputs = inputs};
    made.slot = malloc(program->slots * sizeof *made.slot);
    if (made.slot == NULL)
        return short_of_memory(error);
    memcpy(made.slot, program->slot, program->slots * sizeof *made.slot);
    enum sim_status status = make(opencl, program, &made, error);
    if (status != SIM_OK) {
        free(made.slot);
        return status;
    }
    list[runner->kernels] = made;
    *kernel = &list[runner->kernels++];
    return SIM_OK;
}
