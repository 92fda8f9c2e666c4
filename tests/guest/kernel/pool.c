/* Tests: ExAllocatePool ExAllocatePoolWithTag ExAllocatePoolTypeWithTag ExFreePool MmCreateKernelStack
 *        MmDeleteKernelStack RtlGetStackLimits
 *
 * The kernel's pool, and stacks. */
#include "tests/guest/kernel/check.h"

int main(void)
{
    uint8_t *small = ExAllocatePoolTypeWithTag(0x38, 0x41424344, 0), *other = ExAllocatePoolWithTag(0x100, 0x45464748);
    uint8_t *large = ExAllocatePool(0x2001), *again;
    uint32_t limit = 0, base = 0, here = WORD(__builtin_frame_address(0));
    char *stack, *second;

    EXPECT(WORD(small) >> 28, 3); /* the kernel's part of the heap */
    EXPECT(WORD(small) & 0x3F, 8);
    EXPECT(small[-6], 0xAA);
    EXPECT(word_at(small, (uint32_t)-4), 0x41424344);
    EXPECT(word_at(other, (uint32_t)-4), 0x45464748);
    EXPECT(WORD(large) & 0xFFF, 0);
    for (unsigned i = 0; i < 0x38; i++)
        small[i] = (uint8_t)i;
    large[0x2000] = 7;
    EXPECT(small[0x37], 0x37);
    ExFreePool(small);
    again = ExAllocatePoolTypeWithTag(0x38, 0x41424344, 0);
    EXPECT(again, small); /* the lowest place */
    ExFreePool(again);
    ExFreePool(other);
    ExFreePool(large);
    again = ExAllocatePool(0x3000);
    EXPECT(again, large);
    ExFreePool(again);

    RtlGetStackLimits(&limit, &base);
    CHECK(limit < here && here < base);
    EXPECT(limit >> 24, 0x70);
    EXPECT(limit & 0xFFFF, 0);
    stack = MmCreateKernelStack(0x4000, 0);
    second = MmCreateKernelStack(0x4000, 0);
    CHECK(stack != NULL && second != NULL && stack != second);
    stack[-0x4000] = 1;
    stack[-1] = 2;
    EXPECT(stack[-0x4000] + stack[-1], 3);
    EXPECT(MmDeleteKernelStack(stack, stack - 0x4000), STATUS_SUCCESS);
    EXPECT(MmDeleteKernelStack(stack, stack - 0x4000), 0xC0000001);
    EXPECT(MmCreateKernelStack(0x4000, 0), stack);
    return check_done();
}
