#include "board/cli/timing_page.h"

#include "board/cli/timing_table.h"
#include "waves/output.h"

#include <stdlib.h>
#include <string.h>

void timing_page_begin(struct timing_page *page)
{
    page->text = NULL;
    page->size = 0;
    page->file = open_memstream(&page->text, &page->size);
    SIM_CHECK(page->file, "out of memory for a page");
}

enum sim_status timing_page_write(struct timing_page *page, const char *path, struct sim_error *error)
{
    struct waves_output output;
    fclose(page->file);
    enum sim_status status = waves_output_open(&output, path, false, error);
    if (status == SIM_OK) {
        for (size_t at = 0; at < page->size; at += WAVES_OUTPUT_SIZE)
            waves_output_write(&output, page->text + at,
                               page->size - at < WAVES_OUTPUT_SIZE ? page->size - at : WAVES_OUTPUT_SIZE);
        status = waves_output_close(&output, true, error);
    }
    free(page->text);
    return status;
}

void timing_page_head(struct timing_page *what, const char *title, const char *heading, FILE *file)
{
    fclose(what->file);
    timing_html_head(title, heading, file);
    fputs("<p>", file);
    timing_html_text(what->text, what->size, file);
    fputs("</p>\n", file);
    free(what->text);
}

enum sim_status timing_child_wrote(const struct sim_child *child, void *outcome, size_t size, const char *name,
                                   struct sim_error *error)
{
    if (child->exit_status != 0 || child->size != size)
        return sim_fail(error, SIM_HOST, "%s: the process that measures it ended early (%s %d)", name,
                        child->signal ? "signal" : "exit code", child->signal ? child->signal : child->exit_status);
    memcpy(outcome, child->output, size);
    return SIM_OK;
}
