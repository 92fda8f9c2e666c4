/* What `cycle360 timing memory` runs on the board, measures and prints. */
#ifndef CYCLE360_BOARD_CLI_TIMING_MEMORY_H
#define CYCLE360_BOARD_CLI_TIMING_MEMORY_H

#include "board/cli/timing_cpu.h"
#include "board/processors.h"

enum timing_memory_part {
    TIMING_MEMORY_LATENCY,
    TIMING_MEMORY_BANDWIDTH,
    TIMING_MEMORY_DRAM,
    TIMING_MEMORY_CONTENTION,
    TIMING_MEMORY_EMERGENT,
    TIMING_MEMORY_PARTS
};
extern const char *const timing_memory_part_name[TIMING_MEMORY_PARTS];

/* What a core does with each line of a stream. */
struct timing_stream {
    const char *name;
    bool touches, loads, zeroes, stores;
};
enum timing_stream_number {
#define STREAM(id, ...) TIMING_STREAM_##id,
#include "board/cli/timing_memory.def"
#undef STREAM
    TIMING_STREAMS
};
extern const struct timing_stream timing_stream[TIMING_STREAMS];

/* In which order a ring of loads, each at the address that the one before has read, goes through its lines. */
enum timing_ring {
    TIMING_RING_RANDOM,
    TIMING_RING_BY_PAGE, /* pages of 4 KiB in random order, the lines of each in random order */
    TIMING_RING_ROW,     /* DRAM: a row of a bank from end to end, then another */
    TIMING_RING_ROWS     /* DRAM: the rows of one bank, one line of each */
};

enum timing_task { TIMING_NOTHING, TIMING_CHASE, TIMING_STREAM };

/* One program on one board. */
struct timing_memory_run {
    enum timing_memory_part part;
    enum timing_task task[BOARD_CORES];
    enum timing_ring ring;            /* of the one core that chases */
    uint64_t footprint;               /* bytes */
    enum timing_stream_number stream; /* of the cores that stream */
    bool one_by_one;                  /* each load of the ring is timed by itself, */
    bool rests;                       /* and begins when all rows are closed */
    uint32_t pause;                   /* streams that go on for ever: turns of a loop after every four lines */
    const struct timing_cpu_row *cpu; /* instead of all that */
};

/* Times in clocks of the core where nothing else is said. */
struct timing_memory_measured {
    bool there;             /* the programs came to their end */
    uint64_t clocks, loads; /* of the ring */
    uint64_t lines;         /* of all streams, meanwhile */
    sim_time time;          /* in which they went by */
    struct timing_memory_bus {
        uint64_t bytes; /* of all lines but one */
        sim_time time;
    } in, out;
    /* one by one: clocks of the memory from a request's coming to its answer's leaving, which most of them take, how
     * many of how many that is; and the usual clocks from load to use */
    uint64_t usual, usual_count, count, use;
    int64_t cpu; /* as timing_cpu_measure has it */
};

/* What the board's settings say. */
struct timing_memory_limits {
    uint64_t bus_in, bus_out, l2; /* bytes a second */
};
struct timing_memory_limits timing_memory_limits(const struct board_description *board);

/* The program, as text; free() it. Core n begins at work<n>. */
char *timing_memory_program(const struct timing_memory_run *run, const struct board_description *board);
/* The lines of the ring, in their order; free() it. */
uint64_t *timing_memory_ring(const struct timing_memory_run *run, const struct board_description *board,
                             unsigned *lines);
uint32_t timing_memory_warm_loads(const struct timing_memory_run *run);
uint32_t timing_memory_loads(const struct timing_memory_run *run);
enum {
    TIMING_STREAM_LINES = 4096, /* that count, of each core */
    TIMING_STREAM_TURN = 4      /* of a turn of its loop */
};

/* Builds a board: once per process. */
enum sim_status timing_memory_measure(struct timing_memory_measured *measured, const struct timing_memory_run *run,
                                      const struct board_description *board, struct sim_error *error);

/* A figure that nothing states, beside what is published. */
struct timing_memory_row {
    struct timing_cpu_row cpu;          /* its name, settings, published figures; and its program, where it has one */
    bool of_cpu;                        /* all but its name stands in timing_cpu.def */
    struct timing_memory_run run, less; /* less: is taken off, where it does something */
};
extern const struct timing_memory_row timing_memory_row[];
extern const unsigned timing_memory_rows;
/* The same, wherever it stands. */
const struct timing_cpu_row *timing_memory_published(const struct timing_memory_row *row);
/* A row of timing_cpu.def that nothing states and that is no row here: it is run to be counted. */
bool timing_memory_counts(const struct timing_cpu_row *row);

struct timing_memory_report {
    const char *board_name;
    const struct board_description *board;
    struct timing_memory_limits limits;
    bool part[TIMING_MEMORY_PARTS];
    bool core[BOARD_CORES]; /* whose latency is wanted */
    unsigned runs;
    struct timing_memory_run *run;
    struct timing_memory_measured *measured;
};
/* The runs that the chosen parts need, part by part; free() report->run and report->measured. */
void timing_memory_plan(struct timing_memory_report *report);
/* The first run of a part; report->runs where it is not chosen. */
unsigned timing_memory_first(const struct timing_memory_report *report, enum timing_memory_part part);

/* A row as measured by the runs from *at on, which moves behind them; in hundredths. */
bool timing_memory_row_value(const struct timing_memory_report *report, unsigned row, unsigned *at, int64_t *value);
/* In hundredths, halves up: clocks of a load; thousands of millions of bytes a second. */
int64_t timing_memory_clocks(const struct timing_memory_measured *measured);
int64_t timing_memory_rate(uint64_t bytes, sim_time time);

#endif
