#include "tests/support/board_guest.h"

#include "tests/support/corpus.h"

#include <stdlib.h>
#include <string.h>

#define SLICE (SIM_UNITS_PER_SECOND / 100000)

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(SIM_HOST);
}

void board_guest_begin(struct board_guest *guest, const struct board_guest_spec *spec)
{
    static const uint8_t digest[BOARD_PROGRAM_SIZE];
    static struct board_description description; /* large */
    const struct board_options options = {.sim = spec->sim, .processors = true, .entry = 0x100, .program = digest};
    struct sim_error error;
    memset(guest, 0, sizeof *guest);
    if (xenon_assemble(&guest->program, spec->name, spec->text, strlen(spec->text), 0, &error) != SIM_OK)
        give_up(spec->name, error.text);
    if (board_description_load(&description, "retail", spec->set, spec->sets, &error) != SIM_OK ||
        board_build(&guest->board, &description, &options, &error) != SIM_OK)
        give_up(spec->name, error.text);
    if (!board_memory_poke(&guest->board.processors.memory, 0, guest->program.bytes, guest->program.size))
        give_up(spec->name, "no room for the program");
}

void board_guest_end(struct board_guest *guest)
{
    xenon_program_free(&guest->program);
    board_free(&guest->board);
}

bool board_guest_run(struct board_guest *guest, sim_time until)
{
    struct sim_machine *machine = guest->board.machine;
    struct sim_error error;
    struct sim_stop stop;
    while (!processors_stopped(&guest->board.processors) && sim_machine_time(machine) < until)
        if (sim_machine_run(machine, sim_time_min(until, (sim_machine_time(machine) / SLICE + 1) * SLICE), &stop,
                            &error) != SIM_OK)
            give_up("the board", error.text);
    return processors_stopped(&guest->board.processors);
}

uint64_t board_guest_clock(const struct board_guest *guest)
{
    return sim_clock_ceil(&guest->board.clock.core, sim_machine_time(guest->board.machine));
}

uint64_t board_guest_symbol(const struct board_guest *guest, const char *name)
{
    const struct xenon_symbol *symbol = xenon_program_symbol(&guest->program, name);
    if (symbol == NULL)
        give_up(name, "the program has no such label");
    return symbol->value;
}

void board_guest_read(const struct board_guest *guest, uint64_t address, void *bytes, size_t size)
{
    if (!board_memory_peek(&guest->board.processors.memory, address, bytes, size))
        give_up("a result", "not in memory");
}

uint64_t board_guest_word(const struct board_guest *guest, uint64_t address, unsigned size)
{
    uint8_t bytes[8];
    uint64_t value = 0;
    board_guest_read(guest, address, bytes, size);
    for (unsigned i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

void board_guest_describe(const struct board_guest *guest, FILE *out)
{
    uint8_t digest[SIM_DIGEST_SIZE];
    sim_machine_digest(guest->board.machine, digest);
    fprintf(out, "%llu ", (unsigned long long)board_guest_clock(guest));
    for (unsigned i = 0; i < 8; i++)
        fprintf(out, "%02x", digest[i]);
    fputc('\n', out);
}

void board_guest_include(FILE *out, const char *name)
{
    char path[4096], piece[4096];
    FILE *file = fopen(source_path(name, path), "rb");
    if (file == NULL)
        give_up(path, "cannot be read");
    for (size_t size; (size = fread(piece, 1, sizeof piece, file)) != 0;)
        fwrite(piece, 1, size, out);
    fclose(file);
}
