/* Buffers: the device's, which grow and are used again, or over the host's own memory. */
#include "models/xenos/shader/opencl/run_parts.h"

bool xenos_run_succeeds(struct job *j, cl_int code, const char *what)
{
    if (code == CL_SUCCESS)
        return true;
    if (j->code == CL_SUCCESS) {
        j->code = code;
        j->what = what;
    }
    return false;
}

bool xenos_run_reserve(struct job *j, unsigned which, size_t size)
{
    struct buffer *b = &j->runner->buffer[which];
    if (size < 64)
        size = 64;
    if (b->size >= size) {
        j->buffer[which] = b->memory;
        return true;
    }
    if (b->memory != NULL)
        clReleaseMemObject(b->memory);
    cl_int code;
    b->memory = clCreateBuffer(j->opencl->context, CL_MEM_READ_WRITE, size, NULL, &code);
    b->size = code == CL_SUCCESS ? size : 0;
    if (code != CL_SUCCESS)
        b->memory = NULL;
    j->left = j->left || code != CL_SUCCESS;
    j->buffer[which] = b->memory;
    return code == CL_SUCCESS;
}

bool xenos_run_upload(struct job *j, unsigned which, const void *bytes, size_t size)
{
    return xenos_run_reserve(j, which, size) &&
           (size == 0 ||
            xenos_run_succeeds(
                j, clEnqueueWriteBuffer(j->opencl->queue, j->buffer[which], CL_FALSE, 0, size, bytes, 0, NULL, NULL),
                "no upload"));
}

/* The host's own memory as a buffer, on its own processor; else the runner's buffer, for a piece of each row. */
bool xenos_run_place(struct job *j, unsigned which, const void *host, size_t rows, size_t element)
{
    if (rows == 0 || !j->runner->cpu)
        return xenos_run_reserve(j, which, rows * element * j->count);
    cl_int code = CL_SUCCESS;
    if (j->first == 0)
        j->buffer[which] = clCreateBuffer(
            j->opencl->context, (which == XENOS_RUN_INPUT ? CL_MEM_READ_ONLY : CL_MEM_READ_WRITE) | CL_MEM_USE_HOST_PTR,
            rows * element * j->batch->count, (void *)(uintptr_t)host, &code);
    return xenos_run_succeeds(j, code, "no buffer");
}

/* Rows of a piece, from where the host has them to the device or back. */
bool xenos_run_move(struct job *j, unsigned which, const void *host, size_t rows, size_t element)
{
    const size_t host_origin[3] = {j->first * element, 0, 0}, origin[3] = {0},
                 region[3] = {j->count * element, rows, 1};
    size_t host_pitch = j->batch->count * element, pitch = j->count * element;
    void *at = (void *)(uintptr_t)host;
    if (rows == 0 || j->runner->cpu)
        return true;
    cl_command_queue queue = j->opencl->queue;
    cl_int code = which == XENOS_RUN_INPUT
                      ? clEnqueueWriteBufferRect(queue, j->buffer[which], CL_FALSE, origin, host_origin, region, pitch,
                                                 0, host_pitch, 0, at, 0, NULL, NULL)
                      : clEnqueueReadBufferRect(queue, j->buffer[which], CL_FALSE, origin, host_origin, region, pitch,
                                                0, host_pitch, 0, at, 0, NULL, NULL);
    return xenos_run_succeeds(j, code, which == XENOS_RUN_INPUT ? "no upload" : "no reading back");
}

/* Buffers over the host's memory come to an end, and what was written is there. */
bool xenos_run_settle(struct job *j)
{
    bool good = true;
    for (unsigned i = 0; i < XENOS_RUN_BUFFERS; i++) {
        if (j->buffer[i] == NULL || j->buffer[i] == j->runner->buffer[i].memory)
            continue;
        size_t size = 0;
        cl_int code = clGetMemObjectInfo(j->buffer[i], CL_MEM_SIZE, sizeof size, &size, NULL);
        void *mapped = i == XENOS_RUN_INPUT || code != CL_SUCCESS
                           ? NULL
                           : clEnqueueMapBuffer(j->opencl->queue, j->buffer[i], CL_TRUE, CL_MAP_READ, 0, size, 0, NULL,
                                                NULL, &code);
        if (mapped != NULL)
            code = clEnqueueUnmapMemObject(j->opencl->queue, j->buffer[i], mapped, 0, NULL, NULL);
        good = xenos_run_succeeds(j, code, "no reading back") && good;
        clFinish(j->opencl->queue);
        clReleaseMemObject(j->buffer[i]);
        j->buffer[i] = NULL;
    }
    return good;
}

bool xenos_run_read(struct job *j, unsigned which, void *to, size_t size)
{
    return xenos_run_succeeds(
        j, clEnqueueReadBuffer(j->opencl->queue, j->buffer[which], CL_TRUE, 0, size, to, 0, NULL, NULL),
        "no reading back");
}
