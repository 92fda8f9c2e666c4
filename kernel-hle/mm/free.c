/* A node is an array: the free run at its beginning, the one at its end, and for each stride that is no larger than
 * the node the longest one from a multiple of it on. Nodes that are all free or all taken speak for their children,
 * which are brought up to date when somebody comes to look at them. */
#include "kernel-hle/mm/free.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD, TAIL, BEST };

static const uint8_t stride_bits[] = MM_FREE_STRIDES;

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t *node(const struct mm_free *tree, unsigned level, uint32_t index)
{
    return tree->level[level] + (size_t)index * tree->width[level];
}

static uint32_t down(uint32_t value, unsigned bits)
{
    return value >> bits << bits;
}

static uint64_t up(uint64_t value, unsigned bits)
{
    return (value + (UINT64_C(1) << bits) - 1) >> bits << bits;
}

bool mm_free_init(struct mm_free *tree, uint32_t pages, unsigned strides)
{
    *tree = (struct mm_free){.pages = pages, .strides = strides};
    while (UINT32_C(1) << tree->top < pages)
        tree->top++;
    for (unsigned level = 0; level <= tree->top; level++) {
        unsigned known = 0;
        while (known < strides && stride_bits[known] <= level)
            known++;
        tree->width[level] = (uint8_t)(BEST + known);
        tree->level[level] = calloc((size_t)tree->width[level] << (tree->top - level), sizeof **tree->level);
        if (!tree->level[level]) {
            mm_free_destroy(tree);
            return false;
        }
    }
    return true;
}

void mm_free_destroy(struct mm_free *tree)
{
    for (unsigned level = 0; level <= MM_FREE_LEVELS; level++) {
        free(tree->level[level]);
        tree->level[level] = NULL;
    }
}

static void fill(const struct mm_free *tree, unsigned level, uint32_t index, bool is_free)
{
    uint32_t *at = node(tree, level, index), value = is_free ? UINT32_C(1) << level : 0;
    for (unsigned i = 0, end = tree->width[level]; i < end; i++)
        at[i] = value;
}

void mm_free_reset(struct mm_free *tree)
{
    tree->free = 0;
    fill(tree, tree->top, 0, false);
}

static void divide(const struct mm_free *tree, unsigned level, uint32_t index)
{
    const uint32_t *at = node(tree, level, index);
    bool is_free = at[HEAD] == UINT32_C(1) << level;
    if (is_free || at[BEST] == 0) {
        fill(tree, level - 1, 2 * index, is_free);
        fill(tree, level - 1, 2 * index + 1, is_free);
    }
}

static bool put(uint32_t *at, uint32_t value)
{
    bool changes = *at != value;
    *at = value;
    return changes;
}

/* False if the node is as it was, so that those above it are, too. */
static bool join(const struct mm_free *tree, unsigned level, uint32_t index)
{
    uint32_t *at = node(tree, level, index);
    const uint32_t *left = node(tree, level - 1, 2 * index), *right = left + tree->width[level - 1];
    uint32_t half = UINT32_C(1) << (level - 1), tail = left[TAIL], head = right[HEAD];
    bool changes = put(&at[HEAD], left[HEAD] == half ? half + head : left[HEAD]);
    changes |= put(&at[TAIL], right[TAIL] == half ? half + tail : right[TAIL]);
    unsigned i = BEST, known = tree->width[level - 1];
    for (; i < known; i++)
        changes |= put(&at[i], most(most(left[i], right[i]), down(tail, stride_bits[i - BEST]) + head));
    if (i < tree->width[level])
        changes |= put(&at[i], at[HEAD]);
    return changes;
}

static bool change(const struct mm_free *tree, unsigned level, uint32_t index, uint32_t first, uint32_t end,
                   bool is_free)
{
    uint32_t start = index << level, size = UINT32_C(1) << level, middle = start + size / 2;
    if (first <= start && start + size <= end) {
        fill(tree, level, index, is_free);
        return true;
    }
    divide(tree, level, index);
    bool changes = false;
    if (first < middle)
        changes |= change(tree, level - 1, 2 * index, first, end, is_free);
    if (end > middle)
        changes |= change(tree, level - 1, 2 * index + 1, first, end, is_free);
    return changes && join(tree, level, index);
}

void mm_free_give(struct mm_free *tree, uint32_t first, uint32_t count)
{
    if (count != 0)
        change(tree, tree->top, 0, first, first + count, true);
    tree->free += count;
}

void mm_free_take(struct mm_free *tree, uint32_t first, uint32_t count)
{
    if (count != 0)
        change(tree, tree->top, 0, first, first + count, false);
    tree->free -= count;
}

struct search {
    struct mm_free *tree;
    uint32_t low, high, count;
    unsigned bits;  /* log2 of the stride, */
    unsigned best;  /* and where nodes have it */
    uint32_t run;   /* where the free run that touches the nodes seen so far begins, or ends when going down */
    uint32_t found; /* the answer */
};

/* The place inside of a node that has one, and none that touches a run outside. */
static uint32_t lowest_inside(const struct search *s, unsigned level, uint32_t index)
{
    while (level > s->bits) {
        divide(s->tree, level, index);
        level--;
        index *= 2;
        const uint32_t *left = node(s->tree, level, index), *right = node(s->tree, level, index + 1);
        uint32_t tail = down(left[TAIL], s->bits);
        if (left[s->best] >= s->count)
            continue;
        if (tail != 0 && tail + right[HEAD] >= s->count)
            return ((index + 1) << level) - tail;
        index++;
    }
    return index << level;
}

static uint32_t highest_inside(const struct search *s, unsigned level, uint32_t index)
{
    while (level > s->bits) {
        divide(s->tree, level, index);
        level--;
        index *= 2;
        const uint32_t *left = node(s->tree, level, index), *right = node(s->tree, level, index + 1);
        uint32_t middle = (index + 1) << level, end = middle + right[HEAD];
        if (right[s->best] >= s->count) {
            index++;
            continue;
        }
        if (end - (middle - left[TAIL]) >= s->count) {
            uint32_t base = down(end - s->count, s->bits);
            if (base >= middle - left[TAIL])
                return base;
        }
    }
    return index << level;
}

static bool upwards(struct search *s, unsigned level, uint32_t index)
{
    uint32_t start = index << level, size = UINT32_C(1) << level;
    if (start + size <= s->low || start >= s->high)
        return false;
    if (start < s->low || start + size > s->high) {
        divide(s->tree, level, index);
        return upwards(s, level - 1, 2 * index) || upwards(s, level - 1, 2 * index + 1);
    }
    const uint32_t *at = node(s->tree, level, index);
    uint64_t first = up(s->run, s->bits);
    if ((uint64_t)start + at[HEAD] >= first + s->count) {
        s->found = (uint32_t)first;
        return true;
    }
    if (at[HEAD] == size)
        return false;
    if (level >= s->bits && at[s->best] >= s->count) {
        s->found = lowest_inside(s, level, index);
        return true;
    }
    s->run = start + size - at[TAIL];
    return false;
}

static bool downwards(struct search *s, unsigned level, uint32_t index)
{
    uint32_t start = index << level, size = UINT32_C(1) << level;
    if (start + size <= s->low || start >= s->high)
        return false;
    if (start < s->low || start + size > s->high) {
        divide(s->tree, level, index);
        return downwards(s, level - 1, 2 * index + 1) || downwards(s, level - 1, 2 * index);
    }
    const uint32_t *at = node(s->tree, level, index);
    if (s->run >= s->count) {
        uint32_t base = down(s->run - s->count, s->bits);
        if (base >= start + size - at[TAIL]) {
            s->found = base;
            return true;
        }
    }
    if (at[TAIL] == size)
        return false;
    if (level >= s->bits && at[s->best] >= s->count) {
        s->found = highest_inside(s, level, index);
        return true;
    }
    s->run = start + at[HEAD];
    return false;
}

/* The largest stride that divides this one. */
static void choose(struct search *s, uint32_t stride)
{
    unsigned i = 0;
    while (i + 1 < s->tree->strides && stride % (UINT32_C(1) << stride_bits[i + 1]) == 0)
        i++;
    s->bits = stride_bits[i];
    s->best = BEST + i;
}

int64_t mm_free_lowest(struct mm_free *tree, uint32_t low, uint32_t high, uint32_t count, uint32_t stride)
{
    struct search s = {.tree = tree, .high = least(high, tree->pages), .count = count};
    choose(&s, stride);
    for (uint64_t from = low; count != 0 && from + count <= s.high; from = s.found + (stride - s.found % stride)) {
        s.low = s.run = (uint32_t)from;
        if (!upwards(&s, tree->top, 0))
            return MM_NONE;
        if (s.found % stride == 0)
            return s.found;
    }
    return MM_NONE;
}

int64_t mm_free_highest(struct mm_free *tree, uint32_t low, uint32_t high, uint32_t count, uint32_t stride)
{
    struct search s = {.tree = tree, .low = low, .high = least(high, tree->pages), .count = count};
    choose(&s, stride);
    while (count != 0 && s.high >= low && s.high - low >= count) {
        s.run = s.high;
        if (!downwards(&s, tree->top, 0)) {
            /* What touches the lower limit, and begins there. */
            if (s.run < count || down(s.run - count, s.bits) < low)
                return MM_NONE;
            s.found = down(s.run - count, s.bits);
        }
        if (s.found % stride == 0)
            return s.found;
        s.high = s.found - s.found % stride + count;
    }
    return MM_NONE;
}

/* False where all from `page` on is free, as far as this node goes. */
static bool ends(const struct mm_free *tree, unsigned level, uint32_t index, uint32_t page, uint32_t *end)
{
    uint32_t start = index << level, size = UINT32_C(1) << level;
    if (start + size <= page)
        return false;
    if (start >= page) {
        *end = start + node(tree, level, index)[HEAD];
        return *end != start + size;
    }
    divide(tree, level, index);
    return ends(tree, level - 1, 2 * index, page, end) || ends(tree, level - 1, 2 * index + 1, page, end);
}

uint32_t mm_free_end(struct mm_free *tree, uint32_t page)
{
    uint32_t end = page;
    ends(tree, tree->top, 0, page, &end);
    return end;
}
