#include "board/tape.h"

#include "models/sim/part.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A neighbour's end of a link: what it says, or the credits that it gives back. */
struct track {
    const struct tape_link *link;
    struct sim_in in; /* of what the component says */
    struct sim_out out;
    sim_time *credit; /* when it gives each one back */
    size_t next;      /* message or credit */
};

struct neighbour {
    struct sim_component component;
    struct track *track[TAPE_LINKS_MAX];
    uint32_t tracks;
    struct tape_play *play;
};

struct tape_play {
    const struct tape *tape;
    struct sim_machine *machine;
    struct sim_component *subject;
    struct neighbour neighbour[SIM_PORTS_MAX];
    struct track track[TAPE_LINKS_MAX];
    struct heard {
        size_t messages, credits; /* so many were compared */
    } heard[TAPE_LINKS_MAX];
    uint8_t *number; /* by link of the machine: its number on the tape */
    struct tape_difference difference;
    bool loaded;
};

/* The earliest counts; of several at one time the first found. */
static void differs(struct tape_play *play, sim_time t, const char *text)
{
    struct tape_difference *difference = &play->difference;
    if (difference->found && difference->time <= t)
        return;
    difference->found = true;
    difference->time = t;
    snprintf(difference->text, sizeof difference->text, "%s", text);
}

/* --- the neighbours --- */

static sim_time track_next(const struct track *track)
{
    const struct tape_link *link = track->link;
    if (link->heard)
        return track->next < link->messages ? link->message[track->next].sent : SIM_NEVER;
    return track->next < link->credits ? track->credit[track->next] : SIM_NEVER;
}

static sim_time next_event(const struct sim_component *self)
{
    const struct neighbour *neighbour = (const struct neighbour *)self;
    sim_time next = SIM_NEVER;
    for (uint32_t i = 0; neighbour->play->loaded && i < neighbour->tracks; i++)
        next = sim_time_min(next, track_next(neighbour->track[i]));
    return next;
}

static void track_act(struct tape_play *play, struct track *track, sim_time t)
{
    const struct tape_link *link = track->link;
    char text[192];
    if (!link->heard) {
        if (track->in.link->owed != 0) {
            sim_in_credit(&track->in, t);
            return;
        }
        snprintf(text, sizeof text, "%s.%s has not sent what it is given a credit for", link->sender, link->out);
        differs(play, t, text);
    } else if (sim_out_ready(&track->out, t)) {
        memcpy(sim_out_put(&track->out, t), link->message[track->next].body, sim_message_types[link->type].size);
    } else {
        snprintf(text, sizeof text, "it has not given back the credit for the next message of %s.%s", link->sender,
                 link->out);
        differs(play, t, text);
    }
}

static void event(struct sim_component *self, sim_time t)
{
    struct neighbour *neighbour = (struct neighbour *)self;
    for (uint32_t i = 0; i < neighbour->tracks; i++)
        while (track_next(neighbour->track[i]) == t) {
            track_act(neighbour->play, neighbour->track[i], t);
            neighbour->track[i]->next++;
        }
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    (void)self;
    (void)t;
    sim_in_take(in);
}

static void reset(struct sim_component *self)
{
    (void)self;
}

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct neighbour *neighbour = (const struct neighbour *)self;
    for (uint32_t i = 0; i < neighbour->tracks; i++)
        sim_put_u64(writer, neighbour->track[i]->next);
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    (void)self;
    reader->failed = true; /* nobody saves a tape that plays */
}

static const struct sim_class neighbour_class = {
    .kind = "tape",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = save,
    .load = load,
    .message = message,
    .event = event,
};

/* --- building --- */

static enum sim_status bad(const struct tape_play *play, struct sim_error *error, const char *what, const char *name)
{
    return sim_fail(error, SIM_BAD_INPUT, "%s: %s %s", play->tape->path, what, name);
}

static struct neighbour *find_neighbour(struct tape_play *play, const char *name)
{
    for (uint32_t i = 0; i < play->tape->neighbours; i++)
        if (strcmp(play->tape->neighbour[i].name, name) == 0)
            return &play->neighbour[i];
    return NULL;
}

static enum sim_status make_neighbour(struct tape_play *play, uint32_t number, const struct sim_clock *const *clock,
                                      size_t clocks, struct sim_error *error)
{
    const struct tape_neighbour *is = &play->tape->neighbour[number];
    struct neighbour *neighbour = &play->neighbour[number];
    const struct sim_clock *found[SIM_CLOCKS_MAX] = {NULL};
    neighbour->play = play;
    for (uint32_t i = 0; i < is->clocks; i++) {
        for (size_t c = 0; c < clocks; c++)
            if (strcmp(clock[c]->name, is->clock[i]) == 0)
                found[i] = clock[c];
        if (!found[i])
            return bad(play, error, "there is no clock", is->clock[i]);
    }
    sim_component_init(&neighbour->component, &neighbour_class, is->name, found[0], is->priority);
    for (uint32_t i = 1; i < is->clocks; i++)
        sim_component_also_clocked(&neighbour->component, found[i]);
    sim_machine_add(play->machine, &neighbour->component);
    return SIM_OK;
}

static enum sim_status make_link(struct tape_play *play, uint32_t number, struct sim_error *error)
{
    const struct tape_link *link = &play->tape->link[number];
    struct track *track = &play->track[number];
    struct sim_component *subject = play->subject;
    struct neighbour *neighbour = find_neighbour(play, link->heard ? link->sender : link->receiver);
    track->link = link;
    neighbour->track[neighbour->tracks++] = track;
    if (link->heard) {
        for (uint32_t i = 0; i < subject->ins; i++)
            if (strcmp(subject->in[i]->name, link->in) == 0 && subject->in[i]->type == link->type) {
                sim_component_out(&neighbour->component, &track->out, link->out, link->type);
                return sim_machine_connect(play->machine, &track->out, subject->in[i], link->spec, error);
            }
        return bad(play, error, "the component has no such port for messages to it:", link->in);
    }
    for (uint32_t i = 0; i < subject->outs; i++)
        if (strcmp(subject->out[i]->name, link->out) == 0 && subject->out[i]->type == link->type) {
            sim_component_in(&neighbour->component, &track->in, link->in, link->type);
            return sim_machine_connect(play->machine, subject->out[i], &track->in, link->spec, error);
        }
    return bad(play, error, "the component has no such port for messages of it:", link->out);
}

/* A credit was given back at an edge of the neighbour's clocks, from which it is seen at `due`: the last such edge will
 * do. */
static bool find_credit_times(struct track *track, const struct sim_component *neighbour, sim_time from)
{
    const struct tape_link *link = track->link;
    const struct sim_clock *seen = track->in.link->credit_clock;
    track->credit = malloc((link->credits ? link->credits : 1) * sizeof *track->credit);
    SIM_CHECK(track->credit, "out of memory for %zu credits of a tape", link->credits);
    for (size_t i = 0; i < link->credits; i++) {
        uint64_t edge = sim_clock_ceil(seen, link->credit[i]);
        if (edge < link->spec.credit_latency)
            return false;
        sim_time limit = sim_clock_edge(seen, edge - link->spec.credit_latency), best = 0;
        for (uint32_t c = 0; c < neighbour->clocks; c++) {
            uint64_t before = sim_clock_floor(neighbour->clock[c], limit);
            if (before != UINT64_MAX && sim_clock_edge(neighbour->clock[c], before) > best)
                best = sim_clock_edge(neighbour->clock[c], before);
        }
        if (best < from || sim_link_credit_arrival(track->in.link, best) != link->credit[i])
            return false;
        track->credit[i] = best;
    }
    return true;
}

enum sim_status tape_play_new(struct tape_play **made, const struct tape *tape, struct sim_machine *machine,
                              struct sim_component *subject, const struct sim_clock *const *clock, size_t clocks,
                              struct sim_error *error)
{
    struct tape_play *play = calloc(1, sizeof *play);
    SIM_CHECK(play, "out of memory for a tape");
    play->tape = tape;
    play->machine = machine;
    play->subject = subject;
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < tape->neighbours && status == SIM_OK; i++)
        status = make_neighbour(play, i, clock, clocks, error);
    for (uint32_t i = 0; i < tape->links && status == SIM_OK; i++)
        status = make_link(play, i, error);
    *made = play;
    if (status != SIM_OK) {
        tape_play_free(play);
        *made = NULL;
    }
    return status;
}

void tape_play_free(struct tape_play *play)
{
    for (uint32_t i = 0; play && i < play->tape->links; i++)
        free(play->track[i].credit);
    if (play)
        free(play->number);
    free(play);
}

/* --- comparing --- */

static void compare_message(struct tape_play *play, uint32_t number, const struct sim_slot *slot)
{
    const struct tape_link *link = &play->tape->link[number];
    const struct sim_message_type *type = &sim_message_types[link->type];
    size_t at = play->heard[number].messages++;
    char text[512];
    if (at >= link->messages) {
        snprintf(text, sizeof text, "%s.%s sends one more message than on the tape", link->sender, link->out);
        differs(play, slot->sent, text);
        return;
    }
    const struct tape_message *message = &link->message[at];
    if (slot->sent != message->sent) {
        snprintf(text, sizeof text, "%s.%s sends message %zu at %" PRIu64 " instead of %" PRIu64 " (100 fs)",
                 link->sender, link->out, at, slot->sent, message->sent);
        differs(play, sim_time_min(slot->sent, message->sent), text);
    }
    for (unsigned f = 0; f < type->fields; f++) {
        uint64_t is = sim_field_of(&type->field[f], slot->body), was = sim_field_of(&type->field[f], message->body);
        if (is == was)
            continue;
        snprintf(text, sizeof text, "%s.%s, message %zu: %s is 0x%" PRIX64 " and was 0x%" PRIX64, link->sender,
                 link->out, at, type->field[f].name, is, was);
        differs(play, slot->sent, text);
        return;
    }
}

static void compare_credit(struct tape_play *play, uint32_t number, sim_time due)
{
    const struct tape_link *link = &play->tape->link[number];
    size_t at = play->heard[number].credits++;
    char text[256];
    if (at < link->credits && link->credit[at] == due)
        return;
    snprintf(text, sizeof text, "credit %zu for %s.%s comes back at another time", at, link->sender, link->out);
    differs(play, due, text);
}

static void on_link(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    struct tape_play *play = context;
    uint32_t number = play->number[link->index];
    if (slot && link->sender == play->subject)
        compare_message(play, number, slot);
    else if (!slot && link->receiver == play->subject)
        compare_credit(play, number, credit_due);
}

/* What was said and is not any more. */
static void look_for_missing(struct tape_play *play)
{
    char text[256];
    for (uint32_t i = 0; i < play->tape->links; i++) {
        const struct tape_link *link = &play->tape->link[i];
        if (link->heard || play->heard[i].messages >= link->messages)
            continue;
        snprintf(text, sizeof text, "%s.%s does not send message %zu", link->sender, link->out,
                 play->heard[i].messages);
        differs(play, link->message[play->heard[i].messages].sent, text);
    }
}

enum sim_status tape_play_load(struct tape_play *play, struct sim_error *error)
{
    const struct tape *tape = play->tape;
    unsigned links = sim_machine_link_count(play->machine);
    play->number = calloc(links ? links : 1, 1);
    SIM_CHECK(play->number, "out of memory for a tape");
    for (uint32_t i = 0; i < tape->links; i++) {
        struct track *track = &play->track[i];
        const struct sim_link *link = track->link->heard ? track->out.link : track->in.link;
        const char *other = track->link->heard ? track->link->sender : track->link->receiver;
        play->number[link->index] = (uint8_t)i;
        if (!track->link->heard && !find_credit_times(track, &find_neighbour(play, other)->component, tape->from))
            return bad(play, error, "a credit comes back when it cannot, from", other);
        for (size_t m = 0; m < track->link->messages; m++) {
            const struct sim_component *sender = &find_neighbour(play, other)->component;
            bool edge = !track->link->heard;
            for (uint32_t c = 0; c < sender->clocks && !edge; c++)
                edge =
                    sim_clock_edge(sender->clock[c], sim_clock_ceil(sender->clock[c], track->link->message[m].sent)) ==
                    track->link->message[m].sent;
            if (!edge)
                return bad(play, error, "a message between the edges of the clocks of", other);
        }
    }
    play->loaded = true;
    struct sim_reader reader = {tape->bytes, tape->state + tape->state_size, tape->state, false};
    enum sim_status status = sim_part_load(play->machine, play->subject, &reader, tape->path, error);
    if (status == SIM_OK && reader.offset != reader.size)
        status = bad(play, error, "there is more than the state of", tape->subject);
    sim_machine_observe(play->machine, (struct sim_observer){.context = play, .link = on_link});
    return status;
}

enum sim_status tape_play_run(struct tape_play *play, struct tape_difference *difference, struct sim_error *error)
{
    struct sim_stop stop;
    enum sim_status status = sim_machine_run(play->machine, play->tape->to, &stop, error);
    if (status != SIM_OK)
        return status;
    uint8_t digest[SIM_DIGEST_SIZE];
    sim_part_digest(play->subject, digest);
    look_for_missing(play);
    if (memcmp(digest, play->tape->digest, sizeof digest) != 0)
        differs(play, play->tape->to, "its state at the end is another");
    *difference = play->difference;
    return SIM_OK;
}
