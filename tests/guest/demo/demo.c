/* The demo title: bars and a name that move, painted by the six hardware threads into two frame buffers and shown in
 * turn at the vertical blank. docs/guest-programs.md tells how it is made and run.
 *
 * Each painter is a thread on a hardware thread of its own. A semaphore counts rows of tiles that are to be painted;
 * which one is next stands in a queue, under a mutant. Who finishes the last one of a frame sets an event. The ring
 * then has the words of a swap, and an interrupt that tells when they are carried out; at the vertical blank behind
 * that the frame is shown, and the other buffer free. A timer beats on a seventh thread. The name comes from a file,
 * strip.txt, of the title's own medium. */
#include "tests/guest/demo/demo.h"

#define BLANK_STATUS (*(volatile uint32_t *)0x7FC86544u)

enum { FRAMES = 30 };

static struct surface surfaces[2];
static uint32_t mutant, work, painted_all, quit_event;
static struct event blank;
static volatile uint32_t vblanks, shown, beats, swapped; /* swapped: the next blank shows another surface */

/* ---- The queue of rows ---- */

static struct {
    volatile uint32_t first, count;
    uint8_t row[16];
} queue;
static volatile uint32_t rows_left, rows_painted[PAINTERS];
static struct surface *volatile target;

static void put_row(uint32_t row)
{
    NtWaitForSingleObjectEx(mutant, 1, 0, NULL);
    queue.row[(queue.first + queue.count++) & 15] = (uint8_t)row;
    NtReleaseMutant(mutant, NULL);
}

static uint32_t take_row(void)
{
    uint32_t row;
    NtWaitForSingleObjectEx(mutant, 1, 0, NULL);
    row = queue.row[queue.first++ & 15];
    queue.count--;
    NtReleaseMutant(mutant, NULL);
    return row;
}

static uint32_t paint(const volatile void *context)
{
    const uint32_t number = (uint32_t)(uintptr_t)context, wanted[2] = {quit_event, work};
    while (NtWaitForMultipleObjectsEx(2, wanted, WAIT_ANY, 1, 0, NULL) == 1) {
        paint_row(target, take_row());
        rows_painted[number]++;
        if (__atomic_sub_fetch(&rows_left, 1, __ATOMIC_ACQ_REL) == 0)
            NtSetEvent(painted_all, NULL);
    }
    return number;
}
GUEST_CALLBACK(thread, paint);

/* ---- The clock ---- */

static void beat(const volatile void *argument, uint32_t due_low, uint32_t due_high)
{
    (void)argument;
    (void)due_low;
    (void)due_high;
    beats++;
}
GUEST_CALLBACK(timer, beat);

static uint32_t keep_time(const volatile void *unused)
{
    uint32_t timer = 0;
    (void)unused;
    NtCreateTimer(&timer, NULL, SYNCHRONIZATION);
    NtSetTimerEx(timer, GUEST_MS(10), beat_code, 1, NULL, 0, 10, NULL);
    while (NtWaitForSingleObjectEx(quit_event, 1, 1, NULL) == STATUS_USER_APC)
        ;
    NtCancelTimer(timer, NULL);
    NtClose(timer);
    return 0;
}
GUEST_CALLBACK(thread, keep_time);

static void on_graphics(uint32_t source, const volatile void *context)
{
    (void)context;
    if (source == 1) {
        swapped = 1;
        return;
    }
    if ((BLANK_STATUS & 1) == 0)
        return;
    vblanks++;
    if (swapped != 0) {
        swapped = 0;
        shown++;
        KeSetEvent(&blank, 1, 0);
    }
}
GUEST_CALLBACK(graphics, on_graphics);

/* ---- The frames ---- */

static void animate(uint32_t frame)
{
    struct surface *surface = &surfaces[frame & 1];
    compose(frame);
    for (uint32_t i = 0; i < PAINTERS; i++)
        gauge[i] = rows_painted[i];
    target = surface;
    rows_left = ROWS;
    for (uint32_t row = 0; row < ROWS; row++)
        put_row(row);
    NtReleaseSemaphore(work, ROWS, NULL);
    NtWaitForSingleObjectEx(painted_all, 1, 0, NULL);
    swap_to(surface);
    KeWaitForSingleObject(&blank, 0, 1, 0, NULL);
}

static void read_strip(void)
{
    static char path[] = "game:\\strip.txt", text[1024];
    struct ansi_string name;
    struct object_attributes attributes = {0, &name, 0x40};
    struct io_status_block block = {0, 0};
    uint32_t file = 0, status;
    RtlInitAnsiString(&name, path);
    status = NtCreateFile(&file, 0x80100080, &attributes, &block, NULL, 0, 1, 1, 0x60); /* read, open, synchronous */
    if (status == 0) {
        status = NtReadFile(file, 0, NULL, NULL, &block, text, sizeof text, NULL);
        NtClose(file);
    }
    if (status == 0)
        DbgPrint("demo: %s: %u bytes\n", path, block.information);
    else
        DbgPrint("demo: %s: status %08X, there is no name to show\n", path, status);
    read_name(text, status == 0 ? block.information : 0);
}

int main(void)
{
    uint32_t thread[PAINTERS + 1];

    DbgPrint("demo: %u by %u, %u frames\n", WIDTH, HEIGHT, FRAMES);
    read_strip();
    for (unsigned i = 0; i < 2; i++)
        if (!make_surface(&surfaces[i]))
            return 1;
    KeInitializeEvent(&blank, SYNCHRONIZATION, 0);
    NtCreateMutant(&mutant, NULL, 0);
    NtCreateSemaphore(&work, NULL, 0, ROWS);
    NtCreateEvent(&painted_all, NULL, SYNCHRONIZATION, 0);
    NtCreateEvent(&quit_event, NULL, NOTIFICATION, 0);
    for (uint32_t i = 0; i < PAINTERS; i++)
        if (ExCreateThread(&thread[i], 0, NULL, NULL, paint_code, (void *)i, 1u << (24 + i)) != 0)
            return 1;
    if (ExCreateThread(&thread[PAINTERS], 0, NULL, NULL, keep_time_code, NULL, 1u << 25) != 0)
        return 1;
    VdSetGraphicsInterruptCallback(on_graphics_code, NULL);
    if (!make_ring())
        return 1;

    for (uint32_t frame = 0; frame < FRAMES; frame++) {
        animate(frame);
        if ((frame + 1) % 10 == 0)
            DbgPrint("demo: frame %u at vblank %u, beat %u; rows: %u %u %u %u %u %u\n", frame + 1, vblanks, beats,
                     rows_painted[0], rows_painted[1], rows_painted[2], rows_painted[3], rows_painted[4],
                     rows_painted[5]);
    }

    VdSetGraphicsInterruptCallback(NULL, NULL);
    NtSetEvent(quit_event, NULL);
    NtWaitForMultipleObjectsEx(PAINTERS + 1, thread, WAIT_ALL, 1, 0, NULL);
    for (unsigned i = 0; i < PAINTERS + 1; i++)
        NtClose(thread[i]);
    DbgPrint("demo: %u frames shown, all threads have ended\n", shown);
    return 0;
}
