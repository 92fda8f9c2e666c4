/* What the files of this folder share. */
#ifndef CYCLE360_XENOS_SHADER_OPENCL_OPENCL_PARTS_H
#define CYCLE360_XENOS_SHADER_OPENCL_OPENCL_PARTS_H

#include "models/xenos/shader/opencl/opencl.h"

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

struct xenos_opencl {
    cl_context context;
    cl_command_queue queue; /* in order */
    cl_device_id device;
    struct xenos_opencl_device info;
    char *cache;               /* folder, or NULL */
    unsigned compiled, loaded; /* programs built from their text, and from the cache */
    uint64_t ran;              /* invocations that the device has run */
    void *runner;              /* of whoever runs batches, and its end */
    void (*free_runner)(struct xenos_opencl *opencl);
};

/* Builds a program for the device: the text of the arithmetic, then `source`. To be released by the caller. SIM_HOST
 * with the first lines of what the compiler says. */
enum sim_status xenos_opencl_build(struct xenos_opencl *opencl, const char *source, size_t size, cl_program *program,
                                   struct sim_error *error);

/* Runs every opcode on operands of all kinds and compares with the interpreter's; SIM_HOST where a bit differs. */
enum sim_status xenos_opencl_self_test(struct xenos_opencl *opencl, struct sim_error *error);
/* The same of a program that has its kernel. */
enum sim_status xenos_opencl_try(const struct xenos_opencl *opencl, cl_program program, struct sim_error *error);

/* sim_fail with the device's name and the number that a call gave back: `OpenCL device NAME: what: error -5`. */
enum sim_status xenos_opencl_fail(const struct xenos_opencl *opencl, const char *what, cl_int code,
                                  struct sim_error *error);

#endif
