/* The host threads of the parallel schedule. The scheduler's thread posts a list of components; it and the crew take
 * them one by one until none is left. Who advances which component cannot change a bit: each touches only its own
 * state.
 *
 * One atomic word says which post it is, how many components it has and how many are taken, so a thread that comes late
 * finds nothing to take, and nobody waits for a thread that took nothing. Waiting spins a bounded time, then sleeps. */
#include "models/sim/machine_parts.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SPINS = 2000, COUNT_SHIFT = 16, POST_SHIFT = 32 };

struct sim_crew {
    _Atomic uint64_t ticket; /* post << 32 | count << 16 | taken */
    _Atomic unsigned done;
    _Atomic unsigned asleep;
    _Atomic int quit;
    struct sim_component *const *components;
    pthread_mutex_t lock;
    pthread_cond_t posted;
    unsigned threads;
    pthread_t thread[];
};

static unsigned ticket_count(uint64_t ticket)
{
    return (ticket >> COUNT_SHIFT) & 0xFFFF;
}
static unsigned ticket_taken(uint64_t ticket)
{
    return ticket & 0xFFFF;
}
static bool work_left(uint64_t ticket)
{
    return ticket_taken(ticket) < ticket_count(ticket);
}

static void pause_a_little(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void take_work(struct sim_crew *crew)
{
    uint64_t ticket = atomic_load(&crew->ticket);
    while (work_left(ticket)) {
        if (!atomic_compare_exchange_weak(&crew->ticket, &ticket, ticket + 1))
            continue;
        struct sim_component *component = crew->components[ticket_taken(ticket)];
        component->type->advance(component, component->until);
        atomic_fetch_add(&crew->done, 1);
        ticket = atomic_load(&crew->ticket);
    }
}

static void *crew_member(void *context)
{
    struct sim_crew *crew = context;
    while (!atomic_load(&crew->quit)) {
        for (unsigned spin = 0; spin < SPINS && !work_left(atomic_load(&crew->ticket)); spin++)
            pause_a_little();
        if (!work_left(atomic_load(&crew->ticket))) {
            pthread_mutex_lock(&crew->lock);
            atomic_fetch_add(&crew->asleep, 1);
            while (!work_left(atomic_load(&crew->ticket)) && !atomic_load(&crew->quit))
                pthread_cond_wait(&crew->posted, &crew->lock);
            atomic_fetch_sub(&crew->asleep, 1);
            pthread_mutex_unlock(&crew->lock);
        }
        take_work(crew);
    }
    return NULL;
}

static void wake_sleepers(struct sim_crew *crew)
{
    if (atomic_load(&crew->asleep)) {
        pthread_mutex_lock(&crew->lock);
        pthread_cond_broadcast(&crew->posted);
        pthread_mutex_unlock(&crew->lock);
    }
}

struct sim_crew *crew_new(unsigned threads)
{
    struct sim_crew *crew = calloc(1, sizeof *crew + threads * sizeof crew->thread[0]);
    SIM_CHECK(crew, "out of memory for %u threads", threads);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->posted, NULL);
    /* The scheduler's own thread is one of them. Where the host refuses a thread, fewer do the same work. */
    while (crew->threads + 1 < threads && pthread_create(&crew->thread[crew->threads], NULL, crew_member, crew) == 0)
        crew->threads++;
    return crew;
}

void crew_free(struct sim_crew *crew)
{
    atomic_store(&crew->quit, 1);
    pthread_mutex_lock(&crew->lock);
    pthread_cond_broadcast(&crew->posted);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->threads; i++)
        pthread_join(crew->thread[i], NULL);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->posted);
    free(crew);
}

void crew_advance(struct sim_crew *crew, struct sim_component *const *components, unsigned count)
{
    uint64_t post = (atomic_load(&crew->ticket) >> POST_SHIFT) + 1;
    crew->components = components;
    atomic_store(&crew->done, 0);
    atomic_store(&crew->ticket, post << POST_SHIFT | (uint64_t)count << COUNT_SHIFT);
    wake_sleepers(crew);
    take_work(crew);
    for (unsigned spin = 0; atomic_load(&crew->done) < count; spin++)
        if (spin < SPINS)
            pause_a_little();
        else
            sched_yield();
}
