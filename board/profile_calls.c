#include "board/profile_calls.h"

#include "models/xenon/isa/interrupt.h"
#include "waves/memory.h"

/* The node of a function as called from another, made if there is none; `parent` itself where the tree is full. */
static uint32_t child(struct profile_trail *trail, uint32_t parent, uint64_t function)
{
    int32_t found = profile_map_find(&trail->node_of, function, parent);
    if (found != PROFILE_MAP_NONE)
        return (uint32_t)found;
    if (trail->nodes == PROFILE_NODES_MAX || trail->node[parent].depth == PROFILE_DEPTH_MAX)
        return parent;
    if (trail->nodes == trail->nodes_room) {
        trail->nodes_room *= 2;
        trail->node = waves_resize(trail->node, trail->nodes_room, sizeof *trail->node);
    }
    uint32_t node = trail->nodes++;
    trail->node[node] = (struct profile_node){
        .function = function,
        .parent = parent,
        .depth = (uint8_t)(trail->node[parent].depth + 1),
    };
    profile_map_add(&trail->node_of, function, parent, (int32_t)node);
    return node;
}

static void call(struct profile_trail *trail, uint64_t function, uint64_t back, bool interrupt)
{
    struct profile_track *track = trail->track;
    if (track->frames == PROFILE_FRAMES_MAX) {
        track->deeper++;
        track->settled = false;
        return;
    }
    track->frame[track->frames++] = (struct profile_frame){back, track->node, track->settled, interrupt};
    if (!track->settled)
        return;
    uint32_t node = child(trail, track->node, function);
    track->settled = node != track->node;
    track->node = node;
    trail->node[node].calls += track->settled;
}

/* Back in the caller of this frame. */
static void unwind(struct profile_track *track, uint32_t frame)
{
    track->node = track->frame[frame].node;
    track->settled = track->frame[frame].settled;
    track->frames = frame;
    track->deeper = 0;
}

/* A return that no frame expects, as longjmp's: into a function that some caller is in, if its call was seen. */
static void return_to_function(const struct profile *profile, struct profile_trail *trail, uint64_t pc)
{
    struct profile_track *track = trail->track;
    const struct profile_symbol *symbol = profile_symbol_at(profile, pc);
    int32_t caller = profile_map_find(&trail->place_of, pc - 4, 0);
    uint64_t function = symbol ? symbol->address : caller != PROFILE_MAP_NONE ? trail->place[caller].function : 0;
    if (function == 0 || trail->node[track->node].function == function)
        return;
    for (uint32_t i = track->frames; i-- > 0;)
        if (trail->node[track->frame[i].node].function == function) {
            unwind(track, i);
            return;
        }
}

/* To where a call or an interrupt returns, if there is such a one. */
static bool come_back_to(struct profile_track *track, uint64_t pc)
{
    for (uint32_t i = track->frames; i-- > 0;) {
        const struct profile_frame *frame = &track->frame[i];
        if (frame->back != pc && !(frame->interrupt && frame->back + 4 == pc))
            continue;
        if (track->deeper > 0 && i == PROFILE_FRAMES_MAX - 1)
            track->deeper--; /* of calls from one place the innermost returns first */
        else
            unwind(track, i);
        return true;
    }
    return false;
}

static void come_back(const struct profile *profile, struct profile_trail *trail, uint64_t pc)
{
    struct profile_track *track = trail->track;
    if (come_back_to(track, pc))
        return;
    if (track->deeper > 0)
        track->deeper--;
    else
        return_to_function(profile, trail, pc);
}

/* Where another function begins, or goes on, the one that ran has ended, or turned into it: a tail call. */
static void settle(struct profile_trail *trail, struct profile_place *place)
{
    struct profile_track *track = trail->track;
    uint32_t parent = trail->node[track->node].parent;
    if (place->function == 0)
        place->function = trail->node[track->node].function;
    if (!track->settled || trail->node[track->node].function == place->function)
        return;
    uint32_t node = child(trail, parent, place->function);
    if (node != parent)
        track->node = node;
}

static void enter(struct profile_trail *trail, struct profile_place *place, uint64_t back, bool interrupt)
{
    if (!place->named)
        place->function = place->pc;
    call(trail, place->function, back, interrupt);
}

static bool is_vector(uint64_t pc)
{
    switch (pc) {
    case XENON_MACHINE_CHECK:
    case XENON_DATA_STORAGE:
    case XENON_DATA_SEGMENT:
    case XENON_INSTRUCTION_STORAGE:
    case XENON_INSTRUCTION_SEGMENT:
    case XENON_EXTERNAL:
    case XENON_ALIGNMENT:
    case XENON_PROGRAM:
    case XENON_FP_UNAVAILABLE:
    case XENON_DECREMENTER:
    case XENON_HYPERVISOR_DECREMENTER:
    case XENON_SYSTEM_CALL:
    case XENON_TRACE:
    case XENON_VXU_UNAVAILABLE:
        return true;
    default:
        return false;
    }
}

/* With no call behind it: a thread that starts, or one that somebody has given another program to run. */
static void begin(struct profile_trail *trail, struct profile_place *place)
{
    struct profile_track *track = trail->track;
    if (place->function == 0)
        place->function = place->pc;
    track->started = true;
    track->frames = 0;
    track->deeper = 0;
    track->node = child(trail, 0, place->function);
    track->settled = track->node != 0;
}

/* It is not where the last instruction leads. */
static void be_surprised(struct profile_trail *trail, struct profile_place *place)
{
    struct profile_track *track = trail->track;
    uint64_t back = track->faulted ? track->pc : track->kind == PROFILE_STEPS ? track->pc + 4 : track->target;
    if (is_vector(place->pc))
        enter(trail, place, back, true);
    else if (!come_back_to(track, place->pc))
        begin(trail, place);
}

void profile_arrive(const struct profile *profile, struct profile_trail *trail, struct profile_place *place)
{
    struct profile_track *track = trail->track;
    uint64_t pc = place->pc, next = track->pc + 4;
    bool known = track->kind == PROFILE_STEPS || track->kind == PROFILE_JUMPS || track->kind == PROFILE_CALLS;
    bool call = track->kind == PROFILE_CALLS || track->kind == PROFILE_COMPUTED_CALL;
    if (!track->started)
        begin(trail, place);
    else if (track->faulted ? pc != track->pc : known && pc != next && pc != track->target)
        be_surprised(trail, place);
    else if (call && pc != next)
        enter(trail, place, next, false);
    else if (track->kind == PROFILE_RESUMES || (track->kind == PROFILE_RETURNS && pc != next))
        come_back(profile, trail, pc);
    settle(trail, place);
}

void profile_leave(struct profile_track *track, const struct profile_place *place, const struct xenon_issue *issue)
{
    const struct xenon_insn *in = issue->in;
    track->pc = place->pc;
    track->kind = place->kind;
    track->faulted = issue->faulted;
    track->target = place->pc + 4;
    if (place->kind == PROFILE_JUMPS || place->kind == PROFILE_CALLS)
        track->target = (in->flags & XENON_AA ? 0 : place->pc) + in->imm;
    if (place->pc <= UINT32_MAX)
        track->target &= UINT32_MAX;
}
