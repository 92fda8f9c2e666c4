/* profile.txt, and the stacks of profile.folded. */
#include "board/cli/profile_files.h"
#include "models/xenon/isa/disasm.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BAR = 40, FUNCTIONS_SHOWN = 40, PLACES_SHOWN = 60, LATE_SHOWN = 20 };

struct sorted {
    unsigned cause;
    uint64_t clocks;
};

static int by_clocks(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    if (a->clocks != b->clocks)
        return a->clocks > b->clocks ? -1 : 1;
    return (int)a->cause - (int)b->cause;
}

static void write_thread(FILE *file, const struct profile_report *report, unsigned i)
{
    static const char full[BAR + 1] = "########################################";
    const struct profile_thread *thread = &report->thread[i];
    struct sorted sorted[XENON_CAUSES];
    char a[PROFILE_NUMBER_MAX], b[PROFILE_NUMBER_MAX], c[PROFILE_NUMBER_MAX];
    uint64_t busy = thread->total - thread->clocks[XENON_CAUSE_OF_idle];
    fprintf(file, "\nThread %u: ", i);
    if (thread->issues == 0) {
        fprintf(file, "no instructions\n");
    } else {
        fprintf(file, "%s instructions, %s clocks each, idle aside; ", profile_number(thread->issues, a),
                profile_quotient(busy, thread->issues, b));
        fprintf(file, "%s issued as the second of a pair\n", profile_percent(thread->seconds, thread->issues, c));
    }
    for (unsigned j = 0; j < XENON_CAUSES; j++)
        sorted[j] = (struct sorted){j, thread->clocks[j]};
    qsort(sorted, XENON_CAUSES, sizeof *sorted, by_clocks);
    for (unsigned j = 0; j < XENON_CAUSES && sorted[j].clocks > 0; j++) {
        int length = (int)((profile_share(sorted[j].clocks, thread->total) * BAR + 5000) / 10000);
        fprintf(file, "  %-14s %8s  %-*.*s %20s  %s\n", xenon_cause_name[sorted[j].cause],
                profile_percent(sorted[j].clocks, thread->total, a), BAR, length, full,
                profile_number(sorted[j].clocks, b), xenon_cause_text[sorted[j].cause]);
    }
    fprintf(file, "  %-14s %8s  %-*s %20s\n", "in all", profile_percent(thread->total, thread->total, a), BAR, "",
            profile_number(thread->total, b));
}

static bool is_idle(const struct profile_thread *thread)
{
    return thread->total == thread->clocks[XENON_CAUSE_OF_idle];
}

static const char *cause_name(const uint64_t clocks[XENON_CAUSES])
{
    unsigned cause = profile_main_cause(clocks);
    return cause < XENON_CAUSES ? xenon_cause_name[cause] : "-";
}

static void write_functions(FILE *file, const struct profile_report *report)
{
    char name[PROFILE_NAME_MAX], a[PROFILE_NUMBER_MAX], b[PROFILE_NUMBER_MAX], c[PROFILE_NUMBER_MAX],
        d[PROFILE_NUMBER_MAX], e[PROFILE_NUMBER_MAX];
    fprintf(file, "\nFunctions, by their own clocks (within: with those that they call)\n");
    fprintf(file, "  %16s %9s %9s %16s %8s %12s  %-14s %s\n", "clocks", "share", "within", "instructions", "CPI",
            "calls", "mostly", "function");
    for (uint32_t i = 0; i < report->functions && i < FUNCTIONS_SHOWN; i++) {
        const struct profile_function *f = &report->function[i];
        fprintf(file, "  %16s %9s %9s", profile_number(f->total, a),
                profile_percent(f->total, report->total - report->rest_total, b),
                profile_percent(f->within, report->total - report->rest_total, c));
        fprintf(file, " %16s %8s %12s  %-14s %s\n", profile_number(f->issues, a),
                profile_quotient(f->total, f->issues, d), profile_number(f->calls, e), cause_name(f->clocks),
                profile_function_name(report, f->start, name));
    }
    if (report->functions > FUNCTIONS_SHOWN)
        fprintf(file, "  and %u more\n", report->functions - FUNCTIONS_SHOWN);
}

static void write_address(FILE *file, const struct profile_ranked *ranked)
{
    uint64_t pc = ranked->place->pc;
    fprintf(file, "  %6u ", ranked->thread);
    if (pc == PROFILE_ELSEWHERE)
        fprintf(file, "%-16s", "-");
    else if (pc <= UINT32_MAX)
        fprintf(file, "%08" PRIX64 "        ", pc);
    else
        fprintf(file, "%016" PRIX64, pc);
}

static void write_instruction(FILE *file, const struct profile_report *report, const struct profile_place *place)
{
    char where[PROFILE_WHERE_MAX], code[XENON_DISASSEMBLY_MAX] = "";
    if (place->pc != PROFILE_ELSEWHERE)
        xenon_disassemble(code, sizeof code, place->word, place->pc, 0);
    fprintf(file, "%-36s %s\n", code, profile_where(report, place, where));
}

static void write_places(FILE *file, const struct profile_report *report)
{
    char a[PROFILE_NUMBER_MAX], b[PROFILE_NUMBER_MAX], c[PROFILE_NUMBER_MAX], d[PROFILE_NUMBER_MAX];
    fprintf(file, "\nInstructions, by the clocks that they waited and issued\n");
    fprintf(file, "  %6s %-16s %16s %9s %16s %8s  %-14s %-36s %s\n", "thread", "address", "clocks", "share", "issued",
            "each", "mostly", "instruction", "place");
    for (uint32_t i = 0; i < report->places && i < PLACES_SHOWN; i++) {
        const struct profile_ranked *ranked = &report->ranked[i];
        uint64_t issues = ranked->place->issues;
        write_address(file, ranked);
        fprintf(file, " %16s %9s %16s %8s  %-14s ", profile_number(ranked->total, a),
                profile_percent(ranked->total, report->total - report->rest_total, b), profile_number(issues, c),
                profile_quotient(ranked->total, issues, d), cause_name(ranked->place->clocks));
        write_instruction(file, report, ranked->place);
    }
    if (report->places > PLACES_SHOWN)
        fprintf(file, "  and %u more\n", report->places - PLACES_SHOWN);
}

/* Who waits for them is among the instructions above. */
static void write_late(FILE *file, const struct profile_report *report)
{
    char a[PROFILE_NUMBER_MAX], b[PROFILE_NUMBER_MAX], c[PROFILE_NUMBER_MAX], d[PROFILE_NUMBER_MAX];
    if (report->lates == 0)
        return;
    fprintf(file, "\nLoads that missed, by the clocks until their values came\n");
    fprintf(file, "  %6s %-16s %16s %9s %16s %8s  %-14s %-36s %s\n", "thread", "address", "clocks", "misses", "missed",
            "each", "", "instruction", "place");
    for (uint32_t i = 0; i < report->lates && i < LATE_SHOWN; i++) {
        const struct profile_ranked *ranked = &report->late[i];
        uint64_t late = ranked->place->late;
        write_address(file, ranked);
        fprintf(file, " %16s %9s %16s %8s  %-14s ", profile_number(ranked->total, a),
                profile_percent(late, ranked->place->issues, b), profile_number(late, c),
                profile_quotient(ranked->total, late, d), "");
        write_instruction(file, report, ranked->place);
    }
    if (report->lates > LATE_SHOWN)
        fprintf(file, "  and %u more\n", report->lates - LATE_SHOWN);
}

void profile_write_text(FILE *file, const struct profile_report *report)
{
    char a[PROFILE_NUMBER_MAX];
    fprintf(file, "Where the time went: %s, %s clocks, %s\n", report->title, profile_number(report->run, a),
            report->duration);
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        if (report->thread[i].present && !is_idle(&report->thread[i]))
            write_thread(file, report, i);
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        if (report->thread[i].present && is_idle(&report->thread[i]))
            fprintf(file, "\nThread %u: stopped all the time\n", i);
    write_functions(file, report);
    write_places(file, report);
    write_late(file, report);
    fprintf(file, "\n%s\n", report->sum);
}
