/* Building a machine out of components and links. */
#include "models/sim/machine_parts.h"

#include <stdlib.h>
#include <string.h>

void *machine_allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    SIM_CHECK(memory, "out of memory for %zu x %zu bytes", count, size);
    return memory;
}

struct sim_machine *sim_machine_new(const struct sim_options *options)
{
    struct sim_machine *machine = machine_allocate(1, sizeof *machine);
    machine->options = *options;
    return machine;
}

void sim_machine_free(struct sim_machine *machine)
{
    if (!machine)
        return;
    if (machine->crew)
        crew_free(machine->crew);
    for (unsigned i = 0; i < machine->links; i++) {
        free(machine->link[i].ring);
        free(machine->link[i].credit_ring);
    }
    free(machine->component);
    free(machine->edges);
    free(machine->foreign);
    free(machine->ready);
    free(machine->link);
    free(machine->wake);
    free(machine->awake);
    for (unsigned care = 0; care < SIM_CARES; care++)
        free(machine->reach[care]);
    free(machine);
}

void sim_machine_add(struct sim_machine *machine, struct sim_component *component)
{
    SIM_CHECK(!machine->elaborated, "%s: added after elaboration", component->name);
    SIM_CHECK(machine->components < SIM_INDEX_MAX, "more than %d components", SIM_INDEX_MAX);
    unsigned at = machine->components++;
    machine->component = realloc(machine->component, machine->components * sizeof(struct sim_component *));
    SIM_CHECK(machine->component, "out of memory for %u components", machine->components);
    for (; at > 0 && machine->component[at - 1]->priority > component->priority; at--)
        machine->component[at] = machine->component[at - 1];
    machine->component[at] = component;
    component->machine = machine;
}

enum sim_status sim_machine_connect(struct sim_machine *machine, struct sim_out *from, struct sim_in *to,
                                    struct sim_link_spec spec, struct sim_error *error)
{
    SIM_CHECK(!machine->elaborated, "%s.%s: wired after elaboration", from->owner->name, from->name);
    SIM_CHECK(machine->links < SIM_INDEX_MAX, "more than %d links", SIM_INDEX_MAX);
    if (from->link || to->link)
        return sim_fail(error, SIM_BAD_INPUT, "%s.%s -> %s.%s: a port that is wired already", from->owner->name,
                        from->name, to->owner->name, to->name);
    if (from->type != to->type)
        return sim_fail(error, SIM_BAD_INPUT, "%s.%s -> %s.%s: carries %s, expects %s", from->owner->name, from->name,
                        to->owner->name, to->name, sim_message_types[from->type].name,
                        sim_message_types[to->type].name);
    if (spec.latency < 1 || spec.credits < 1 || spec.credits > 1u << 20)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s.%s -> %s.%s: a latency of %u clocks and %u credits; both must be at least 1, credits at "
                        "most 1048576",
                        from->owner->name, from->name, to->owner->name, to->name, spec.latency, spec.credits);
    if (machine->links == machine->links_room) {
        machine->links_room = machine->links_room ? 2 * machine->links_room : 16;
        machine->link = realloc(machine->link, machine->links_room * sizeof *machine->link);
        SIM_CHECK(machine->link, "out of memory for %u links", machine->links_room);
        for (unsigned i = 0; i < machine->links; i++) { /* the table has moved */
            machine->link[i].out->link = &machine->link[i];
            machine->link[i].in->link = &machine->link[i];
        }
    }
    uint32_t room = 1;
    while (room < spec.credits)
        room *= 2;
    struct sim_link *link = &machine->link[machine->links];
    *link = (struct sim_link){
        .index = (uint16_t)machine->links,
        .type = from->type,
        .sender = from->owner,
        .receiver = to->owner,
        .out = from,
        .in = to,
        .clock = to->owner->clock[0],
        .latency = spec.latency,
        .credit_clock = from->owner->clock[0],
        .credit_latency = spec.credit_latency ? spec.credit_latency : 1,
        .credits_total = spec.credits,
        .stride = (uint32_t)(sizeof(struct sim_slot) + ((sim_message_types[from->type].size + 7u) & ~7u)),
        .mask = room - 1,
    };
    link->ring = machine_allocate(room, link->stride);
    link->credit_ring = machine_allocate(room, sizeof(sim_time));
    from->link = to->link = link;
    machine->links++;
    return SIM_OK;
}

void sim_machine_observe(struct sim_machine *machine, struct sim_observer observer)
{
    SIM_CHECK(machine->observers < SIM_OBSERVERS_MAX, "more than %d observers", SIM_OBSERVERS_MAX);
    machine->observer[machine->observers++] = observer;
}

sim_time sim_machine_time(const struct sim_machine *machine)
{
    return machine->now;
}

unsigned sim_machine_component_count(const struct sim_machine *machine)
{
    return machine->components;
}

struct sim_component *sim_machine_component(const struct sim_machine *machine, unsigned index)
{
    return machine->component[index];
}

unsigned sim_machine_link_count(const struct sim_machine *machine)
{
    return machine->links;
}

const struct sim_link *sim_machine_link(const struct sim_machine *machine, unsigned index)
{
    return &machine->link[index];
}

struct sim_counters sim_machine_counters(const struct sim_machine *machine)
{
    return machine->counters;
}
