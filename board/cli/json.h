/* Printing JSON: only strings need care. */
#ifndef CYCLE360_BOARD_CLI_JSON_H
#define CYCLE360_BOARD_CLI_JSON_H

#include <stdio.h>

/* Prints text as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void json_text(FILE *file, const char *text);
/* `, "name": "text"`. */
void json_text_member(const char *name, const char *text, FILE *file);

#endif
