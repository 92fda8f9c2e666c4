/* A batch by the interpreter and on a device, and whether they agree. */
#ifndef CYCLE360_TESTS_UNIT_XENOS_SHADER_OPENCL_RIG_H
#define CYCLE360_TESTS_UNIT_XENOS_SHADER_OPENCL_RIG_H

#include "models/xenos/shader/opencl/opencl_parts.h"

enum { OPENCL_RIG_MEMORY = 1024 };

struct opencl_rig {
    struct xenos_opencl *opencl;
    struct xenos_program program;
    struct xenos_constants constants;
    uint8_t memory[OPENCL_RIG_MEMORY]; /* what is beyond reads as ones */
    struct xenos_batch batch;
    struct xenos_batch_result expected, result;
    struct sim_error error;
    uint64_t seed;
};

/* A suite's device: the first. Nothing else is kept from one test to the next. */
int opencl_rig_open(struct opencl_rig *rig);
int opencl_rig_close(struct opencl_rig *rig);

void opencl_rig_begin(struct opencl_rig *rig);
void opencl_rig_end(struct opencl_rig *rig);

/* Whether there is a device; `suite` is who is skipped if not. Drivers keep nothing of a test. */
bool opencl_rig_found(const char *suite);

uint32_t opencl_rig_random(struct opencl_rig *rig);

/* Numbers of all kinds: special ones, near 1, and any bits. */
uint32_t opencl_rig_number(struct opencl_rig *rig);

enum { OPENCL_RIG_SPECIALS = 32 };
extern const uint32_t opencl_rig_special[OPENCL_RIG_SPECIALS];

/* Runs the batch both ways: the same status, sentence and result, on the device and not by the interpreter. Says what
 * differs first. */
bool opencl_rig_agrees(struct opencl_rig *rig, const char *what);

#endif
