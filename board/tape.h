/* A tape of one component: its state at one time, and from then on all that its neighbours say to it and it to them.
 * Played back to the same component alone, it makes it do again what it did, to the bit and to the 100 fs; a component
 * that has been changed is found out at the first message that differs.
 *
 *     tape_record_begin(&record, &board, &board.cp.component, path, &error);     between runs
 *     sim_machine_observe(machine, tape_observer(record));                       (before the first one)
 *     tape_record_end(record, true, &counts, &error);                            between runs
 *
 * A file is, little-endian, gzipped where its name ends in .gz: "C360TAPE", the version (u32), the board (text of a
 * board file), the component's name, its neighbours and links, its state (models/sim/part.h), what was said, the time
 * at which it ends with the digest of the component's state then, and the SHA-256 of all before. */
#ifndef CYCLE360_BOARD_TAPE_H
#define CYCLE360_BOARD_TAPE_H

#include "board/description.h"
#include "models/sim/machine.h"

enum { TAPE_VERSION = 1, TAPE_LINKS_MAX = 2 * SIM_PORTS_MAX, TAPE_NAME = 64 };

/* What follows the state, one after the other: a byte of these; then, but for the end, the link's number (u8); the time
 * (u64: of sending, or at which the credit is seen); the message. */
enum tape_item { TAPE_END, TAPE_MESSAGE, TAPE_CREDIT };

struct tape_counts {
    uint64_t heard, said, credits; /* messages to it, from it; credits given back either way */
};

/* --- recording --- */

struct tape_record;

/* The observer can be registered before the recording begins. */
struct tape_record *tape_record_new(const struct sim_machine *machine, const struct sim_component *subject);
struct sim_observer tape_observer(struct tape_record *record);
/* Between runs: from here on everything is kept. */
enum sim_status tape_record_begin(struct tape_record *record, const struct board_description *description,
                                  const char *path, struct sim_error *error);
/* Between runs: nothing more is kept. */
void tape_record_stop(struct tape_record *record);
/* Stops it, if that was not done yet, and frees it. With `keep` the file takes its name if all went well. */
enum sim_status tape_record_end(struct tape_record *record, bool keep, struct tape_counts *counts,
                                struct sim_error *error);

/* --- reading --- */

struct tape_link {
    char sender[TAPE_NAME], out[TAPE_NAME], receiver[TAPE_NAME], in[TAPE_NAME];
    enum sim_message type;
    struct sim_link_spec spec;
    bool heard; /* towards the component */
    /* what was said: messages by the time of sending, credits by the time at which they are seen; both in order */
    struct tape_message {
        sim_time sent;
        uint64_t *body;
    } * message;
    sim_time *credit;
    size_t messages, credits;
};

struct tape_neighbour {
    char name[TAPE_NAME];
    uint32_t priority, clocks;
    char clock[SIM_CLOCKS_MAX][TAPE_NAME];
};

struct tape {
    const char *path;
    uint8_t *bytes; /* all of the file, unpacked */
    size_t size;
    struct board_description description;
    char subject[TAPE_NAME];
    struct tape_neighbour neighbour[SIM_PORTS_MAX];
    struct tape_link link[TAPE_LINKS_MAX];
    uint32_t neighbours, links;
    size_t state, state_size; /* where in `bytes` */
    sim_time from, to;
    uint8_t digest[SIM_DIGEST_SIZE];
    struct tape_counts counts;
    uint64_t *bodies;
};

enum sim_status tape_read(struct tape *tape, const char *path, struct sim_error *error);
void tape_free(struct tape *tape);

/* --- playing --- */

/* Where the component first did something else than it did. */
struct tape_difference {
    bool found;
    sim_time time;
    char text[512];
};

struct tape_play;

/* Makes neighbours for `subject`, which has been added to the machine, and connects them. The clocks are those of the
 * board, found by name; those of the subject are its own. */
enum sim_status tape_play_new(struct tape_play **play, const struct tape *tape, struct sim_machine *machine,
                              struct sim_component *subject, const struct sim_clock *const *clock, size_t clocks,
                              struct sim_error *error);
/* Behind sim_machine_elaborate: takes the state that the tape begins with. */
enum sim_status tape_play_load(struct tape_play *play, struct sim_error *error);
/* Runs to the end of the tape. */
enum sim_status tape_play_run(struct tape_play *play, struct tape_difference *difference, struct sim_error *error);
void tape_play_free(struct tape_play *play);

#endif
