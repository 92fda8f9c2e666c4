/* Shader programs on an OpenCL device. The only part of a model that talks to the host: through the ICD loader, and to
 * a folder that it is handed. What it computes is what the interpreter computes (batch.h); how long it takes says
 * nothing about the machine. */
#ifndef CYCLE360_XENOS_SHADER_OPENCL_OPENCL_H
#define CYCLE360_XENOS_SHADER_OPENCL_OPENCL_H

#include "models/xenos/shader/batch.h"

struct xenos_opencl; /* a device that has passed the self-test, and what was built for it */

struct xenos_opencl_device {
    char name[128], vendor[128], version[128], driver[128]; /* as it calls itself */
    uint32_t units, work_group;
    uint64_t memory;
    bool ieee; /* denormals, infinities and NaNs: ALU_HOST_IEEE */
};

enum { XENOS_OPENCL_DEVICES = 16 };

/* What there is, in the order of platforms and devices; how many. None where the product was built without OpenCL. */
unsigned xenos_opencl_devices(struct xenos_opencl_device device[XENOS_OPENCL_DEVICES]);

/* Opens a device by its number, or the first that passes (-1), after 1,000 vectors that must come out as the
 * interpreter has them. `cache` is a folder for built programs, or NULL. SIM_HOST, with a sentence that names the
 * device, where there is none or it fails. */
enum sim_status xenos_opencl_open(struct xenos_opencl **opencl, int device, const char *cache, struct sim_error *error);
void xenos_opencl_close(struct xenos_opencl *opencl);

/* Runs batches on it; the programs built are kept. */
struct xenos_backend xenos_opencl_backend(struct xenos_opencl *opencl);

/* The OpenCL C text of a program: what the device compiles, behind the text of the arithmetic (shader/alu). NULL where
 * memory is short; to be freed. */
char *xenos_opencl_translate(const struct xenos_program *program, size_t *size, struct sim_error *error);

#endif
