/* A profile summed up and sorted, as its writers want it. Equal profiles give equal reports. */
#ifndef CYCLE360_BOARD_PROFILE_REPORT_H
#define CYCLE360_BOARD_PROFILE_REPORT_H

#include "board/profile.h"

extern const char *const profile_colour[XENON_CAUSES]; /* "#4c9f70" */

/* What the cores say: the last word on where a thread's clocks went. */
struct profile_totals {
    bool present[PROFILE_THREADS];
    uint64_t clocks[PROFILE_THREADS][XENON_CAUSES];
    uint64_t run; /* clocks that have gone by since the profile began */
};

struct profile_thread {
    bool present;
    uint64_t clocks[XENON_CAUSES], total;
    uint64_t rest[XENON_CAUSES], rest_total; /* of these, what no instruction ended */
    uint64_t issues, seconds;
};

/* A function of all threads. */
struct profile_function {
    uint64_t start; /* or PROFILE_ELSEWHERE */
    uint64_t clocks[XENON_CAUSES], total;
    uint64_t within; /* with what it called, as the tree of calls has it */
    uint64_t issues, calls;
};

struct profile_report {
    const struct profile *profile;
    const char *title; /* of the run, such as its image; not NULL */
    char duration[32]; /* of the run, "1.5ms" */
    uint64_t run;
    struct profile_thread thread[PROFILE_THREADS];
    uint64_t total, rest_total;        /* of all threads */
    struct profile_function *function; /* most clocks first */
    uint32_t functions;
    struct profile_ranked {
        const struct profile_place *place;
        uint64_t total;
        unsigned thread;
    } * ranked; /* places: most clocks first, then by address and thread */
    uint32_t places;
    struct profile_ranked *late; /* loads that missed: most clocks until their values came first */
    uint32_t lates;
    uint64_t *within[PROFILE_THREADS]; /* clocks of each node with what it called; [0]: of all instructions */
    bool adds_up;
    char sum[256]; /* the sentence that says so */
};

void profile_report_make(struct profile_report *report, const struct profile *profile,
                         const struct profile_totals *totals, const char *title, const char *duration);
void profile_report_free(struct profile_report *report);

/* "main", "sub_82000100", "(elsewhere)". */
enum { PROFILE_NAME_MAX = 300 };
const char *profile_function_name(const struct profile_report *report, uint64_t start, char text[PROFILE_NAME_MAX]);

/* The cause of most of them: the first if there are several, XENON_CAUSES if all are 0. */
unsigned profile_main_cause(const uint64_t clocks[XENON_CAUSES]);
/* Ten-thousandths of a whole, rounded. */
unsigned profile_share(uint64_t part, uint64_t whole);

/* "1,234,567" */
enum { PROFILE_NUMBER_MAX = 32 };
const char *profile_number(uint64_t number, char text[PROFILE_NUMBER_MAX]);
/* "12.34 %"; "1.50" as a quotient in hundredths. */
const char *profile_percent(uint64_t part, uint64_t whole, char text[PROFILE_NUMBER_MAX]);
const char *profile_quotient(uint64_t part, uint64_t by, char text[PROFILE_NUMBER_MAX]);

#endif
