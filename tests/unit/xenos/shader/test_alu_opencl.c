/* The same text of the arithmetic compiled by every OpenCL device there is, and the same bits of it. */
#include "models/xenos/shader/alu/operations.h"
#include "models/xenos/shader/isa.h"
#include "models/xenos/shader/opencl/alu_text.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef CYCLE360_HAS_OPENCL

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

enum { WORDS = 13, RESULTS = XENOS_VECTOR_OPS + XENOS_SCALAR_OPS, BATCH = 1 << 15, BATCHES = 32, DEVICES = 16 };

/* A result and the state are folded into one word. */
#define FOLD_STATE "s.previous * 3u + (uint)s.address * 5u + s.predicate * 7u + s.killed * 11u"

static alu_u32 folded(const struct xenos_alu_state *s)
{
    return s->previous * 3U + (alu_u32)s->address * 5U + s->predicate * 7U + s->killed * 11U;
}

static void vector_word(const alu_u32 r[4], const struct xenos_alu_state *s, alu_u32 *out)
{
    *out = (r[0] ^ (r[1] << 7 | r[1] >> 25) ^ (r[2] << 14 | r[2] >> 18) ^ (r[3] << 21 | r[3] >> 11)) + folded(s);
}

/* All valid operations on one set of operands: three vectors and ps. */
static void here(const alu_u32 *in, alu_u32 *out)
{
    alu_u32 a[4], b[4], c[4], p = in[12], r[4];
    for (int i = 0; i < 4; i++)
        a[i] = in[i], b[i] = in[i + 4], c[i] = in[i + 8];
#define DO_0(opcode, id)                  \
    {                                     \
        struct xenos_alu_state s = {0};   \
        alu_vector_##id(a, b, c, r, &s);  \
        vector_word(r, &s, &out[opcode]); \
    }
#define DO_ADDRESS(opcode, id)   DO_0(opcode, id)
#define DO_PREDICATE(opcode, id) DO_0(opcode, id)
#define DO_KILL(opcode, id)      DO_0(opcode, id)
#define DO_PREVIOUS(opcode, id)  DO_0(opcode, id)
#define DO_INVALID(opcode, id)
#define VECTOR(opcode, id, mnemonic, sources, flags) DO_##flags(opcode, id)
#include "models/xenos/shader/vector.def"
#undef VECTOR
#undef DO_0
#define DO_0(opcode, id)                                                                    \
    {                                                                                       \
        struct xenos_alu_state s = {0};                                                     \
        out[XENOS_VECTOR_OPS + (opcode)] = alu_scalar_##id(a[0], b[0], p, &s) + folded(&s); \
    }
#define SCALAR(opcode, id, mnemonic, operands, flags) DO_##flags(opcode, id)
#include "models/xenos/shader/scalar.def"
#undef SCALAR
#undef DO_0
}

/* The same as text. */
static const char kernel_text[] = "__kernel void every(__global const uint *from, __global uint *to)\n"
                                  "{\n"
                                  "    __global const uint *in = from + get_global_id(0) * 13;\n"
                                  "    __global uint *out = to + get_global_id(0) * 96;\n"
                                  "    uint a[4], b[4], c[4], p = in[12], r[4];\n"
                                  "    for (int i = 0; i < 4; i++)\n"
                                  "        a[i] = in[i], b[i] = in[i + 4], c[i] = in[i + 8];\n"
#define DO_0(opcode, id)                                                                          \
    "{ struct xenos_alu_state s = {0, 0, 0, 0}; alu_vector_" #id "(a, b, c, r, &s); out[" #opcode \
    "] = (r[0] ^ rotate(r[1], 7u) ^ rotate(r[2], 14u) ^ rotate(r[3], 21u)) + " FOLD_STATE "; }\n"
#undef DO_INVALID
#define DO_INVALID(opcode, id)                       ""
#define VECTOR(opcode, id, mnemonic, sources, flags) DO_##flags(opcode, id)
#include "models/xenos/shader/vector.def"
#undef VECTOR
#undef DO_0
#define DO_0(opcode, id)                                                                                           \
    "{ struct xenos_alu_state s = {0, 0, 0, 0}; uint q = alu_scalar_" #id "(a[0], b[0], p, &s); out[32 + " #opcode \
    "] = q + " FOLD_STATE "; }\n"
#define SCALAR(opcode, id, mnemonic, operands, flags) DO_##flags(opcode, id)
#include "models/xenos/shader/scalar.def"
#undef SCALAR
                                  "}\n";

static uint64_t seed;

/* Any bits, or numbers near 1, or few bits, which make zeros, infinities and NaNs. */
static uint32_t any_operand(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint32_t word = (uint32_t)(seed >> 32), kind = (uint32_t)(seed >> 29) & 7;
    static const uint32_t few[] = {0,          0x7F800000, 0x7FC00001, 0x3F800000,
                                   0x00800000, 0x7F7FFFFF, 0x4B000001, 0x3F000000};
    if (kind == 0)
        return few[word & 7] | (word & ALU_SIGN);
    return alu_flush(kind < 3 ? word : (word & 0x80FFFFFF) | (0x3C + (word >> 24 & 7)) << 24);
}

struct bench {
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
    cl_mem in, out;
};

static bool set_up(struct bench *bench, cl_device_id device, int host)
{
    const char *source[XENOS_ALU_TEXTS + 1];
    char options[64];
    cl_int error;
    memcpy(source, xenos_alu_text, sizeof xenos_alu_text);
    source[XENOS_ALU_TEXTS] = kernel_text;
    snprintf(options, sizeof options, "-cl-std=CL1.2 -DALU_HOST=%d", host);
    bench->context = clCreateContext(NULL, 1, &device, NULL, NULL, &error);
    bench->queue = clCreateCommandQueue(bench->context, device, 0, &error);
    bench->program = clCreateProgramWithSource(bench->context, XENOS_ALU_TEXTS + 1, source, NULL, &error);
    if (clBuildProgram(bench->program, 1, &device, options, NULL, NULL) != CL_SUCCESS) {
        static char log[4000];
        clGetProgramBuildInfo(bench->program, device, CL_PROGRAM_BUILD_LOG, sizeof log - 1, log, NULL);
        printf("OpenCL build: %s\n", log);
        return false;
    }
    bench->kernel = clCreateKernel(bench->program, "every", &error);
    bench->in = clCreateBuffer(bench->context, CL_MEM_READ_ONLY, BATCH * WORDS * sizeof(cl_uint), NULL, &error);
    bench->out = clCreateBuffer(bench->context, CL_MEM_READ_WRITE, BATCH * RESULTS * sizeof(cl_uint), NULL, &error);
    clSetKernelArg(bench->kernel, 0, sizeof bench->in, &bench->in);
    clSetKernelArg(bench->kernel, 1, sizeof bench->out, &bench->out);
    return error == CL_SUCCESS;
}

static void tear_down(struct bench *bench)
{
    clReleaseMemObject(bench->in);
    clReleaseMemObject(bench->out);
    clReleaseKernel(bench->kernel);
    clReleaseProgram(bench->program);
    clReleaseCommandQueue(bench->queue);
    clReleaseContext(bench->context);
}

/* How many results differ in one batch of operands; UINT32_MAX where the device did not run it. */
static unsigned differing(struct bench *bench)
{
    static uint32_t in[BATCH][WORDS], out[BATCH][RESULTS];
    size_t items = BATCH;
    unsigned count = 0;
    for (unsigned i = 0; i < BATCH; i++)
        for (unsigned k = 0; k < WORDS; k++)
            in[i][k] = any_operand();
    const uint32_t zero = 0;
    if (clEnqueueWriteBuffer(bench->queue, bench->in, CL_TRUE, 0, sizeof in, in, 0, NULL, NULL) != CL_SUCCESS ||
        clEnqueueFillBuffer(bench->queue, bench->out, &zero, sizeof zero, 0, sizeof out, 0, NULL, NULL) != CL_SUCCESS ||
        clEnqueueNDRangeKernel(bench->queue, bench->kernel, 1, NULL, &items, NULL, 0, NULL, NULL) != CL_SUCCESS ||
        clEnqueueReadBuffer(bench->queue, bench->out, CL_TRUE, 0, sizeof out, out, 0, NULL, NULL) != CL_SUCCESS)
        return UINT32_MAX;

    for (unsigned i = 0; i < BATCH; i++) {
        uint32_t expected[RESULTS] = {0};
        here(in[i], expected);
        for (unsigned k = 0; k < RESULTS; k++)
            if (expected[k] != out[i][k] && count++ < 5)
                printf("operation %u of %08X %08X: %08X, not %08X\n", k, in[i][0], in[i][4], out[i][k], expected[k]);
    }
    return count;
}

/* On the integers alone, with guards, and as IEEE where the device says that it keeps denormals. */
static void try_device(cl_device_id device)
{
    char name[128] = "";
    cl_device_fp_config fp = 0;
    clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof name - 1, name, NULL);
    clGetDeviceInfo(device, CL_DEVICE_SINGLE_FP_CONFIG, sizeof fp, &fp, NULL);
    int best = fp & CL_FP_DENORM && fp & CL_FP_INF_NAN ? ALU_HOST_IEEE : ALU_HOST_GUARDED;
    for (int host = ALU_HOST_NONE; host <= best; host++) {
        struct bench bench = {0};
        CU_ASSERT_FATAL(set_up(&bench, device, host));
        unsigned count = 0;
        for (int batch = 0; batch < (host == best ? BATCHES : 1) && count == 0; batch++)
            count += differing(&bench);
        CU_ASSERT_EQUAL(count, 0);
        if (count != 0)
            printf("%s differs with ALU_HOST %d\n", name, host);
        tear_down(&bench);
    }
}

static unsigned find_devices(cl_device_id device[DEVICES])
{
    cl_platform_id platform[DEVICES];
    cl_uint platforms = 0, devices = 0;
    if (clGetPlatformIDs(DEVICES, platform, &platforms) != CL_SUCCESS)
        return 0;
    for (cl_uint i = 0; i < platforms && i < DEVICES && devices < DEVICES; i++) {
        cl_uint more = 0;
        if (clGetDeviceIDs(platform[i], CL_DEVICE_TYPE_ALL, DEVICES - devices, device + devices, &more) == CL_SUCCESS)
            devices += more < DEVICES - devices ? more : DEVICES - devices;
    }
    return devices;
}

static void devices_give_the_same_bits(void)
{
    static cl_device_id device[DEVICES];
    unsigned devices = find_devices(device);
    seed = 4;
    for (unsigned i = 0; i < devices; i++)
        try_device(device[i]);
}

void test_alu_opencl(void)
{
    cl_device_id device[DEVICES];
    CU_pSuite suite = CU_add_suite("xenos shader arithmetic on OpenCL", NULL, NULL);
    if (find_devices(device) != 0)
        CU_ADD_TEST(suite, devices_give_the_same_bits);
    else
        printf("xenos shader arithmetic on OpenCL: no OpenCL device: skipped\n");
}

#else

void test_alu_opencl(void)
{
    printf("xenos shader arithmetic on OpenCL: no OpenCL device: skipped (built without <CL/cl.h> or a loader)\n");
}

#endif
