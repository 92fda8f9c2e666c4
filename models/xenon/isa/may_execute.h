/* Whether an instruction may be executed at all, as its row's flags and MSR say. With constant flags it costs nothing
 * where there is nothing to ask. */
#ifndef CYCLE360_XENON_ISA_MAY_EXECUTE_H
#define CYCLE360_XENON_ISA_MAY_EXECUTE_H

#include "models/xenon/isa/interrupt.h"

static inline bool xenon_is_privileged(const struct xenon_context *t, bool hypervisor)
{
    return !(t->msr & XENON_MSR_PR) && (!hypervisor || t->msr & XENON_MSR_HV);
}

static inline bool xenon_may_execute(const struct xenon_context *t, unsigned flags)
{
    return (!(flags & XENON_FPU) || t->msr & XENON_MSR_FP) && (!(flags & XENON_VXU) || t->msr & XENON_MSR_VXU) &&
           (!(flags & (XENON_SUPERVISOR | XENON_HYPERVISOR)) || flags & XENON_OPTIONAL ||
            xenon_is_privileged(t, flags & XENON_HYPERVISOR));
}

/* The interrupt of an instruction that may not. */
static inline enum xenon_outcome xenon_refuse(struct xenon_context *t, unsigned flags)
{
    if (flags & XENON_FPU)
        return xenon_raise(t, XENON_FP_UNAVAILABLE, 0);
    if (flags & XENON_VXU)
        return xenon_raise(t, XENON_VXU_UNAVAILABLE, 0);
    return xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_PRIVILEGED);
}

#endif
