/* Guest memory by effective address, as the title's map has it, big-endian. An access to what is not mapped, or not
 * writable, does nothing, reads zeros and leaves a mark (kernel_fault): the call whose handler did it answers
 * STATUS_ACCESS_VIOLATION, or faults, without more ado. So handlers need not look at each access, but must not loop on
 * what they read without a limit. */
#ifndef CYCLE360_HLE_KERNEL_GUEST_H
#define CYCLE360_HLE_KERNEL_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel;

bool guest_read(struct kernel *k, uint32_t address, void *bytes, size_t size);
bool guest_write(struct kernel *k, uint32_t address, const void *bytes, size_t size);
bool guest_fill(struct kernel *k, uint32_t address, uint8_t byte, size_t size);
/* Without a mark. */
bool guest_readable(struct kernel *k, uint32_t address, size_t size);
bool guest_writable(struct kernel *k, uint32_t address, size_t size);

uint8_t guest_u8(struct kernel *k, uint32_t address);
uint16_t guest_u16(struct kernel *k, uint32_t address);
uint32_t guest_u32(struct kernel *k, uint32_t address);
uint64_t guest_u64(struct kernel *k, uint32_t address);
void guest_put_u8(struct kernel *k, uint32_t address, uint8_t value);
void guest_put_u16(struct kernel *k, uint32_t address, uint16_t value);
void guest_put_u32(struct kernel *k, uint32_t address, uint32_t value);
void guest_put_u64(struct kernel *k, uint32_t address, uint64_t value);

/* Text up to its zero; false, and a mark, where there is none within `size` - 1 bytes. Always ends in a zero. */
bool guest_text(struct kernel *k, uint32_t address, char *text, size_t size);
/* Of an ANSI_STRING; cut off to fit. False for a null pointer, an empty one or one that cannot be read. */
bool guest_ansi_string(struct kernel *k, uint32_t address, char *text, size_t size);

/* The first address that could not be accessed since the call's step began; and forgetting it. */
bool kernel_fault(const struct kernel *k, uint32_t *address, bool *write);
void kernel_forget_fault(struct kernel *k);

#endif
