/* Tests: RtlEnterCriticalSection RtlLeaveCriticalSection
 *
 * Contention that another run met. In each round a holder shows a worker a section, and the worker enters it. With
 * REFERENCE the holder has the section every time until the worker has come to it; without, what the holder does is
 * another thing in each round: it has the section, it never takes it, it waits while it has it, the worker has it
 * already, and it has it for longer than anybody should be parked. The worker's calls are the same in both, so that a
 * manifest of the one can be replayed in the other. */
#include "tests/guest/kernel/check.h"

enum { RUNS, FREE, WAITS, OWN, LONG, ROUNDS };
enum { SHORT_US = 60, LONG_US = 3000, SPINS = 1024 };

static struct critical_section plain, spinning, outer;
static volatile uint32_t shown, entering, entered, through;

static struct critical_section *section_of(uint32_t round)
{
    return round == RUNS ? &spinning : &plain;
}

static void idle_us(uint32_t us)
{
    uint32_t then = edges();
    while (microseconds_since(then) < us)
        continue;
}

static uint32_t what(uint32_t round)
{
#ifdef REFERENCE
    return round < ROUNDS ? RUNS : FREE;
#else
    return round;
#endif
}

static uint32_t hold(const volatile void *unused)
{
    (void)unused;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct critical_section *section = section_of(round);
        int takes = what(round) != FREE && what(round) != OWN;
        if (takes)
            RtlEnterCriticalSection(section);
        shown = round + 1;
        while (takes && entering != round + 1)
            continue;
        if (what(round) == WAITS)
            sleep_ms(2);
        else if (takes)
            idle_us(what(round) == LONG ? LONG_US : SHORT_US);
        if (takes)
            RtlLeaveCriticalSection(section);
        while (through != round + 1)
            continue;
    }
    return 0;
}
GUEST_CALLBACK(thread, hold);

static uint32_t work(const volatile void *unused)
{
    (void)unused;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct critical_section *section = section_of(round), *first = what(round) == OWN ? section : &outer;
        while (shown != round + 1)
            continue;
        RtlEnterCriticalSection(first);
        entering = round + 1;
        if (what(round) == WAITS)
            idle_us(SHORT_US); /* the holder waits by then */
        RtlEnterCriticalSection(section);
        entered++;
        RtlLeaveCriticalSection(section);
        RtlLeaveCriticalSection(first);
        through = round + 1;
    }
    return 0;
}
GUEST_CALLBACK(thread, work);

int main(void)
{
    RtlInitializeCriticalSection(&plain);
    RtlInitializeCriticalSection(&outer);
    RtlInitializeCriticalSectionAndSpinCount(&spinning, SPINS);
    uint32_t holder = start_thread(hold_code, NULL, 2, 0), worker = start_thread(work_code, NULL, 4, 0);
    EXPECT(join(worker), STATUS_SUCCESS);
    EXPECT(join(holder), STATUS_SUCCESS);
    EXPECT(entered, ROUNDS);
    EXPECT(plain.lock_count, -1);
    EXPECT(plain.owner, 0);
    EXPECT(spinning.lock_count, -1);
    EXPECT(outer.lock_count, -1);
    return check_done();
}
