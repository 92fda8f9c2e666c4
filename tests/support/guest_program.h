/* The bare programs of tests/guest/core, read, assembled and held to their annotations. */
#ifndef CYCLE360_TESTS_SUPPORT_GUEST_PROGRAM_H
#define CYCLE360_TESTS_SUPPORT_GUEST_PROGRAM_H

#include "board/cli/ppc_test_run.h"

#include <stdio.h>

enum guest_kind { GUEST_PLAIN, GUEST_STALE, GUEST_DECREMENT, GUEST_EXTERNAL, GUEST_DEVICE };

enum guest_id {
#define GUEST(name, threads, kind) GUEST_ID_##name,
#include "tests/guest/core/programs.def"
#undef GUEST
    GUESTS
};

struct guest_info {
    const char *name;
    unsigned threads;
    enum guest_kind kind;
};
extern const struct guest_info guest_info[GUESTS];

struct guest_program {
    const struct guest_info *info;
    struct xenon_program program;
    struct ppc_test_file expected;
    uint64_t entry, done;
};

#define GUEST_ENTRY_MSR (XENON_MSR_SF | XENON_MSR_HV)

/* Ends the process where the file is not what it should be. */
void guest_program_load(struct guest_program *guest, enum guest_id id);
void guest_program_free(struct guest_program *guest);

/* A label's address; and the word or doubleword at one, changed before the program is placed anywhere. */
uint64_t guest_program_symbol(const struct guest_program *guest, const char *name);
void guest_program_poke(struct guest_program *guest, const char *name, uint64_t value, unsigned bytes);

/* Holds the registers to the annotations; what differs is written to `out`, a line each. */
bool guest_program_check(const struct guest_program *guest, const struct xenon_context *t, const char *whose,
                         FILE *out);

#endif
