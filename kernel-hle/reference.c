#include "kernel-hle/reference.h"

#include <string.h>

const struct hle_reference_info hle_reference_info[HLE_REFERENCE_ROWS] = {
#define REFERENCE(name, hardware, xenia, confidence, source, note) \
    {#name, {hardware, xenia}, #confidence, source, note},
#include "kernel-hle/reference.def"
#undef REFERENCE
};

const char *const hle_reference_name[HLE_REFERENCES] = {"hardware", "xenia"};

struct hle_reference hle_reference(enum hle_reference_kind kind)
{
    return (struct hle_reference){
#define REFERENCE(name, ...) .name = hle_reference_info[HLE_ROW_##name].value[kind],
#include "kernel-hle/reference.def"
#undef REFERENCE
    };
}

enum sim_status hle_reference_parse(const char *word, enum hle_reference_kind *kind, struct sim_error *error)
{
    for (unsigned i = 0; i < HLE_REFERENCES; i++) {
        if (strcmp(word, hle_reference_name[i]) == 0) {
            *kind = (enum hle_reference_kind)i;
            return SIM_OK;
        }
    }
    return sim_fail(error, SIM_BAD_INPUT, "kernel.reference '%s' is neither hardware nor xenia", word);
}
