/* profile.json: all of a profile, in an order that is always the same. Causes with no clocks are left out. */
#include "board/cli/json.h"
#include "board/cli/profile_files.h"
#include "models/xenon/isa/disasm.h"

#include <inttypes.h>

static void write_clocks(FILE *file, const char *key, const uint64_t clocks[XENON_CAUSES])
{
    const char *between = "";
    fprintf(file, "\"%s\": {", key);
    for (unsigned i = 0; i < XENON_CAUSES; i++) {
        if (clocks[i] == 0)
            continue;
        fprintf(file, "%s\"%s\": %" PRIu64, between, xenon_cause_name[i], clocks[i]);
        between = ", ";
    }
    fputc('}', file);
}

static void write_address(FILE *file, const char *key, uint64_t address)
{
    if (address == PROFILE_ELSEWHERE)
        fprintf(file, "\"%s\": null", key);
    else
        fprintf(file, "\"%s\": \"0x%08" PRIx64 "\"", key, address);
}

static void write_function(FILE *file, const struct profile_report *report, uint64_t start)
{
    char name[PROFILE_NAME_MAX];
    fputs("\"function\": ", file);
    json_text(file, profile_function_name(report, start, name));
}

static void write_threads(FILE *file, const struct profile_report *report)
{
    const char *between = "";
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        const struct profile_thread *thread = &report->thread[i];
        if (!thread->present)
            continue;
        fprintf(file,
                "%s\n    {\"thread\": %u, \"clocks\": %" PRIu64 ", \"instructions\": %" PRIu64
                ", \"seconds_of_pairs\": %" PRIu64 ", ",
                between, i, thread->total, thread->issues, thread->seconds);
        write_clocks(file, "causes", thread->clocks);
        fputs(", ", file);
        write_clocks(file, "without_instruction", thread->rest);
        fputc('}', file);
        between = ",";
    }
}

static void write_functions(FILE *file, const struct profile_report *report)
{
    for (uint32_t i = 0; i < report->functions; i++) {
        const struct profile_function *f = &report->function[i];
        fprintf(file, "%s\n    {", i > 0 ? "," : "");
        write_function(file, report, f->start);
        fputs(", ", file);
        write_address(file, "address", f->start);
        fprintf(file,
                ", \"clocks\": %" PRIu64 ", \"within\": %" PRIu64 ", \"instructions\": %" PRIu64 ", \"calls\": %" PRIu64
                ", ",
                f->total, f->within, f->issues, f->calls);
        write_clocks(file, "causes", f->clocks);
        fputc('}', file);
    }
}

static void write_places(FILE *file, const struct profile_report *report)
{
    char code[XENON_DISASSEMBLY_MAX];
    for (uint32_t i = 0; i < report->places; i++) {
        const struct profile_place *p = report->ranked[i].place;
        fprintf(file, "%s\n    {\"thread\": %u, ", i > 0 ? "," : "", report->ranked[i].thread);
        write_address(file, "address", p->pc);
        fputs(", ", file);
        write_function(file, report, p->function);
        if (p->pc != PROFILE_ELSEWHERE) {
            xenon_disassemble(code, sizeof code, p->word, p->pc, 0);
            fprintf(file, ", \"word\": \"0x%08" PRIx32 "\", \"instruction\": ", p->word);
            json_text(file, code);
        }
        fprintf(file, ", \"clocks\": %" PRIu64 ", \"issued\": %" PRIu64 ", \"second_of_pair\": %" PRIu64 ", ",
                report->ranked[i].total, p->issues, p->seconds);
        if (p->late > 0)
            fprintf(file, "\"late\": %" PRIu64 ", \"late_clocks\": %" PRIu64 ", ", p->late, p->late_clocks);
        write_clocks(file, "causes", p->clocks);
        fputc('}', file);
    }
}

/* The tree of calls of each thread as a list, callers before those that they call. */
static void write_calls(FILE *file, const struct profile_report *report)
{
    const char *between = "";
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        for (uint32_t j = 1; j < report->profile->trail[i].nodes; j++) {
            const struct profile_node *node = &report->profile->trail[i].node[j];
            fprintf(file, "%s\n    {\"thread\": %u, \"node\": %" PRIu32 ", \"caller\": ", between, i, j);
            if (node->parent == 0)
                fputs("null", file);
            else
                fprintf(file, "%" PRIu32, node->parent);
            fputs(", ", file);
            write_function(file, report, node->function);
            fprintf(file, ", \"calls\": %" PRIu64 ", \"instructions\": %" PRIu64 ", \"within\": %" PRIu64 ", ",
                    node->calls, node->issues, report->within[i][j]);
            write_clocks(file, "causes", node->clocks);
            fputc('}', file);
            between = ",";
        }
}

void profile_write_json(FILE *file, const struct profile_report *report)
{
    fputs("{\n  \"title\": ", file);
    json_text(file, report->title);
    fputs(",\n  \"time\": ", file);
    json_text(file, report->duration);
    fprintf(file, ",\n  \"clocks\": %" PRIu64 ",\n  \"adds_up\": %s,\n  \"sum\": ", report->run,
            report->adds_up ? "true" : "false");
    json_text(file, report->sum);
    fputs(",\n  \"threads\": [", file);
    write_threads(file, report);
    fputs("\n  ],\n  \"functions\": [", file);
    write_functions(file, report);
    fputs("\n  ],\n  \"instructions\": [", file);
    write_places(file, report);
    fputs("\n  ],\n  \"calls\": [", file);
    write_calls(file, report);
    fputs("\n  ]\n}\n", file);
}
