/* Board descriptions: every frequency, size, latency and seed of a board, read from a text file.
 *
 *     schema cycle360-board 1
 *     base retail.board                # optional: everything from another file, then what is said here
 *     clock.reference = 99.75 MHz
 *     latency.ipi     = 60 ns
 *
 * schema.def lists the keys; a board is complete when every one of them is set. There are no defaults in code. */
#ifndef CYCLE360_BOARD_DESCRIPTION_H
#define CYCLE360_BOARD_DESCRIPTION_H

#include "models/sim/clock.h"
#include "models/sim/status.h"
#include "models/sim/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Hz, in lowest terms. sim_clock_init takes every one that a description holds. */
struct board_frequency {
    uint64_t numerator, denominator;
};

enum board_key {
#define BOARD_KEY(kind, section, name, ...) BOARD_KEY_##section##_##name,
#include "board/schema.def"
#undef BOARD_KEY
    BOARD_KEY_COUNT
};

enum { BOARD_VALUE_TEXT = 128, BOARD_PLACE_TEXT = 128, BOARD_IDENTITY_TEXT = 65 };

/* What was written for a key, and where ("retail.board:12", "--set"). */
struct board_setting {
    char text[BOARD_VALUE_TEXT];
    char place[BOARD_PLACE_TEXT];
};

#define BOARD_TYPE_FREQUENCY struct board_frequency
#define BOARD_TYPE_TIME      sim_time
#define BOARD_TYPE_CLOCKS    uint64_t
#define BOARD_TYPE_COUNT     uint64_t
#define BOARD_TYPE_SIZE      uint64_t
#define BOARD_TYPE_SEED      uint64_t
#define BOARD_TYPE_CHOICE    uint64_t /* the word's number: of enum display_mode_id, display_rate and so on */

struct board_description {
#define BOARD_KEY(kind, section, name, ...) BOARD_TYPE_##kind section##_##name;
#include "board/schema.def"
#undef BOARD_KEY
    struct board_setting setting[BOARD_KEY_COUNT]; /* relations are worked out from these again when one changes */
};

/* Reads a board: a built-in one by name ("retail"), or a file, whose name has a / or ends in .board. The overrides are
 * `key=value`, the later one counting. Errors name file, line and key. On failure the description holds nothing. */
enum sim_status board_description_load(struct board_description *description, const char *board,
                                       const char *const *overrides, size_t count, struct sim_error *error);

/* The same from text in memory, of which `name` is only a name; a base can be a built-in board only. */
enum sim_status board_description_parse(struct board_description *description, const char *name, const char *text,
                                        size_t size, struct sim_error *error);

/* Sets one key, `key=value`, and works out what depends on it. On failure the description is as it was. */
enum sim_status board_description_set(struct board_description *description, const char *assignment,
                                      struct sim_error *error);

/* Prints a complete board file with every relation worked out, each key with its source. Keys that are not as in the
 * built-in board retail say where they were set instead. */
void board_description_print(const struct board_description *description, FILE *file);

/* SHA-256, in hexadecimal, of the canonical `key = value` lines: what a save file is bound to. */
const char *board_description_identity(const struct board_description *description, char text[BOARD_IDENTITY_TEXT]);

/* A latency as whole clocks: the least number, at least 1, that takes no less than `time`. */
uint32_t board_latency_clocks(const struct sim_clock *clock, sim_time time);

/* The schema, for lists and tables. */
struct board_key_info {
    const char *key;    /* "clock.core" */
    const char *kind;   /* "frequency" */
    const char *takes;  /* "a frequency such as ..." */
    const char *domain; /* clock or list; "" where the kind has none */
    const char *confidence, *source, *note;
    char low[BOARD_VALUE_TEXT], high[BOARD_VALUE_TEXT]; /* "" where everything is allowed */
};
struct board_key_info board_key_info(enum board_key key);

/* Word `index` of the list that a CHOICE key takes; NULL from the last on, and for keys that take no word. */
const char *board_key_choice(enum board_key key, unsigned index);

/* The canonical value: `3.2 GHz`, `350 ns`, `160 cyc`, `hdmi-720p`. */
const char *board_description_value(const struct board_description *description, enum board_key key,
                                    char text[BOARD_VALUE_TEXT]);

/* Is the key as in the built-in board retail, so that the schema's source speaks of it? */
bool board_description_is_retail(const struct board_description *description, const struct board_description *retail,
                                 enum board_key key);

#endif
