/* What is said of a run that is over. */
#include "board/cli/boot_parts.h"
#include "board/cli/json.h"

const char *boot_describe_stop(const struct boot *boot, char *text, size_t size)
{
    char time[SIM_TIME_TEXT];
    if (boot->stop.event_time != SIM_NEVER)
        snprintf(text, size, "%s at %s", boot->stop.reason, sim_time_print(boot->stop.event_time, time));
    else
        snprintf(text, size, "%s",
                 boot->killed            ? "by the debugger"
                 : boot->until.reason[0] ? boot->until.reason
                 : boot->signalled       ? "by a signal"
                                         : "as asked");
    return text;
}

struct summary {
    sim_time time;
    uint64_t cycles, instructions;
    double speed; /* simulated seconds a host second */
    char digest[2 * SIM_DIGEST_SIZE + 1];
    char stopped[128];
};

static void sum_up(const struct boot *boot, struct summary *summary)
{
    uint8_t digest[SIM_DIGEST_SIZE];
    summary->time = sim_machine_time(boot->board.machine);
    summary->cycles = sim_clock_ceil(&boot->board.clock.core, summary->time);
    summary->instructions = boot->board.has_processors ? processors_instructions(&boot->board.processors) : 0;
    double seconds = (double)summary->time / (double)SIM_UNITS_PER_SECOND;
    summary->speed = boot->host_seconds > 0 ? seconds / boot->host_seconds : 0;
    sim_machine_digest(boot->board.machine, digest);
    for (unsigned i = 0; i < SIM_DIGEST_SIZE; i++)
        snprintf(summary->digest + 2 * (size_t)i, 3, "%02x", digest[i]);
    boot_describe_stop(boot, summary->stopped, sizeof summary->stopped);
}

void boot_print_summary(const struct boot *boot, const struct waves_result *waves)
{
    struct summary s;
    char text[SIM_TIME_TEXT];
    unsigned long long vblanks = boot->board.display.vblanks, swaps = boot->board.display.scan.swaps;
    sum_up(boot, &s);
    if (boot->request->digest)
        printf("%s\n", s.digest);
    const struct kernel *kernel = boot->board.processors.title.kernel;
    if (!boot->request->json && boot->replay.open)
        boot_replay_print(&boot->replay, kernel, false, stdout);
    if (!boot->request->json) {
        printf(
            "%s simulated, %llu cycles, %llu instructions, %llu vblanks, %llu swaps, host %.3f s (%.3g x real time), "
            "digest "
            "%.16s, stopped: %s\n",
            sim_time_print(s.time, text), (unsigned long long)s.cycles, (unsigned long long)s.instructions, vblanks,
            swaps, boot->host_seconds, s.speed, s.digest, s.stopped);
        return;
    }
    printf("{\"time\": \"%s\", \"time_100fs\": %llu, \"cycles\": %llu, \"instructions\": %llu, \"vblanks\": %llu, "
           "\"swaps\": %llu, "
           "\"host_seconds\": %.6f, \"speed\": %.6g, \"digest\": \"%s\", \"board\": \"%s\", ",
           sim_time_print(s.time, text), (unsigned long long)s.time, (unsigned long long)s.cycles,
           (unsigned long long)s.instructions, vblanks, swaps, boot->host_seconds, s.speed, s.digest,
           boot->board.identity);
    if (boot->stop.event_time != SIM_NEVER)
        printf("\"event_100fs\": %llu, ", (unsigned long long)boot->stop.event_time);
    if (boot->request->waves) {
        printf("\"waves\": {\"file\": ");
        json_text(stdout, boot->request->waves);
        printf(", \"signals\": %u, \"changes\": %llu, \"begin_100fs\": %llu, \"end_100fs\": %llu}, ", waves->signals,
               (unsigned long long)waves->changes, (unsigned long long)waves->begin, (unsigned long long)waves->end);
    }
    if (boot->request->bus_log.path) {
        printf("\"bus_log\": {\"file\": ");
        json_text(stdout, boot->request->bus_log.path);
        printf(", \"lines\": %llu}, ", (unsigned long long)boot->bus_log_lines);
    }
    if (boot->request->gpu_log) {
        printf("\"gpu_log\": {\"file\": ");
        json_text(stdout, boot->request->gpu_log);
        printf(", \"lines\": %llu}, ", (unsigned long long)boot->gpu.lines);
    }
    if (boot->request->events) {
        printf("\"events\": {\"file\": ");
        json_text(stdout, boot->request->events);
        printf(", \"records\": %llu}, ", (unsigned long long)boot->title.records);
    }
    if (boot->replay.open)
        boot_replay_print(&boot->replay, kernel, true, stdout);
    if (boot->request->memory_report) {
        printf("\"memory_report\": ");
        json_text(stdout, boot->request->memory_report);
        printf(", ");
    }
    if (boot->request->frames) {
        printf("\"frames\": {\"folder\": ");
        json_text(stdout, boot->request->frames);
        printf(", \"pictures\": %llu}, ", (unsigned long long)boot->frames.written);
    }
    if (boot->request->profile) {
        printf("\"profile\": ");
        json_text(stdout, boot->request->profile);
        printf(", ");
    }
    printf("\"stopped\": ");
    json_text(stdout, s.stopped);
    printf("}\n");
}
