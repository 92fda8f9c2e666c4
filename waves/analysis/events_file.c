#include "waves/analysis/events_file.h"

#include "waves/memory.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    STREAM_SIZE = 128 << 10, /* what is copied there is still near when it is looked at */
    BLOCK_SIZE = 64 << 10,
    BLOCKS = 512,        /* in memory at a time, at most */
    MARK_SPAN = 4 << 20, /* a line's number is kept as often */
    SPANNING = 16,       /* lines across blocks that are kept */
    NO_BLOCK = 0xFFFF
};

struct waves_events_file {
    char *path;
    int fd;
    bool part, ends_early; /* ends_early: of a gzipped file */
    uint64_t size;
    /* in order */
    char *stream;
    size_t room, at, end; /* [at, end) of `stream` is still to be read */
    uint64_t read, line;  /* bytes of the file in or before the stream; lines */
    struct {
        uint64_t offset, number;
    } * mark;
    size_t marks, mark_room;
    /* at offsets */
    struct block {
        char *bytes;
        uint64_t number, used;
        size_t size;
    } block[BLOCKS];
    uint16_t *place; /* of a block, by its number */
    unsigned blocks; /* of BLOCKS, that are used */
    uint64_t clock;
    char *spanning[SPANNING];
    size_t spanning_room[SPANNING];
    unsigned spanned;
};

/* ---- opening ---- */

static int nameless(void)
{
    const char *folder = getenv("TMPDIR");
    char *name = waves_print("%s/cycle360-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        unlink(name);
    free(name);
    return fd;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t done = write(fd, bytes, size);
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            bytes += done;
            size -= (size_t)done;
        }
    }
    return true;
}

/* What cannot be unpacked ends the log; the reader is told behind the last line. */
static enum sim_status unpack(struct waves_events_file *file, struct sim_error *error)
{
    int to = nameless();
    if (to < 0)
        return sim_fail(error, SIM_HOST, "%.300s: no room to unpack it: %s", file->path, strerror(errno));
    gzFile from = gzdopen(file->fd, "rb");
    if (!from) {
        close(to);
        return sim_fail(error, SIM_HOST, "%.300s: no memory to read it", file->path);
    }
    file->fd = to;
    int got, code;
    bool written = true;
    do {
        got = gzread(from, file->stream, STREAM_SIZE);
        written = got <= 0 || write_all(to, file->stream, (size_t)got);
    } while (got > 0 && written);
    gzerror(from, &code);
    file->ends_early = code != Z_OK && code != Z_STREAM_END;
    gzclose_r(from);
    if (!written)
        return sim_fail(error, SIM_HOST, "%.300s: no room to unpack it: %s", file->path, strerror(errno));
    return SIM_OK;
}

static enum sim_status open_it(struct waves_events_file *file, struct sim_error *error)
{
    struct stat info;
    uint8_t magic[2];
    if (fstat(file->fd, &info) != 0 || S_ISDIR(info.st_mode))
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is no file", file->path);
    bool plain = S_ISREG(info.st_mode) && (pread(file->fd, magic, 2, 0) != 2 || magic[0] != 0x1F || magic[1] != 0x8B);
    enum sim_status status = plain ? SIM_OK : unpack(file, error);
    if (status != SIM_OK)
        return status;
    if (fstat(file->fd, &info) != 0)
        return sim_fail(error, SIM_HOST, "%.300s: %s", file->path, strerror(errno));
    file->size = (uint64_t)info.st_size;
    file->place = waves_resize(NULL, file->size / BLOCK_SIZE + 1, sizeof *file->place);
    memset(file->place, 0xFF, (file->size / BLOCK_SIZE + 1) * sizeof *file->place);
    return SIM_OK;
}

enum sim_status waves_events_file_open(const char *path, struct waves_events_file **result, struct sim_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    const char *dot = strrchr(path, '.');
    if (fd < 0)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: cannot be read: %s", path, strerror(errno));
    struct waves_events_file *file = waves_zeroed(1, sizeof *file);
    file->path = waves_copy_text(path, strlen(path));
    file->fd = fd;
    file->part = dot && strcmp(dot, ".part") == 0;
    file->room = STREAM_SIZE;
    file->blocks = BLOCKS;
    file->stream = waves_resize(NULL, file->room, 1);
    enum sim_status status = open_it(file, error);
    if (status != SIM_OK)
        waves_events_file_close(file);
    else
        *result = file;
    return status;
}

void waves_events_file_close(struct waves_events_file *file)
{
    if (!file)
        return;
    close(file->fd);
    for (unsigned i = 0; i < BLOCKS; i++)
        free(file->block[i].bytes);
    for (unsigned i = 0; i < SPANNING; i++)
        free(file->spanning[i]);
    free(file->place);
    free(file->mark);
    free(file->stream);
    free(file->path);
    free(file);
}

const char *waves_events_file_path(const struct waves_events_file *file)
{
    return file->path;
}

uint64_t waves_events_file_size(const struct waves_events_file *file)
{
    return file->size;
}

/* Fewer bytes than asked for only at the end. */
static enum sim_status read_at(struct waves_events_file *file, char *to, size_t size, uint64_t offset, size_t *got,
                               struct sim_error *error)
{
    *got = 0;
    while (*got < size) {
        ssize_t done = pread(file->fd, to + *got, size - *got, (off_t)(offset + *got));
        if (done == 0)
            break;
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return sim_fail(error, SIM_BAD_INPUT, "%.300s: cannot be read: %s", file->path, strerror(errno));
        *got += (size_t)done;
    }
    return SIM_OK;
}

/* ---- in order ---- */

static const char too_long[] = "the line is longer than 4194304 bytes";
static_assert(WAVES_LINE_MOST == 4194304, "the sentence says so");

static enum sim_status refill(struct waves_events_file *file, struct sim_error *error)
{
    memmove(file->stream, file->stream + file->at, file->end - file->at);
    file->end -= file->at;
    file->at = 0;
    if (file->end == file->room) {
        file->room *= 2;
        file->stream = waves_resize(file->stream, file->room, 1);
    }
    size_t got, want = file->room - file->end;
    if (want > file->size - file->read)
        want = (size_t)(file->size - file->read); /* what a writer appends meanwhile is not looked at */
    enum sim_status status = read_at(file, file->stream + file->end, want, file->read, &got, error);
    if (status == SIM_OK && got < want)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: has become shorter", file->path);
    file->end += got;
    file->read += got;
    return status;
}

static void note(struct waves_events_file *file, const struct waves_events_line *line)
{
    if (file->marks && line->offset < file->mark[file->marks - 1].offset + MARK_SPAN)
        return;
    if (file->marks == file->mark_room) {
        file->mark_room = file->mark_room ? 2 * file->mark_room : 16;
        file->mark = waves_resize(file->mark, file->mark_room, sizeof *file->mark);
    }
    file->mark[file->marks].offset = line->offset;
    file->mark[file->marks++].number = line->number;
}

/* What is too long is thrown away as it comes. */
static enum sim_status skip_line(struct waves_events_file *file, struct sim_error *error)
{
    for (;;) {
        char *from = file->stream + file->at;
        char *end = memchr(from, '\n', file->end - file->at);
        file->at = end ? (size_t)(end - file->stream) + 1 : file->end;
        if (end || file->read == file->size)
            return SIM_OK;
        enum sim_status status = refill(file, error);
        if (status != SIM_OK)
            return status;
    }
}

enum sim_status waves_events_file_next(struct waves_events_file *file, struct waves_events_line *line, bool *more,
                                       struct sim_error *error)
{
    size_t looked = 0;
    *more = true;
    for (;;) {
        char *from = file->stream + file->at;
        size_t left = file->end - file->at;
        char *end = left > looked ? memchr(from + looked, '\n', left - looked) : NULL;
        bool last = !end && file->read == file->size;
        bool ends_early = last && file->ends_early && !file->part;
        *line = (struct waves_events_line){
            {from, end ? (size_t)(end - from) : left}, file->read - left, file->line + 1, NULL};
        if (end || (last && left && !file->part) || ends_early) {
            file->line++;
            file->at += line->text.length + (end != NULL);
            if (ends_early) {
                line->why = "the compressed file ends too early";
                file->ends_early = false;
            }
            if (line->text.length > WAVES_LINE_MOST) {
                line->text = (struct waves_text){"", 0};
                line->why = too_long;
            }
            note(file, line);
            return SIM_OK;
        }
        if (last) {
            *more = false;
            return SIM_OK;
        }
        enum sim_status status = SIM_OK;
        if (left > WAVES_LINE_MOST) {
            file->line++;
            note(file, line);
            *line = (struct waves_events_line){{"", 0}, line->offset, file->line, too_long};
            return skip_line(file, error);
        }
        looked = left;
        status = refill(file, error);
        if (status != SIM_OK)
            return status;
    }
}

void waves_events_file_rewind(struct waves_events_file *file)
{
    file->at = file->end = 0;
    file->read = file->line = 0;
}

/* ---- at offsets ---- */

void waves_events_file_keep(struct waves_events_file *file, uint64_t bytes)
{
    enum { LEAST = 2 * SPANNING };
    uint64_t blocks = bytes / BLOCK_SIZE;
    file->blocks = blocks < LEAST ? LEAST : blocks > BLOCKS ? BLOCKS : (unsigned)blocks;
}

static enum sim_status block_of(struct waves_events_file *file, uint64_t number, struct block **result,
                                struct sim_error *error)
{
    unsigned oldest = 0;
    *result = NULL;
    if (file->place[number] != NO_BLOCK) {
        *result = &file->block[file->place[number]];
        (*result)->used = ++file->clock;
        return SIM_OK;
    }
    for (unsigned i = 1; i < file->blocks; i++)
        if (file->block[i].used < file->block[oldest].used)
            oldest = i;
    struct block *block = &file->block[oldest];
    if (!block->bytes)
        block->bytes = waves_resize(NULL, BLOCK_SIZE, 1);
    else
        file->place[block->number] = NO_BLOCK;
    block->number = number;
    block->used = 0;
    enum sim_status status = read_at(file, block->bytes, BLOCK_SIZE, number * BLOCK_SIZE, &block->size, error);
    if (status != SIM_OK) {
        free(block->bytes);
        block->bytes = NULL;
        return status;
    }
    block->used = ++file->clock;
    file->place[number] = (uint16_t)oldest;
    *result = block;
    return SIM_OK;
}

static enum sim_status spanning(struct waves_events_file *file, uint64_t offset, struct waves_text *text,
                                struct sim_error *error)
{
    unsigned which = file->spanned++ % SPANNING;
    size_t used = 0;
    for (;;) {
        struct block *block;
        uint64_t number = (offset + used) / BLOCK_SIZE;
        if (number * BLOCK_SIZE >= file->size)
            break;
        enum sim_status status = block_of(file, number, &block, error);
        if (status != SIM_OK)
            return status;
        size_t from = (size_t)((offset + used) % BLOCK_SIZE);
        if (from >= block->size)
            break;
        char *end = memchr(block->bytes + from, '\n', block->size - from);
        size_t piece = end ? (size_t)(end - block->bytes) - from : block->size - from;
        if (file->spanning_room[which] < used + piece) {
            file->spanning_room[which] = 2 * (used + piece);
            file->spanning[which] = waves_resize(file->spanning[which], file->spanning_room[which], 1);
        }
        memcpy(file->spanning[which] + used, block->bytes + from, piece);
        used += piece;
        if (end || used > WAVES_LINE_MOST)
            break;
    }
    *text = (struct waves_text){used ? file->spanning[which] : "", used};
    return SIM_OK;
}

enum sim_status waves_events_file_at(struct waves_events_file *file, uint64_t offset, struct waves_text *text,
                                     struct sim_error *error)
{
    struct block *block;
    enum sim_status status = block_of(file, offset / BLOCK_SIZE, &block, error);
    if (status != SIM_OK)
        return status;
    size_t from = (size_t)(offset % BLOCK_SIZE);
    if (from < block->size) {
        char *end = memchr(block->bytes + from, '\n', block->size - from);
        if (end) {
            *text = (struct waves_text){block->bytes + from, (size_t)(end - block->bytes) - from};
            return SIM_OK;
        }
    }
    return spanning(file, offset, text, error);
}

bool waves_events_file_before(struct waves_events_file *file, uint64_t offset, uint64_t *before,
                              struct sim_error *error)
{
    uint64_t least = offset > WAVES_LINE_MOST ? offset - WAVES_LINE_MOST : 0;
    if (offset == 0)
        return false;
    for (uint64_t at = offset - 1; at > least;) { /* the end of the line before stands at offset - 1 */
        struct block *block;
        if (block_of(file, (at - 1) / BLOCK_SIZE, &block, error) != SIM_OK)
            return false;
        uint64_t base = block->number * BLOCK_SIZE;
        char *end = memrchr(block->bytes, '\n', (size_t)(at - base));
        if (end) {
            *before = base + (uint64_t)(end - block->bytes) + 1;
            return true;
        }
        at = base;
    }
    *before = 0;
    return least == 0;
}

uint64_t waves_events_file_number(struct waves_events_file *file, uint64_t offset)
{
    struct sim_error error;
    size_t low = 0, high = file->marks;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->mark[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    uint64_t at = file->mark[low - 1].offset, number = file->mark[low - 1].number;
    while (at < offset) {
        struct block *block;
        if (block_of(file, at / BLOCK_SIZE, &block, &error) != SIM_OK)
            return 0;
        size_t from = (size_t)(at % BLOCK_SIZE);
        uint64_t left = offset - at;
        size_t piece = block->size - from < left ? block->size - from : (size_t)left;
        if (piece == 0)
            return 0;
        for (const char *p = block->bytes + from; (p = memchr(p, '\n', piece - (size_t)(p - block->bytes - from))); p++)
            number++;
        at += piece;
    }
    return number;
}
