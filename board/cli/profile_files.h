/* A profile as files: text to read, JSON to compute with, stacks to fold and two pictures. */
#ifndef CYCLE360_BOARD_CLI_PROFILE_FILES_H
#define CYCLE360_BOARD_CLI_PROFILE_FILES_H

#include "board/profile_report.h"
#include "models/sim/status.h"

#include <stdio.h>

/* Makes the folder if it is not there. */
enum sim_status profile_make_folder(const char *folder, struct sim_error *error);
/* Writes profile.txt, profile.json, profile.folded, flame.svg and cpi.svg into it. */
enum sim_status profile_write_files(const struct profile_report *report, const char *folder, struct sim_error *error);

/* One of them each. Equal reports give equal bytes. */
void profile_write_text(FILE *file, const struct profile_report *report);
void profile_write_json(FILE *file, const struct profile_report *report);
void profile_write_folded(FILE *file, const struct profile_report *report);
void profile_write_flame(FILE *file, const struct profile_report *report);
void profile_write_stacks(FILE *file, const struct profile_report *report);

/* "main+0x10", where a place is in its function. */
enum { PROFILE_WHERE_MAX = PROFILE_NAME_MAX + 24 };
const char *profile_where(const struct profile_report *report, const struct profile_place *place,
                          char text[PROFILE_WHERE_MAX]);

#endif
