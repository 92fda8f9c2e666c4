#include "tests/conformance/wave_pieces.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Values by identifier code, in the order of first appearance, which is the order of declaration. */
enum { CODES_MAX = 4096, SLOTS = 4 * CODES_MAX, CODE = 8, TEXT = 80 };

struct table {
    unsigned count;
    char code[CODES_MAX][CODE];
    char value[CODES_MAX][TEXT];
    unsigned slot[SLOTS]; /* open addressing: the place in the above, and 1; 0 is free */
};

static uint64_t hash_text(uint64_t hash, const char *text);

static unsigned find(struct table *table, const char *code)
{
    unsigned slot = (unsigned)(hash_text(0, code) >> 20) % SLOTS;
    while (table->slot[slot] && strcmp(table->code[table->slot[slot] - 1], code) != 0)
        slot = (slot + 1) % SLOTS;
    if (table->slot[slot] == 0) {
        if (table->count == CODES_MAX)
            abort();
        snprintf(table->code[table->count], CODE, "%s", code);
        table->slot[slot] = ++table->count;
    }
    return table->slot[slot] - 1;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 0x100000001B3u;
    return (hash ^ '\n') * 0x100000001B3u;
}

void wave_piece(const char *path, sim_time from, sim_time to, FILE *out)
{
    static struct table table;
    char line[256];
    sim_time now = 0;
    uint64_t hash = 0xCBF29CE484222325u, changes = 0;
    bool values_in = false, header = true;
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        _Exit(77);
    }
    memset(&table, 0, sizeof table);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (header || *line == '$') {
            if (strncmp(line, "$enddefinitions", 15) == 0)
                header = false;
            continue;
        }
        if (*line == '#') {
            now = strtoull(line + 1, NULL, 10);
            if (now > from && !values_in) {
                values_in = true;
                for (unsigned i = 0; i < table.count; i++)
                    hash = hash_text(hash_text(hash, table.code[i]), table.value[i]);
            }
            if (now >= to)
                break;
            if (now > from)
                hash = hash_text(hash, line);
            continue;
        }
        char value[TEXT], code[CODE];
        if (*line == 'b' ? sscanf(line, "%79s %7s", value, code) != 2 : sscanf(line, "%1[01xz]%7s", value, code) != 2) {
            fprintf(stderr, "%s: %s\n", path, line);
            _Exit(78);
        }
        strcpy(table.value[find(&table, code)], value);
        if (now > from) {
            hash = hash_text(hash, line);
            changes++;
        }
    }
    if (!values_in)
        for (unsigned i = 0; i < table.count; i++)
            hash = hash_text(hash_text(hash, table.code[i]), table.value[i]);
    fclose(file);
    fprintf(out, "waves %llu to %llu: %u signals, %llu changes, %016llx\n", (unsigned long long)from,
            (unsigned long long)to, table.count, (unsigned long long)changes, (unsigned long long)hash);
}

void forget_waves(const char *path)
{
    char beside[256];
    unlink(path);
    snprintf(beside, sizeof beside, "%.*s.gtkw", (int)(strlen(path) - strlen(".vcd")), path);
    unlink(beside);
}
