/* All opcodes of both units on a device, on operands of all kinds, against the interpreter's. */
#include "models/xenos/shader/alu/alu.h"
#include "models/xenos/shader/opencl/opencl_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SETS = 1000,
    OPERANDS = 13, /* words of a set: three vectors and ps */
    OPERATIONS = XENOS_VECTOR_OPS + XENOS_SCALAR_OPS,
    RESULTS = 8 /* words of an operation: a vector, or a scalar and zeros; then what it leaves behind */
};

/* One work item runs all valid opcodes on one set. */
static const char kernel_text[] =
    "__kernel void self_test(__global const uint *from, __global uint *to)\n"
    "{\n"
    "    __global const uint *in = from + get_global_id(0) * 13;\n"
    "    __global uint *out = to + get_global_id(0) * 96 * 8;\n"
    "    uint a[4], b[4], c[4], p = alu_flush(in[12]), r[4];\n"
    "    for (int i = 0; i < 4; i++)\n"
    "        a[i] = alu_flush(in[i]), b[i] = alu_flush(in[i + 4]), c[i] = alu_flush(in[i + 8]);\n"
#define BEGIN(place) "{ __global uint *o = out + 8 * (" place "); struct xenos_alu_state s = {in[12], 0, 0, 0};\n"
#define END                                      \
    "for (int i = 0; i < 4; i++) o[i] = r[i];\n" \
    "o[4] = s.previous; o[5] = (uint)s.address; o[6] = s.predicate; o[7] = s.killed; }\n"
#define DO_ADDRESS(opcode, id)                       DO_0(opcode, id)
#define DO_PREDICATE(opcode, id)                     DO_0(opcode, id)
#define DO_KILL(opcode, id)                          DO_0(opcode, id)
#define DO_PREVIOUS(opcode, id)                      DO_0(opcode, id)
#define DO_INVALID(opcode, id)                       ""
#define DO_0(opcode, id)                             BEGIN(#opcode) "alu_vector_" #id "(a, b, c, r, &s);\n" END
#define VECTOR(opcode, id, mnemonic, sources, flags) DO_##flags(opcode, id)
#include "models/xenos/shader/vector.def"
#undef VECTOR
#undef DO_0
#define DO_0(opcode, id)   \
    BEGIN("32 + " #opcode) \
    "r[0] = alu_scalar_" #id "(a[0], b[0], p, &s); r[1] = r[2] = r[3] = 0; s.previous = r[0];\n" END
#define SCALAR(opcode, id, mnemonic, operands, flags) DO_##flags(opcode, id)
#include "models/xenos/shader/scalar.def"
#undef SCALAR
    "}\n";

static const uint32_t specials[] = {
    0,          0x80000000, 0x00000001, 0x807FFFFF, /* zeros and denormals */
    0x00800000, 0x80800001, 0x00FFFFFF, 0x7F7FFFFF, /* the least, and the largest */
    0x7F800000, 0xFF800000, 0x7FC00000, 0xFF812345, /* infinities, NaNs */
    0x3F800000, 0xBF800000, 0x3F7FFFFF, 0x3F000000, /* near 1 */
    0x4B000001, 0xCB7FFFFF, 0x43800000, 0x5F000000, /* whole numbers */
    0x1F800001, 0x20000000, 0x9F7FFFFF, 0x60FFFFFF, /* whose products go under or over */
};
enum { SPECIALS = sizeof specials / sizeof *specials };

/* All pairs of specials first; then any bits, and numbers near 1. */
static void make(uint32_t in[SETS][OPERANDS])
{
    uint64_t seed = 360;
    for (unsigned i = 0; i < SETS; i++)
        for (unsigned k = 0; k < OPERANDS; k++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            uint32_t word = (uint32_t)(seed >> 32);
            if (i < SPECIALS * SPECIALS)
                in[i][k] = specials[((k / 4 == 1 ? i / SPECIALS : i) + k % 4 * 5 + k / 8 * 7) % SPECIALS];
            else
                in[i][k] = i % 4 == 0 ? word : (word & 0x80FFFFFF) | (0x3C + (word >> 24 & 7)) << 24;
        }
}

/* What the interpreter has; false for an opcode that is none. */
static bool expect(unsigned operation, const uint32_t in[OPERANDS], uint32_t out[RESULTS])
{
    struct xenos_alu_state s = {.previous = in[12]};
    memset(out, 0, RESULTS * sizeof *out);
    if (operation < XENOS_VECTOR_OPS) {
        uint32_t operand[3][4];
        memcpy(operand, in, sizeof operand);
        if (xenos_vector_info[operation].flags & XENOS_INVALID)
            return false;
        xenos_alu_vector((enum xenos_vector_op)operation, (const uint32_t(*)[4])operand, out, &s);
    } else {
        unsigned op = operation - XENOS_VECTOR_OPS;
        if (xenos_scalar_info[op].flags & XENOS_INVALID)
            return false;
        out[0] = xenos_alu_scalar((enum xenos_scalar_op)op, in[0], in[4], &s);
    }
    out[4] = s.previous;
    out[5] = (uint32_t)s.address;
    out[6] = s.predicate;
    out[7] = s.killed;
    return true;
}

static enum sim_status differs(const struct xenos_opencl *opencl, unsigned operation, const uint32_t in[OPERANDS],
                               const char *what, uint32_t has, uint32_t right, struct sim_error *error)
{
    bool vector = operation < XENOS_VECTOR_OPS;
    char operands[10 * OPERANDS + 8];
    size_t used = 0;
    for (unsigned k = 0; k < OPERANDS; k++)
        used += (size_t)snprintf(operands + used, sizeof operands - used, "%s%08" PRIX32,
                                 k == 12      ? ", ps "
                                 : k == 0     ? ""
                                 : k % 4 == 0 ? ", "
                                              : " ",
                                 in[k]);
    return sim_fail(
        error, SIM_HOST, "OpenCL device %s differs: %s of %s: %s is %08" PRIX32 ", not %08" PRIX32, opencl->info.name,
        vector ? xenos_vector_info[operation].mnemonic : xenos_scalar_info[operation - XENOS_VECTOR_OPS].mnemonic,
        operands, what, has, right);
}

static enum sim_status compare(const struct xenos_opencl *opencl, uint32_t in[SETS][OPERANDS],
                               const uint32_t (*out)[OPERATIONS][RESULTS], struct sim_error *error)
{
    static const char *const what[RESULTS] = {"x", "y", "z", "w", "ps", "a0", "p0", "kill"};
    for (unsigned i = 0; i < SETS; i++)
        for (unsigned op = 0; op < OPERATIONS; op++) {
            uint32_t right[RESULTS];
            if (!expect(op, in[i], right))
                continue;
            for (unsigned k = 0; k < RESULTS; k++)
                if (out[i][op][k] != right[k])
                    return differs(opencl, op, in[i], what[k], out[i][op][k], right[k], error);
        }
    return SIM_OK;
}

static cl_int run(const struct xenos_opencl *opencl, cl_program program, uint32_t in[SETS][OPERANDS],
                  uint32_t (*out)[OPERATIONS][RESULTS])
{
    const size_t items = SETS, in_size = SETS * sizeof *in, out_size = SETS * sizeof *out;
    cl_int code[3];
    cl_kernel kernel = clCreateKernel(program, "self_test", &code[0]);
    cl_mem from = clCreateBuffer(opencl->context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, in_size, in, &code[1]);
    cl_mem to = clCreateBuffer(opencl->context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, out_size, out, &code[2]);
    cl_int worst = code[0] != CL_SUCCESS ? code[0] : code[1] != CL_SUCCESS ? code[1] : code[2];

    if (worst == CL_SUCCESS)
        worst = clSetKernelArg(kernel, 0, sizeof from, &from);
    if (worst == CL_SUCCESS)
        worst = clSetKernelArg(kernel, 1, sizeof to, &to);
    if (worst == CL_SUCCESS)
        worst = clEnqueueNDRangeKernel(opencl->queue, kernel, 1, NULL, &items, NULL, 0, NULL, NULL);
    if (worst == CL_SUCCESS)
        worst = clEnqueueReadBuffer(opencl->queue, to, CL_TRUE, 0, out_size, out, 0, NULL, NULL);
    if (to != NULL)
        clReleaseMemObject(to);
    if (from != NULL)
        clReleaseMemObject(from);
    if (kernel != NULL)
        clReleaseKernel(kernel);
    return worst;
}

enum sim_status xenos_opencl_try(const struct xenos_opencl *opencl, cl_program program, struct sim_error *error)
{
    enum sim_status status;
    uint32_t(*in)[OPERANDS] = calloc(SETS, sizeof *in);
    uint32_t(*out)[OPERATIONS][RESULTS] = calloc(SETS, sizeof *out);
    if (in == NULL || out == NULL) {
        status = sim_fail(error, SIM_HOST, "memory is short");
    } else {
        make(in);
        cl_int code = run(opencl, program, in, out);
        status = code != CL_SUCCESS ? xenos_opencl_fail(opencl, "the self-test does not run", code, error)
                                    : compare(opencl, in, (const uint32_t(*)[OPERATIONS][RESULTS])out, error);
    }
    free(in);
    free(out);
    return status;
}

enum sim_status xenos_opencl_self_test(struct xenos_opencl *opencl, struct sim_error *error)
{
    cl_program program;
    enum sim_status status = xenos_opencl_build(opencl, kernel_text, sizeof kernel_text - 1, &program, error);
    if (status != SIM_OK)
        return status;
    status = xenos_opencl_try(opencl, program, error);
    clReleaseProgram(program);
    return status;
}
