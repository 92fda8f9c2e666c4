/* What a draw has to do, worked out when it begins; the array (array.h) gives it its time. */
#ifndef CYCLE360_XENOS_SHADER_TIMING_WORK_H
#define CYCLE360_XENOS_SHADER_TIMING_WORK_H

#include "models/xenos/shader/trace.h"

struct xenos_work_vector {
    uint32_t index_end;     /* indices of the draw that the VGT has gone through when the vector is full */
    uint32_t primitive_end; /* primitives of the draw whose last vertex is in this vector or one before it */
    uint32_t op, ops;       /* of the trace */
    uint8_t lanes;
};

struct xenos_work {
    uint32_t indices;                 /* that the VGT goes through */
    uint32_t index_line, index_lines; /* lines of memory that they are read from: the first one's address, and how many;
                                         0: none */
    uint32_t index_bytes, index_first; /* of an index, and where in the first line the first one stands */
    uint32_t primitives;
    uint8_t registers; /* temps of the vertex shader: SQ_PROGRAM_CNTL */
    uint32_t vectors;
    struct xenos_work_vector *vector;
    struct xenos_trace trace;
};

#endif
