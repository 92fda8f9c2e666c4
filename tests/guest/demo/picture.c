/* What the demo title paints: lines of one colour, over them the name in dots of 8 by 8 pixels and, at the bottom, a
 * bar for each painter. All of it in runs of four pixels, which lie side by side in a tile. */
#include "tests/guest/demo/demo.h"

enum { DOT = 8, NAME_ROWS = 9, NAME_WIDTH = 56, BARS = 5, BAR = 20, RUNS = WIDTH / 4 };
enum { READ_WRITE_COMBINED = 0x404, LARGE_PAGES = 0x20000000 };

uint32_t gauge[PAINTERS];

static uint8_t name[NAME_ROWS][NAME_WIDTH];
static uint32_t colour[HEIGHT]; /* of each line */
static uint32_t name_x, name_y; /* in runs; in lines */

/* A pixel's bytes in memory are blue, green, red, and one that nobody looks at. */
static uint32_t rgb(uint32_t red, uint32_t green, uint32_t blue)
{
    return blue << 24 | green << 16 | red << 8;
}

/* A quarter of a circle, in 16ths of 64. */
static int32_t wave(uint32_t phase)
{
    static const uint8_t quarter[17] = {0, 6, 12, 19, 24, 30, 36, 41, 45, 49, 53, 56, 59, 61, 63, 64, 64};
    uint32_t part = phase & 15;
    switch (phase >> 4 & 3) {
    case 0:
        return quarter[part];
    case 1:
        return quarter[16 - part];
    case 2:
        return -quarter[part];
    default:
        return -quarter[16 - part];
    }
}

void read_name(const char *text, uint32_t size)
{
    uint32_t row = 0, column = 0;
    for (uint32_t i = 0; i < size && row < NAME_ROWS; i++) {
        if (text[i] == '\n') {
            row++;
            column = 0;
        } else if (column < NAME_WIDTH) {
            name[row][column++] = text[i] == '#';
        }
    }
}

void compose(uint32_t frame)
{
    for (uint32_t y = 0; y < HEIGHT; y++)
        colour[y] = rgb(y / 6, y / 12, 40 + y / 3);
    for (uint32_t i = 0; i < BARS; i++) {
        int32_t top = HEIGHT / 2 - 30 + wave(2 * frame + 6 * i) * 3 / 2;
        for (int32_t j = 0; j < BAR; j++) {
            uint32_t light = 15 + 24 * (uint32_t)(j < BAR / 2 ? j : BAR - 1 - j);
            colour[top + j] = rgb(i < 3 ? light : 0, i > 0 && i < 4 ? light : 0, i > 2 ? light : 20 * i);
        }
    }
    name_x = 8 + (uint32_t)(wave(frame) / 8);
    name_y = 96 + (uint32_t)(wave(3 * frame) / 2);
}

/* Where the run at x (in runs) of line y begins, in pairs of pixels. */
static uint32_t place(uint32_t x, uint32_t y)
{
    uint32_t in_tile = ((x & 7) << 3 | (y & 1) << 2 | (y & 30) << 5) ^ (y & 8) << 2;
    return ((y & ~31u) * WIDTH + (x >> 3) * 1024 + in_tile) / 2;
}

static double pair(uint32_t pixel)
{
    union {
        uint32_t pixel[2];
        double pair;
    } both = {{pixel, pixel}};
    return both.pair;
}

/* The runs of a line in one tile lie 32 bytes apart, whichever comes first. */
static void fill_line(struct surface *surface, uint32_t y, uint32_t pixel)
{
    double *to = surface->pixels + ((y & ~31u) * WIDTH + ((y & 1) << 2 | (y & 30) << 5)) / 2, two = pair(pixel);
    for (uint32_t tile = 0; tile < WIDTH / TILE; tile++, to += TILE * TILE / 2) {
        to[0] = to[1] = to[4] = to[5] = to[8] = to[9] = to[12] = to[13] = two;
        to[16] = to[17] = to[20] = to[21] = to[24] = to[25] = to[28] = to[29] = two;
    }
}

static void fill_run(struct surface *surface, uint32_t x, uint32_t y, double two)
{
    double *to = surface->pixels + place(x, y);
    to[0] = two;
    to[1] = two;
}

static void name_line(struct surface *surface, uint32_t y)
{
    const uint8_t *dots = name[(y - name_y) / DOT];
    double two = pair(rgb(255, 255, 255 - 2 * (y - name_y)));
    for (uint32_t i = 0; i < NAME_WIDTH; i++) {
        if (dots[i]) {
            fill_run(surface, name_x + 2 * i, y, two);
            fill_run(surface, name_x + 2 * i + 1, y, two);
        }
    }
}

static void gauge_line(struct surface *surface, uint32_t y)
{
    uint32_t i = (y - (HEIGHT - 4 * PAINTERS)) / 4, length = gauge[i] < RUNS ? gauge[i] : RUNS;
    double two = pair(rgb(80 + 30 * i, 220 - 20 * i, 90));
    for (uint32_t x = 0; x < length; x++)
        fill_run(surface, x, y, two);
}

/* A line that has its colour already, and nothing over it, is left alone. */
void paint_row(struct surface *surface, uint32_t row)
{
    for (uint32_t y = row * TILE; y < (row + 1) * TILE; y++) {
        bool named = y >= name_y && y < name_y + NAME_ROWS * DOT;
        bool gauged = y >= HEIGHT - 4 * PAINTERS && (y & 3) != 3;
        if (surface->line[y] != colour[y])
            fill_line(surface, y, colour[y]);
        surface->line[y] = named || gauged ? MIXED : colour[y];
        if (named)
            name_line(surface, y);
        if (gauged)
            gauge_line(surface, y);
    }
}

bool make_surface(struct surface *surface)
{
    surface->pixels =
        MmAllocatePhysicalMemoryEx(0, WIDTH * HEIGHT * 4, READ_WRITE_COMBINED | LARGE_PAGES, 0, 0xFFFFFFFF, 0);
    if (surface->pixels == NULL)
        return false;
    for (uint32_t y = 0; y < HEIGHT; y++)
        surface->line[y] = MIXED;
    return true;
}
