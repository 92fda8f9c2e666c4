/* The words of the flags column of isa.def, for whoever expands it. */
#ifndef CYCLE360_XENON_ISA_ISA_FLAGS_H
#define CYCLE360_XENON_ISA_ISA_FLAGS_H

#define RC         XENON_RC
#define OE         XENON_OE
#define LK         XENON_LK
#define AA         XENON_AA
#define RC21       XENON_RC21
#define RC25       XENON_RC25
#define FPU        XENON_FPU
#define VXU        XENON_VXU
#define SUPERVISOR XENON_SUPERVISOR
#define HYPERVISOR XENON_HYPERVISOR
#define OPTIONAL   XENON_OPTIONAL

#endif
