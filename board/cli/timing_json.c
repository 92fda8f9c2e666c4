/* The report of `timing vblank` as one JSON object. Exact figures are fractions, as strings. */
#include "board/cli/json.h"
#include "board/cli/timing_vblank.h"

static void json_ratio(const char *name, const mpq_t value, FILE *file)
{
    gmp_fprintf(file, ", \"%s\": \"%Qd\"", name, value);
}

void timing_print_json(const struct timing_report *report, FILE *file)
{
    char text[BOARD_VALUE_TEXT], identity[BOARD_IDENTITY_TEXT]; /* the former has room for a cell too */
    bool agrees = true;
    fputs("{\"board\": ", file);
    json_text(file, report->board_name);
    fprintf(file, ", \"identity\": \"%s\"", board_description_identity(report->board, identity));
    fprintf(file, ", \"rate_rule\": \"%s\", \"vblanks\": %llu, \"modes\": [",
            board_description_value(report->board, BOARD_KEY_display_rate, text), (unsigned long long)report->vblanks);
    for (unsigned i = 0; i < report->rows; i++) {
        const struct timing_row *row = &report->row[i];
        const struct timing_published *p = timing_find_published(display_modes[row->mode].name);
        fprintf(file, "%s\n  {\"mode\": \"%s\"", i ? "," : "", display_modes[row->mode].name);
        json_ratio("hz", row->figures.hz, file);
        json_ratio("period_us", row->figures.period_us, file);
        json_ratio("period_core_cycles", row->figures.period_cycles, file);
        json_ratio("period_timebase_ticks", row->figures.period_ticks, file);
        json_ratio("line_us", row->figures.line_us, file);
        json_ratio("blank_lines", row->figures.lines, file);
        json_ratio("blank_us", row->figures.blank_us, file);
        json_ratio("blank_core_cycles", row->figures.blank_cycles, file);
        fprintf(file, ", \"blank_from\": %u, \"simulated_vblanks\": %llu, \"interrupts\": %llu", row->figures.from,
                (unsigned long long)row->measured.vblanks, (unsigned long long)row->measured.interrupts);
        if (row->measured.delay_most != 0) {
            fprintf(file, ", \"interrupt_ns\": [%s", timing_nanoseconds(text, row->measured.delay_least));
            fprintf(file, ", %s]", timing_nanoseconds(text, row->measured.delay_most));
        }
        fprintf(file, ", \"agrees\": %s", row->measured.wrong ? "false" : "true");
        if (row->measured.wrong) {
            fputs(", \"complaint\": ", file);
            json_text(file, row->measured.complaint);
            agrees = false;
        }
        if (p) {
            fprintf(file, ",\n   \"published\": {\"hz\": %s", timing_published_hz(text, p, report));
            fprintf(file, ", \"line_us\": %s", timing_fixed(text, p->line, 4));
            fprintf(file, ", \"blank_lines\": %s", timing_fixed(text, p->half_lines * 5, 1));
            fprintf(file, ", \"blank_us\": %s", timing_fixed(text, p->blank, 2));
            fprintf(file, ", \"blank_from\": %llu, \"source\": \"%s\"}", (unsigned long long)p->from, p->source);
        }
        fputc('}', file);
    }
    fprintf(file, "\n], \"agrees\": %s}\n", agrees ? "true" : "false");
}
