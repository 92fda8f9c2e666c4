#include "board/cli/command.h"
#include "board/cli/options.h"

#if defined(__clang__)
#define COMPILER "Clang " __clang_version__
#else
#define COMPILER "GCC " __VERSION__
#endif

int cmd_version(int argc, char **argv)
{
    const struct usage usage = {
        .command = "version",
        .summary = "Prints the version and the compiler that the program was built with.",
    };
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    printf("cycle360 %s (%s)\n", CYCLE360_VERSION, COMPILER);
    return SIM_OK;
}
