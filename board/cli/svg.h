/* Pieces of SVG pictures: one style, whole text, lengths in hundredths of a pixel. */
#ifndef CYCLE360_BOARD_CLI_SVG_H
#define CYCLE360_BOARD_CLI_SVG_H

#include <stdint.h>
#include <stdio.h>

enum { SVG_PIXEL = 100 };

/* A character of a text of this size, in hundredths of a pixel; fonts of fixed width only. */
#define SVG_CHARACTER(size) ((size)*61)

/* A picture on paper, with a heading and a line of smaller text below it, which may be NULL. */
void svg_begin(FILE *file, unsigned width, unsigned height, const char *title, const char *subtitle);
void svg_end(FILE *file);

/* class: name (to the left of x), value (from x on), note (the same, small and grey), tick (about x, small and grey),
 * head (from x on, bold). At most `width` pixels of it, cut with two dots; 0: all. */
void svg_text(FILE *file, const char *class, unsigned x, unsigned y, unsigned width, const char *text);
/* An open element is to be closed by svg_close_box: within it a title may stand, which shows when the mouse is there.
 */
void svg_box(FILE *file, uint64_t x, unsigned y, uint64_t width, unsigned height, const char *colour);
void svg_open_box(FILE *file, uint64_t x, unsigned y, uint64_t width, unsigned height, const char *colour);
void svg_close_box(FILE *file);
/* Bytes that are no printable ASCII become question marks. */
void svg_escaped(FILE *file, const char *text, size_t length);

#endif
