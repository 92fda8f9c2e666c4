#include "board/cli/profile_files.h"

#include "waves/output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    void (*write)(FILE *file, const struct profile_report *report);
} part[] = {
    {"profile.txt", profile_write_text}, {"profile.json", profile_write_json}, {"profile.folded", profile_write_folded},
    {"flame.svg", profile_write_flame},  {"cpi.svg", profile_write_stacks},
};

static enum sim_status write_part(const struct profile_report *report, const char *folder, unsigned i,
                                  struct sim_error *error)
{
    char path[4096], *text = NULL;
    size_t size = 0;
    struct waves_output output;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, part[i].name) >= sizeof path)
        return sim_fail(error, SIM_USAGE, "%s: too long a name", folder);
    FILE *memory = open_memstream(&text, &size);
    if (memory)
        part[i].write(memory, report);
    if (!memory || fclose(memory) != 0) {
        free(text);
        return sim_fail(error, SIM_HOST, "%s: no memory for it", path);
    }
    enum sim_status status = waves_output_open(&output, path, false, error);
    if (status == SIM_OK) {
        for (size_t at = 0; at < size; at += WAVES_OUTPUT_SIZE)
            waves_output_write(&output, text + at, size - at < WAVES_OUTPUT_SIZE ? size - at : WAVES_OUTPUT_SIZE);
        status = waves_output_close(&output, true, error);
    }
    free(text);
    return status;
}

enum sim_status profile_make_folder(const char *folder, struct sim_error *error)
{
    struct stat info;
    if (mkdir(folder, 0777) == 0)
        return SIM_OK;
    int why = errno;
    if (why == EEXIST && stat(folder, &info) == 0)
        why = S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
    return why == 0 ? SIM_OK : sim_fail(error, SIM_HOST, "%s: cannot be made: %s", folder, strerror(why));
}

enum sim_status profile_write_files(const struct profile_report *report, const char *folder, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    for (unsigned i = 0; i < sizeof part / sizeof *part && status == SIM_OK; i++)
        status = write_part(report, folder, i, error);
    return status;
}

const char *profile_where(const struct profile_report *report, const struct profile_place *place,
                          char text[PROFILE_WHERE_MAX])
{
    char name[PROFILE_NAME_MAX];
    bool before = place->pc < place->function;
    profile_function_name(report, place->function, name);
    if (place->pc == place->function)
        snprintf(text, PROFILE_WHERE_MAX, "%s", name);
    else
        snprintf(text, PROFILE_WHERE_MAX, "%s%s0x%" PRIx64, name, before ? "-" : "+",
                 before ? place->function - place->pc : place->pc - place->function);
    return text;
}
