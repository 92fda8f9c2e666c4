#include "models/sim/nearest.h"

#include <string.h>

enum { LONGEST = 255, EDIT = 2, CASE_ONLY = 1 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned substitution(char a, char b)
{
    return a == b ? 0 : lower(a) == lower(b) ? CASE_ONLY : EDIT;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned sim_edit_distance(const char *a, const char *b)
{
    size_t rows = strnlen(a, LONGEST), columns = strnlen(b, LONGEST);
    unsigned rows_kept[3][LONGEST + 1];
    unsigned *before = rows_kept[0], *above = rows_kept[1], *row = rows_kept[2];

    for (size_t j = 0; j <= columns; j++)
        row[j] = EDIT * (unsigned)j;
    for (size_t i = 1; i <= rows; i++) {
        unsigned *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = EDIT * (unsigned)i;
        for (size_t j = 1; j <= columns; j++) {
            row[j] = least(least(above[j], row[j - 1]) + EDIT, above[j - 1] + substitution(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + EDIT);
        }
    }
    return row[columns];
}

const char *sim_nearest(const char *text, const char *const *names, size_t count)
{
    const char *best = NULL;
    /* Up to a third of the letters may be wrong; beyond that a suggestion only confuses. */
    unsigned best_distance = EDIT * (unsigned)(strnlen(text, LONGEST) / 3 + 1) + 1;

    for (size_t i = 0; i < count; i++) {
        unsigned distance = sim_edit_distance(text, names[i]);
        if (distance < best_distance) {
            best_distance = distance;
            best = names[i];
        }
    }
    return best;
}
