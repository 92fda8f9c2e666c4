#include "tests/support/fake_target.h"

#include <stdio.h>
#include <string.h>

static const struct xenon_context *registers(void *context, unsigned thread)
{
    return &((struct fake_target *)context)->thread[thread];
}

static bool awaited(void *context, unsigned thread, unsigned resource)
{
    return thread == 0 && (int)resource == ((struct fake_target *)context)->awaited;
}

static struct xenon_context *change(void *context, unsigned thread, bool control)
{
    struct fake_target *fake = context;
    (void)control;
    return fake->fixed ? NULL : &fake->thread[thread];
}

static void changed(void *context, unsigned thread, bool control)
{
    struct fake_target *fake = context;
    (void)thread;
    fake->changes++;
    fake->control_changes += control;
}

static uint8_t *place(struct fake_target *fake, uint64_t address, size_t size)
{
    bool there =
        address >= FAKE_BASE && address - FAKE_BASE <= FAKE_MEMORY && size <= FAKE_MEMORY - (address - FAKE_BASE);
    return there ? fake->memory + (address - FAKE_BASE) : NULL;
}

static bool read_memory(void *context, unsigned thread, uint64_t address, uint8_t *bytes, size_t size)
{
    const uint8_t *memory = place(context, address, size);
    (void)thread;
    if (memory)
        memcpy(bytes, memory, size);
    return memory != NULL;
}

static bool write_memory(void *context, unsigned thread, uint64_t address, const uint8_t *bytes, size_t size)
{
    uint8_t *memory = place(context, address, size);
    (void)thread;
    if (memory)
        memcpy(memory, bytes, size);
    return memory != NULL;
}

static bool set_point(void *context, enum gdb_point kind, uint64_t address, uint64_t size)
{
    struct fake_target *fake = context;
    if (fake->points == FAKE_POINTS)
        return false;
    fake->point[fake->points++] = (struct fake_point){kind, address, size};
    return true;
}

static void clear_point(void *context, enum gdb_point kind, uint64_t address, uint64_t size)
{
    struct fake_target *fake = context;
    for (unsigned i = 0; i < fake->points; i++)
        if (fake->point[i].kind == kind && fake->point[i].address == address && fake->point[i].size == size)
            fake->point[i--] = fake->point[--fake->points];
}

static void resume(void *context, int step)
{
    struct fake_target *fake = context;
    fake->resumed++;
    fake->step = step;
}

static bool run(void *context, struct gdb_stop *stop)
{
    struct fake_target *fake = context;
    if (fake->stops)
        *stop = fake->stop;
    return fake->stops;
}

static void describe_thread(void *context, unsigned thread, char text[GDB_TEXT])
{
    (void)context;
    snprintf(text, GDB_TEXT, "core 0 thread %u, running", thread);
}

static void describe_time(void *context, char text[GDB_TEXT])
{
    (void)context;
    snprintf(text, GDB_TEXT, "1.5us");
}

static uint64_t cycles(void *context)
{
    (void)context;
    return 4800;
}

void fake_target_init(struct fake_target *fake)
{
    memset(fake, 0, sizeof *fake);
    fake->awaited = -1;
    fake->step = GDB_NOBODY;
    for (unsigned n = 0; n < FAKE_THREADS; n++) {
        xenon_context_reset(&fake->thread[n], n);
        for (unsigned i = 0; i < 32; i++)
            fake->thread[n].gpr[i] = n * 0x100 + i;
    }
    fake->target = (struct gdb_target){
        .context = fake,
        .threads = FAKE_THREADS,
        .registers = registers,
        .awaited = awaited,
        .change = change,
        .changed = changed,
        .read = read_memory,
        .write = write_memory,
        .set_point = set_point,
        .clear_point = clear_point,
        .resume = resume,
        .run = run,
        .describe_thread = describe_thread,
        .describe_time = describe_time,
        .cycles = cycles,
    };
}
