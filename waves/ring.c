#include "waves/ring.h"

#include "waves/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS_LEAST = 4, BATCH_MOST = 8 };

struct waves_ring {
    char *path; /* NULL: it has no name */
    int file;
    uint8_t *map;
    size_t map_size;
    size_t header_size, chunk_size;
    uint32_t signals, slots, used_slots; /* slots that may be used; slots that have disk behind them */
    sim_time history;
    uint64_t sequence; /* these two are the simulation's */
    struct waves_chunk *filling;

    pthread_mutex_t lock;
    pthread_cond_t filled, freed;
    struct waves_chunk **queue; /* handed over: a circle of `slots`, the oldest at `head` */
    uint32_t head, queued;
    uint64_t handed_over;       /* so far */
    struct waves_chunk **spare; /* a stack of chunks that are free again */
    uint32_t spares;
    bool growing, streaming, finished, given_up;
};

/* Disk behind [offset, offset + size): without it a full disk would end the program by SIGBUS. */
static int reserve(const struct waves_ring *ring, size_t offset, size_t size)
{
    int code;
    do
        code = posix_fallocate(ring->file, (off_t)offset, (off_t)size);
    while (code == EINTR);
    return code;
}

enum sim_status waves_ring_new(const char *path, const struct waves_signals *signals, const char *comment,
                               uint64_t bytes, sim_time history, struct waves_ring **result, struct sim_error *error)
{
    struct waves_ring *ring = waves_zeroed(1, sizeof *ring);
    struct waves_raw_header *header = waves_raw_header_new(signals, comment, WAVES_RAW_RING);
    const char *shown = path ? path : "a ring in memory";
    ring->header_size = header->header_size;
    ring->chunk_size = header->chunk_size;
    ring->signals = signals->count;
    ring->history = history;
    ring->streaming = history == 0;
    ring->growing = true;
    uint64_t slots = bytes / ring->chunk_size;
    ring->slots = slots < SLOTS_LEAST ? SLOTS_LEAST : slots > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)slots;
    ring->map_size = ring->header_size + (size_t)ring->slots * ring->chunk_size;
    ring->queue = waves_zeroed(ring->slots, sizeof(struct waves_chunk *));
    ring->spare = waves_zeroed(ring->slots, sizeof(struct waves_chunk *));
    pthread_mutex_init(&ring->lock, NULL);
    pthread_cond_init(&ring->filled, NULL);
    pthread_cond_init(&ring->freed, NULL);

    enum sim_status status = SIM_OK;
    int code = 0;
    ring->file = path ? open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : memfd_create("waves", MFD_CLOEXEC);
    if (ring->file < 0) {
        status = sim_fail(error, SIM_HOST, "%s: cannot be created: %s", shown, strerror(errno));
    } else {
        ring->path = path ? waves_copy_text(path, strlen(path)) : NULL;
        size_t first = ring->header_size + SLOTS_LEAST * ring->chunk_size;
        ring->used_slots = SLOTS_LEAST;
        if (ftruncate(ring->file, (off_t)ring->map_size) != 0)
            code = errno;
        if (!code)
            code = reserve(ring, 0, first);
        void *map = code ? MAP_FAILED : mmap(NULL, ring->map_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->file, 0);
        if (!code && map == MAP_FAILED)
            code = errno;
        if (code)
            status = sim_fail(error, SIM_HOST, "%s: no room for a ring of %zu bytes: %s", shown, first, strerror(code));
        else
            ring->map = map;
    }
    if (status == SIM_OK) {
        memcpy(ring->map, header, header->header_size);
        for (uint32_t i = SLOTS_LEAST; i-- > 0;)
            ring->spare[ring->spares++] = (void *)(ring->map + ring->header_size + i * ring->chunk_size);
        *result = ring;
    } else {
        waves_ring_free(ring);
    }
    free(header);
    return status;
}

void waves_ring_free(struct waves_ring *ring)
{
    if (!ring)
        return;
    if (ring->map)
        munmap(ring->map, ring->map_size);
    if (ring->file >= 0)
        close(ring->file);
    if (ring->path)
        unlink(ring->path);
    pthread_mutex_destroy(&ring->lock);
    pthread_cond_destroy(&ring->filled);
    pthread_cond_destroy(&ring->freed);
    free(ring->path);
    free(ring->queue);
    free(ring->spare);
    free(ring);
}

static struct waves_chunk *oldest(const struct waves_ring *ring, uint32_t n)
{
    return ring->queue[(ring->head + n) % ring->slots];
}

/* For so many chunks a thread is woken, which takes the host longer than some of them take to fill. The first ones are
 * written as they come. */
static uint32_t batch(const struct waves_ring *ring)
{
    uint32_t most = (ring->growing ? ring->slots : ring->used_slots) / SLOTS_LEAST;
    if (most > BATCH_MOST)
        most = BATCH_MOST;
    return ring->handed_over / 8 < most ? 1 + (uint32_t)(ring->handed_over / 8) : most;
}

static void reuse_oldest(struct waves_ring *ring)
{
    ring->spare[ring->spares++] = oldest(ring, 0);
    ring->head = (ring->head + 1) % ring->slots;
    ring->queued--;
}

/* A chunk to fill; NULL if the ring is given up. Called with the lock held. */
static struct waves_chunk *find_room(struct waves_ring *ring, sim_time now)
{
    /* The oldest is of no use once the next already begins before anything that can still be wanted. */
    while (!ring->streaming && ring->queued >= 2 && now >= ring->history &&
           oldest(ring, 1)->start <= now - ring->history)
        reuse_oldest(ring);
    while (ring->spares == 0 && !ring->given_up) {
        if (ring->growing && ring->used_slots < ring->slots) {
            size_t offset = ring->header_size + ring->used_slots * ring->chunk_size;
            if (reserve(ring, offset, ring->chunk_size) == 0) {
                ring->used_slots++;
                return (void *)(ring->map + offset);
            }
            /* The disk is full: what there is must do. */
            ring->growing = false;
            pthread_cond_signal(&ring->filled);
        }
        if (ring->streaming) {
            pthread_cond_wait(&ring->freed, &ring->lock);
        } else {
            reuse_oldest(ring); /* the dump will begin later than was asked for */
        }
    }
    return ring->given_up ? NULL : ring->spare[--ring->spares];
}

static void hand_over(struct waves_ring *ring, sim_time end)
{
    if (!ring->filling)
        return;
    ring->filling->end = end;
    ring->queue[(ring->head + ring->queued) % ring->slots] = ring->filling;
    ring->queued++;
    ring->handed_over++;
    ring->filling = NULL;
    if (ring->streaming && ring->queued >= batch(ring))
        pthread_cond_signal(&ring->filled);
}

struct waves_chunk *waves_ring_next(struct waves_ring *ring, sim_time now, const uint64_t *values)
{
    pthread_mutex_lock(&ring->lock);
    hand_over(ring, now);
    struct waves_chunk *chunk = find_room(ring, now);
    pthread_mutex_unlock(&ring->lock);
    if (!chunk)
        return NULL;
    /* Whoever reads the file after a kill must not take the old chunk's number with the new one's contents. */
    __atomic_store_n(&chunk->sequence, 0, __ATOMIC_RELEASE);
    chunk->start = chunk->end = now;
    chunk->used = 0;
    chunk->flags = 0;
    memcpy(chunk->values, values, (size_t)ring->signals * 8);
    __atomic_store_n(&chunk->sequence, ++ring->sequence, __ATOMIC_RELEASE);
    ring->filling = chunk;
    return chunk;
}

void waves_ring_stream(struct waves_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->streaming = true;
    pthread_cond_signal(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}

void waves_ring_finish(struct waves_ring *ring, sim_time end)
{
    pthread_mutex_lock(&ring->lock);
    hand_over(ring, end);
    ring->streaming = ring->finished = true;
    pthread_cond_signal(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}

bool waves_ring_is_given_up(struct waves_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    bool given_up = ring->given_up;
    pthread_mutex_unlock(&ring->lock);
    return given_up;
}

struct waves_chunk *waves_ring_take(struct waves_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    if (!(ring->streaming && ring->queued))
        while (!ring->given_up && !(ring->streaming && ring->queued >= batch(ring)) && !ring->finished)
            pthread_cond_wait(&ring->filled, &ring->lock);
    struct waves_chunk *chunk = ring->queued && !ring->given_up ? oldest(ring, 0) : NULL;
    pthread_mutex_unlock(&ring->lock);
    return chunk;
}

void waves_ring_release(struct waves_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    reuse_oldest(ring);
    if (ring->spares >= batch(ring) || ring->queued == 0)
        pthread_cond_signal(&ring->freed);
    pthread_mutex_unlock(&ring->lock);
}

void waves_ring_give_up(struct waves_ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->given_up = true;
    pthread_cond_signal(&ring->freed);
    pthread_cond_signal(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}
