/* A title that prints a line and ends:
 *
 *     powerpc64-linux-gnu-gcc -m32 -O1 -ffreestanding -nostdlib -static -mno-sdata -fno-pic \
 *         -Wl,-Ttext-segment=0x82010000,-z,max-page-size=65536,--build-id=none -I . tests/guest/hello.c -o hello.elf
 *     cycle360 xex pack hello.elf -o hello.xex
 */
#include "tests/guest/xex.h"

XEX_FUNCTION(xboxkrnl, 3, DbgPrint);
XEX_FUNCTION(xam, 0x1A9, XamLoaderTerminateTitle);
XEX_VARIABLE(xboxkrnl, 0x59, monitor);

extern void DbgPrint(const char *format, ...);
extern void XamLoaderTerminateTitle(void);
extern void *const monitor; /* KeDebugMonitorData */

static volatile int count = 5;
static volatile char zeros[100000];

void _start(void);

void _start(void)
{
    zeros[count] = monitor != 0;
    DbgPrint("hello %d\n", count);
    XamLoaderTerminateTitle();
}
