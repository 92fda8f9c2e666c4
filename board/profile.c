#include "board/profile.h"

#include "board/profile_calls.h"
#include "waves/memory.h"

#include <stdlib.h>

enum { ROOM = 1024 }; /* places and nodes at first */

void profile_begin(struct profile *profile, const struct profile_symbol *symbol, uint32_t symbols)
{
    *profile = (struct profile){
        .symbol = symbol,
        .symbols = symbols,
        .place = waves_zeroed(ROOM, sizeof *profile->place),
        .places = PROFILE_THREADS,
        .places_room = ROOM,
        .node = waves_zeroed(ROOM, sizeof *profile->node),
        .nodes = PROFILE_THREADS,
        .nodes_room = ROOM,
        .track = waves_zeroed(PROFILE_THREADS, sizeof *profile->track),
    };
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        profile->place[i] = (struct profile_place){.pc = PROFILE_ELSEWHERE, .thread = (uint8_t)i};
        profile->node[i] = (struct profile_node){.parent = i, .thread = (uint8_t)i};
    }
}

void profile_end(struct profile *profile)
{
    free(profile->place);
    free(profile->node);
    free(profile->track);
    profile_map_free(&profile->place_of);
    profile_map_free(&profile->node_of);
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
    return profile->track[thread].node;
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

static int32_t new_place(struct profile *profile, unsigned thread, uint64_t pc)
{
    if (profile->places == PROFILE_PLACES_MAX)
        return PROFILE_MAP_NONE;
    if (profile->places == profile->places_room) {
        profile->places_room *= 2;
        profile->place = waves_resize(profile->place, profile->places_room, sizeof *profile->place);
    }
    int32_t place = (int32_t)profile->places++;
    const struct profile_symbol *symbol = profile_symbol_at(profile, pc);
    profile->place[place] = (struct profile_place){
        .pc = pc,
        .function = symbol ? symbol->address : 0,
        .thread = (uint8_t)thread,
    };
    profile_map_add(&profile->place_of, pc, thread, place);
    return place;
}

/* Most often what follows an instruction lies behind it here, too. */
static int32_t find_place(struct profile *profile, unsigned thread, uint64_t pc)
{
    uint32_t guess = profile->track[thread].place + 1;
    if (guess < profile->places && profile->place[guess].pc == pc && profile->place[guess].thread == thread)
        return (int32_t)guess;
    int32_t place = profile_map_find(&profile->place_of, pc, thread);
    return place != PROFILE_MAP_NONE ? place : new_place(profile, thread, pc);
}

void profile_issued(struct profile *profile, unsigned thread, const struct xenon_issue *issue)
{
    struct profile_track *track = &profile->track[thread];
    const struct xenon_insn *in = issue->in;
    int32_t found = find_place(profile, thread, in->pc);
    struct profile_place elsewhere = {.pc = in->pc, .word = ~in->word, .thread = (uint8_t)thread};
    struct profile_place *place = found != PROFILE_MAP_NONE ? &profile->place[found] : &elsewhere;
    if (place->word != in->word || place->issues == 0) {
        place->word = in->word;
        place->kind = (uint8_t)kind_of(in);
    }
    profile_arrive(profile, track, place);
    profile_leave(track, place, issue);
    track->place = found != PROFILE_MAP_NONE ? (uint32_t)found : thread;
    place = &profile->place[track->place];
    place->node = track->node;
    struct profile_node *node = &profile->node[track->node];
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

static void tap(void *context, const struct xenon_core *core, const struct xenon_issue *issue)
{
    const struct profile_tap *from = context;
    (void)core;
    profile_issued(from->profile, from->first + (issue->thread & 1), issue);
}

const struct xenon_core_watch *profile_watch(struct profile *profile, unsigned core)
{
    profile->tap[core] = (struct profile_tap){profile, 2 * core};
    profile->watch[core] = (struct xenon_core_watch){.context = &profile->tap[core], .issued = tap};
    return &profile->watch[core];
}
