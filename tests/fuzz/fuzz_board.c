/* Board files and --set from anywhere: never a crash, never a description that does not survive being printed and read
 * again. The input is a board file; its first line also stands for the argument of a --set. */
#include "board/description.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *printed(const struct board_description *board, size_t *size)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, size);
    if (file == NULL)
        abort();
    board_description_print(board, file);
    fclose(file);
    return text;
}

static void must_survive(const struct board_description *board)
{
    char identity[BOARD_IDENTITY_TEXT], again[BOARD_IDENTITY_TEXT];
    struct board_description copy;
    struct sim_error error;
    size_t size;

    char *text = printed(board, &size);
    if (board_description_parse(&copy, "printed", text, size, &error) != SIM_OK)
        abort();
    if (strcmp(board_description_identity(board, identity), board_description_identity(&copy, again)) != 0)
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct board_description board;
    struct sim_error error = {""};

    if (board_description_parse(&board, "fuzz", (const char *)data, size, &error) == SIM_OK)
        must_survive(&board);
    else if (error.text[0] == '\0')
        abort(); /* a failure without a sentence */

    const uint8_t *end = memchr(data, '\n', size);
    char *assignment = strndup((const char *)data, end != NULL ? (size_t)(end - data) : size);
    if (assignment == NULL || board_description_load(&board, "retail", NULL, 0, &error) != SIM_OK)
        abort();
    if (board_description_set(&board, assignment, &error) == SIM_OK)
        must_survive(&board);
    free(assignment);
    return 0;
}
