/* The functions of suites.def. Included by each test file, so that its function has the prototype that the runner
 * calls. */
#ifndef CYCLE360_TESTS_UNIT_SUITES_H
#define CYCLE360_TESTS_UNIT_SUITES_H

#define SUITE(function) void function(void);
#include "tests/unit/suites.def"
#undef SUITE

#endif
