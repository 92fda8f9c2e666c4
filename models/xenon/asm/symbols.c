#include "models/xenon/asm/symbols.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(struct xenon_slice name)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < name.size; i++)
        hash = (hash ^ (unsigned char)name.text[i]) * UINT64_C(0x100000001B3);
    hash ^= hash >> 29; /* the low bits choose the slot */
    return hash * UINT64_C(0x9E3779B97F4A7C15) >> 16;
}

static size_t slot_of(const struct symbols *s, struct xenon_slice name, uint64_t hash)
{
    size_t slot = hash & (s->slots - 1);
    for (; s->slot[slot] != 0; slot = (slot + 1) & (s->slots - 1)) {
        const struct symbol *symbol = &s->symbol[s->slot[slot] - 1];
        if (symbol->hash == hash && symbol->length == name.size && memcmp(symbol->name, name.text, name.size) == 0)
            break;
    }
    return slot;
}

struct symbol *symbols_find(const struct symbols *s, struct xenon_slice name)
{
    if (s->slots == 0)
        return NULL;
    uint32_t number = s->slot[slot_of(s, name, hash_of(name))];
    return number == 0 ? NULL : &s->symbol[number - 1];
}

static bool grow(struct symbols *s)
{
    size_t capacity = s->capacity == 0 ? 64 : s->capacity * 2;
    struct symbol *symbol = realloc(s->symbol, capacity * sizeof *symbol);
    uint32_t *slot = calloc(capacity * 2, sizeof *slot);
    if (symbol != NULL)
        s->symbol = symbol;
    if (symbol == NULL || slot == NULL) {
        free(slot);
        return false;
    }
    free(s->slot);
    s->slot = slot;
    s->slots = capacity * 2;
    s->capacity = capacity;
    for (size_t i = 0; i < s->count; i++)
        slot[slot_of(s, (struct xenon_slice){symbol[i].name, symbol[i].length}, symbol[i].hash)] = (uint32_t)i + 1;
    return true;
}

struct symbol *symbols_make(struct symbols *s, struct xenon_slice name)
{
    struct symbol *found = symbols_find(s, name);
    if (found != NULL)
        return found;
    if (s->count == SYMBOLS_MAX || name.size > SYMBOL_LONGEST || (s->count == s->capacity && !grow(s)))
        return NULL;
    char *copy = malloc(name.size + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, name.text, name.size);
    copy[name.size] = '\0';
    uint64_t hash = hash_of(name);
    s->slot[slot_of(s, name, hash)] = (uint32_t)s->count + 1;
    s->symbol[s->count] = (struct symbol){.name = copy, .length = name.size, .hash = hash};
    return &s->symbol[s->count++];
}

void symbols_free(struct symbols *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->symbol[i].name);
    free(s->symbol);
    free(s->slot);
    *s = (struct symbols){0};
}
