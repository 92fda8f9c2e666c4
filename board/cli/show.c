#include "board/cli/show.h"

#include "board/cli/json.h"
#include "models/sim/status.h"

#include <inttypes.h>

enum { NAME_COLUMN = 26 };

static bool in_row(const struct show *show)
{
    return show->level[show->depth - 1].on_one_line;
}

static void indent(const struct show *show)
{
    fprintf(show->file, "%*s", 2 * ((int)show->depth - 1), "");
}

/* What stands before a value: what parts it from the one before, and its name. */
static void before(struct show *show, const char *name)
{
    bool first = !show->level[show->depth - 1].any;
    show->level[show->depth - 1].any = true;
    if (show->json) {
        fputs(first ? "" : in_row(show) ? ", " : ",", show->file);
        if (!in_row(show))
            fprintf(show->file, "\n%*s", 2 * (int)show->depth, "");
        if (name != NULL) {
            json_text(show->file, name);
            fputs(": ", show->file);
        }
        return;
    }
    if (in_row(show)) {
        fprintf(show->file, "%s%s ", first ? "" : "  ", name);
        return;
    }
    indent(show);
    if (name != NULL)
        fprintf(show->file, "%-*s ", NAME_COLUMN, name);
}

static void after(const struct show *show)
{
    if (!show->json && !in_row(show))
        fputc('\n', show->file);
}

static void enter(struct show *show, enum show_group group)
{
    SIM_CHECK(show->depth < SHOW_DEPTH_MAX, "values are nested too deep to be shown");
    show->level[show->depth].group = group;
    show->level[show->depth].any = false;
    show->level[show->depth].on_one_line = group == SHOW_ROW || (show->depth > 0 && in_row(show));
    show->depth++;
}

void show_start(struct show *show, FILE *file, bool json)
{
    *show = (struct show){.file = file, .json = json};
    enter(show, SHOW_OBJECT);
    if (json)
        fputc('{', file);
}

void show_finish(struct show *show)
{
    if (show->json)
        fputs("\n}\n", show->file);
}

void show_begin(struct show *show, const char *name, enum show_group group)
{
    if (show->json) {
        before(show, name);
        fputc(group == SHOW_LIST ? '[' : '{', show->file);
    } else if (group == SHOW_ROW) {
        indent(show);
        if (name != NULL)
            fprintf(show->file, "%-*s ", NAME_COLUMN, name);
    } else if (name != NULL) {
        indent(show);
        fprintf(show->file, "%s\n", name);
    }
    enter(show, group);
}

void show_end(struct show *show)
{
    show->depth--;
    enum show_group group = show->level[show->depth].group;
    if (show->json) {
        if (!show->level[show->depth].on_one_line && show->level[show->depth].any)
            fprintf(show->file, "\n%*s", 2 * (int)show->depth, "");
        fputc(group == SHOW_LIST ? ']' : '}', show->file);
    } else if (group == SHOW_ROW) {
        fputc('\n', show->file);
    }
}

void show_text(struct show *show, const char *name, const char *text)
{
    before(show, name);
    if (show->json)
        json_text(show->file, text);
    else
        for (; *text != '\0'; text++)
            fputc(*text >= ' ' && *text < 0x7F ? *text : '?', show->file);
    after(show);
}

void show_count(struct show *show, const char *name, uint64_t value)
{
    before(show, name);
    fprintf(show->file, "%" PRIu64, value);
    after(show);
}

void show_hex(struct show *show, const char *name, uint64_t value)
{
    before(show, name);
    fprintf(show->file, show->json ? "\"0x%08" PRIX64 "\"" : "0x%08" PRIX64, value);
    after(show);
}

void show_bytes(struct show *show, const char *name, const uint8_t *bytes, size_t size)
{
    before(show, name);
    fputs(show->json ? "\"" : "", show->file);
    for (size_t i = 0; i < size; i++)
        fprintf(show->file, "%02x", bytes[i]);
    fputs(show->json ? "\"" : "", show->file);
    after(show);
}

void show_none(struct show *show, const char *name)
{
    before(show, name);
    fputs(show->json ? "null" : "none", show->file);
    after(show);
}
