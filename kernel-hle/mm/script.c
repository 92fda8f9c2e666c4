#include "kernel-hle/mm/script.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ARGUMENTS = 5, LONGEST_WORD = 64 };

struct line {
    struct mm *mm;
    unsigned arguments;
    uint32_t argument[MOST_ARGUMENTS];
    bool null[MOST_ARGUMENTS];
    char *answer;
    size_t size, length;
};

static void say(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct line *line, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int wrote = vsnprintf(line->answer + line->length, line->size - line->length, format, list);
    va_end(list);
    if (wrote > 0)
        line->length += (size_t)wrote < line->size - line->length ? (size_t)wrote : line->size - line->length - 1;
}

static void say_status(struct line *line, nt_status status)
{
    const char *name = nt_status_name(status);
    if (name)
        say(line, "%s", name);
    else
        say(line, "%08X", status);
}

static void say_yes(struct line *line, bool yes)
{
    say(line, "%s", yes ? "yes" : "no");
}

static uint32_t *pointer(struct line *line, unsigned i)
{
    return line->null[i] ? NULL : &line->argument[i];
}

static void allocate(struct line *line, const uint32_t *a)
{
    nt_status status = mm_allocate_virtual(line->mm, pointer(line, 0), pointer(line, 1), a[2], a[3]);
    say_status(line, status);
    if (status == NT_SUCCESS)
        say(line, " %08X %X", a[0], a[1]);
}

static void free_it(struct line *line, const uint32_t *a)
{
    nt_status status = mm_free_virtual(line->mm, pointer(line, 0), pointer(line, 1), a[2]);
    say_status(line, status);
    if (status == NT_SUCCESS)
        say(line, " %08X %X", a[0], a[1]);
}

static void protect(struct line *line, const uint32_t *a)
{
    uint32_t old = 0;
    nt_status status = mm_protect_virtual(line->mm, pointer(line, 0), pointer(line, 1), a[2], &old);
    say_status(line, status);
    if (status == NT_SUCCESS)
        say(line, " %08X %X old %X", a[0], a[1], old);
}

static void query(struct line *line, const uint32_t *a)
{
    struct mm_information i;
    nt_status status = mm_query_virtual(line->mm, a[0], &i, line->arguments > 1 ? a[1] : 0);
    say_status(line, status);
    if (status == NT_SUCCESS)
        say(line, " %08X of %08X given %X size %X state %X protect %X", i.base, i.allocation_base, i.allocation_protect,
            i.region_size, i.state, i.protect);
}

static void encrypted(struct line *line, const uint32_t *a)
{
    uint32_t base = 0;
    nt_status status = mm_allocate_encrypted(line->mm, a[0], &base);
    say_status(line, status);
    if (status == NT_SUCCESS)
        say(line, " %08X", base);
}

static void free_encrypted(struct line *line, const uint32_t *a)
{
    say_status(line, mm_free_encrypted(line->mm, a[0]));
}

static void physical(struct line *line, const uint32_t *a)
{
    say(line, "%08X", mm_allocate_physical(line->mm, a[0], a[1], a[2], line->arguments > 3 ? a[3] : UINT32_MAX, a[4]));
}

static void free_physical(struct line *line, const uint32_t *a)
{
    say_yes(line, mm_free_physical(line->mm, a[0]));
}

static void real(struct line *line, const uint32_t *a)
{
    say(line, "%08X", mm_real_address(line->mm, a[0]));
}

static void get_protect(struct line *line, const uint32_t *a)
{
    say(line, "%X", mm_query_protect(line->mm, a[0]));
}

static void set_protect(struct line *line, const uint32_t *a)
{
    say_yes(line, mm_set_protect(line->mm, a[0], a[1], a[2]));
}

static void size_of(struct line *line, const uint32_t *a)
{
    say(line, "%X", mm_allocation_size(line->mm, a[0]));
}

static void valid(struct line *line, const uint32_t *a)
{
    say_yes(line, mm_address_valid(line->mm, a[0]));
}

static void page_entry(struct line *line, const uint32_t *a)
{
    say(line, "%08X", mm_image_page_entry(a[0]));
}

/* The words that are not 0. */
static void statistics(struct line *line, const uint32_t *a)
{
    static const char *const names[] = {
#define X(name) #name,
        MM_STATISTICS(X)
#undef X
    };
    struct mm_statistics s = {.size = line->arguments ? a[0] : sizeof s};
    nt_status status = mm_query_statistics(line->mm, line->arguments && line->null[0] ? NULL : &s);
    const uint32_t words[] = {
#define X(name) s.name,
        MM_STATISTICS(X)
#undef X
    };
    say_status(line, status);
    for (size_t i = 1; status == NT_SUCCESS && i < sizeof words / sizeof *words; i++)
        if (words[i] != 0)
            say(line, " %s %X", names[i], words[i]);
}

static void kernel_stack(struct line *line, const uint32_t *a)
{
    say(line, "%08X", mm_create_kernel_stack(line->mm, a[0]));
}

static void delete_kernel_stack(struct line *line, const uint32_t *a)
{
    say_status(line, mm_delete_kernel_stack(line->mm, a[0], a[1]));
}

static void thread_stack(struct line *line, const uint32_t *a)
{
    struct mm_stack stack;
    nt_status status = mm_create_thread_stack(line->mm, a[0], &stack);
    say_status(line, status);
    if (status == NT_SUCCESS)
        say(line, " allocation %08X limit %08X base %08X", stack.allocation, stack.limit, stack.base);
}

static void delete_thread_stack(struct line *line, const uint32_t *a)
{
    say_status(line, mm_delete_thread_stack(line->mm, &(struct mm_stack){.allocation = a[0]}));
}

static void take_system(struct line *line, const uint32_t *a)
{
    say(line, "%08X", mm_allocate_system(line->mm, a[0]));
}

static void free_system(struct line *line, const uint32_t *a)
{
    say_yes(line, mm_free_system(line->mm, a[0]));
}

static void pool(struct line *line, const uint32_t *a)
{
    uint32_t at;
    uint8_t header[8];
    say(line, "%08X", mm_allocate_pool(line->mm, a[0], 0x656E6F4E, &at, header));
}

static void free_pool(struct line *line, const uint32_t *a)
{
    say_yes(line, mm_free_pool(line->mm, a[0]));
}

static void block(struct line *line, const uint32_t *a)
{
    say(line, "%X", mm_pool_block_size(line->mm, a[0]));
}

static void image(struct line *line, const uint32_t *a)
{
    say_status(line, mm_place_image(line->mm, a[0], a[1]));
}

static void protect_image(struct line *line, const uint32_t *a)
{
    say_status(line, mm_protect_image(line->mm, a[0], a[1], a[2]));
}

static void remove_image(struct line *line, const uint32_t *a)
{
    say_status(line, mm_remove_image(line->mm, a[0]));
}

static void changes(struct line *line, const uint32_t *a)
{
    static const char *const kinds[MM_CHANGE_KINDS] = {"map", "guard", "unmap", "protect"};
    (void)a;
    size_t count = mm_change_count(line->mm);
    say(line, "%s", count ? "" : "none");
    for (size_t i = 0; i < count; i++) {
        const struct mm_change *change = &mm_changes(line->mm)[i];
        say(line, "%s%s %08X %X", i ? ", " : "", kinds[change->kind], change->address, change->size);
        if (change->kind == MM_MAP)
            say(line, " at %08X", change->real);
        if (change->kind == MM_MAP || change->kind == MM_REPROTECT)
            say(line, " %X%s", change->protect, change->zero ? " zero" : "");
    }
}

static const struct {
    const char *word;
    void (*function)(struct line *line, const uint32_t *argument);
    unsigned least, most;
} commands[] = {
#define COMMAND(word, function, least, most) {word, function, least, most},
#include "kernel-hle/mm/script.def"
#undef COMMAND
};

static const struct {
    const char *name;
    uint32_t value;
} bits[] = {
#define TYPE(name, value)    {#name, value},
#define PROTECT(name, value) {#name, value},
#include "kernel-hle/mm/bits.def"
#undef TYPE
#undef PROTECT
};

static bool number(const char *text, size_t length, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < length; i++) {
        const char *digit = strchr("0123456789ABCDEF0123456789abcdef", text[i]);
        if (!digit || i >= 8)
            return false;
        *value = *value * 16 + (uint32_t)(digit - "0123456789ABCDEF0123456789abcdef") % 16;
    }
    return length != 0;
}

static bool value_of(const char *text, uint32_t *value)
{
    *value = 0;
    for (size_t length;; text += length + 1) {
        uint32_t part;
        length = strcspn(text, "+");
        bool known = false;
        for (size_t i = 0; !known && i < sizeof bits / sizeof *bits; i++)
            if (strlen(bits[i].name) == length && memcmp(bits[i].name, text, length) == 0) {
                part = bits[i].value;
                known = true;
            }
        if (!known && !number(text, length, &part))
            return false;
        *value |= part;
        if (text[length] == '\0')
            return true;
    }
}

/* The next word; false at the end of the line. */
static bool word(const char **text, char *into)
{
    *text += strspn(*text, " \t");
    size_t length = strcspn(*text, " \t\n");
    if (length == 0)
        return false;
    size_t kept = length < LONGEST_WORD ? length : LONGEST_WORD - 1;
    memcpy(into, *text, kept);
    into[kept] = '\0';
    *text += length;
    return true;
}

enum sim_status mm_script(struct mm *mm, const char *text, char *answer, size_t size, struct sim_error *error)
{
    char first[LONGEST_WORD] = "", next[LONGEST_WORD];
    struct line line = {.mm = mm, .answer = answer, .size = size};
    (void)word(&text, first);
    answer[0] = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].word, first) != 0)
            continue;
        for (; word(&text, next); line.arguments++) {
            if (line.arguments == commands[i].most)
                return sim_fail(error, SIM_USAGE, "'%s' takes at most %u arguments", first, commands[i].most);
            line.null[line.arguments] = strcmp(next, "null") == 0;
            if (!line.null[line.arguments] && !value_of(next, &line.argument[line.arguments]))
                return sim_fail(error, SIM_USAGE, "'%s' of '%s' is no number and no name", next, first);
        }
        if (line.arguments < commands[i].least)
            return sim_fail(error, SIM_USAGE, "'%s' takes at least %u arguments", first, commands[i].least);
        commands[i].function(&line, line.argument);
        return SIM_OK;
    }
    return sim_fail(error, SIM_USAGE, "'%s' is no request of the memory manager", first);
}
