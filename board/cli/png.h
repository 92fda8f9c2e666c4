/* Pictures as PNG files: true colour, 8 bits a channel, row after row. */
#ifndef CYCLE360_BOARD_CLI_PNG_H
#define CYCLE360_BOARD_CLI_PNG_H

#include "waves/output.h"

struct png {
    struct waves_output output;
    uint32_t width, height, rows; /* rows: so many are written */
    struct png_deflate *deflate;
};

enum sim_status png_open(struct png *png, const char *path, uint32_t width, uint32_t height, struct sim_error *error);
/* The next row from the top: 3 * width bytes, red, green, blue. */
void png_row(struct png *png, const uint8_t *rgb);
/* With all its rows and without trouble the file takes its name; otherwise there is none. */
enum sim_status png_close(struct png *png, struct sim_error *error);

#endif
