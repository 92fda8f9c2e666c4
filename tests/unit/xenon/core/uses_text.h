/* What an instruction is to the timing, as a line of text: "load [r4 r5] > r3 r4, update". In brackets what makes an
 * address, then what is read besides, behind > what is written, then flags. "-" is an empty place before a full one. */
#ifndef CYCLE360_TESTS_UNIT_XENON_CORE_USES_TEXT_H
#define CYCLE360_TESTS_UNIT_XENON_CORE_USES_TEXT_H

#include "models/xenon/core/uses.h"

enum { USES_TEXT = 128 };

void uses_as_text(const struct xenon_uses *uses, char text[USES_TEXT]);

/* Of an instruction in assembly, at address 0. */
struct xenon_uses uses_of_text(const char *text);

#endif
