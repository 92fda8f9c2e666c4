/* The inputs that the fuzzers start from, and those that once were trouble: replayed in every build. */
#ifndef CYCLE360_TESTS_SUPPORT_CORPUS_H
#define CYCLE360_TESTS_SUPPORT_CORPUS_H

#include <stddef.h>
#include <stdint.h>

/* Hands every file of tests/fuzz/corpus/<name>, cut off at every eighth of its length too, to `target`, which crashes
 * if something is wrong. Returns how many files there were. */
unsigned corpus_replay(const char *name, int (*target)(const uint8_t *data, size_t size));

/* The path of a file of the source tree. */
const char *source_path(const char *name, char path[4096]);

#endif
