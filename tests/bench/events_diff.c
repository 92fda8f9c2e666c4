/* How fast two event logs are compared, and in how much memory: bench_events_diff [RECORDS [FOLDER]]. It makes the logs
 * of two engines: other thread ids, handles and heaps, one with its threads in bursts beside each other, one with them
 * one after the other, the last first. Beside it stands what reading the same bytes costs. */
#include "waves/analysis/events_diff.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 16, STEPS = 12, FRESH = 50, LINE = 600 };

struct engine {
    unsigned first_thread, thread_step;
    uint32_t heap, handles;
    uint64_t id;
};

static const struct engine engine[2] = {{1, 1, 0xBE000000, 0xF8000000, 0x1111}, {40, 3, 0x40000000, 0x1000, 0x7777}};

/* A thread's place in what it does, which is the same in both. */
struct doer {
    unsigned thread;
    uint64_t index, done;
};

static uint64_t cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static unsigned number_of(const struct engine *e, unsigned thread)
{
    return e->first_thread + e->thread_step * thread;
}

static int begin(char *line, const struct engine *e, struct doer *d, const char *event, unsigned site)
{
    uint64_t cycle = d->index * 320 + e->heap / 4096;
    return sprintf(line,
                   "{\"event\":\"%s\",\"thread\":%u,\"index\":%" PRIu64
                   ",\"core\":%u,\"hardware_thread\":0,\"cycle\":%" PRIu64 ",\"ns\":%" PRIu64
                   ",\"pc\":\"0x%08x\",\"lr\":\"0x%08x\",\"callers\":[\"0x8201%04x\",\"0x82010008\"]",
                   event, number_of(e, d->thread), d->index++, d->thread % 3, cycle, cycle * 5 / 16,
                   0x80040000 + (e->heap >> 24), 0x82010000 + 8 * site, 0x100 + 4 * site);
}

/* The next record. Each thread now and then gets memory and an event, and works with those. */
static int record(char *line, const struct engine *e, struct doer *d)
{
    static const char *const export[] = {"RtlEnterCriticalSection", "RtlLeaveCriticalSection", "NtSetEvent",
                                         "NtWaitForSingleObjectEx"};
    uint64_t round = d->done / STEPS, fresh = round / FRESH;
    unsigned step = (unsigned)(d->done++ % STEPS);
    uint32_t section = (uint32_t)(e->heap + 0x100000 * d->thread + 0x40 * (fresh % 0x4000) + 0x10);
    char object[160];
    sprintf(object, "\"type\":\"event\",\"id\":\"0x%016" PRIx64 "\"}",
            (e->id << 48 | (uint64_t)number_of(e, d->thread) << 32) + fresh);
    if (step == 0 && round % FRESH != 0)
        step = 1 + (unsigned)(d->done++ % 1);
    if (step == 0) {
        int used = begin(line, e, d, "alloc.pool", 1);
        used += sprintf(line + used, ",\"address\":\"0x%08x\",\"size\":\"0x00000040\",\"tag\":\"0x30303030\"}\n",
                        section - 0x10);
        used += begin(line + used, e, d, "handle.create", 1);
        return used +
               sprintf(line + used,
                       ",\"handle\":\"0x%08x\",\"object\":{\"address\":\"0x%08x\",%s,\"pointers\":2,\"handles\":1}\n",
                       (uint32_t)(e->handles + 4 * (fresh + 0x10000 * d->thread)), section + 0x4000000, object);
    }
    unsigned call = step <= 2 ? 0 : step <= 4 ? 1 : step <= 7 ? 2 : 3;
    bool calls = step == 1 || step == 3 || step == 5 || step == 8;
    if (step == 6 || step == 9 || step == 10) {
        int used = begin(line, e, d, step == 6 ? "signal.set" : step == 9 ? "wait.begin" : "wait.end", 8 + call);
        if (step == 10)
            return used + sprintf(line + used, ",\"status\":\"0x00000000\",\"status_name\":\"SUCCESS\"}\n");
        used +=
            sprintf(line + used,
                    step == 6 ? ",\"object\":{\"address\":\"0x%08x\",%s" : ",\"objects\":[{\"address\":\"0x%08x\",%s",
                    section + 0x4000000, object);
        return used + sprintf(line + used, "%s",
                              step == 6 ? ",\"before\":0,\"after\":1}\n"
                                        : "],\"all\":false,\"timeout_ns\":-1,\"alertable\":false,"
                                          "\"mode\":\"user\",\"reason\":3}\n");
    }
    int used = begin(line, e, d, calls ? "import.call" : "kernel.return", 8 + call);
    used += sprintf(line + used, ",\"export\":\"%s\",\"module\":\"xboxkrnl\",\"ordinal\":%u", export[call], 200 + call);
    if (!calls)
        return used + (call < 2
                           ? sprintf(line + used, "}\n")
                           : sprintf(line + used, ",\"return_value\":\"0x0000000000000000\",\"status\":\"0x00000000\","
                                                  "\"status_name\":\"SUCCESS\"}\n"));
    if (call < 2)
        return used + sprintf(line + used, ",\"arguments\":{\"section\":\"0x%08x\"}}\n", section);
    return used + sprintf(line + used, ",\"arguments\":{\"object\":{\"handle\":\"0x%08x\",%s}}\n",
                          (uint32_t)(e->handles + 4 * (fresh + 0x10000 * d->thread)), object);
}

static void creations(FILE *file, const struct engine *e, struct doer *d)
{
    char line[LINE];
    for (unsigned i = 1; i < THREADS; i++) {
        begin(line, e, d, "thread.create", 2);
        fprintf(file,
                "%s,\"of\":%u,\"object\":{\"address\":\"0x%08x\",\"type\":\"thread\",\"id\":\"0x%016" PRIx64
                "\"},\"entry\":\"0x8210%04x\",\"context\":\"0x82500000\",\"startup\":\"0x00000000\","
                "\"stack\":\"0x%08x\",\"stack_size\":65536,\"priority\":13,\"suspended\":0,\"processor\":%u}\n",
                line, number_of(e, i), e->heap + 0x8000000 + 0x400 * i, e->id << 48 | i, 0x100 * i,
                0x70000000 + (e->heap >> 8) * 0x10 + 0x20000 * i, i % 6);
    }
}

static void make(const char *path, const struct engine *e, uint64_t records, bool reversed)
{
    struct doer doer[THREADS];
    char line[2 * LINE];
    uint32_t random = 1;
    FILE *file = fopen(path, "w");
    if (!file) {
        perror(path);
        exit(SIM_HOST);
    }
    fprintf(file, "{\"event\":\"log.begin\",\"schema\":\"cycle360.events\",\"version\":1}\n");
    for (unsigned i = 0; i < THREADS; i++)
        doer[i] = (struct doer){.thread = i};
    if (!reversed)
        creations(file, e, &doer[0]);
    for (unsigned i = THREADS; reversed && i-- > 0;) {
        if (i == 0)
            creations(file, e, &doer[0]);
        while (doer[i].done < records / THREADS)
            fwrite(line, 1, (size_t)record(line, e, &doer[i]), file);
    }
    for (uint64_t done = 0; !reversed && done < THREADS;) {
        random = random * 1664525 + 1013904223;
        struct doer *d = &doer[random >> 16 & (THREADS - 1)];
        if (d->done >= records / THREADS)
            continue;
        for (unsigned burst = 1 + (random >> 24 & 31); burst && d->done < records / THREADS; burst--)
            fwrite(line, 1, (size_t)record(line, e, d), file);
        done += d->done >= records / THREADS;
    }
    if (fclose(file) != 0) {
        perror(path);
        exit(SIM_HOST);
    }
}

/* Reading both, and looking at each byte once: nanoseconds of this process. */
static uint64_t read_both(char path[2][200], uint64_t *bytes, uint64_t *lines)
{
    static char buffer[1 << 20];
    uint64_t start = cpu_ns();
    for (unsigned s = 0; s < 2; s++) {
        int fd = open(path[s], O_RDONLY | O_CLOEXEC);
        for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) {
            *bytes += (uint64_t)got;
            for (char *at = buffer; (at = memchr(at, '\n', (size_t)(buffer + got - at))) != NULL; at++)
                ++*lines;
        }
        close(fd);
    }
    return cpu_ns() - start;
}

static int compare(char path[2][200])
{
    struct waves_events_diff diff = {.path = {path[0], path[1]}, .context = 4};
    struct sim_error error;
    bool same = false;
    FILE *out = fopen("/dev/null", "w");
    enum sim_status status = out ? waves_events_diff(&diff, out, &same, &error) : SIM_HOST;
    if (status != SIM_OK)
        fprintf(stderr, "%s\n", error.text);
    return status == SIM_OK && same ? 0 : 1;
}

int main(int argc, char **argv)
{
    uint64_t records = argc > 1 ? strtoull(argv[1], NULL, 0) : 400000, bytes = 0, lines = 0;
    char path[2][200];
    for (unsigned s = 0; s < 2; s++) {
        snprintf(path[s], sizeof path[s], "%s/bench-events-%u-%d.jsonl", argc > 2 ? argv[2] : "/tmp", s, (int)getpid());
        make(path[s], &engine[s], records, s == 1);
    }
    uint64_t plain = read_both(path, &bytes, &lines);
    pid_t child = fork();
    if (child == 0)
        _exit(compare(path));
    int how = 1;
    struct rusage usage;
    wait4(child, &how, 0, &usage);
    double seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
                     1e-6 * ((double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec);
    printf("%.1f M records in two logs of %.0f MB together: %s\n", (double)lines / 1e6, (double)bytes / 1e6,
           how == 0 ? "no difference" : "THEY DIFFER");
    printf("compared in %.2f s of one core, %.2f M records/s, %.2f M pairs/s, at most %.0f MB of memory\n", seconds,
           (double)lines / seconds / 1e6, (double)lines / seconds / 2e6, (double)usage.ru_maxrss / 1024);
    printf("reading the same bytes and finding their lines takes %.2f s\n", (double)plain / 1e9);
    for (unsigned s = 0; s < 2; s++)
        if (!getenv("KEEP"))
            unlink(path[s]);
    return how == 0 ? 0 : 1;
}
