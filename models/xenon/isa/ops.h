/* What each instruction does, as functions named after the rows of isa.def: xenon_op_ADD(t, in). They know registers
 * and nothing of time. Who executes has checked MSR.FP, MSR.VXU and privilege before (may_execute.h). The short ones
 * are inline in ops_int.h and ops_branch.h; loads and stores are in ops_storage.h. */
#ifndef CYCLE360_XENON_ISA_OPS_H
#define CYCLE360_XENON_ISA_OPS_H

#include "models/xenon/isa/context.h"

typedef enum xenon_outcome xenon_op_function(struct xenon_context *t, const struct xenon_insn *in);

#define DECLARE_INT(id)
#define DECLARE_BRANCH(id)
#define DECLARE_LOAD(id)
#define DECLARE_STORE(id)
#define DECLARE_SYSTEM(id)                         xenon_op_function xenon_op_##id;
#define DECLARE_FP(id)                             xenon_op_function xenon_op_##id;
#define DECLARE_VMX(id)                            xenon_op_function xenon_op_##id;
#define DECLARE_VMX128(id)                         xenon_op_function xenon_op_##id;
#define INSN(id, mnemonic, form, group, kind, ...) DECLARE_##group(id)
#include "models/xenon/isa/isa.def"
#undef INSN

#endif
