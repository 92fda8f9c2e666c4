#include "tests/support/kernel_guest.h"

#include "kernel-hle/kernel/kernel_parts.h"
#include "models/xenon/isa/interrupt.h"
#include "tests/support/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STACK = 0x8000, TRAMPOLINES = 0x8000, STEPS = 100000, TRAPS = 2000, SOURCE = 1 << 16 };

static void read_file(const char *file, char *text, size_t size)
{
    char path[4096];
    FILE *in = fopen(source_path(file, path), "rb");
    SIM_CHECK(in != NULL, "%s: cannot be read", path);
    text[fread(text, 1, size - 1, in)] = '\0';
    fclose(in);
}

static void assemble(struct kernel_guest *g, const char *file, const char *const *exports, size_t count)
{
    static char text[2 * SOURCE];
    struct sim_error error;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct hle_export *row = hle_export_named(HLE_MODULE_xboxkrnl, exports[i]);
        SIM_CHECK(row != NULL, "there is no export %s", exports[i]);
        size_t index = kernel_export_index(HLE_MODULE_xboxkrnl, row->ordinal);
        used +=
            (size_t)snprintf(text + used, SOURCE - used, ".equ %s, 0x%X\n", exports[i], kernel_export_address(index));
    }
    read_file(file, text + used, SOURCE);
    SIM_CHECK(xenon_assemble(&g->program, file, text, strlen(text), KERNEL_GUEST_BASE, &error) == SIM_OK, "%s",
              error.text);
}

uint32_t kernel_guest_symbol(const struct kernel_guest *g, const char *name)
{
    const struct xenon_symbol *symbol = xenon_program_symbol(&g->program, name);
    SIM_CHECK(symbol != NULL, "no symbol %s", name);
    return (uint32_t)symbol->value;
}

struct xenon_context *kernel_guest_registers(struct kernel_guest *g)
{
    return &g->bench->cpu[0];
}

void kernel_guest_init(struct kernel_guest *g, const char *file, const char *const *exports, size_t count)
{
    *g = (struct kernel_guest){.stepper = xenon_stepper_new(16 << 20)};
    SIM_CHECK(g->stepper != NULL, "no memory");
    assemble(g, file, exports, count);
    uint32_t pdata = kernel_guest_symbol(g, "pdata");
    g->pdata = (struct image_section){".pdata", pdata, kernel_guest_symbol(g, "pdata_end") - pdata, IMAGE_READ};
    g->image = (struct image){.kind = IMAGE_XEX,
                              .bytes = g->program.bytes,
                              .base = KERNEL_GUEST_BASE,
                              .size = (uint32_t)g->program.size,
                              .page_size = 0x10000,
                              .entry = kernel_guest_symbol(g, "entry"),
                              .section = &g->pdata,
                              .sections = 1};
    g->bench = kernel_bench_new(&(struct kernel_bench_spec){.image = &g->image});
    kernel_bench_settle(g->bench);
    SIM_CHECK(kernel_bench_pc(g->bench, 0) == g->image.entry, "the title has not begun");
    g->stack = (((uint32_t)kernel_guest_registers(g)->gpr[1] + 0xFFF) & ~UINT32_C(0xFFF)) - STACK;
}

void kernel_guest_free(struct kernel_guest *g)
{
    kernel_bench_free(g->bench);
    xenon_stepper_free(g->stepper);
    xenon_program_free(&g->program);
}

static void copy(struct kernel_guest *g, uint32_t address, uint32_t size, bool back)
{
    static uint8_t bytes[0x20000];
    SIM_CHECK(size <= sizeof bytes, "too much to copy");
    if (back) {
        xenon_stepper_read(g->stepper, address, bytes, size);
        SIM_CHECK(guest_write(g->bench->kernel, address, bytes, size), "no memory at %x", address);
    } else {
        SIM_CHECK(guest_read(g->bench->kernel, address, bytes, size), "no memory at %x", address);
        SIM_CHECK(xenon_stepper_write(g->stepper, address, bytes, size), "no memory");
    }
}

static void copy_all(struct kernel_guest *g, bool back)
{
    copy(g, g->stack, STACK, back);
    copy(g, KERNEL_GUEST_BASE, g->image.size, back);
    if (!back)
        copy(g, KERNEL_TRAMPOLINES, TRAMPOLINES, false);
}

/* Runs guest code until it traps, and hands the trap to the kernel. */
static void run_to_trap(struct kernel_guest *g)
{
    struct xenon_context *r = kernel_guest_registers(g), *t = xenon_stepper_context(g->stepper);
    copy_all(g, false);
    *t = *r;
    enum xenon_stop stop = xenon_stepper_run(g->stepper, STEPS, KERNEL_GUEST_RETURN);
    SIM_CHECK(stop != XENON_STOP_COUNT, "guest code does not end: %llx", (unsigned long long)t->nia);
    copy_all(g, true);
    *r = *t;
    if (stop == XENON_STOP_ADDRESS)
        return;
    struct kernel_trap trap = {t->interrupt.vector, t->interrupt.cause, t->interrupt.dar, t->interrupt.dsisr};
    if (t->interrupt.next)
        r->nia += 4;
    kernel_bench_trap(g->bench, 0, &trap);
    kernel_bench_settle(g->bench);
}

bool kernel_guest_call(struct kernel_guest *g, const char *function, uint64_t argument, uint64_t *r3)
{
    struct xenon_context *r = kernel_guest_registers(g);
    r->gpr[3] = argument;
    r->lr = KERNEL_GUEST_RETURN;
    r->nia = kernel_guest_symbol(g, function);
    for (unsigned i = 0; i < TRAPS && !g->bench->stopped; i++) {
        SIM_CHECK(g->bench->running[0], "the kernel keeps the hardware thread");
        run_to_trap(g);
        if (r->nia == KERNEL_GUEST_RETURN) {
            *r3 = r->gpr[3];
            return true;
        }
    }
    SIM_CHECK(g->bench->stopped, "too many traps");
    return false;
}
