/* Tests: VdSwap VdSetGraphicsInterruptCallback
 *
 * Frames as a graphics library of the console's presents them. For each one the ring says that a flip is pending, calls
 * back with an interval, waits until the flip may be, and swaps. The function that is called decides: a flip whose time
 * is over is let go at once, any other one at the vertical blank that it is due at. */
#include "tests/guest/kernel/ring.h"

enum { FRAMES = 12, LIBRARY = CHIP_SCRATCH, PENDING_CPUS = 0, FLIP_PENDING = 1, FUNCTION = 4, ARGUMENT = 5 };
enum { WIDTH = 256, HEIGHT = 64, NOBODY = 0x0BADF00D, TILED_8888 = (int)0x80000002 };

static volatile uint32_t *library; /* where scratch registers go */
static uint32_t lock;
static volatile uint32_t vblanks, vblank_at, target, waiting, traps, calls_on, calls[2];
static volatile uint32_t flips, flip_at[FRAMES], flipped_vblank[FRAMES];
static void *surface[2];
static struct event flipped;

static void let_go(void)
{
    waiting = 0;
    flip_at[flips % FRAMES] = edges();
    flipped_vblank[flips % FRAMES] = vblanks;
    flips++;
    library[FLIP_PENDING] = 0;
    KeSetEvent(&flipped, 1, 0);
}

/* What the ring calls. */
static void decide(uint32_t interval)
{
    target += interval;
    if ((int32_t)(vblanks - target) > 0)
        target = vblanks; /* too late: now */
    if (vblanks == target)
        let_go();
    else
        waiting = 1;
}

static void on_blank(void)
{
    if ((REG(BLANK_STATUS) & 1) == 0)
        return;
    vblanks++;
    vblank_at = edges();
    if (waiting && vblanks == target)
        let_go();
}

static void on_commands(void)
{
    uint32_t function = library[FUNCTION], argument = library[ARGUMENT];
    if (function == NOBODY) {
        traps++;
        return;
    }
    ((void (*)(uint32_t))(uintptr_t)function)(argument);
    KeAcquireSpinLockAtRaisedIrql(&lock);
    calls_on |= 1u << THIS_CPU;
    library[PENDING_CPUS] = library[PENDING_CPUS] & ~(1u << THIS_CPU) & 0x3F;
    KeReleaseSpinLockFromRaisedIrql(&lock);
}

static void graphics(uint32_t source, const volatile void *context)
{
    (void)context;
    calls[source & 1]++;
    if (source == 0)
        on_blank();
    else
        on_commands();
}
GUEST_CALLBACK(graphics, graphics);

static void put_predicated(uint32_t op, const uint32_t *word, uint32_t count)
{
    ring_put(TYPE3(op, count) | PREDICATED);
    ring_put_all(word, count);
}
#define PREDICATED_PACKET(op, ...) put_predicated(op, (const uint32_t[]){__VA_ARGS__}, COUNT_OF(__VA_ARGS__))

static void put_call(void (*function)(uint32_t), uint32_t argument)
{
    uint32_t pending = real_of(&library[PENDING_CPUS]) | BIG;
    WRITE(WAIT_UNTIL, 0x20000);
    WRITE(SCRATCH + FUNCTION, WORD(function), argument);
    WRITE(SCRATCH + PENDING_CPUS, 4);
    PREDICATED_PACKET(WAIT_REG_MEM, EQUAL | OF_MEMORY, pending, 4, 0xFFFFFFFF, 8);
    PREDICATED_PACKET(INTERRUPT, 4);
    WRITE(CP_CPU_INT_ACK, 4);
    PREDICATED_PACKET(WAIT_REG_MEM, EQUAL | OF_MEMORY, pending, 0, 0xFFFFFFFF, 8);
    WRITE(SCRATCH + FUNCTION, NOBODY);
}

static void put_swap(void *front_buffer)
{
    static uint32_t fetch[6], address, format = 6, space, width = WIDTH, height = HEIGHT;
    while (ring_at > RING_WORDS - 64)
        PUT(FILLER);
    fetch[0] = (uint32_t)TILED_8888 | WIDTH / 32 << 22;
    fetch[1] = WORD(front_buffer) | format;
    fetch[2] = (HEIGHT - 1) << 13 | (WIDTH - 1);
    address = WORD(front_buffer);
    VdSwap((const void *)&ring[ring_at], fetch, NULL, (void *)0xBEEF0000, (void *)0xBEEF0001, &address, &format, &space,
           &width, &height);
    ring_at = (ring_at + 64) % RING_WORDS;
}

static void present(uint32_t frame, uint32_t interval)
{
    uint32_t pending = real_of(&library[FLIP_PENDING]) | BIG;
    WRITE(SCRATCH + FLIP_PENDING, 1);
    PACKET(WAIT_REG_MEM, EQUAL | OF_MEMORY, pending, 1, 0xFFFFFFFF, 8);
    put_call(decide, interval);
    PACKET(WAIT_REG_MEM, EQUAL | OF_MEMORY, pending, 0, 0xFFFFFFFF, 0x100);
    put_swap(surface[frame % 2]);
    ring_fence();
    ring_kick();
}

int main(void)
{
    ring_begin(NULL, NULL);
    library = &chip[LIBRARY];
    KeInitializeEvent(&flipped, SYNCHRONIZATION, 0);
    for (uint32_t i = 0; i < 2; i++)
        surface[i] = MmAllocatePhysicalMemoryEx(0, WIDTH * HEIGHT * 4, 0x20000404, 0, 0xFFFFFFFF, 0);
    WRITE(SCRATCH_ADDR, real_of(library));
    WRITE(SCRATCH_UMSK, 0x00020033);
    WRITE(SCRATCH + FUNCTION, NOBODY);
    ring_finish();
    EXPECT(library[FUNCTION], NOBODY);
    VdSetGraphicsInterruptCallback(graphics_code, NULL);

    /* An interval of 0: at once; of 1 and 2: so many vertical blanks behind the one before. */
    for (uint32_t frame = 0; frame < FRAMES; frame++) {
        uint32_t interval = frame < 4 ? 0 : frame < 8 ? 1 : 2;
        present(frame, interval);
        EXPECT(KeWaitForSingleObject(&flipped, 0, USER_MODE, 0, GUEST_MS(60)), STATUS_SUCCESS);
        EXPECT(flips, frame + 1);
        if (frame >= 5)
            EXPECT(flipped_vblank[frame] - flipped_vblank[frame - 1], interval);
        CHECK(ring_finish() < 50 * 20); /* the swap is carried out soon */
        EXPECT(REG(GRPH_ADDRESS), real_of(surface[frame % 2]));
    }
    EXPECT_BETWEEN((flip_at[7] - flip_at[5]) / 50, 33300, 33450); /* us: two frames of 1001/60 ms */
    EXPECT_BETWEEN((flip_at[11] - flip_at[9]) / 50, 66600, 66850);
    EXPECT(traps, 0);
    EXPECT(calls[1], FRAMES);
    EXPECT(calls_on, 4); /* hardware thread 2 */
    EXPECT(library[PENDING_CPUS], 0);
    EXPECT(library[FUNCTION], NOBODY);
    EXPECT(REG(0x1848), WIDTH); /* pitch */
    EXPECT(REG(0x184D), WIDTH);
    EXPECT(REG(0x184E), HEIGHT);
    EXPECT(ring_register(0x4801), real_of(surface[1]) | 6); /* the fetch constant */
    VdSetGraphicsInterruptCallback(NULL, NULL);
    return check_done();
}
