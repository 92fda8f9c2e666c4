#include "tests/support/corpus.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH = 4096, FILE_MAX = 1 << 22, CUTS = 8 };

const char *source_path(const char *name, char path[PATH])
{
    snprintf(path, PATH, "%s/%s", CYCLE360_SOURCE_DIR, name);
    return path;
}

static size_t read_whole(const char *path, uint8_t *data)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    size_t size = fread(data, 1, FILE_MAX, file);
    fclose(file);
    return size;
}

unsigned corpus_replay(const char *name, int (*target)(const uint8_t *data, size_t size))
{
    char relative[256], folder[PATH], path[2 * PATH];
    struct dirent **entries = NULL;
    unsigned files = 0;

    snprintf(relative, sizeof relative, "tests/fuzz/corpus/%s", name);
    int count = scandir(source_path(relative, folder), &entries, NULL, alphasort);
    uint8_t *data = malloc(FILE_MAX);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && data != NULL) {
            size_t size = read_whole(path, data);
            for (size_t cut = 1; cut <= CUTS; cut++) {
                size_t length = size * cut / CUTS;
                uint8_t *exact = malloc(length + 1); /* of just this size, so that reading past it shows */
                uint8_t *start = exact + 1;
                memcpy(start, data, length);
                target(start, length);
                free(exact);
            }
            files++;
        }
        free(entries[i]);
    }
    free(entries);
    free(data);
    return files;
}
