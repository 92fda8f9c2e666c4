#include "models/sim/child.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct running {
    pid_t pid;
    int pipe;       /* -1 once it is read to its end */
    unsigned index; /* of the job */
};

struct run {
    struct running *running;
    unsigned active, started, count;
    struct sim_child *child; /* by job */
};

_Noreturn static void child_main(sim_child_job *job, void *context, unsigned index, int output)
{
    FILE *out = fdopen(output, "w");
    int status = out ? job(context, index, out) : 255;
    if (out && fflush(out) != 0)
        status = 255;
    fflush(NULL);
    _exit(status & 255);
}

static enum sim_status start(struct run *run, sim_child_job *job, void *context, struct sim_error *error)
{
    int ends[2];
    if (pipe(ends) != 0)
        return sim_fail(error, SIM_HOST, "cannot make a pipe for a child process: %s", strerror(errno));
    fflush(NULL); /* or the child would write it a second time */
    pid_t pid = fork();
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return sim_fail(error, SIM_HOST, "cannot start a child process: %s", strerror(errno));
    }
    if (pid == 0) {
        close(ends[0]);
        for (unsigned i = 0; i < run->active; i++)
            close(run->running[i].pipe);
        child_main(job, context, run->started, ends[1]);
    }
    close(ends[1]);
    run->running[run->active++] = (struct running){pid, ends[0], run->started++};
    return SIM_OK;
}

/* Answers false at the end of the child's output. */
static bool read_some(const struct running *running, struct sim_child *child)
{
    char block[16384];
    ssize_t got = read(running->pipe, block, sizeof block);
    if (got < 0 && errno == EINTR)
        return true;
    if (got <= 0)
        return false;
    char *grown = realloc(child->output, child->size + (size_t)got + 1);
    SIM_CHECK(grown, "out of memory for a child's output of %zu bytes", child->size + (size_t)got);
    child->output = grown;
    memcpy(child->output + child->size, block, (size_t)got);
    child->size += (size_t)got;
    child->output[child->size] = '\0';
    return true;
}

static void finish(struct run *run, unsigned slot)
{
    struct running running = run->running[slot];
    struct sim_child *child = &run->child[running.index];
    int status = 0;
    close(running.pipe);
    while (waitpid(running.pid, &status, 0) < 0 && errno == EINTR)
        ;
    child->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    child->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (!child->output)
        child->output = calloc(1, 1);
    run->running[slot] = run->running[--run->active];
}

static void wait_for_some(struct run *run)
{
    struct pollfd polled[256];
    for (unsigned i = 0; i < run->active; i++)
        polled[i] = (struct pollfd){.fd = run->running[i].pipe, .events = POLLIN};
    if (poll(polled, run->active, -1) < 0)
        return;
    for (unsigned i = run->active; i-- > 0;) /* downwards: finish() moves the last one into the gap */
        if (polled[i].revents && !read_some(&run->running[i], &run->child[run->running[i].index]))
            finish(run, i);
}

enum sim_status sim_children_run(unsigned count, unsigned parallel, sim_child_job *job, sim_child_done *done,
                                 void *context, struct sim_error *error)
{
    if (parallel == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        parallel = processors > 0 ? (unsigned)processors : 1;
    }
    if (parallel > 256)
        parallel = 256;
    struct run run = {.count = count};
    run.running = calloc(parallel, sizeof *run.running);
    run.child = calloc(count ? count : 1, sizeof *run.child);
    SIM_CHECK(run.running && run.child, "out of memory for %u jobs", count);
    enum sim_status status = SIM_OK;
    unsigned reported = 0;
    while ((status == SIM_OK && run.started < count) || run.active) {
        while (status == SIM_OK && run.active < parallel && run.started < count)
            status = start(&run, job, context, error);
        if (run.active)
            wait_for_some(&run);
        for (; reported < run.started; reported++) { /* in order, so a later one may have to wait for its turn */
            bool busy = false;
            for (unsigned i = 0; i < run.active; i++)
                busy |= run.running[i].index == reported;
            if (busy)
                break;
            done(context, reported, &run.child[reported]);
            free(run.child[reported].output);
            run.child[reported].output = NULL;
        }
    }
    free(run.running);
    free(run.child);
    return status;
}
