/* What is said to the memory controllers and back: the kinds of memory_request and memory_reply. Requests of one sender
 * reach memory in their order: a read sees all writes that the same sender sent before it. */
#ifndef CYCLE360_SIM_MEMORY_H
#define CYCLE360_SIM_MEMORY_H

#include "models/sim/storage.h"

#include <stddef.h>

enum sim_memory_request_kind {
    SIM_MEMORY_READ,     /* `size` bytes at `address`, within a line; 128: the line. DATA */
    SIM_MEMORY_WRITE,    /* bytes of the line by mask0 and mask1. No answer */
    SIM_MEMORY_LOAD_IO,  /* 1, 2, 4 or 8 bytes of a device: IO_DATA */
    SIM_MEMORY_STORE_IO, /* the same, data0 right-justified: IO_DONE */
    SIM_MEMORY_FENCE,    /* FENCED when every read sees what the sender wrote before it */
    SIM_MEMORY_SNOOPED,  /* the processor's answer to SNOOP `tag`: by mask what it had and memory has not */
    SIM_MEMORY_REQUESTS
};

enum sim_memory_reply_kind {
    SIM_MEMORY_DATA,    /* the line, all of it whatever was asked for */
    SIM_MEMORY_IO_DATA, /* data0, right-justified. status: enum sim_source */
    SIM_MEMORY_IO_DONE,
    SIM_MEMORY_FENCED,
    SIM_MEMORY_SNOOP, /* to the processor: SNOOPED is expected. status 1: the line is about to be written, forget it */
    SIM_MEMORY_REPLIES
};

/* The words of a message, as what they are: an array. */
#define SIM_WORDS_OF(message, type) ((uint64_t *)(void *)((char *)(message) + offsetof(struct sim_msg_##type, data0)))

#endif
