#include "tests/support/guest_program.h"

#include "tests/support/corpus.h"

#include <stdlib.h>
#include <string.h>

const struct guest_info guest_info[GUESTS] = {
#define GUEST(name, threads, kind) {#name, threads, GUEST_##kind},
#include "tests/guest/core/programs.def"
#undef GUEST
};

static void give_up(const struct guest_program *guest, const char *what)
{
    fprintf(stderr, "tests/guest/core/%s.s: %s\n", guest->info->name, what);
    exit(3);
}

uint64_t guest_program_symbol(const struct guest_program *guest, const char *name)
{
    const struct xenon_symbol *symbol = xenon_program_symbol(&guest->program, name);
    if (symbol == NULL) {
        fprintf(stderr, "no label %s: ", name);
        give_up(guest, "not as programs.def says");
        return 0;
    }
    return symbol->value;
}

void guest_program_load(struct guest_program *guest, enum guest_id id)
{
    char name[64], path[4096], *text = NULL;
    size_t size = 0;
    struct sim_error error;

    memset(guest, 0, sizeof *guest);
    guest->info = &guest_info[id];
    snprintf(name, sizeof name, "tests/guest/core/%s.s", guest->info->name);
    FILE *file = fopen(source_path(name, path), "rb");
    if (file == NULL || (text = malloc(XENON_SOURCE_MAX)) == NULL)
        give_up(guest, "cannot be read");
    else
        size = fread(text, 1, XENON_SOURCE_MAX, file);
    if (file != NULL)
        fclose(file);
    if (xenon_assemble(&guest->program, name, text, size, 0, &error) != SIM_OK ||
        ppc_test_file_read(&guest->expected, name, text, size, &error) != SIM_OK)
        give_up(guest, error.text);
    free(text);
    if (guest->expected.tests != 1)
        give_up(guest, "not one label test_*");
    guest->entry = guest_program_symbol(guest, guest->expected.test[0].name);
    guest->done = guest_program_symbol(guest, "done");
}

void guest_program_free(struct guest_program *guest)
{
    xenon_program_free(&guest->program);
    ppc_test_file_free(&guest->expected);
}

void guest_program_poke(struct guest_program *guest, const char *name, uint64_t value, unsigned bytes)
{
    uint8_t *at = guest->program.bytes + guest_program_symbol(guest, name);
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

bool guest_program_check(const struct guest_program *guest, const struct xenon_context *t, const char *whose, FILE *out)
{
    struct ppc_result *result = calloc(1, sizeof *result);
    if (result == NULL)
        return false;
    ppc_test_check_registers(t, &guest->expected, &guest->expected.test[0], result);
    for (unsigned i = 0; i < result->mismatches && i < PPC_MISMATCHES_MAX; i++)
        fprintf(out, "%s, %s, line %u: %s is %s, not %s\n", guest->info->name, whose, result->mismatch[i].line,
                result->mismatch[i].what, result->mismatch[i].got, result->mismatch[i].expected);
    bool good = result->mismatches == 0;
    free(result);
    return good;
}
