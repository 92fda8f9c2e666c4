#include "board/cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define WORTH_SHOWING (UINT64_C(64) << 20) /* bytes: about a second on a slow disk */

static volatile sig_atomic_t caught; /* a signal handler has no other way to be heard */

static void on_signal(int number)
{
    caught = number;
}

static void tell(void *context, uint64_t done, uint64_t total)
{
    struct progress *progress = context;
    unsigned percent = total > 0 ? (unsigned)((double)done * 100 / (double)total) : 0;

    if (total < progress->worth || (progress->shown && percent == progress->percent) || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s: %3u %%", progress->what, percent);
    progress->percent = percent;
    progress->shown = true;
}

struct loader_work progress_begin(struct progress *progress, const char *what)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

    *progress = (struct progress){.what = what, .worth = WORTH_SHOWING};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return (struct loader_work){tell, progress, &caught};
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fprintf(stderr, "\r\033[K");
    progress->shown = false;
}

int progress_exit_code(enum sim_status status)
{
    return status != SIM_OK && caught != 0 ? 128 + (int)caught : (int)status;
}
