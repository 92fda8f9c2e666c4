/* Which calls a thread is in, kept by looking at where it goes. */
#ifndef CYCLE360_BOARD_PROFILE_CALLS_H
#define CYCLE360_BOARD_PROFILE_CALLS_H

#include "board/profile.h"

struct profile_track {
    bool started;
    bool settled; /* not, in calls that the tree has no place for: they are charged to their caller */
    uint8_t kind; /* of the last instruction */
    bool faulted; /* it asked for an interrupt */
    uint64_t pc, target;
    uint32_t node;  /* where its clocks go */
    uint32_t place; /* of the last instruction */
    uint32_t frames;
    uint64_t deeper; /* calls beyond the last frame */
    struct profile_frame {
        uint64_t back; /* where it returns to */
        uint32_t node;
        bool settled, interrupt;
    } frame[PROFILE_FRAMES_MAX];
};

/* A load whose value has not come yet. */
struct profile_load {
    bool waits;
    uint32_t place;
    uint64_t clock; /* in which it issued */
};

/* Brings the track to the place that issues now. */
void profile_arrive(const struct profile *profile, struct profile_trail *trail, struct profile_place *place);
/* Remembers the instruction that it is at. */
void profile_leave(struct profile_track *track, const struct profile_place *place, const struct xenon_issue *issue);

#endif
