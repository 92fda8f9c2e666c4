#include "board/profile.h"

#include "board/profile_calls.h"
#include "waves/memory.h"

#include <stdlib.h>

enum { ROOM = 1024 }; /* places and nodes at first */

void profile_begin(struct profile *profile, const struct profile_symbol *symbol, uint32_t symbols)
{
    *profile = (struct profile){.symbol = symbol, .symbols = symbols};
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        struct profile_trail *trail = &profile->trail[i];
        trail->places_room = trail->nodes_room = ROOM;
        trail->place = waves_zeroed(ROOM, sizeof *trail->place);
        trail->node = waves_zeroed(ROOM, sizeof *trail->node);
        trail->track = waves_zeroed(1, sizeof *trail->track);
        trail->load = waves_zeroed(XENON_R_COUNT, sizeof *trail->load);
        trail->place[trail->places++] = (struct profile_place){.pc = PROFILE_ELSEWHERE, .function = PROFILE_ELSEWHERE};
        trail->nodes++;
    }
}

void profile_end(struct profile *profile)
{
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        struct profile_trail *trail = &profile->trail[i];
        free(trail->place);
        free(trail->node);
        free(trail->track);
        free(trail->load);
        profile_map_free(&trail->place_of);
        profile_map_free(&trail->node_of);
    }
    *profile = (struct profile){0};
}

const struct profile_symbol *profile_symbol_at(const struct profile *profile, uint64_t address)
{
    uint32_t low = 0, high = profile->symbols; /* those before `low` begin at or before it */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (profile->symbol[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    const struct profile_symbol *symbol = low > 0 ? &profile->symbol[low - 1] : NULL;
    return symbol && address - symbol->address < symbol->size ? symbol : NULL;
}

uint32_t profile_node_now(const struct profile *profile, unsigned thread)
{
    return profile->trail[thread].track->node;
}

static enum profile_kind kind_of(const struct xenon_insn *in)
{
    switch (in->op) {
    case XENON_OP_B:
    case XENON_OP_BC:
        return in->flags & XENON_LK ? PROFILE_CALLS : PROFILE_JUMPS;
    case XENON_OP_BCLR:
        return in->flags & XENON_LK ? PROFILE_COMPUTED_CALL : PROFILE_RETURNS;
    case XENON_OP_BCCTR:
        return in->flags & XENON_LK ? PROFILE_COMPUTED_CALL : PROFILE_COMPUTED_JUMP;
    case XENON_OP_RFID:
    case XENON_OP_HRFID:
        return PROFILE_RESUMES;
    default:
        return PROFILE_STEPS;
    }
}

static int32_t new_place(const struct profile *profile, struct profile_trail *trail, uint64_t pc)
{
    if (trail->places == PROFILE_PLACES_MAX)
        return PROFILE_MAP_NONE;
    if (trail->places == trail->places_room) {
        trail->places_room *= 2;
        trail->place = waves_resize(trail->place, trail->places_room, sizeof *trail->place);
    }
    int32_t place = (int32_t)trail->places++;
    const struct profile_symbol *symbol = profile_symbol_at(profile, pc);
    trail->place[place] =
        (struct profile_place){.pc = pc, .function = symbol ? symbol->address : 0, .named = symbol != NULL};
    profile_map_add(&trail->place_of, pc, 0, place);
    return place;
}

/* Most often it is what followed the last instruction before, or lies behind it here, too. */
static int32_t find_place(const struct profile *profile, struct profile_trail *trail, uint64_t pc)
{
    uint32_t last = trail->track->place, then = trail->place[last].then;
    if (trail->place[then].pc == pc)
        return (int32_t)then;
    if (last + 1 < trail->places && trail->place[last + 1].pc == pc)
        return (int32_t)last + 1;
    int32_t place = profile_map_find(&trail->place_of, pc, 0);
    if (place == PROFILE_MAP_NONE)
        place = new_place(profile, trail, pc);
    if (place != PROFILE_MAP_NONE)
        trail->place[last].then = (uint32_t)place;
    return place;
}

static void know(struct profile_place *place, const struct xenon_insn *in)
{
    place->word = in->word;
    place->kind = (uint8_t)kind_of(in);
    place->result = xenon_uses_of(in).writes[0];
}

/* The place's own clocks go elsewhere, but it is part of the way of its thread. */
static void pass_unknown(const struct profile *profile, struct profile_trail *trail, const struct xenon_issue *issue)
{
    const struct profile_symbol *symbol = profile_symbol_at(profile, issue->in->pc);
    struct profile_place place = {
        .pc = issue->in->pc,
        .function = symbol ? symbol->address : 0,
        .named = symbol != NULL,
    };
    know(&place, issue->in);
    profile_arrive(profile, trail, &place);
    profile_leave(trail->track, &place, issue);
    trail->track->place = 0;
}

void profile_issued(struct profile *profile, unsigned thread, const struct xenon_issue *issue)
{
    struct profile_trail *trail = &profile->trail[thread];
    int32_t found = find_place(profile, trail, issue->in->pc);
    if (found == PROFILE_MAP_NONE) {
        pass_unknown(profile, trail, issue);
    } else {
        struct profile_place *at = &trail->place[found];
        if (at->word != issue->in->word || at->issues == 0)
            know(at, issue->in);
        profile_arrive(profile, trail, at);
        profile_leave(trail->track, at, issue);
        trail->track->place = (uint32_t)found;
        if (issue->ready == UINT64_MAX && !issue->faulted)
            trail->load[at->result] = (struct profile_load){at->result != XENON_R_SINK, (uint32_t)found, issue->clock};
    }
    struct profile_place *place = &trail->place[trail->track->place];
    struct profile_node *node = &trail->node[trail->track->node];
    place->issues++;
    node->issues++;
    place->seconds += issue->paired;
    place->clocks[issue->cause] += issue->lost;
    node->clocks[issue->cause] += issue->lost;
    if (!issue->paired) {
        place->clocks[issue->own]++;
        node->clocks[issue->own]++;
    }
}

void profile_filled(struct profile *profile, unsigned thread, uint8_t resource, uint64_t ready)
{
    struct profile_trail *trail = &profile->trail[thread];
    struct profile_load *load = &trail->load[resource];
    if (!load->waits)
        return;
    load->waits = false;
    trail->place[load->place].late++;
    trail->place[load->place].late_clocks += ready - load->clock;
}

static void filled(void *context, const struct xenon_core *core, unsigned thread, uint8_t resource, uint64_t ready)
{
    const struct profile_tap *from = context;
    (void)core;
    profile_filled(from->profile, from->first + (thread & 1), resource, ready);
}

static void issued(void *context, const struct xenon_core *core, const struct xenon_issue *issue)
{
    const struct profile_tap *from = context;
    (void)core;
    profile_issued(from->profile, from->first + (issue->thread & 1), issue);
}

const struct xenon_core_watch *profile_watch(struct profile *profile, unsigned core)
{
    profile->tap[core] = (struct profile_tap){profile, 2 * core};
    profile->watch[core] =
        (struct xenon_core_watch){.context = &profile->tap[core], .issued = issued, .filled = filled};
    return &profile->watch[core];
}
