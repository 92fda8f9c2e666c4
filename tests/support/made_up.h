/* Instructions that no core has issued, for whoever listens to them; and what they add up to. */
#ifndef CYCLE360_TESTS_SUPPORT_MADE_UP_H
#define CYCLE360_TESTS_SUPPORT_MADE_UP_H

#include "board/profile_report.h"

enum made_up_word {
    MADE_NOP = 0x60000000,
    MADE_ADD = 0x7C632214,  /* add r3, r3, r4 */
    MADE_LOAD = 0x80640010, /* lwz r3, 16(r4) */
    MADE_RETURN = 0x4E800020,
    MADE_JUMP_CTR = 0x4E800420,
    MADE_CALL_CTR = 0x4E800421,
    MADE_RESUME = 0x4C000024, /* rfid */
};

static inline uint32_t made_call(uint64_t from, uint64_t to)
{
    return 0x48000001 | ((uint32_t)(to - from) & 0x03FFFFFC);
}

static inline uint32_t made_jump(uint64_t from, uint64_t to)
{
    return 0x48000000 | ((uint32_t)(to - from) & 0x03FFFFFC);
}

struct made_up {
    struct profile profile;
    struct profile_totals totals; /* as a core would have them */
    uint64_t clock[PROFILE_THREADS];
};

void made_up_begin(struct made_up *made, const struct profile_symbol *symbol, uint32_t symbols);
void made_up_end(struct made_up *made);
/* One instruction that waited for so many clocks. */
void made_up_issue(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word, uint64_t lost,
                   enum xenon_cause cause);
/* A load whose value comes later, and its coming so many clocks after it issued. */
void made_up_load(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word);
void made_up_fill(struct made_up *made, unsigned thread, uint8_t resource, uint64_t ready);
void made_up_paired(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word);
void made_up_faulted(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word);
/* Clocks in which a thread had nothing to issue. */
void made_up_idle(struct made_up *made, unsigned thread, uint64_t clocks, enum xenon_cause cause);
/* Threads that are behind have been idle until all have had as many clocks. */
void made_up_report(struct made_up *made, struct profile_report *report, const char *title);

#endif
