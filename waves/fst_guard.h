/* Included before all else when GTKWave's fstapi.c is compiled: its writer looks at no result of its writes, so the
 * calls go through functions that remember a failure. */
#ifndef CYCLE360_WAVES_FST_GUARD_H
#define CYCLE360_WAVES_FST_GUARD_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

size_t waves_fst_fwrite(const void *data, size_t size, size_t count, FILE *file);
int waves_fst_fflush(FILE *file);
int waves_fst_fclose(FILE *file);

/* The errno of the first failure in this thread since it was last asked; 0: none. */
int waves_fst_trouble(void);

#ifndef WAVES_FST_GUARD_BODY
#define fwrite waves_fst_fwrite
#define fflush waves_fst_fflush
#define fclose waves_fst_fclose
#endif

#endif
