/* What cores and memory say to each other: the kinds of core_request and core_reply, and the bytes that they carry.
 *
 * Both ways are first in, first out, and memory acts on a core's requests in their order. So a line that is answered
 * before another core's store to it reaches the core before the SNOOP_LINE of that store, and a core that has heard of
 * a store has heard of all that memory took before it. */
#ifndef CYCLE360_SIM_STORAGE_H
#define CYCLE360_SIM_STORAGE_H

#include "models/sim/messages.h"

#include <string.h>

enum sim_core_request_kind {
    SIM_READ,            /* the line at `address`, for L1D: FILL. The core then hears of stores of others to it */
    SIM_READ_CODE,       /* the same for L1I: FILL. Nobody tells of stores */
    SIM_READ_ALONE,      /* the same for L1D, past the L2 (xdcbt): FILL. Nobody tells of stores */
    SIM_READ_WALK,       /* the same for nobody's cache (a table walk): FILL */
    SIM_STORE,           /* bytes of the aligned 64 at `address`, of either thread: a core gathers those of both. Quiet:
                            nothing comes back of it but its credit. Ends every reservation of the line */
    SIM_ZERO,            /* the line becomes zeros. No answer */
    SIM_FLUSH,           /* dcbf: the line goes to memory and from all caches. No answer; others hear SNOOP_LINE */
    SIM_CLEAN,           /* dcbst: the line goes to memory. No answer */
    SIM_INVALIDATE_CODE, /* icbi. No answer; the other cores hear SNOOP_CODE */
    SIM_RESERVE,         /* lwarx: reserves the line for `thread` and reads it: RESERVED */
    SIM_CONDITIONAL, /* stwcx.: `size` bytes by `mask` if `thread` has the line reserved: CONDITIONAL_DONE. All cores
                        that may have the line hear SNOOP_LINE before, the sender too */
    SIM_LWSYNC,      /* BARRIER_DONE when all before it is done, as far as others can see */
    SIM_SYNC,
    SIM_EIEIO,
    SIM_LOAD_IO,   /* `size` bytes at `address`, not cached: IO_DATA */
    SIM_STORE_IO,  /* `size` bytes, by `mask`, not cached. No answer */
    SIM_TRANSLATE, /* the title's map, of the effective `address`: TRANSLATION */
    SIM_TLBIE,     /* No answer; the other cores hear SNOOP_TLB with data0 as `data0`, data1 as `data1` */
    SIM_TRAP, /* `thread` is the kernel's from now on: `address` is the vector, data0 the cause, data1 DAR, data2 DSISR.
                 Once the kernel has done with it: RESUME */
    SIM_UNMAPPED, /* data0: so many more SNOOP_TLB that asked for it are done with: nothing that was translated before
                     is still to come, but for what this core has sent. Goes in once that is answered. No answer */
    SIM_CORE_REQUESTS
};

enum sim_core_reply_kind {
    SIM_FILL,             /* the line asked for with `tag` and `thread` */
    SIM_RESERVED,         /* the line, for `thread` */
    SIM_CONDITIONAL_DONE, /* status 1: stored; 0: not */
    SIM_BARRIER_DONE,     /* for `thread` */
    SIM_IO_DATA,          /* data0: the value, right-justified, for `tag` */
    SIM_TRANSLATION, /* data0: page of the real address | enum sim_page_flags; data1: log2 of the page's size; status
                        0: there is none */
    SIM_SNOOP_LINE,  /* somebody else's store: drop the line of L1D at `address` */
    SIM_SNOOP_CODE,  /* icbi of another core */
    SIM_SNOOP_TLB,   /* tlbie of another core; or the title's map changed: `address` and data1, its size; data0 1: it is
                        the last of these, UNMAPPED is waited for */
    SIM_SNOOP_RANGE, /* the kernel's store: drop the lines of L1D from `address` on, data1 bytes */
    SIM_RESUME,      /* `thread` goes on with the registers that it has; its decrementer is data0. data1 1: it stays the
                        kernel's, but traps when there is an external interrupt. `tag` is how many traps of it the
                        kernel has seen: where it has made one more since, nothing is done */
    SIM_CORE_REPLIES
};

/* Where a line or a value came from: `status` of FILL, RESERVED and IO_DATA. */
enum sim_source {
    SIM_FROM_L2,
    SIM_FROM_MEMORY,
    SIM_FROM_DEVICE,
    SIM_FROM_NOWHERE /* nothing answers there: all ones */
};

/* Low bits of a translation. */
enum sim_page_flags {
    SIM_PAGE_USER_READ = 1,
    SIM_PAGE_USER_WRITE = 2,
    SIM_PAGE_READ = 4,
    SIM_PAGE_WRITE = 8,
    SIM_PAGE_EXECUTE = 0x10,
    SIM_PAGE_UNCACHED = 0x20,
    SIM_PAGE_GUARDED = 0x40,
    SIM_PAGE_COMBINES = 0x80, /* stores may be gathered although they are not cached */
};

enum { SIM_LINE = 128, SIM_BLOCK = 64 };

/* Bytes in the order of addresses <-> words of a message, the first byte the most significant. */
static inline void sim_bytes_to_words(uint64_t *word, const uint8_t *bytes, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        uint64_t value;
        memcpy(&value, bytes + 8 * i, 8);
        word[i] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(value) : value;
    }
}

static inline void sim_words_to_bytes(uint8_t *bytes, const uint64_t *word, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        uint64_t value = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(word[i]) : word[i];
        memcpy(bytes + 8 * i, &value, 8);
    }
}

/* memset, where the compiler would make a slow loop of it. */
static inline void sim_clear_line(uint64_t *word)
{
    static const uint64_t zero[SIM_LINE / 8];
    memcpy(word, zero, SIM_LINE);
}

#endif
