/* What translate.c and segments.c share. */
#ifndef CYCLE360_XENON_CORE_TRANSLATE_PARTS_H
#define CYCLE360_XENON_CORE_TRANSLATE_PARTS_H

#include "models/xenon/core/lookup.h"

#define PAGE_OF(a) ((a) & ~UINT64_C(0xFFF))

/* Low bits of the key of an ERAT's or the TLB's entry: an effective or virtual page and whose it is. */
enum key_bits { KEY_THERE = 1, KEY_TRANSLATED = 2, KEY_THREAD = 4, KEY_PROBLEM_REAL = 8 };

void core_erat_install(struct core_erat *erat, uint64_t ea, uint64_t key, uint64_t ra, uint32_t flags);
unsigned core_tlb_way(const struct xenon_core *core, unsigned class, uint64_t key); /* TLB_WAYS: none */
void core_tlb_install(struct xenon_core *core, unsigned class, struct core_tlb_entry entry);
enum core_translation core_translation_fault(struct core_thread *th, uint64_t ea, bool store, bool code,
                                             bool protection);
enum core_translation core_translation_waits(struct core_thread *th);
/* There is none: an interrupt, or for a touch the next instruction. */
void core_translation_failed(struct xenon_core *core, struct core_thread *th, uint64_t clock);

/* segments.c */
enum core_translation core_by_segment(struct xenon_core *core, struct core_thread *th, uint64_t clock, uint64_t ea,
                                      bool store, bool code);
bool core_segment_peek(const struct xenon_core *core, const struct core_thread *th, uint64_t ea, uint64_t *ra,
                       unsigned *flags);

#endif
