/* Programs for a device: from the cache, or compiled. */
#include "models/xenos/shader/opencl/alu_text.h"
#include "models/xenos/shader/opencl/cache.h"
#include "models/xenos/shader/opencl/opencl_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = XENOS_ALU_TEXTS + 1, LOG_MAX = 1 << 20, LOG_LINES = 4 };

/* To be counted up where the same text begins to mean something else to a device: what cached programs are bound to. */
#define BUILD_VERSION "1"

/* The first lines of the log, as one. */
static void first_lines(char *text, size_t size, const char *log)
{
    size_t used = 0;
    for (unsigned lines = 0; *log != '\0' && lines < LOG_LINES;) {
        size_t length = strcspn(log, "\r\n");
        if (length > 0) {
            int more = snprintf(text + used, size - used, "%s%.*s", lines++ > 0 ? " | " : "", (int)length, log);
            used += more < 0 ? 0 : (size_t)more;
        }
        if (used >= size)
            return;
        log += length + (log[length] != '\0');
    }
}

static enum sim_status complain(const struct xenos_opencl *opencl, cl_program program, cl_int code,
                                struct sim_error *error)
{
    char lines[320] = "it does not say why";
    size_t size = 0;
    clGetProgramBuildInfo(program, opencl->device, CL_PROGRAM_BUILD_LOG, 0, NULL, &size);
    char *log = size > 0 && size <= LOG_MAX ? calloc(1, size + 1) : NULL;
    if (log != NULL &&
        clGetProgramBuildInfo(program, opencl->device, CL_PROGRAM_BUILD_LOG, size, log, NULL) == CL_SUCCESS)
        first_lines(lines, sizeof lines, log);
    free(log);
    return sim_fail(error, SIM_HOST, "OpenCL device %s: a program does not compile (error %d): %s", opencl->info.name,
                    (int)code, lines);
}

static cl_program load(struct xenos_opencl *opencl, const struct xenos_cache_key *key, const char *options)
{
    size_t size;
    uint8_t *bytes = xenos_cache_load(opencl->cache, key, &size);
    if (bytes == NULL)
        return NULL;
    cl_int code, binary = CL_SUCCESS;
    cl_program program = clCreateProgramWithBinary(opencl->context, 1, &opencl->device, &size,
                                                   (const unsigned char *[]){bytes}, &binary, &code);
    free(bytes);
    if (program == NULL)
        return NULL;
    if (binary == CL_SUCCESS && clBuildProgram(program, 1, &opencl->device, options, NULL, NULL) == CL_SUCCESS)
        return program;
    clReleaseProgram(program);
    return NULL;
}

static void store(const struct xenos_opencl *opencl, const struct xenos_cache_key *key, cl_program program)
{
    size_t size = 0;
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof size, &size, NULL) != CL_SUCCESS || size == 0 ||
        size > XENOS_CACHE_FILE_MAX)
        return;
    uint8_t *bytes = malloc(size);
    if (bytes != NULL &&
        clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof bytes, (unsigned char *[]){bytes}, NULL) == CL_SUCCESS)
        xenos_cache_store(opencl->cache, key, bytes, size);
    free(bytes);
}

enum sim_status xenos_opencl_build(struct xenos_opencl *opencl, const char *source, size_t size, cl_program *program,
                                   struct sim_error *error)
{
    const struct xenos_opencl_device *info = &opencl->info;
    const char *part[PARTS];
    size_t length[PARTS];
    char options[64];
    struct xenos_cache_key key;
    cl_int code;

    for (unsigned i = 0; i < XENOS_ALU_TEXTS; i++)
        part[i] = xenos_alu_text[i], length[i] = strlen(part[i]);
    part[XENOS_ALU_TEXTS] = source, length[XENOS_ALU_TEXTS] = size;
    /* Nothing that lets the compiler take liberties with floats: neither -cl-fast-relaxed-math nor -cl-mad-enable. */
    snprintf(options, sizeof options, "-cl-std=CL1.2 -w -DALU_HOST=%d", info->ieee ? ALU_HOST_IEEE : ALU_HOST_GUARDED);

    if (opencl->cache != NULL) {
        const char *all[PARTS + 6] = {BUILD_VERSION, info->name, info->vendor, info->version, info->driver, options};
        size_t all_length[PARTS + 6];
        for (unsigned i = 0; i < 6; i++)
            all_length[i] = strlen(all[i]);
        memcpy(all + 6, part, sizeof part);
        memcpy(all_length + 6, length, sizeof length);
        key = xenos_cache_key(all, all_length, PARTS + 6);
        *program = load(opencl, &key, options);
        if (*program != NULL) {
            opencl->loaded++;
            return SIM_OK;
        }
    }

    *program = clCreateProgramWithSource(opencl->context, PARTS, part, length, &code);
    if (*program == NULL)
        return xenos_opencl_fail(opencl, "no program", code, error);
    code = clBuildProgram(*program, 1, &opencl->device, options, NULL, NULL);
    if (code != CL_SUCCESS) {
        enum sim_status status = complain(opencl, *program, code, error);
        clReleaseProgram(*program);
        *program = NULL;
        return status;
    }
    opencl->compiled++;
    if (opencl->cache != NULL)
        store(opencl, &key, *program);
    return SIM_OK;
}
