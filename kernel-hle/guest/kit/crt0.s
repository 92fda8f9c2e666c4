# Where a title begins: as a thread of the kernel's, in its convention, at the upper end of its stack. A function that
# is compiled with -m32 saves its LR above its own frame, so there has to be a frame for that.
    .text
    .globl _start
    .type _start, @function
_start:
    stwu r1, -0x20(r1)
    bl main
    bl XamLoaderTerminateTitle
1:  twi 31, r0, 22
    b 1b
