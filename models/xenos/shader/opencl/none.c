/* In the place of the other files where the product is built without OpenCL. */
#include "models/xenos/shader/opencl/opencl.h"

unsigned xenos_opencl_devices(struct xenos_opencl_device device[XENOS_OPENCL_DEVICES])
{
    (void)device;
    return 0;
}

enum sim_status xenos_opencl_open(struct xenos_opencl **opencl, int device, const char *cache, struct sim_error *error)
{
    (void)device;
    (void)cache;
    *opencl = NULL;
    return sim_fail(error, SIM_HOST, "no OpenCL device (built without OpenCL)");
}

void xenos_opencl_close(struct xenos_opencl *opencl)
{
    (void)opencl;
}

/* Nobody has a device to ask it of. */
struct xenos_backend xenos_opencl_backend(struct xenos_opencl *opencl)
{
    (void)opencl;
    return xenos_interpreter_backend;
}
