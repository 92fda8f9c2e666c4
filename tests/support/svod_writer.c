#include "tests/support/svod_writer.h"

#include "tests/support/stfs_writer.h"

#include <fcntl.h>
#include <nettle/sha1.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TABLE = 4096, PAIR = 4096, PAIRS = 204, GROUPS = 203, DIGEST = 20, HEADER = 0xb000 };

struct writer {
    int disc;
    uint64_t next, end; /* in the disc's image */
    uint8_t zero_hash[DIGEST];
    bool is_done;
};

static void sha1(const uint8_t *bytes, uint8_t digest[DIGEST])
{
    struct sha1_ctx context;
    sha1_init(&context);
    sha1_update(&context, PAIR, bytes);
    sha1_digest(&context, DIGEST, digest);
}

static void put(int fd, uint64_t at, const void *bytes, size_t size)
{
    if (pwrite(fd, bytes, size, (off_t)at) != (ssize_t)size) {
        perror("svod_writer");
        abort();
    }
}

/* One data file, from `at` on; the file's table is handed out. Two sectors of zeros are a hole. */
static void write_file(struct writer *w, int fd, uint64_t at, uint8_t top[TABLE])
{
    static const uint8_t zeros[PAIR];
    uint64_t place = at + TABLE;

    memset(top, 0, TABLE);
    for (unsigned group = 0; group < GROUPS && w->next < w->end; group++) {
        uint8_t table[TABLE] = {0};
        uint64_t table_place = place;
        place += TABLE;
        for (unsigned pair = 0; pair < PAIRS && w->next < w->end; pair++) {
            uint8_t bytes[PAIR] = {0};
            if (pread(w->disc, bytes, PAIR, (off_t)w->next) < 0)
                abort();
            if (memcmp(bytes, zeros, PAIR) == 0) {
                memcpy(table + (size_t)pair * DIGEST, w->zero_hash, DIGEST);
            } else {
                sha1(bytes, table + (size_t)pair * DIGEST);
                put(fd, place, bytes, PAIR);
            }
            place += PAIR;
            w->next += PAIR;
        }
        put(fd, table_place, table, TABLE);
        sha1(table, top + (size_t)group * DIGEST);
    }
    put(fd, at, top, TABLE);
    if (ftruncate(fd, (off_t)place) != 0)
        abort();
}

static void write_header(int fd, enum svod_writer_layout layout, unsigned files, const uint8_t top[TABLE])
{
    uint8_t header[HEADER] = {0};

    stfs_writer_be(header, 0x4c495645, 4); /* LIVE */
    stfs_writer_be(header + 0x340, HEADER - 0x200, 4);
    stfs_writer_be(header + 0x344, 0x7000, 4);
    stfs_writer_be(header + 0x348, 1, 4);
    header[0x379] = 0x24;
    sha1(top, header + 0x37d);
    header[0x391] = layout == SVOD_WRITER_ENHANCED ? 0x40 : 0;
    header[0x395] = layout == SVOD_WRITER_ENHANCED ? 17 : layout == SVOD_WRITER_SINGLE ? 16 : 0;
    stfs_writer_be(header + 0x39d, files, 4);
    stfs_writer_be(header + 0x3a9, 1, 4);
    stfs_writer_seal(header);
    put(fd, 0, header, HEADER);
}

void svod_writer(const char *path, enum svod_writer_layout layout, int disc, uint64_t disc_size)
{
    struct writer w = {.disc = disc, .next = layout == SVOD_WRITER_CONVERTED ? 0 : 32 * 2048, .end = disc_size};
    static const uint8_t zeros[PAIR];
    uint8_t top[TABLE], first_top[TABLE];
    unsigned files = 0;
    char name[600];

    sha1(zeros, w.zero_hash);
    int header = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (layout == SVOD_WRITER_SINGLE) {
        write_file(&w, header, HEADER, first_top);
        files = 1;
    } else {
        snprintf(name, sizeof name, "%s.data", path);
        mkdir(name, 0777);
    }
    while (w.next < w.end) {
        snprintf(name, sizeof name, "%s.data/Data%04u", path, files);
        int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0666);
        write_file(&w, fd, 0, files == 0 ? first_top : top);
        close(fd);
        files++;
    }
    write_header(header, layout, files, first_top);
    close(header);
}
