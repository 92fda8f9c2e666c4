#include "board/cli/read_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PIECE = 64 * 1024 };

static enum sim_status unreadable(const char *path, const char *why, struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "%s: %s", path, why);
}

/* Leaves the first bytes of a stream out, whether or not it can seek. */
static bool skip(FILE *stream, uint64_t offset)
{
    char nothing[PIECE];
    while (offset > 0) {
        size_t part = offset < PIECE ? (size_t)offset : PIECE, got = fread(nothing, 1, part, stream);
        if (got == 0)
            return false;
        offset -= got;
    }
    return true;
}

static enum sim_status take(FILE *stream, const char *path, uint64_t size, uint64_t limit, struct whole_file *file,
                            struct sim_error *error)
{
    size_t capacity = 0;
    while (file->size < size) {
        if (file->size + 1 >= capacity) {
            capacity = capacity == 0 ? PIECE : 2 * capacity;
            char *grown = realloc(file->text, capacity);
            if (grown == NULL)
                return sim_fail(error, SIM_HOST, "%s: memory is short", path);
            file->text = grown;
        }
        uint64_t room = capacity - 1 - file->size, left = size - file->size;
        size_t got = fread(file->text + file->size, 1, (size_t)(room < left ? room : left), stream);
        if (got == 0)
            break;
        file->size += got;
        if (file->size > limit)
            return sim_fail(error, SIM_BAD_INPUT, "%s: it is longer than %llu bytes", path, (unsigned long long)limit);
    }
    if (ferror(stream))
        return unreadable(path, strerror(errno), error);
    if (file->text == NULL && (file->text = malloc(1)) == NULL)
        return sim_fail(error, SIM_HOST, "%s: memory is short", path);
    file->text[file->size] = '\0';
    return SIM_OK;
}

enum sim_status read_file(const char *path, uint64_t offset, uint64_t size, uint64_t limit, struct whole_file *file,
                          struct sim_error *error)
{
    struct stat about;
    enum sim_status status;

    *file = (struct whole_file){0};
    FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
    if (stream == NULL)
        return unreadable(path, strerror(errno), error);
    if (fstat(fileno(stream), &about) == 0 && S_ISDIR(about.st_mode))
        status = unreadable(path, "it is a folder", error);
    else if (!skip(stream, offset))
        status = unreadable(path, ferror(stream) ? strerror(errno) : "it ends before the offset", error);
    else
        status = take(stream, path, size, limit, file, error);
    if (stream != stdin)
        fclose(stream);
    if (status != SIM_OK) {
        free(file->text);
        *file = (struct whole_file){0};
    }
    return status;
}
