/* What fires prints. */
#include "waves/analysis/fires_parts.h"
#include "waves/analysis/json.h"

#include <inttypes.h>

enum { THREADS_SHOWN = 6 };

static const char *const kind_name[FIRES_KINDS] = {"never", "under", "other", "new"};

static const char *family_of(const struct fires_site *site)
{
    return site->family ? site->family->name : "";
}

static const char *caller_of(const struct fires_site *site, char text[24])
{
    snprintf(text, 24, site->placed ? "0x%08" PRIX64 : "-", site->caller);
    return text;
}

/* In per cent, with a digit behind the point. */
static const char *ratio_of(uint64_t a, uint64_t b, char text[32])
{
    uint64_t permille = a ? b / a * 1000 + b % a * 1000 / a : 0;
    if (a)
        snprintf(text, 32, "%" PRIu64 ".%u", permille / 10, (unsigned)(permille % 10));
    else
        snprintf(text, 32, "-");
    return text;
}

static uint64_t count_kind(const struct fires *fires, enum fires_kind kind)
{
    uint64_t count = 0;
    for (size_t i = 0; i < fires->sites; i++)
        count += fires_kind_of(fires, &fires->site[i]) == kind;
    return count;
}

static uint64_t producers_of(const struct fires *fires, unsigned log)
{
    uint64_t count = 0;
    for (size_t i = 0; i < fires->sites; i++)
        count += fires->site[i].of[log].fires != 0;
    return count;
}

/* ---- Markdown ---- */

static void print_threads(const struct fires *fires, const struct fires_site *site, unsigned log, FILE *out)
{
    const struct fires_of *of = &site->of[log];
    for (size_t i = 0; i < of->shares && i < THREADS_SHOWN; i++)
        fprintf(out, "%s%" PRIu64 " (%" PRIu64 ")", i ? ", " : "", fires->log[log].thread[of->share[i].thread].number,
                of->share[i].fires);
    if (of->shares > THREADS_SHOWN)
        fprintf(out, ", and %zu more", of->shares - THREADS_SHOWN);
    fputs(of->shares ? " " : "- ", out);
}

/* Of one log: fires, handles and threads of each producer of a kind. */
static void print_sites(const struct fires *fires, enum fires_kind kind, unsigned log, FILE *out)
{
    char text[24];
    fputs("| operation | caller | fires | handles | threads (fires) | family |\n| --- | --- | ---: | ---: | --- | --- "
          "|\n",
          out);
    for (size_t i = 0; i < fires->sites; i++) {
        const struct fires_site *site = &fires->site[i];
        if (fires_kind_of(fires, site) != kind)
            continue;
        fprintf(out, "| %s | %s | %" PRIu64 " | %" PRIu64 " | ", site->operation, caller_of(site, text),
                site->of[log].fires, site->of[log].handles);
        print_threads(fires, site, log, out);
        fprintf(out, "| %s |\n", family_of(site));
    }
}

static void print_pairs(const struct fires *fires, enum fires_kind kind, FILE *out)
{
    char text[24], ratio[32];
    fputs("| operation | caller | A | B | B/A % | handles | threads of A (fires) | threads of B (fires) | family |\n"
          "| --- | --- | ---: | ---: | ---: | ---: | --- | --- | --- |\n",
          out);
    for (size_t i = 0; i < fires->sites; i++) {
        const struct fires_site *site = &fires->site[i];
        const struct fires_of *a = &site->of[0], *b = &site->of[1];
        if (fires_kind_of(fires, site) != kind)
            continue;
        fprintf(out, "| %s | %s | %" PRIu64 " | %" PRIu64 " | %s | %" PRIu64 ", %" PRIu64 " | ", site->operation,
                caller_of(site, text), a->fires, b->fires, ratio_of(a->fires, b->fires, ratio), a->handles, b->handles);
        print_threads(fires, site, 0, out);
        fputs("| ", out);
        print_threads(fires, site, 1, out);
        fprintf(out, "| %s |\n", family_of(site));
    }
}

static size_t count_alone(const struct fires_log *log)
{
    size_t count = 0;
    for (size_t i = 0; i < log->threads; i++)
        count += !log->thread[i].analogue;
    return count;
}

static void print_alone(const struct fires *fires, unsigned which, FILE *out)
{
    const struct fires_log *log = &fires->log[which];
    fprintf(out,
            "| thread | entry | context | records | calls | fires |%s\n| ---: | --- | --- | ---: | ---: | ---: |%s\n",
            which ? "" : " producers that never fire in B |", which ? "" : " ---: |");
    for (size_t i = 0; i < log->threads; i++) {
        const struct fires_thread *t = &log->thread[i];
        if (t->analogue)
            continue;
        fprintf(out, "| %" PRIu64 " | %s | %s | %" PRIu64 " | %" PRIu64 " | %" PRIu64 " |", t->number,
                t->entry ? t->entry : "-", t->context ? t->context : "-", t->records, t->calls, t->fires);
        if (which == 0)
            fprintf(out, " %" PRIu64 " |", fires_lost(fires, i));
        fputc('\n', out);
    }
}

struct family_sum {
    uint64_t sites, never, fires[2];
};

static struct family_sum sum_family(const struct fires *fires, const struct waves_family *family)
{
    struct family_sum sum = {0};
    for (size_t i = 0; i < fires->sites; i++) {
        const struct fires_site *site = &fires->site[i];
        if (site->family != family)
            continue;
        sum.sites++;
        sum.never += fires_kind_of(fires, site) == FIRES_NEVER;
        sum.fires[0] += site->of[0].fires;
        sum.fires[1] += site->of[1].fires;
    }
    return sum;
}

static void print_families(const struct fires *fires, FILE *out)
{
    const struct waves_families *families = fires->what->families;
    char ratio[32];
    if (!families)
        return;
    fputs(fires->two ? "\n## Families\n\n| family | producers | A | B | B/A % | never in B |\n"
                       "| --- | ---: | ---: | ---: | ---: | ---: |\n"
                     : "\n## Families\n\n| family | producers | fires |\n| --- | ---: | ---: |\n",
          out);
    for (size_t i = 0; i <= families->families; i++) {
        struct family_sum sum = sum_family(fires, i < families->families ? &families->family[i] : NULL);
        fprintf(out, "| %s | %" PRIu64 " | %" PRIu64 " |", i < families->families ? families->family[i].name : "none",
                sum.sites, sum.fires[0]);
        if (fires->two)
            fprintf(out, " %" PRIu64 " | %s | %" PRIu64 " |", sum.fires[1], ratio_of(sum.fires[0], sum.fires[1], ratio),
                    sum.never);
        fputc('\n', out);
    }
}

static void print_row(FILE *out, const char *what, uint64_t a, uint64_t b)
{
    fprintf(out, "| %s | %" PRIu64 " | %" PRIu64 " |\n", what, a, b);
}

static void print_two(const struct fires *fires, FILE *out)
{
    const struct fires_log *a = &fires->log[0], *b = &fires->log[1];
    fprintf(out, "# Producers of signals\n\nA is %s, B is %s.\n\n| | A | B |\n| --- | ---: | ---: |\n",
            fires->what->path[0], fires->what->path[1]);
    print_row(out, "records", a->records, b->records);
    print_row(out, "calls", a->calls, b->calls);
    print_row(out, "fires", a->fires, b->fires);
    print_row(out, "producers", producers_of(fires, 0), producers_of(fires, 1));
    print_row(out, "threads", a->threads, b->threads);
    fprintf(out, "\n## Fire in A and never in B: %" PRIu64 "\n", count_kind(fires, FIRES_NEVER));
    if (count_kind(fires, FIRES_NEVER)) {
        fputc('\n', out);
        print_sites(fires, FIRES_NEVER, 0, out);
    }
    fprintf(out, "\n## Fire in B less than %" PRIu64 " %% of A: %" PRIu64 "\n", fires->what->under,
            count_kind(fires, FIRES_UNDER));
    if (count_kind(fires, FIRES_UNDER)) {
        fputc('\n', out);
        print_pairs(fires, FIRES_UNDER, out);
    }
    fprintf(out, "\n## Fire in B and never in A: %" PRIu64 "\n", count_kind(fires, FIRES_NEW));
    if (count_kind(fires, FIRES_NEW)) {
        fputc('\n', out);
        print_sites(fires, FIRES_NEW, 1, out);
    }
    for (unsigned i = 0; i < 2; i++) {
        size_t alone = count_alone(&fires->log[i]);
        fprintf(out, "\n## Threads of %c without an analogue in %c: %zu\n", 'A' + i, 'B' - i, alone);
        if (alone) {
            fputc('\n', out);
            print_alone(fires, i, out);
        }
    }
    fprintf(out, "\n## The others: %" PRIu64 "\n", count_kind(fires, FIRES_OTHER));
    if (count_kind(fires, FIRES_OTHER)) {
        fputc('\n', out);
        print_pairs(fires, FIRES_OTHER, out);
    }
}

void fires_print_markdown(const struct fires *fires, FILE *out)
{
    if (fires->two) {
        print_two(fires, out);
    } else {
        const struct fires_log *log = &fires->log[0];
        fprintf(out,
                "# Producers of signals\n\n%s: %" PRIu64 " records, %" PRIu64 " calls, %" PRIu64 " fires of %" PRIu64
                " producers in %zu threads.\n\n",
                fires->what->path[0], log->records, log->calls, log->fires, producers_of(fires, 0), log->threads);
        print_sites(fires, FIRES_OTHER, 0, out);
    }
    print_families(fires, out);
}

/* ---- CSV ---- */

static void put_shares(const struct fires *fires, const struct fires_site *site, unsigned log, FILE *out)
{
    const struct fires_of *of = &site->of[log];
    for (size_t i = 0; i < of->shares; i++)
        fprintf(out, "%s%" PRIu64 ":%" PRIu64, i ? " " : "", fires->log[log].thread[of->share[i].thread].number,
                of->share[i].fires);
}

static void put_field(FILE *out, const char *text)
{
    bool plain = true;
    for (const char *c = text; *c; c++)
        plain = plain && *c != ',' && *c != '"' && (uint8_t)*c >= ' ';
    if (plain) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', out);
}

void fires_print_csv(const struct fires *fires, FILE *out)
{
    char text[24], ratio[32];
    fputs(fires->two ? "kind,operation,caller,family,fires_a,fires_b,ratio_percent,handles_a,handles_b,threads_a,"
                       "threads_b\n"
                     : "operation,caller,family,fires,handles,threads\n",
          out);
    for (size_t i = 0; i < fires->sites; i++) {
        const struct fires_site *site = &fires->site[i];
        const struct fires_of *a = &site->of[0], *b = &site->of[1];
        if (fires->two)
            fprintf(out, "%s,", kind_name[fires_kind_of(fires, site)]);
        put_field(out, site->operation);
        fprintf(out, ",%s,%s,%" PRIu64, site->placed ? caller_of(site, text) : "", family_of(site), a->fires);
        if (fires->two)
            fprintf(out, ",%" PRIu64 ",%s", b->fires, a->fires ? ratio_of(a->fires, b->fires, ratio) : "");
        fprintf(out, ",%" PRIu64, a->handles);
        if (fires->two)
            fprintf(out, ",%" PRIu64, b->handles);
        for (unsigned log = 0; log < 1u + fires->two; log++) {
            fputc(',', out);
            put_shares(fires, site, log, out);
        }
        fputc('\n', out);
    }
}

/* ---- JSON ---- */

static void json_of(const struct fires *fires, const struct fires_site *site, unsigned log, FILE *out)
{
    const struct fires_of *of = &site->of[log];
    fprintf(out, "{\"fires\": %" PRIu64 ", \"handles\": %" PRIu64 ", \"threads\": [", of->fires, of->handles);
    for (size_t i = 0; i < of->shares; i++)
        fprintf(out, "%s{\"thread\": %" PRIu64 ", \"fires\": %" PRIu64 "}", i ? ", " : "",
                fires->log[log].thread[of->share[i].thread].number, of->share[i].fires);
    fputs("]}", out);
}

static void json_log(const struct fires *fires, unsigned which, FILE *out)
{
    const struct fires_log *log = &fires->log[which];
    fputs("{\"file\": ", out);
    waves_json_print(out, fires->what->path[which]);
    fprintf(out, ", \"records\": %" PRIu64 ", \"calls\": %" PRIu64 ", \"fires\": %" PRIu64 ", \"threads\": [",
            log->records, log->calls, log->fires);
    for (size_t i = 0; i < log->threads; i++) {
        const struct fires_thread *t = &log->thread[i];
        fprintf(out,
                "%s{\"thread\": %" PRIu64 ", \"records\": %" PRIu64 ", \"calls\": %" PRIu64 ", \"fires\": %" PRIu64,
                i ? ", " : "", t->number, t->records, t->calls, t->fires);
        if (t->entry) {
            fputs(", \"entry\": ", out);
            waves_json_print(out, t->entry);
        }
        if (fires->two && t->analogue)
            fprintf(out, ", \"analogue\": %" PRIu64, fires->log[1 - which].thread[t->analogue - 1].number);
        else if (fires->two)
            fputs(", \"analogue\": null", out);
        if (fires->two && which == 0)
            fprintf(out, ", \"lost\": %" PRIu64, fires_lost(fires, i));
        fputc('}', out);
    }
    fputs("]}", out);
}

void fires_print_json(const struct fires *fires, FILE *out)
{
    char text[24];
    fputs("{\"a\": ", out);
    json_log(fires, 0, out);
    if (fires->two) {
        fputs(", \"b\": ", out);
        json_log(fires, 1, out);
    }
    fputs(", \"producers\": [", out);
    for (size_t i = 0; i < fires->sites; i++) {
        const struct fires_site *site = &fires->site[i];
        fputs(i ? ", {\"operation\": " : "{\"operation\": ", out);
        waves_json_print(out, site->operation);
        if (site->placed)
            fprintf(out, ", \"caller\": \"%s\"", caller_of(site, text));
        if (site->family) {
            fputs(", \"family\": ", out);
            waves_json_print(out, site->family->name);
        }
        fputs(", \"a\": ", out);
        json_of(fires, site, 0, out);
        if (fires->two) {
            fputs(", \"b\": ", out);
            json_of(fires, site, 1, out);
            fprintf(out, ", \"kind\": \"%s\"", kind_name[fires_kind_of(fires, site)]);
        }
        fputc('}', out);
    }
    fputs("]}\n", out);
}
