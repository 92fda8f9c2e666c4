#include "models/sim/messages.h"

#include <stddef.h>

#define MESSAGE(name)             static const struct sim_message_field name##_fields[] = {
#define FIELD(name, bits, member) {#member, offsetof(struct sim_msg_##name, member), bits},
#define END(name) \
    }             \
    ;
#include "models/sim/messages.def"
#undef MESSAGE
#undef FIELD
#undef END

const struct sim_message_type sim_message_types[SIM_MESSAGE_COUNT] = {
#define MESSAGE(name) \
    {#name, sizeof(struct sim_msg_##name), sizeof name##_fields / sizeof name##_fields[0], name##_fields},
#define FIELD(name, bits, member)
#define END(name)
#include "models/sim/messages.def"
#undef MESSAGE
#undef FIELD
#undef END
};
