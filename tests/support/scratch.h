/* A folder for a test's files, and small things to do in it. What fails here aborts: it is no result of the test. */
#ifndef CYCLE360_TESTS_SUPPORT_SCRATCH_H
#define CYCLE360_TESTS_SUPPORT_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

struct scratch {
    char folder[64];
    char path[8][512]; /* the last few that scratch_path() handed out */
    unsigned next;
};

void scratch_begin(struct scratch *scratch);
void scratch_end(struct scratch *scratch); /* removes the folder with all that is in it */

const char *scratch_path(struct scratch *scratch, const char *name);
void scratch_folder(struct scratch *scratch, const char *name);
void scratch_file(struct scratch *scratch, const char *name, const void *bytes, size_t size);
void scratch_link(struct scratch *scratch, const char *name, const char *target);
void scratch_size(struct scratch *scratch, const char *name, uint64_t size); /* cut off, or longer by a hole */
/* The whole file; the caller frees it. NULL where there is none. */
uint8_t *scratch_read(struct scratch *scratch, const char *name, size_t *size);

/* Bytes that look random, the same for the same seed. */
void scratch_noise(uint8_t *bytes, size_t size, uint32_t seed);

#endif
