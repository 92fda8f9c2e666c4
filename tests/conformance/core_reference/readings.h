/* Where the words of docs/core.md allow more than one reading, the one that this model takes. */
#ifndef CYCLE360_TESTS_CONFORMANCE_READINGS_H
#define CYCLE360_TESTS_CONFORMANCE_READINGS_H

enum {
    /* "A message posted in step 5 is sent at once": what steps 3 and 4 post is sent by step 2 of a later clock. */
    STEPS_3_AND_4_SEND_AT_ONCE = 1,
    /* A touch sends its line's gather buffers ahead, and waits for the queue, as a load does. */
    TOUCH_SENDS_BUFFERS = 1,
    /* "Each touch" of a way points its tree elsewhere: loads that hit, stores and dcbz that hit, lines that enter. */
    STORE_TOUCHES_TREE = 1,
    /* Only a load within a line waits behind stores. */
    BLOCKING_WAITS_BEHIND_STORES = 0,
    /* Nothing issues beside an icbi. */
    ICBI_PAIRS = 0,
    /* A bclr that was predicted not to be taken has no predicted target; it waits for CR alone. */
    UNPREDICTED_TARGET_WAITS_FOR_LR = 0,
    /* dcbz and its kin wait for a line under way and the store queue, not for the thread's own stwcx. and lwarx. */
    CACHE_OPERATIONS_WAIT_FOR_ATOMICS = 0,
    /* fp_status waits for the last instruction that writes FPSCR, rather than for all of floating point. */
    FP_STATUS_WAITS_FOR_ALL = 0,
    /* A touch asks for a line from its beginning. */
    TOUCH_ASKS_FOR_ITS_BLOCK = 0,
    /* A thread whose icbi drops the line that it is in goes on in it, until another takes its place. */
    OWN_ICBI_LOOKS_UP = 0,
    /* stvrx of an aligned address stores nothing, and no FPR's store waits behind it. */
    EMPTY_VECTOR_STORES_COUNT = 0,
    /* A load that joins a line already asked for sends no buffers ahead: the line gets their bytes when it comes. */
    JOINING_SENDS_BUFFERS = 0,
    JOINING_WAITS_FOR_QUEUE = 1,
    /* fetch_share is for every redirection by a branch, also for one that goes on behind it after all. */
    WRONGLY_TAKEN_SHARES_FETCH = 1,
    /* stwcx. copies XER.SO when it is done. */
    CONDITIONAL_COPIES_SO_WHEN_DONE = 1,
    /* A barrier waits, and gather buffers go out for it, until it is done; not only until it is posted. */
    POSTED_BARRIERS_WAIT = 1,
    /* Cache operations and barriers of the system's group wait for FXU, whatever classes.def says. */
    SYSTEM_WAITS_FOR_FXU = 1,
    /* A blocking load goes on with its next line in step 1, when the message comes; else after step 4. */
    BLOCKING_GOES_ON_IN_STEP_1 = 1,
    /* A reservation under way takes one of miss_waiters places. */
    RESERVATIONS_TAKE_A_PLACE = 1,
    /* A load that is microcoded by its address is not ready before its class' latency either. */
    MICROCODED_LOADS_TAKE_LATENCY = 1,
};

#endif
