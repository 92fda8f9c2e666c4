/* What stands around a difference: the records before and behind it of both sides, what differs, and the signals that
 * any thread gave before it. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_SCENE_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_SCENE_H

#include "waves/analysis/events_diff.h"

enum { WAVES_SCENE_SIGNALS = 5 };

struct waves_scene_record {
    char *text; /* the line as it stands there */
    char *brief;
    uint64_t line;
    bool woke; /* of a signal: of an object that the thread waited for last */
};

struct waves_scene {
    struct waves_scene_record
        *record[WAVES_SIDES]; /* `befores` that match, then the first that does not, then others */
    uint32_t records[WAVES_SIDES], befores;
    struct waves_scene_record signal[WAVES_SIDES][WAVES_SCENE_SIGNALS]; /* the oldest first */
    uint32_t signals[WAVES_SIDES];
    struct {
        char name[64], *value[WAVES_SIDES], *meaning[WAVES_SIDES]; /* NULL: there is none */
    } difference[WAVES_DIFFERENCES_MOST];
    uint32_t differences;
};

enum sim_status waves_scene_look(struct waves_diff_result *result, const struct waves_walk *walk,
                                 struct waves_scene *scene, struct sim_error *error);
void waves_scene_free(struct waves_scene *scene);

#endif
