#include "board/cli/svg.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static const char style[] = "<style>\n"
                            "svg{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,monospace;font-size:12px}\n"
                            ".paper{fill:#fbfbf8}.title{font-size:16px;font-weight:bold;fill:#222}\n"
                            ".head{font-size:13px;font-weight:bold;fill:#333}\n"
                            ".name{fill:#222;text-anchor:end}.value{fill:#222}\n"
                            ".note{fill:#666;font-size:11px}.tick{fill:#666;text-anchor:middle;font-size:11px}\n"
                            ".in{fill:#1c1c1c;pointer-events:none}.light{fill:#fff;pointer-events:none}\n"
                            ".grid{stroke:#ddd;fill:none}\n"
                            ".value,.note{paint-order:stroke;stroke:#fbfbf8;stroke-width:3px}\n"
                            "rect.box:hover{stroke:#222;stroke-width:1}\n"
                            "</style>\n";

void svg_escaped(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        switch (text[i]) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            fputc(text[i] < ' ' || text[i] > '~' ? '?' : text[i], file);
        }
}

void svg_begin(FILE *file, unsigned width, unsigned height, const char *title, const char *subtitle)
{
    fprintf(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\">\n%s",
            width, height, width, height, style);
    fputs("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", file);
    svg_text(file, "title", 24, 32, 0, title);
    if (subtitle)
        svg_text(file, "note", 24, 52, width - 48, subtitle);
}

void svg_end(FILE *file)
{
    fputs("</svg>\n", file);
}

void svg_text(FILE *file, const char *class, unsigned x, unsigned y, unsigned width, const char *text)
{
    size_t length = strlen(text), fits = (size_t)width * SVG_PIXEL / SVG_CHARACTER(12);
    bool cut = width > 0 && length > fits;
    fprintf(file, "<text class=\"%s\" x=\"%u\" y=\"%u\">", class, x, y);
    svg_escaped(file, text, cut ? (fits > 2 ? fits - 2 : 0) : length);
    fputs(cut ? "..</text>\n" : "</text>\n", file);
}

static void put_box(FILE *file, uint64_t x, unsigned y, uint64_t width, unsigned height, const char *colour)
{
    fprintf(file,
            "<rect class=\"box\" x=\"%" PRIu64 ".%02u\" y=\"%u\" width=\"%" PRIu64 ".%02u\" height=\"%u\" fill=\"%s\"",
            x / SVG_PIXEL, (unsigned)(x % SVG_PIXEL), y, width / SVG_PIXEL, (unsigned)(width % SVG_PIXEL), height,
            colour);
}

void svg_box(FILE *file, uint64_t x, unsigned y, uint64_t width, unsigned height, const char *colour)
{
    put_box(file, x, y, width, height, colour);
    fputs("/>\n", file);
}

void svg_open_box(FILE *file, uint64_t x, unsigned y, uint64_t width, unsigned height, const char *colour)
{
    put_box(file, x, y, width, height, colour);
    fputs("><title>", file);
}

void svg_close_box(FILE *file)
{
    fputs("</title></rect>\n", file);
}
