/* The OpenCL devices of the host, opened and closed. */
#include "models/xenos/shader/opencl/opencl_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line, cut off where it is too long. */
static void ask(cl_device_id device, cl_device_info what, char *text, size_t size)
{
    char whole[1024] = "";
    bool good = clGetDeviceInfo(device, what, sizeof whole - 1, whole, NULL) == CL_SUCCESS;
    snprintf(text, size, "%s", good ? whole : "?");
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
}

static void describe(cl_device_id device, struct xenos_opencl_device *info)
{
    const cl_device_fp_config ieee = CL_FP_DENORM | CL_FP_INF_NAN | CL_FP_ROUND_TO_NEAREST;
    cl_device_fp_config fp = 0;
    cl_ulong memory = 0;
    cl_uint units = 0;
    size_t work_group = 0;

    *info = (struct xenos_opencl_device){0};
    ask(device, CL_DEVICE_NAME, info->name, sizeof info->name);
    ask(device, CL_DEVICE_VENDOR, info->vendor, sizeof info->vendor);
    ask(device, CL_DEVICE_VERSION, info->version, sizeof info->version);
    ask(device, CL_DRIVER_VERSION, info->driver, sizeof info->driver);
    clGetDeviceInfo(device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
    clGetDeviceInfo(device, CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof work_group, &work_group, NULL);
    clGetDeviceInfo(device, CL_DEVICE_GLOBAL_MEM_SIZE, sizeof memory, &memory, NULL);
    clGetDeviceInfo(device, CL_DEVICE_SINGLE_FP_CONFIG, sizeof fp, &fp, NULL);
    info->units = units;
    info->work_group = work_group < UINT32_MAX ? (uint32_t)work_group : UINT32_MAX;
    info->memory = memory;
    info->ieee = (fp & ieee) == ieee;
}

static unsigned find(cl_device_id device[XENOS_OPENCL_DEVICES])
{
    cl_platform_id platform[XENOS_OPENCL_DEVICES];
    cl_uint platforms = 0;
    unsigned devices = 0;

    if (clGetPlatformIDs(XENOS_OPENCL_DEVICES, platform, &platforms) != CL_SUCCESS)
        return 0;
    for (cl_uint i = 0; i < platforms && i < XENOS_OPENCL_DEVICES && devices < XENOS_OPENCL_DEVICES; i++) {
        cl_uint room = XENOS_OPENCL_DEVICES - devices, more = 0;
        if (clGetDeviceIDs(platform[i], CL_DEVICE_TYPE_ALL, room, device + devices, &more) == CL_SUCCESS)
            devices += more < room ? more : room;
    }
    return devices;
}

unsigned xenos_opencl_devices(struct xenos_opencl_device device[XENOS_OPENCL_DEVICES])
{
    cl_device_id id[XENOS_OPENCL_DEVICES];
    unsigned devices = find(id);
    for (unsigned i = 0; i < devices; i++)
        describe(id[i], &device[i]);
    return devices;
}

enum sim_status xenos_opencl_fail(const struct xenos_opencl *opencl, const char *what, cl_int code,
                                  struct sim_error *error)
{
    return sim_fail(error, SIM_HOST, "OpenCL device %s: %s: error %d", opencl->info.name, what, (int)code);
}

static enum sim_status set_up(struct xenos_opencl *opencl, struct sim_error *error)
{
    cl_bool available = CL_FALSE, compiler = CL_FALSE;
    cl_int code;

    clGetDeviceInfo(opencl->device, CL_DEVICE_AVAILABLE, sizeof available, &available, NULL);
    clGetDeviceInfo(opencl->device, CL_DEVICE_COMPILER_AVAILABLE, sizeof compiler, &compiler, NULL);
    if (!available || !compiler)
        return sim_fail(error, SIM_HOST, "OpenCL device %s: %s", opencl->info.name,
                        available ? "it has no compiler" : "it is not available");
    opencl->context = clCreateContext(NULL, 1, &opencl->device, NULL, NULL, &code);
    if (opencl->context == NULL)
        return xenos_opencl_fail(opencl, "no context", code, error);
    opencl->queue = clCreateCommandQueue(opencl->context, opencl->device, 0, &code);
    if (opencl->queue == NULL)
        return xenos_opencl_fail(opencl, "no queue", code, error);
    return xenos_opencl_self_test(opencl, error);
}

static enum sim_status open_one(struct xenos_opencl **result, cl_device_id device, const char *cache,
                                struct sim_error *error)
{
    struct xenos_opencl *opencl = calloc(1, sizeof *opencl);
    if (opencl != NULL && cache != NULL)
        opencl->cache = strdup(cache);
    if (opencl == NULL || (cache != NULL && opencl->cache == NULL)) {
        free(opencl);
        return sim_fail(error, SIM_HOST, "memory is short");
    }
    opencl->device = device;
    describe(device, &opencl->info);
    enum sim_status status = set_up(opencl, error);
    if (status == SIM_OK)
        *result = opencl;
    else
        xenos_opencl_close(opencl);
    return status;
}

enum sim_status xenos_opencl_open(struct xenos_opencl **opencl, int device, const char *cache, struct sim_error *error)
{
    cl_device_id id[XENOS_OPENCL_DEVICES];
    unsigned devices = find(id);

    *opencl = NULL;
    if (devices == 0)
        return sim_fail(error, SIM_HOST, "no OpenCL device");
    if (device >= (int)devices)
        return sim_fail(error, SIM_HOST, "no OpenCL device %d: there are %u", device, devices);
    if (device >= 0)
        return open_one(opencl, id[device], cache, error);

    /* Where none passes, the first one's sentence is the one to tell. */
    enum sim_status status = open_one(opencl, id[0], cache, error);
    for (unsigned i = 1; i < devices && *opencl == NULL; i++)
        if (open_one(opencl, id[i], cache, NULL) == SIM_OK)
            status = SIM_OK;
    return status;
}

void xenos_opencl_close(struct xenos_opencl *opencl)
{
    if (opencl == NULL)
        return;
    if (opencl->free_runner != NULL)
        opencl->free_runner(opencl);
    if (opencl->queue != NULL)
        clReleaseCommandQueue(opencl->queue);
    if (opencl->context != NULL)
        clReleaseContext(opencl->context);
    free(opencl->cache);
    free(opencl);
}
