/* Where the words of docs/core.md allow more than one reading, the one that this model takes. */
#ifndef CYCLE360_TESTS_CONFORMANCE_READINGS_H
#define CYCLE360_TESTS_CONFORMANCE_READINGS_H

enum {
    /* "A message posted in step 5 is sent at once": what steps 3 and 4 post is sent by step 2 of a later clock. */
    STEPS_3_AND_4_SEND_AT_ONCE = 1,
    /* "A touch takes an entry and asks": it does not send its line's gather buffers ahead, nor wait for the queue. */
    TOUCH_SENDS_BUFFERS = 0,
    /* "Each touch" of a way points its tree elsewhere: loads that hit, stores that hit, lines that enter. */
    STORE_TOUCHES_TREE = 1,
    /* A blocking load whose lines all hit is a load that hits, and waits behind stores. */
    BLOCKING_WAITS_BEHIND_STORES = 1,
};

#endif
