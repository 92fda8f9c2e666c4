#include "board/cli/command.h"

int cmd_ppc_test(int argc, char **argv)
{
    (void)argc, (void)argv;
    return SIM_USAGE;
}
