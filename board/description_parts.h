/* What the files of the board description share: the schema as a table, values of each kind, clocks. */
#ifndef CYCLE360_BOARD_DESCRIPTION_PARTS_H
#define CYCLE360_BOARD_DESCRIPTION_PARTS_H

#include "board/description.h"

#include <stdbool.h>

enum board_kind {
    BOARD_FREQUENCY,
    BOARD_TIME,
    BOARD_CLOCKS,
    BOARD_COUNT,
    BOARD_SIZE,
    BOARD_SEED,
    BOARD_CHOICE,
    BOARD_KINDS
};

struct board_row {
    const char *key;
    enum board_kind kind;
    uint64_t low, high; /* in Hz, 100 fs, clocks, 1, bytes */
    const char *domain;
    const char *confidence, *source, *note;
    size_t offset; /* of the member of struct board_description */
};

extern const struct board_row board_rows[BOARD_KEY_COUNT];

struct board_kind_info {
    const char *name, *takes;
};
extern const struct board_kind_info board_kinds[BOARD_KINDS];

/* value.c: one value by itself, of every kind but FREQUENCY. Errors are the end of a sentence that begins with the key.
 */
enum sim_status board_value_parse(const struct board_row *row, const char *text, uint64_t *value,
                                  struct sim_error *error);
const char *board_value_print(const struct board_row *row, const void *member, char text[BOARD_VALUE_TEXT]);
const char *board_choice_word(const char *list, unsigned index);

/* frequency.c */
enum sim_status board_frequency_check(const char *text, struct sim_error *error); /* is it well formed? */
/* Works out all clocks; *wrong is the key that an error is about. */
enum sim_status board_frequencies_resolve(struct board_description *description, enum board_key *wrong,
                                          struct sim_error *error);
const char *board_frequency_print(struct board_frequency hz, char text[BOARD_VALUE_TEXT]);

/* board_file.c: fills in the settings of a board file and of its base; nothing is worked out. */
enum sim_status board_file_read(struct board_description *description, const char *board, struct sim_error *error);
enum sim_status board_text_read(struct board_description *description, const char *name, const char *text, size_t size,
                                struct sim_error *error);
/* One `key = value`, said at `place`. `key` tells which it was. */
enum sim_status board_assign(struct board_description *description, char *assignment, const char *place,
                             enum board_key *key, struct sim_error *error);

#endif
