/* profile.folded: a line for each stack of calls and cause, as tools that draw flame graphs read them. */
#include "board/cli/profile_files.h"

#include <inttypes.h>

/* Semicolons and spaces are the format's own. */
static void write_name(FILE *file, const char *name)
{
    for (; *name != '\0'; name++)
        fputc(*name == ';' || (unsigned char)*name <= ' ' || *name == 0x7F ? '_' : *name, file);
}

static void write_stack(FILE *file, const struct profile_report *report, unsigned thread, uint32_t node)
{
    const struct profile_node *nodes = report->profile->trail[thread].node;
    uint32_t path[PROFILE_DEPTH_MAX + 1];
    unsigned depth = 0;
    char name[PROFILE_NAME_MAX];
    for (; node > 0; node = nodes[node].parent)
        path[depth++] = node;
    fprintf(file, "thread%u", thread);
    while (depth-- > 0) {
        fputc(';', file);
        write_name(file, profile_function_name(report, nodes[path[depth]].function, name));
    }
}

void profile_write_folded(FILE *file, const struct profile_report *report)
{
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        for (unsigned j = 0; j < XENON_CAUSES; j++)
            if (report->thread[i].rest[j] > 0)
                fprintf(file, "thread%u;%s %" PRIu64 "\n", i, xenon_cause_name[j], report->thread[i].rest[j]);
        for (uint32_t node = 0; node < report->profile->trail[i].nodes; node++)
            for (unsigned j = 0; j < XENON_CAUSES; j++) {
                uint64_t clocks = report->profile->trail[i].node[node].clocks[j];
                if (clocks == 0)
                    continue;
                write_stack(file, report, i, node);
                fprintf(file, ";%s %" PRIu64 "\n", xenon_cause_name[j], clocks);
            }
    }
}
