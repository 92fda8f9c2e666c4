/* The message types, made from messages.def. */
#ifndef CYCLE360_SIM_MESSAGES_H
#define CYCLE360_SIM_MESSAGES_H

#include <stdint.h>

typedef uint8_t sim_field_8;
typedef uint16_t sim_field_16;
typedef uint32_t sim_field_32;
typedef uint64_t sim_field_64;

#define MESSAGE(name)             struct sim_msg_##name {
#define FIELD(name, bits, member) sim_field_##bits member;
#define END(name) \
    }             \
    ;
#include "models/sim/messages.def"
#undef MESSAGE
#undef FIELD
#undef END

enum sim_message {
#define MESSAGE(name) SIM_MSG_##name,
#define FIELD(name, bits, member)
#define END(name)
#include "models/sim/messages.def"
#undef MESSAGE
#undef FIELD
#undef END
    SIM_MESSAGE_COUNT
};

enum sim_mmio_status {
    SIM_MMIO_OK,
    SIM_MMIO_UNMAPPED, /* nothing answers there: data is all ones */
    SIM_MMIO_REFUSED,  /* something does, but not with this size or direction */
};

struct sim_message_field {
    const char *name;
    uint16_t offset;
    uint8_t bits;
};

/* Its value in a message. */
static inline uint64_t sim_field_of(const struct sim_message_field *field, const void *message)
{
    const uint8_t *at = (const uint8_t *)message + field->offset;
    switch (field->bits) {
    case 8:
        return *at;
    case 16:
        return *(const uint16_t *)(const void *)at;
    case 32:
        return *(const uint32_t *)(const void *)at;
    default:
        return *(const uint64_t *)(const void *)at;
    }
}

struct sim_message_type {
    const char *name;
    uint16_t size; /* of the C struct */
    uint16_t fields;
    const struct sim_message_field *field;
};

extern const struct sim_message_type sim_message_types[SIM_MESSAGE_COUNT];

#endif
