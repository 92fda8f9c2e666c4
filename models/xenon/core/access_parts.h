/* What access.c and whole_lines.c share. */
#ifndef CYCLE360_XENON_CORE_ACCESS_PARTS_H
#define CYCLE360_XENON_CORE_ACCESS_PARTS_H

#include "models/xenon/core/lookup.h"
#include "models/xenon/isa/ops_storage.h"

#define LINE_OF(ra) ((ra) & ~(uint64_t)(SIM_LINE - 1))

/* Where the bytes of an access lie. */
struct place {
    uint64_t ea, ra[2];
    uint32_t flags;
    unsigned bytes, split; /* bytes on the first page */
    bool crosses_block, crosses_line;
};

/* Not issued: it asks for an interrupt (context.interrupt). */
enum core_result access_fault(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m);
/* Not now: when something happens, it is tried again, with the translation that it has. */
enum core_result access_wait(struct core_thread *th, enum xenon_cause cause);
/* The access happens: its pages were used. */
void access_used(struct xenon_core *core, const struct core_thread *th, const struct place *p);
/* Translates both of its pages. DONE: *p is filled in; otherwise what the instruction comes to. */
enum core_result access_place(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                              uint64_t ea, unsigned bytes, bool store, struct place *p);
/* A place among the loads that wait; NULL where there is none. */
struct core_waiter *access_waiter(struct xenon_core *core);
/* Can a load of the line wait for it? NULL where not, now. */
struct core_miss *access_miss(struct xenon_core *core, uint64_t line);
/* Asks for a line, if it was not asked for; gather buffers of the line go ahead. */
void access_ask(struct xenon_core *core, uint64_t clock, unsigned thread, struct core_miss *miss, uint64_t ra,
                unsigned kind);
/* The blocks of 64 bytes that it lies in. */
unsigned access_blocks(const struct place *p);
/* Writes the bytes of a store that issues. */
void access_store(struct xenon_core *core, uint64_t clock, const struct place *p, const uint8_t *bytes);
/* lmw, stmw, strings: the bytes of a block. */
enum core_result access_block(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m,
                              struct xenon_block b, bool store);

#endif
