#include "models/xenon/isa/settings.h"

#include "models/sim/nearest.h"

#include <string.h>

const struct xenon_isa_setting_info xenon_isa_setting_info[XENON_ISA_SETTING_COUNT] = {
#define ISA_SETTING(name, usual, other, confidence, source, note) {#name, #usual, #other, #confidence, source, note},
#include "models/xenon/isa/settings.def"
#undef ISA_SETTING
};

void xenon_isa_settings_choose(struct xenon_isa_settings *settings, enum xenon_isa_setting setting, bool other)
{
    switch (setting) {
#define ISA_SETTING(name, usual, word, ...) \
    case XENON_ISA_SETTING_##name:          \
        settings->name##_##word = other;    \
        break;
#include "models/xenon/isa/settings.def"
#undef ISA_SETTING
    case XENON_ISA_SETTING_COUNT:
        break;
    }
}

static enum sim_status unknown(const char *assignment, size_t length, struct sim_error *error)
{
    const char *names[XENON_ISA_SETTING_COUNT];
    char name[64];
    if (length >= sizeof name)
        length = sizeof name - 1;
    memcpy(name, assignment, length);
    name[length] = '\0';
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++)
        names[i] = xenon_isa_setting_info[i].name;
    const char *near = sim_nearest(name, names, XENON_ISA_SETTING_COUNT);
    return sim_fail(error, SIM_USAGE, "there is no setting '%s' of the instructions%s%s%s", name,
                    near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
}

enum sim_status xenon_isa_settings_set(struct xenon_isa_settings *settings, const char *assignment,
                                       struct sim_error *error)
{
    size_t length = strcspn(assignment, "=");
    if (assignment[length] == '\0')
        return sim_fail(error, SIM_USAGE, "'%s' is not NAME=WORD", assignment);
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++) {
        const struct xenon_isa_setting_info *info = &xenon_isa_setting_info[i];
        const char *word = assignment + length + 1;
        if (strlen(info->name) != length || strncmp(info->name, assignment, length) != 0)
            continue;
        bool other = strcmp(word, info->other) == 0;
        if (!other && strcmp(word, info->usual) != 0)
            return sim_fail(error, SIM_USAGE, "%s is '%s' or '%s', not '%s'", info->name, info->usual, info->other,
                            word);
        xenon_isa_settings_choose(settings, i, other);
        return SIM_OK;
    }
    return unknown(assignment, length, error);
}
