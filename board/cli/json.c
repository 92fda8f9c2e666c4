#include "board/cli/json.h"

#include "waves/analysis/json.h"

void json_text(FILE *file, const char *text)
{
    waves_json_print(file, text);
}

void json_text_member(const char *name, const char *text, FILE *file)
{
    fprintf(file, ", \"%s\": ", name);
    json_text(file, text);
}
