#include "waves/analysis/events_scene.h"
#include "waves/utf8.h"

#include <inttypes.h>
#include <string.h>

static const char style[] =
    "body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:1500px;padding:0 1.5em;color:#1d2430;"
    "background:#f6f7f9}h1{font-size:1.5em;margin:0 0 .2em}h2{font-size:1.1em;margin:0}section{background:#fff;"
    "border:1px solid #dfe3e8;border-radius:8px;padding:1em 1.2em;margin:1.2em 0}code,td.r{font:12px/1.5 ui-monospace,"
    "monospace}table{border-collapse:collapse;width:100%}td,th{padding:.15em .5em;text-align:left;vertical-align:top}"
    "th{color:#5a6472;font-weight:600;border-bottom:1px solid #dfe3e8}.two{display:grid;grid-template-columns:1fr 1fr;"
    "gap:1em;margin-top:.8em}.two>div{overflow-x:auto;border:1px solid #e7eaee;border-radius:6px}td.n{color:#98a1ad;"
    "text-align:right;user-select:none;font:12px/1.5 ui-monospace,monospace}td.r{overflow-wrap:anywhere}"
    "tr.a td{background:#fdecea}tr.b td{background:#e8f5e9}tr.woke td{background:#fff6db}"
    ".same{color:#1b7f3b}.differ{color:#b3261e}.quiet{color:#5a6472}"
    "@media(prefers-color-scheme:dark){body{background:#14171c;color:#dde2ea}section{background:#1c2027;"
    "border-color:#2d333d}.two>div,th{border-color:#2d333d}tr.a td{background:#43211f}tr.b td{background:#1d3a25}"
    "tr.woke td{background:#403715}.same{color:#6fce8d}.differ{color:#ff8a80}.quiet,th{color:#98a1ad}}";

static void put(FILE *out, const char *text)
{
    for (size_t left = strlen(text); left;) {
        size_t length = waves_utf8_length((const uint8_t *)text, left);
        if (length == 0)
            fputs("\xEF\xBF\xBD", out);
        else if (*text == '<' || *text == '&' || *text == '>' || *text == '"')
            fprintf(out, "&#%d;", *text);
        else
            fwrite(text, 1, length, out);
        length += length == 0;
        text += length;
        left -= length;
    }
}

static void put_row(FILE *out, const char *class, const struct waves_scene_record *record)
{
    fprintf(out, "<tr%s%s%s><td class=n>%" PRIu64 "<td class=r title=\"", *class ? " class=" : "", class, "",
            record->line);
    put(out, record->text);
    fputs("\">", out);
    put(out, record->brief);
    fputs("\n", out);
}

static void put_side(const struct waves_diff_result *result, const struct waves_scene *scene, unsigned side, FILE *out)
{
    fputs("<div><table><tr><th><th>", out);
    put(out, result->diff->path[side]);
    fputs("\n", out);
    for (uint32_t i = 0; i < scene->records[side]; i++)
        put_row(out, i == scene->befores ? side ? "b" : "a" : "", &scene->record[side][i]);
    if (scene->records[side] <= scene->befores)
        fprintf(out, "<tr class=%c><td><td class=r>the thread does nothing more\n", side ? 'b' : 'a');
    fputs("</table>", out);
    if (scene->signals[side]) {
        fputs("<table><tr><th><th>signals before\n", out);
        for (uint32_t i = 0; i < scene->signals[side]; i++)
            put_row(out, scene->signal[side][i].woke ? "woke" : "", &scene->signal[side][i]);
        fputs("</table>", out);
    }
    fputs("</div>\n", out);
}

static void put_differences(const struct waves_scene *scene, FILE *out)
{
    if (!scene->differences)
        return;
    fputs("<table style=\"margin-top:.8em\"><tr><th>member<th>A<th>B\n", out);
    for (uint32_t i = 0; i < scene->differences; i++) {
        fputs("<tr><td>", out);
        put(out, scene->difference[i].name);
        for (unsigned s = 0; s < WAVES_SIDES; s++) {
            fputs("<td class=r>", out);
            put(out, scene->difference[i].value[s] ? scene->difference[i].value[s] : "none");
            if (scene->difference[i].meaning[s]) {
                fputs("<br><span class=quiet>", out);
                put(out, scene->difference[i].meaning[s]);
                fputs("</span>", out);
            }
        }
        fputs("\n", out);
    }
    fputs("</table>\n", out);
}

static enum sim_status put_walk(struct waves_diff_result *result, const struct waves_walk *walk, FILE *out,
                                struct sim_error *error)
{
    const struct waves_thread *a = &result->log[0].threads.at[walk->thread[0]];
    struct waves_scene scene;
    enum sim_status status = waves_scene_look(result, walk, &scene, error);
    fprintf(out, "<section><h2>Thread %" PRIu64 " = %" PRIu64, a->number,
            result->log[1].threads.at[walk->thread[1]].number);
    if (a->created)
        fprintf(out, ", entry <code>0x%08" PRIx64 "</code>", a->entry);
    fprintf(out, "</h2><p class=quiet>paired by %s; %" PRIu64 " records match, then %s.</p>",
            waves_match_name(a->match), walk->matched,
            walk->end == WAVES_WALK_DIFFERS     ? "they differ"
            : walk->end == WAVES_WALK_ENDS_IN_A ? "it ends in A alone"
                                                : "it ends in B alone");
    put_differences(&scene, out);
    fputs("<div class=two>", out);
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        put_side(result, &scene, s, out);
    fputs("</div></section>\n", out);
    waves_scene_free(&scene);
    return status;
}

static void put_head(const struct waves_diff_result *result, FILE *out)
{
    fprintf(out,
            "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
            "<title>Event logs compared</title><style>%s</style>\n<h1>Event logs compared</h1><p class=%s>",
            style, result->same ? "same" : "differ");
    if (result->same)
        fputs("No difference.</p>", out);
    else
        fprintf(out, "%" PRIu32 " threads differ, %" PRIu64 " have no partner.</p>", result->different, result->alone);
    fputs("<section><table><tr><th><th>log<th>records<th>threads<th>lines that cannot be read\n", out);
    for (unsigned s = 0; s < WAVES_SIDES; s++) {
        const struct waves_events_log *log = &result->log[s];
        fprintf(out, "<tr><td>%c<td>", "AB"[s]);
        put(out, result->diff->path[s]);
        fprintf(out, "<td>%" PRIu64 "<td>%" PRIu32 "<td>%" PRIu64, log->records, log->threads.count, log->bad);
        for (uint64_t i = 0; i < log->bad && i < WAVES_BAD_LINES_TOLD; i++) {
            fputs("<br>", out);
            put(out, log->told[i]);
        }
        fputs("\n", out);
    }
    fputs("</table></section>\n", out);
}

static void put_sums(const struct waves_diff_result *result, FILE *out)
{
    fputs("<section><h2>Threads</h2><table><tr><th>A<th>B<th>entry<th>paired by<th>records that match<th>then\n", out);
    for (uint32_t i = 0; i < result->walks; i++) {
        const struct waves_walk *walk = &result->walk[i];
        const struct waves_thread *a = &result->log[0].threads.at[walk->thread[0]];
        fprintf(out, "<tr><td>%" PRIu64 "<td>%" PRIu64 "<td><code>0x%08" PRIx64 "</code><td>%s<td>%" PRIu64 "<td>%s\n",
                a->number, result->log[1].threads.at[walk->thread[1]].number, a->entry, waves_match_name(a->match),
                walk->matched,
                walk->end == WAVES_WALK_SAME        ? "<span class=same>both end</span>"
                : walk->end == WAVES_WALK_DIFFERS   ? "<span class=differ>they differ</span>"
                : walk->end == WAVES_WALK_ENDS_IN_A ? "it ends in A alone"
                                                    : "it ends in B alone");
    }
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        for (uint32_t i = 0; i < result->log[s].threads.count; i++) {
            const struct waves_thread *thread = &result->log[s].threads.at[i];
            if (thread->partner != WAVES_NO_THREAD)
                continue;
            fprintf(out, s ? "<tr><td><td>%" PRIu64 : "<tr><td>%" PRIu64 "<td>", thread->number);
            fprintf(out, "<td><code>0x%08" PRIx64 "</code><td>%s<td>0 of %" PRIu64 "<td>\n", thread->entry,
                    thread->number ? "<span class=differ>no partner</span>" : "no thread: not compared",
                    thread->records);
        }
    fputs("</table></section>\n<section><h2>Absorbed</h2><table><tr><th>rule<th>times<th>what\n", out);
    for (unsigned i = 0; i < WAVES_RULES; i++)
        if (result->absorbed[i]) {
            fprintf(out, "<tr><td>%s<td>%" PRIu64 "<td>", waves_rule_row[i].name, result->absorbed[i]);
            put(out, waves_rule_row[i].what);
            fputs("\n", out);
        }
    fputs("</table></section></html>\n", out);
}

enum sim_status waves_diff_html(struct waves_diff_result *result, FILE *out, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    put_head(result, out);
    for (uint32_t i = 0; status == SIM_OK && i < result->walks; i++)
        if (waves_diff_differs(result, &result->walk[i]))
            status = put_walk(result, &result->walk[i], out, error);
    put_sums(result, out);
    return status;
}
