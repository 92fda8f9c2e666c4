#include "board/cli/boot_profile.h"

#include "board/cli/profile_files.h"
#include "kernel-hle/loader/bytes.h"
#include "waves/memory.h"

#include <stdlib.h>
#include <string.h>

static int by_address(const void *left, const void *right)
{
    const struct profile_symbol *a = left, *b = right;
    return (a->address > b->address) - (a->address < b->address);
}

/* A program runs untranslated: where its segments lie in memory, or at the addresses that it was linked for, whose
 * upper bits do not count then. */
static enum sim_status read_symbols(struct boot_profile *boot, const char *path, const struct boot_image *image,
                                    struct sim_error *error)
{
    const uint8_t *bytes = (const uint8_t *)image->file.text;
    if (image->file.size < 4 || bytes_be32(bytes) != 0x7F454C46)
        return SIM_OK;
    enum sim_status status = elf_symbols_read(&boot->symbols, path, bytes, image->file.size, error);
    if (status != SIM_OK)
        return status;
    boot->symbol = waves_zeroed(2 * (size_t)boot->symbols.count + 1, sizeof *boot->symbol);
    for (uint32_t i = 0; i < boot->symbols.count; i++) {
        const struct elf_symbol *symbol = &boot->symbols.at[i];
        uint64_t real = symbol->physical & BOOT_RAM_MASK;
        boot->symbol[boot->count++] = (struct profile_symbol){symbol->address, symbol->size, symbol->name};
        if (real != symbol->address)
            boot->symbol[boot->count++] = (struct profile_symbol){real, symbol->size, symbol->name};
    }
    if (boot->count > 1)
        qsort(boot->symbol, boot->count, sizeof *boot->symbol, by_address);
    return SIM_OK;
}

enum sim_status boot_profile_begin(struct boot_profile *boot, struct board *board, const char *folder, const char *path,
                                   const struct boot_image *image, struct sim_error *error)
{
    enum sim_status status = profile_make_folder(folder, error);
    if (status == SIM_OK)
        status = read_symbols(boot, path, image, error);
    if (status != SIM_OK)
        return status;
    boot->folder = folder;
    boot->begun = sim_machine_time(board->machine);
    profile_begin(&boot->profile, boot->symbol, boot->count);
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        xenon_core_set_profile(board->processors.core[i], true);
        xenon_core_set_watch(board->processors.core[i], profile_watch(&boot->profile, i));
    }
    return SIM_OK;
}

enum sim_status boot_profile_write(struct boot_profile *boot, struct board *board, const char *title,
                                   struct sim_error *error)
{
    struct profile_totals totals = {.run = 0};
    struct profile_report report;
    char text[SIM_TIME_TEXT];
    sim_time now = sim_machine_time(board->machine);
    totals.run = sim_clock_ceil(&board->clock.core, now) - sim_clock_ceil(&board->clock.core, boot->begun);
    for (unsigned i = 0; i < BOARD_THREADS; i++) {
        totals.present[i] = true;
        xenon_core_profile(board->processors.core[i / 2], i % 2, totals.clocks[i]);
    }
    profile_report_make(&report, &boot->profile, &totals, title, sim_time_print(now - boot->begun, text));
    enum sim_status status = profile_write_files(&report, boot->folder, error);
    profile_report_free(&report);
    return status;
}

void boot_profile_end(struct boot_profile *boot)
{
    if (boot->folder)
        profile_end(&boot->profile);
    elf_symbols_free(&boot->symbols);
    free(boot->symbol);
    *boot = (struct boot_profile){0};
}
