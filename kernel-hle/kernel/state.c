/* Saving and loading the kernel. Guest memory, the title's map and registers of hardware threads are others'. */
#include "kernel-hle/ex/notify.h"
#include "kernel-hle/io/io.h"
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/ob/ob_parts.h"

void kernel_save(const struct kernel *kernel, struct sim_writer *writer)
{
    struct kernel *k = (struct kernel *)(uintptr_t)kernel; /* ke_save() walks both ways by one list */
    sim_put_u64(writer, k->now);
    sim_put_u8(writer, k->acting);
    for (size_t i = 0; i < kernel_export_count(); i++)
        sim_put_u8(writer, k->reported[i]);
    mm_save(k->mm, writer);
    ob_save(k, writer);
    ke_save(k, writer);
    io_save(k, writer);
    notify_save(k, writer);
    if (k->config.replay)
        ke_replay_save(k, writer); /* nothing shows in the state of a run without */
}

void kernel_load(struct kernel *k, struct sim_reader *reader)
{
    k->now = sim_get_u64(reader);
    k->acting = sim_get_u8_below(reader, KERNEL_CPUS);
    for (size_t i = 0; i < kernel_export_count(); i++)
        k->reported[i] = sim_get_u8_below(reader, 2);
    k->stopped = false;
    k->fault.held = false;
    k->raised = 0;
    io_reset(k->io);
    notify_reset(k->notify);
    mm_load(k->mm, reader);
    ob_load(k, reader);
    ke_load(k, reader);
    io_load(k, reader);
    notify_load(k, reader);
    k->ke->replay_uncounted = reader->offset == reader->size;
    if (!k->ke->replay_uncounted)
        ke_replay_load(k, reader);
    if (!reader->failed)
        return;
    k->stopped = true; /* nothing of it is to be relied on before a reset */
    io_reset(k->io);
    notify_reset(k->notify);
    ob_reset(k->ob);
    ke_clear(k);
}
