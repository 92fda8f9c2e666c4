#include "kernel-hle/guest/kit.h"

#include <string.h>

static const struct {
    const char *name, *text;
} embedded[] = {
#define EMBEDDED_TEXT(name, contents) {name, contents},
#include "guest_kit.inc"
#undef EMBEDDED_TEXT
};

static const struct {
    const char *name, *from;
    void (*write)(FILE *out);
} file[HLE_KIT_FILES] = {
    {"kernel.h", NULL, hle_kit_header},
    {"guest.h", "guest", NULL},
    {"imports.s", NULL, hle_kit_imports},
    {"callbacks.s", NULL, hle_kit_callbacks},
    {"crt0.s", "crt0", NULL},
    {"slots.s", "slots", NULL},
    {"saves.s", "saves", NULL},
    {"wide.s", "wide", NULL},
    {"memory.c", "memory", NULL},
    {"title.ld", "title", NULL},
    {"make_title", "make_title", NULL},
};

const char *hle_kit_name(unsigned index)
{
    return file[index].name;
}

void hle_kit_write(FILE *out, unsigned index)
{
    if (file[index].write != NULL) {
        file[index].write(out);
        return;
    }
    for (size_t i = 0; i < sizeof embedded / sizeof *embedded; i++)
        if (strcmp(embedded[i].name, file[index].from) == 0)
            fputs(embedded[i].text, out);
}
