/* What is not known of the instructions: the choices that settings.def lists. */
#ifndef CYCLE360_XENON_ISA_SETTINGS_H
#define CYCLE360_XENON_ISA_SETTINGS_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>

/* All false is the default: `dcbz_block_32` says that dcbz clears 32 bytes rather than 128. */
struct xenon_isa_settings {
#define ISA_SETTING(name, usual, other, ...) bool name##_##other;
#include "models/xenon/isa/settings.def"
#undef ISA_SETTING
};

enum xenon_isa_setting {
#define ISA_SETTING(name, ...) XENON_ISA_SETTING_##name,
#include "models/xenon/isa/settings.def"
#undef ISA_SETTING
    XENON_ISA_SETTING_COUNT
};

struct xenon_isa_setting_info {
    const char *name, *usual, *other, *confidence, *source, *note;
};
extern const struct xenon_isa_setting_info xenon_isa_setting_info[XENON_ISA_SETTING_COUNT];

/* Chooses the usual or the other word. */
void xenon_isa_settings_choose(struct xenon_isa_settings *settings, enum xenon_isa_setting setting, bool other);

/* The same by name: "dcbz_block=32". */
enum sim_status xenon_isa_settings_set(struct xenon_isa_settings *settings, const char *assignment,
                                       struct sim_error *error);

#endif
