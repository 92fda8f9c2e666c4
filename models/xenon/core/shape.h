/* What the run loop's handlers know of each instruction when they are compiled: how many registers it reads, makes an
 * address of, and writes at most, and whether it could be more than a plain one. From insns.def and classes.def. */
#ifndef CYCLE360_XENON_CORE_SHAPE_H
#define CYCLE360_XENON_CORE_SHAPE_H

#include "models/xenon/isa/isa.h"
#include "models/xenon/isa/isa_flags.h"

#define MICRO  1
#define BLOCKS 2
#define SYNC   4
enum core_class_shape {
#define CLASS(name, unit, latency, busy, pairs, flags) CORE_SHAPE_OF_##name = (flags),
#include "models/xenon/core/classes.def"
#undef CLASS
    CORE_SHAPE_MICRO = MICRO
};
#undef MICRO
#undef BLOCKS
#undef SYNC

#define CORE_COUNT_4(a, b, c, d, n, ...) n
#define CORE_COUNT(...)                  CORE_COUNT_4(__VA_ARGS__, 4, 3, 2, 1, 0)
enum core_shape {
#define EITHER(id, class, writes, reads, address, when, other)                                                        \
    CORE_READS_##id = CORE_COUNT reads, CORE_ADDRESS_##id = CORE_COUNT address, CORE_LISTED_##id = CORE_COUNT writes, \
    CORE_CLASSES_##id = (int)CORE_SHAPE_OF_##class | (int)CORE_SHAPE_OF_##other,
#define ALWAYS(id, class, writes, reads, address) EITHER(id, class, writes, reads, address, NEVER, class)
#include "models/xenon/core/insns.def"
#undef ALWAYS
#undef EITHER
    CORE_SHAPES
};

/* flags: isa.def's. The field of CR that a record bit asks for follows the others. */
#define CORE_RECORDS(flags)      (((flags) & (XENON_RC | XENON_RC21 | XENON_RC25)) != 0)
#define CORE_WRITES(id, flags)   (CORE_LISTED_##id + (CORE_RECORDS(flags) ? 1 : 0))
#define CORE_IS_PLAIN(id, flags) (CORE_CLASSES_##id == 0 && CORE_WRITES(id, flags) < 3)

#endif
