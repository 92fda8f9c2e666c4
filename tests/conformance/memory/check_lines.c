/* The lines of one epoch. Every store's bytes are of a value of its own, so each byte that was loaded tells which store
 * it came from. Of each aligned doubleword there must be one order of all stores to it that explains everything:
 *
 *   a thread sees stores in this order, its own at once;
 *   an aligned load sees all of an aligned store, or nothing of it;
 *   nothing comes between what lwarx read and what stwcx. stored;
 *   what is there in the end is last.
 *
 * What follows from these is worked out, pair by pair; a store that is before itself is a fault. */
#include "tests/conformance/memory/torture.h"

#include <string.h>

enum { NODES = 64, ACCESSES = 1024, VALUES = 256, BYTES = 8 };

/* Of one doubleword: what a thread loaded or stored, in its order. */
struct access {
    uint8_t thread, first, bytes;
    bool store, aligned;
    uint8_t value[BYTES]; /* from `first` on */
    int16_t of;           /* a store under a reservation: the load that it goes with; -1 */
};

struct doubleword {
    struct access access[ACCESSES];
    unsigned accesses;
};

struct order {
    uint8_t node_of[VALUES]; /* NODES: nobody stored it */
    uint8_t value_of[NODES], covers[NODES];
    bool whole[NODES];      /* an aligned store */
    uint64_t before[NODES]; /* bit n: node n is later */
    unsigned nodes;
};

static unsigned node(struct order *order, uint8_t value)
{
    if (order->node_of[value] == NODES) {
        SIM_CHECK(order->nodes < NODES, "more than %d stores to a doubleword in an epoch", NODES);
        order->value_of[order->nodes] = value;
        order->node_of[value] = (uint8_t)order->nodes++;
    }
    return order->node_of[value];
}

static void covers(struct order *order, uint8_t value, unsigned bytes, bool whole)
{
    unsigned n = node(order, value);
    order->covers[n] |= (uint8_t)bytes;
    order->whole[n] = whole;
}

static bool put_before(struct order *order, unsigned earlier, unsigned later)
{
    bool is_new = earlier != later && !(order->before[earlier] >> later & 1);
    if (is_new)
        order->before[earlier] |= UINT64_C(1) << later;
    return is_new;
}

static void close_order(struct order *order)
{
    for (unsigned via = 0; via < order->nodes; via++)
        for (unsigned n = 0; n < order->nodes; n++)
            if (order->before[n] >> via & 1)
                order->before[n] |= order->before[via];
}

/* An aligned load: of each store of which it saw one byte it saw all that nothing later covers. */
static void load_whole(struct order *order, const struct access *a)
{
    for (unsigned i = 0; i < a->bytes; i++)
        for (unsigned j = 0; j < a->bytes; j++) {
            unsigned saw = order->node_of[a->value[i]], other = order->node_of[a->value[j]];
            if (order->whole[saw] && order->covers[saw] >> (a->first + j) & 1)
                put_before(order, saw, other);
        }
}

/* True where every byte was stored by somebody, to there. */
static bool load(struct order *order, const struct access *a, uint8_t *last)
{
    for (unsigned i = 0; i < a->bytes; i++) {
        unsigned n = order->node_of[a->value[i]], at = a->first + i;
        if (n == NODES || !(order->covers[n] >> at & 1))
            return false;
        put_before(order, order->node_of[last[at]], n);
        last[at] = a->value[i];
    }
    if (a->aligned)
        load_whole(order, a);
    return true;
}

static void store(struct order *order, const struct access *a, uint8_t *last)
{
    for (unsigned i = 0; i < a->bytes; i++) {
        unsigned at = a->first + i;
        put_before(order, order->node_of[last[at]], order->node_of[a->value[i]]);
        last[at] = a->value[i];
    }
}

/* Between what was reserved and what was stored nothing is: who is after the one is after the other. */
static bool keep_together(struct order *order, const struct access *read, const struct access *written)
{
    unsigned w = order->node_of[written->value[0]];
    bool changed = false;
    for (unsigned i = 0; i < written->bytes; i++) {
        unsigned r = order->node_of[read->value[i]];
        for (unsigned n = 0; n < order->nodes; n++) {
            if (n == w || n == r || !(order->covers[n] >> (written->first + i) & 1))
                continue;
            if (order->before[r] >> n & 1)
                changed |= put_before(order, w, n);
            if (order->before[n] >> w & 1)
                changed |= put_before(order, n, r);
        }
    }
    return changed;
}

static void show(FILE *out, const struct doubleword *d, const struct order *order, unsigned number, unsigned epoch,
                 const char *what)
{
    fprintf(out, "epoch %u, pair %u, doubleword at %u: %s\n", epoch, number * BYTES / TORTURE_PAIR,
            number * BYTES % TORTURE_PAIR, what);
    for (unsigned i = 0; i < d->accesses; i++) {
        const struct access *a = &d->access[i];
        fprintf(out, "    thread %u %s bytes %u to %u:", a->thread, a->store ? "stores" : "loads", a->first,
                a->first + a->bytes - 1U);
        for (unsigned b = 0; b < a->bytes; b++)
            fprintf(out, " %02x", a->value[b]);
        fputs(a->of >= 0 ? " (reserved)\n" : "\n", out);
    }
    for (unsigned n = 0; n < order->nodes; n++)
        if (order->before[n] >> n & 1)
            fprintf(out, "    %02x is before itself\n", order->value_of[n]);
}

static unsigned judge(const struct doubleword *d, uint64_t last, unsigned number, unsigned epoch, FILE *out)
{
    static struct order order;
    uint8_t seen[TORTURE_THREADS][BYTES];
    struct access end = {.bytes = BYTES, .aligned = true, .of = -1};
    bool changed = true;
    memset(&order, 0, sizeof order);
    memset(order.node_of, NODES, sizeof order.node_of);
    memset(seen, TORTURE_BEGIN, sizeof seen);
    covers(&order, TORTURE_BEGIN, 0xFF, true);
    for (unsigned i = 0; i < d->accesses; i++)
        if (d->access[i].store)
            covers(&order, d->access[i].value[0], ((1U << d->access[i].bytes) - 1) << d->access[i].first,
                   d->access[i].aligned);
    for (unsigned i = 0; i < BYTES; i++)
        end.value[i] = (uint8_t)(last >> (56 - 8 * i));
    for (unsigned i = 0; i < d->accesses; i++) {
        const struct access *a = &d->access[i];
        if (a->store)
            store(&order, a, seen[a->thread]);
        else if (!load(&order, a, seen[a->thread])) {
            show(out, d, &order, number, epoch, "a byte that nobody stored there");
            return 1;
        }
    }
    uint8_t before_end[BYTES];
    memset(before_end, TORTURE_BEGIN, sizeof before_end);
    if (!load(&order, &end, before_end)) {
        show(out, d, &order, number, epoch, "in the end a byte that nobody stored there");
        return 1;
    }
    for (unsigned n = 0; n < order.nodes; n++) {
        put_before(&order, order.node_of[TORTURE_BEGIN], n);
        for (unsigned i = 0; i < BYTES; i++)
            if (order.covers[n] >> i & 1)
                put_before(&order, n, order.node_of[end.value[i]]);
    }
    while (changed) {
        changed = false;
        close_order(&order);
        for (unsigned i = 0; i < d->accesses; i++)
            if (d->access[i].of >= 0)
                changed |= keep_together(&order, &d->access[d->access[i].of], &d->access[i]);
    }
    for (unsigned n = 0; n < order.nodes; n++)
        if (order.before[n] >> n & 1) {
            show(out, d, &order, number, epoch, "no order of the stores explains what was loaded");
            return 1;
        }
    return 0;
}

/* One access, cut at doublewords. Answers its number in its only doubleword. */
static int16_t add(struct doubleword *all, unsigned thread, const struct torture_step *step, const uint8_t *value,
                   bool is_store, int16_t of)
{
    unsigned at = step->slot * TORTURE_PAIR + step->offset, done = 0;
    unsigned unit = step->bytes > BYTES ? BYTES : step->bytes;
    int16_t number = -1;
    while (done < step->bytes) {
        struct doubleword *d = &all[(at + done) / BYTES];
        unsigned first = (at + done) % BYTES, room = BYTES - first, left = step->bytes - done;
        SIM_CHECK(d->accesses < ACCESSES, "more than %d accesses to a doubleword", ACCESSES);
        struct access *a = &d->access[d->accesses];
        number = (int16_t)d->accesses++;
        *a = (struct access){.thread = (uint8_t)thread,
                             .first = (uint8_t)first,
                             .bytes = (uint8_t)(left < room ? left : room),
                             .store = is_store,
                             .aligned = at % unit == 0,
                             .of = of};
        memcpy(a->value, value + done, a->bytes);
        done += a->bytes;
    }
    return number;
}

static void add_step(struct doubleword *all, unsigned thread, const struct torture_step *step, const uint64_t *log)
{
    uint8_t loaded[2 * BYTES] = {0}, stored[SIM_LINE];
    memset(stored, step->value, sizeof stored);
    for (unsigned i = 0; i < step->bytes && i < sizeof loaded && torture_info[step->kind].results != 0; i++) {
        unsigned within = step->bytes > BYTES ? i % BYTES : i + BYTES - step->bytes;
        loaded[i] = (uint8_t)(log[step->log + (step->bytes > BYTES ? i / BYTES : 0)] >> (56 - 8 * within));
    }
    switch (step->kind) {
    case TORTURE_CONDITIONAL4:
    case TORTURE_CONDITIONAL8: {
        int16_t of = add(all, thread, step, loaded, false, -1);
        if (log[step->log + 1] != 0)
            add(all, thread, step, stored, true, of);
        break;
    }
    case TORTURE_FLUSH:
    case TORTURE_CLEAN:
    case TORTURE_TOUCH:
        break;
    default:
        if (step->kind <= TORTURE_LOAD_ACROSS)
            add(all, thread, step, loaded, false, -1);
        else if (step->kind <= TORTURE_ZERO)
            add(all, thread, step, stored, true, -1);
        break;
    }
}

unsigned torture_check_lines(const struct torture_program *const program[TORTURE_THREADS],
                             const uint64_t *const log[TORTURE_THREADS],
                             const uint64_t last[TORTURE_SLOTS * TORTURE_PAIR / 8], unsigned epoch, FILE *out)
{
    enum { DOUBLEWORDS = TORTURE_SLOTS * TORTURE_PAIR / BYTES };
    static struct doubleword all[DOUBLEWORDS];
    unsigned faults = 0;
    for (unsigned i = 0; i < DOUBLEWORDS; i++)
        all[i].accesses = 0;
    for (unsigned thread = 0; thread < TORTURE_THREADS; thread++)
        for (unsigned i = 0; i < program[thread]->steps; i++)
            add_step(all, thread, &program[thread]->step[i], log[thread]);
    for (unsigned i = 0; i < DOUBLEWORDS; i++)
        faults += judge(&all[i], last[i], i, epoch, out);
    return faults;
}
