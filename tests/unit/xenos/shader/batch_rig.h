/* A batch of programs written as text, for the tests of batches and of traces. */
#ifndef CYCLE360_TESTS_UNIT_XENOS_SHADER_BATCH_RIG_H
#define CYCLE360_TESTS_UNIT_XENOS_SHADER_BATCH_RIG_H

#include "models/xenos/shader/batch.h"

enum { BATCH_RIG_COUNT = 64, BATCH_RIG_INPUTS = 2 };

struct batch_rig {
    struct xenos_program program;
    struct xenos_constants constants;
    uint32_t input[4 * BATCH_RIG_INPUTS * BATCH_RIG_COUNT];
    uint8_t memory[1024];
    struct xenos_batch batch;
    struct xenos_batch_result result;
    struct sim_error error;
};

/* b1 is true; i1 is three times from 0 by 1, i2 twice; c1 = (0.5, -2, 8, 0); r0.x of invocation i is i, r0.y is 1 - i,
 * and r1.x is 10 + i. vf0 is 64 dwords from byte 0x100 on. Beyond the memory, bytes are ones. */
void batch_rig_prepare(struct batch_rig *rig, uint32_t count);

/* Assembles, behind xvs_3_0; and runs it. */
void batch_rig_assemble(struct batch_rig *rig, const char *text);
enum sim_status batch_rig_run(struct batch_rig *rig, const char *text);

void batch_rig_free(struct batch_rig *rig);

uint32_t batch_rig_word(float value);

/* A program out of nothing but a seed, which ends; with control flow that looks at p0 or without any. */
void batch_rig_random(struct batch_rig *rig, uint32_t *seed, bool predicated);

#endif
