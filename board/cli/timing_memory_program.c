/* The programs of `timing memory`, made from what each core is to do, and the rings that they go through. */
#include "board/cli/timing_memory.h"
#include "board/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    FLAGS = 0x6000,       /* a line for each core: it has come to the first rendezvous, to the second */
    RING = 0x04000000,    /* real addresses: rings of up to 64 MiB, */
    STREAMS = 0x08000000, /* and of each core what it reads, */
    STREAM_ROOM = 0x01000000,
    STREAM_TARGET = 0x00800000, /* and what it writes */
    LINES_A_TURN = TIMING_STREAM_TURN,
    AHEAD = 8,                        /* lines that are touched ahead: as many as can be under way */
    WARM_LINES = 4 * MEMBUS_L2_LINES, /* until what streams leave behind in the L2 is as it will be for ever */
    GAP = 32,                         /* lines between those that warm up and those that count */
    LOADS_A_TURN = 16,
    PAGE_LINES = 4096 / SIM_LINE,
    TIMED_LOADS = 256, /* one by one */
    RESTED_LOADS = 64,
    FEW_WARM = 1024,
    ENDLESS_LINES = 65536, /* then from the first one again */
    ENDLESS_WARM = 512,    /* loads beside the streams before any counts, */
    ENDLESS_LOADS = 2048,  /* and those that do */
};
_Static_assert(STREAM_TARGET / SIM_LINE >= ENDLESS_LINES, "what is read and what is written lie apart");

const struct timing_stream timing_stream[TIMING_STREAMS] = {
#define YES                                              true
#define NO                                               false
#define STREAM(id, name, touches, loads, zeroes, stores) {name, touches, loads, zeroes, stores},
#include "board/cli/timing_memory.def"
#undef STREAM
#undef YES
#undef NO
};

/* Thread 0 of core 0 starts at _start and wakes the others, which come by way of 0x100. */
static const char head[] = "        .org 0x100\n"
                           "        mfspr r3, pir\n"
                           "        sldi r3, r3, 3\n"
                           "        ld r3, entry(r3)\n"
                           "        mtctr r3\n"
                           "        bctr\n"
                           "        .org 0x200\n"
                           "entry:  .quad work0, 0, work1, 0, work2, 0\n"
                           "        .org 0x1000\n"
                           "_start: lis r3, 0x200\n"
                           "        sldi r3, r3, 16\n"
                           "        oris r3, r3, 0x0005\n"
                           "        li r4, 0\n"
                           "        std r4, 0x2008(r3)\n"
                           "        std r4, 0x4008(r3)\n"
                           "        lis r4, TARGETS\n"
                           "        ori r4, r4, 0x10\n"
                           "        std r4, 0x10(r3)\n"
                           "        b work0\n"
                           "set_up: mfmsr r3\n"
                           "        oris r3, r3, 0x0200\n"
                           "        mtmsrd r3\n"
                           "        isync\n"
                           "        li r0, 0\n"
                           "        blr\n"
                           "        .macro count n\n"
                           "        lis r18, (\\n) >> 16\n"
                           "        ori r18, r18, (\\n) & 0xFFFF\n"
                           "        .endm\n";

static bool takes_part(const struct timing_memory_run *run, unsigned core)
{
    return run->task[core] != TIMING_NOTHING;
}

static bool endless(const struct timing_memory_run *run)
{
    bool chases = false, streams = false;
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        chases |= run->task[i] == TIMING_CHASE;
        streams |= run->task[i] == TIMING_STREAM;
    }
    return chases && streams;
}

/* Comes here when all cores that take part have. */
static void put_rendezvous(FILE *file, const struct timing_memory_run *run, unsigned core, unsigned number)
{
    fprintf(file, "        sync\n        li r3, 1\n        stw r3, %u(0)\n        sync\n",
            FLAGS + core * SIM_LINE + 4 * number);
    for (unsigned i = 0; i < BOARD_CORES; i++)
        if (i != core && takes_part(run, i))
            fprintf(file, "1:      lwz r3, %u(0)\n        cmpwi r3, 0\n        beq 1b\n",
                    FLAGS + i * SIM_LINE + 4 * number);
}

static void put_chase(FILE *file, const struct timing_memory_run *run, unsigned core, uint32_t pause)
{
    fprintf(file, "        lis r20, 0x%x\n        lwz r20, 0(r20)\n", (unsigned)RING >> 16);
    if (run->one_by_one) {
        put_rendezvous(file, run, core, 0);
        fprintf(file,
                "        count %u\n"
                "from%u:  nop\n"
                "        b 1f\n"
                "        .balign 128\n"
                "1:      nop\n"
                "hop:    lwz r20, 0(r20)\n"
                "used:   add r4, r20, r20\n",
                timing_memory_loads(run), core);
        if (pause != 0)
            fprintf(file,
                    "        lis r9, %u\n"
                    "        ori r9, r9, %u\n"
                    "        mtctr r9\n"
                    "2:      bdnz 2b\n",
                    pause >> 16, pause & 0xFFFF);
        fprintf(file,
                "        addi r18, r18, -1\n"
                "        cmpwi r18, 0\n"
                "        bgt 1b\n"
                "to%u:    nop\n",
                core);
        return;
    }
    if (endless(run))
        put_rendezvous(file, run, core, 0);
    fprintf(file,
            "        count %u\n"
            "        mtctr r18\n"
            "        bl chase\n",
            timing_memory_warm_loads(run) / LOADS_A_TURN);
    if (!endless(run))
        put_rendezvous(file, run, core, 0);
    fprintf(file,
            "        count %u\n"
            "        mtctr r18\n"
            "        lwz r20, 0(r20)\n"
            "from%u:  add r4, r20, r20\n"
            "        bl chase\n"
            "to%u:    add r4, r20, r20\n",
            timing_memory_loads(run) / LOADS_A_TURN, core, core);
}

static const char chase_loop[] = "        .balign 128\n"
                                 "chase:  .rept 16\n"
                                 "        lwz r20, 0(r20)\n"
                                 "        .endr\n"
                                 "        bdnz chase\n"
                                 "        blr\n";

/* r21 to r24 are at four lines to read, r25 to r28 at those to write. */
static void put_places(FILE *file, unsigned core, uint32_t line)
{
    uint32_t from = STREAMS + core * STREAM_ROOM + line * SIM_LINE;
    for (unsigned i = 0; i < 2 * LINES_A_TURN; i++) {
        uint32_t at = from + i % LINES_A_TURN * SIM_LINE + (i < LINES_A_TURN ? 0 : STREAM_TARGET);
        fprintf(file, "        lis r%u, %u\n        ori r%u, r%u, %u\n", 21 + i, at >> 16, 21 + i, 21 + i, at & 0xFFFF);
    }
}

static void put_stream_loop(FILE *file, const struct timing_memory_run *run, unsigned core)
{
    const struct timing_stream *stream = &timing_stream[run->stream];
    unsigned touched = stream->loads ? 21 : 25;
    fprintf(file, "        .balign 128\nstream%u:\nturn%u:  nop\n", core, core);
    for (unsigned i = 0; stream->touches && i < LINES_A_TURN; i++)
        fprintf(file, "        dcbt r%u, r16\n", touched + i);
    for (unsigned i = 0; stream->loads && i < 8 * LINES_A_TURN; i++)
        fprintf(file, "        lvx v%u, r%u, r%u\n", i, 21 + i / 8, 8 + i % 8);
    for (unsigned i = 0; stream->zeroes && i < LINES_A_TURN; i++)
        fprintf(file, "        dcbz128 0, r%u\n", 25 + i);
    for (unsigned i = 0; stream->stores && i < 8 * LINES_A_TURN; i++)
        fprintf(file, "        stvx v%u, r%u, r%u\n", i, 25 + i / 8, 8 + i % 8);
    for (unsigned i = 0; i < 2 * LINES_A_TURN; i++)
        fprintf(file, "        addi r%u, r%u, %u\n", 21 + i, 21 + i, LINES_A_TURN * SIM_LINE);
    if (run->pause != 0)
        fprintf(file, "        mr r29, r17\n"
                      "2:      or 31, 31, 31\n"
                      "        addi r29, r29, -1\n"
                      "        cmpwi r29, 0\n"
                      "        bgt 2b\n");
    fputs("        bdnz ", file);
    fprintf(file, "stream%u\n        blr\n", core);
}

static uint32_t warm_lines(const struct timing_memory_run *run)
{
    uint32_t cores = 0;
    for (unsigned i = 0; i < BOARD_CORES; i++)
        cores += run->task[i] == TIMING_STREAM;
    return WARM_LINES / cores & ~(LINES_A_TURN - 1U);
}

static void put_stream(FILE *file, const struct timing_memory_run *run, unsigned core)
{
    uint32_t warm = warm_lines(run);
    uint32_t pause = run->pause + (core == 2 ? run->pause / 8 : 0); /* so that two cores do not go in step */
    for (unsigned i = 0; i < 8; i++)
        fprintf(file, "        li r%u, %u\n", 8 + i, 16 * i);
    fprintf(file, "        li r16, %u\n        li r17, 0\n", AHEAD * SIM_LINE);
    put_places(file, core, 0);
    fprintf(file, "        count %u\n        mtctr r18\n        bl stream%u\n", warm / LINES_A_TURN, core);
    put_rendezvous(file, run, core, 0);
    fprintf(file, "        lis r17, %u\n        ori r17, r17, %u\n", pause >> 16, pause & 0xFFFF);
    put_places(file, core, warm + GAP);
    if (!endless(run)) {
        fprintf(file,
                "        count %u\n        mtctr r18\nfrom%u:  nop\n        bl stream%u\n        sync\nto%u:    nop\n",
                TIMING_STREAM_LINES / LINES_A_TURN, core, core, core);
        return;
    }
    fprintf(file, "        count %u\n3:      mtctr r18\n        bl stream%u\n",
            (ENDLESS_LINES - warm - GAP) / LINES_A_TURN, core);
    put_places(file, core, 0);
    fprintf(file, "        count %u\n        b 3b\n", ENDLESS_LINES / LINES_A_TURN);
}

/* Turns of bdnz that take longer than from one refresh to the next. */
static uint32_t rest(const struct board_description *board)
{
    unsigned __int128 clocks = (unsigned __int128)board->membus_tREFI * board->clock_core.numerator *
                               board->clock_memory.denominator / board->clock_core.denominator /
                               board->clock_memory.numerator;
    return (uint32_t)clocks;
}

char *timing_memory_program(const struct timing_memory_run *run, const struct board_description *board)
{
    char *text = NULL;
    size_t size;
    unsigned targets = 0;
    FILE *file = open_memstream(&text, &size);
    SIM_CHECK(file, "out of memory for a program");
    for (unsigned i = 1; i < BOARD_CORES; i++)
        targets |= takes_part(run, i) ? 1u << 2 * i : 0;
    fprintf(file, ".set TARGETS, %u\n%s", targets, head);
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        fprintf(file, "        .balign 128\nwork%u:\n", i);
        if (takes_part(run, i)) {
            fputs("        bl set_up\n", file);
            if (run->task[i] == TIMING_CHASE)
                put_chase(file, run, i, run->rests ? rest(board) : 0);
            else
                put_stream(file, run, i);
            if (!endless(run))
                put_rendezvous(file, run, i, 1);
        }
        fprintf(file, "done%u:  b done%u\n", i, i);
        if (run->task[i] == TIMING_STREAM)
            put_stream_loop(file, run, i);
    }
    fputs(chase_loop, file);
    fclose(file);
    return text;
}

/* Once round, twice in what is small: with random replacement a line outlives four times the L2's lines in one case of
 * fifty. Of more than these nothing is ever there when its turn comes again. */
uint32_t timing_memory_warm_loads(const struct timing_memory_run *run)
{
    uint64_t lines = run->footprint / SIM_LINE, most = 4 * MEMBUS_L2_LINES;
    if (endless(run))
        return ENDLESS_WARM;
    if (lines > most)
        return FEW_WARM;
    if (lines <= most / 2)
        lines *= 2;
    return (uint32_t)(lines > FEW_WARM ? lines : FEW_WARM) & ~(LOADS_A_TURN - 1U);
}

uint32_t timing_memory_loads(const struct timing_memory_run *run)
{
    if (run->one_by_one)
        return run->rests ? RESTED_LOADS : TIMED_LOADS;
    if (endless(run))
        return ENDLESS_LOADS;
    return run->footprint <= 256 * 1024 ? 32768 : 8192;
}

/* A generator of splitmix64. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void shuffle(uint64_t *line, unsigned count, uint64_t *state)
{
    for (unsigned i = count; i > 1; i--) {
        unsigned other = (unsigned)(draw(state) % i);
        uint64_t kept = line[i - 1];
        line[i - 1] = line[other];
        line[other] = kept;
    }
}

/* The address at a column of a row of bank 0 of controller 0: above bit 7, which chooses the controller. */
static uint64_t dram_address(const struct board_description *board, uint64_t row, uint64_t column)
{
    uint64_t at = row << (board->membus_page_bits + board->membus_bank_bits) | column * SIM_LINE;
    return at / SIM_LINE * (2 * SIM_LINE);
}

static unsigned row_lines(const struct board_description *board)
{
    return 1u << board->membus_page_bits >> 7;
}

uint64_t *timing_memory_ring(const struct timing_memory_run *run, const struct board_description *board,
                             unsigned *lines)
{
    bool dram = run->ring == TIMING_RING_ROW || run->ring == TIMING_RING_ROWS;
    unsigned count = dram ? timing_memory_loads(run) + 2 : (unsigned)(run->footprint / SIM_LINE);
    uint64_t *line = malloc((count + 1) * sizeof *line), state = run->footprint;
    SIM_CHECK(line, "out of memory for a ring of %u lines", count);
    for (unsigned i = 0; i < count; i++) {
        unsigned in_row = run->ring == TIMING_RING_ROW ? row_lines(board) : 1;
        line[i] = RING + (dram ? dram_address(board, i / in_row, i % in_row) : (uint64_t)i * SIM_LINE);
    }
    if (run->ring == TIMING_RING_RANDOM) {
        shuffle(line + 1, count - 1, &state);
    } else if (run->ring == TIMING_RING_BY_PAGE) {
        unsigned pages = count / PAGE_LINES;
        uint64_t *page = malloc((pages + 1) * sizeof *page);
        SIM_CHECK(page, "out of memory for %u pages", pages);
        for (unsigned i = 0; i < pages; i++)
            page[i] = line[(size_t)i * PAGE_LINES];
        shuffle(page + 1, pages - 1, &state);
        for (unsigned i = 0; i < pages; i++) {
            for (unsigned j = 0; j < PAGE_LINES; j++)
                line[(size_t)i * PAGE_LINES + j] = page[i] + (uint64_t)j * SIM_LINE;
            shuffle(line + (size_t)i * PAGE_LINES + (i == 0), PAGE_LINES - (i == 0), &state);
        }
        free(page);
    }
    *lines = count;
    return line;
}
