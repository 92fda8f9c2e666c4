/* Whether two records say the same, by the rules of events_rules.def. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_COMPARE_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_COMPARE_H

#include "waves/analysis/events_log.h"

enum waves_rule {
#define EVENTS_RULE(id, name, what) WAVES_RULE_##id,
#include "waves/analysis/events_rules.def"
#undef EVENTS_RULE
    WAVES_RULES
};

struct waves_rule_row {
    const char *name, *what;
};
extern const struct waves_rule_row waves_rule_row[WAVES_RULES];

/* `waits,clock`: a mask of rules. */
enum sim_status waves_rules_read(const char *names, uint32_t *mask, struct sim_error *error);

enum { WAVES_SIDES = 2, WAVES_DIFFERENCES_MOST = 8 };

/* A record that is looked at. */
struct waves_record {
    struct waves_text text, kind;
    uint64_t offset;
    struct waves_scan scan; /* of the first log's always, of the second's if it was needed */
    bool scanned;
};

struct waves_difference {
    char name[64];
    struct waves_text value[WAVES_SIDES]; /* `at` NULL: has no such member */
};

struct waves_comparer {
    struct waves_events_log *log; /* two */
    uint32_t strict;              /* rules that are off */
    bool same_numbers;            /* partners have the same numbers, so equal ids mean the same */
    struct waves_record *record[WAVES_SIDES];
    uint64_t time[WAVES_SIDES]; /* of the records, for what things were then */
    bool timed[WAVES_SIDES];    /* `time` is known */
    bool clock;                 /* the records are about an export that tells the time */
    uint32_t absorbed[WAVES_RULES];
    struct waves_difference *difference; /* NULL: the first ends the comparison */
    unsigned differences;
};

/* False: they differ. c->absorbed counts what was absorbed in these two. With `difference` up to
 * WAVES_DIFFERENCES_MOST of them are told. *why: the second is no record. */
bool waves_records_same(struct waves_comparer *c, struct waves_record *a, struct waves_record *b, const char **why);
/* What a value stands for, for people: "memory 2 of alloc.physical of thread 3, + 0x10"; NULL: itself. Free it. */
char *waves_value_meaning(const struct waves_events_log *log, struct waves_text value, uint64_t time);

#endif
