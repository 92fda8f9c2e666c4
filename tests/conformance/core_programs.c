#include "tests/support/guest_reference.h"
#include <stdlib.h>
int main(void)
{
    for (unsigned i = 0; i < GUESTS; i++) {
        struct guest_program g;
        guest_program_load(&g, i);
        for (unsigned turn = 1; turn < 3; turn++) {
        struct guest_reference r;
        guest_reference_init(&r, &g);
        bool ended = guest_reference_run(&r, &g, turn, 1000000);
        printf("%s: %d, %llu instructions, at %llx\n", g.info->name, ended, (unsigned long long)xenon_stepper_executed(r.stepper), (unsigned long long)guest_reference_context(&r, 0)->nia);
        guest_program_check(&g, guest_reference_context(&r, 0), "stepper", stdout);
        guest_reference_free(&r);
        }
    }
}
