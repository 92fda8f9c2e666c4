/* Dates of the FAT kind, as the console stores them. */
#ifndef CYCLE360_HLE_LOADER_FAT_TIME_H
#define CYCLE360_HLE_LOADER_FAT_TIME_H

#include <stdint.h>

/* In 100 ns since 1601; 0 where the fields are no date. */
uint64_t fat_time(uint16_t date, uint16_t time);

#endif
