/* What the files of fires share. */
#ifndef CYCLE360_WAVES_ANALYSIS_FIRES_PARTS_H
#define CYCLE360_WAVES_ANALYSIS_FIRES_PARTS_H

#include "waves/analysis/counts.h"
#include "waves/analysis/fires.h"

#include <stdbool.h>

struct fires_thread {
    uint64_t number, records, calls, fires;
    char *entry, *context; /* NULL: nobody has told */
    size_t analogue;       /* in the other log + 1; 0: none */
};

/* A producer: an operation and who calls it. */
struct fires_site {
    char *operation;
    bool placed; /* a record has told who calls */
    uint64_t caller;
    const struct waves_family *family; /* NULL: none */
    struct fires_of {
        uint64_t fires, handles;
        struct fires_share {
            size_t thread;
            uint64_t fires;
        } * share; /* by thread */
        size_t shares;
    } of[2];
};

enum fires_kind { FIRES_NEVER, FIRES_UNDER, FIRES_OTHER, FIRES_NEW, FIRES_KINDS };

struct fires_log {
    uint64_t records, calls, fires;
    struct fires_thread *thread; /* in the order in which they came */
    size_t threads, room;
    struct waves_counts place; /* of a thread + 1, by its number as text */
};

struct fires {
    const struct waves_fires *what;
    bool two;
    struct fires_site *site;
    size_t sites, room;
    struct waves_counts place;  /* of a site + 1 */
    struct waves_counts wanted; /* exports: whether they count */
    struct waves_counts handle; /* what each site of each log has signalled */
    struct fires_log log[2];
};

struct fires_thread *fires_thread_of(struct fires_log *log, uint64_t number);
/* A call that fires, of this thread: its chain of callers, and what is signalled as text. */
void fires_add(struct fires *fires, unsigned log, struct fires_thread *thread, const char *operation,
               const uint64_t *caller, size_t callers, const char *handle);
bool fires_is_wanted(struct fires *fires, const char *export);

enum sim_status fires_read(struct fires *fires, unsigned log, struct sim_error *error);
enum sim_status fires_match(struct fires *fires, struct sim_error *error); /* threads of the two */

enum fires_kind fires_kind_of(const struct fires *fires, const struct fires_site *site);
/* How many producers of a thread of the first log never fire in the second. */
uint64_t fires_lost(const struct fires *fires, size_t thread);

void fires_print_markdown(const struct fires *fires, FILE *out);
void fires_print_csv(const struct fires *fires, FILE *out);
void fires_print_json(const struct fires *fires, FILE *out);

#endif
