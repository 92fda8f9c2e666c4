#include "board/tape.h"

#include "models/sim/part.h"
#include "waves/output.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOWHERE = 0xFF };

struct tape_record {
    const struct sim_machine *machine;
    const struct sim_component *subject;
    bool begun, stopped;
    uint8_t *number; /* by link of the machine: its number on the tape, or NOWHERE */
    struct waves_output output;
    struct sha256_ctx sha;
    struct sim_writer pending;
    struct tape_counts counts;
};

static bool ends_at(const struct sim_link *link, const struct sim_component *subject)
{
    return link->sender == subject || link->receiver == subject;
}

struct tape_record *tape_record_new(const struct sim_machine *machine, const struct sim_component *subject)
{
    struct tape_record *record = calloc(1, sizeof *record);
    unsigned links = sim_machine_link_count(machine), number = 0;
    SIM_CHECK(record, "out of memory for a tape");
    record->machine = machine;
    record->subject = subject;
    record->number = malloc(links ? links : 1);
    SIM_CHECK(record->number, "out of memory for a tape");
    for (unsigned i = 0; i < links; i++)
        record->number[i] = ends_at(sim_machine_link(machine, i), subject) ? (uint8_t)number++ : NOWHERE;
    SIM_CHECK(number <= TAPE_LINKS_MAX, "%s has %u links", subject->name, number);
    return record;
}

static void put_text(struct sim_writer *writer, const char *text)
{
    size_t length = strlen(text);
    sim_put_u32(writer, (uint32_t)length);
    sim_put_bytes(writer, text, length);
}

static void hand_over(struct tape_record *record)
{
    sha256_update(&record->sha, record->pending.size, record->pending.bytes);
    waves_output_write(&record->output, record->pending.bytes, record->pending.size);
    record->pending.size = 0;
}

/* The components at the other ends, each once, in the order of the machine. */
static void put_neighbours(struct tape_record *record)
{
    const struct sim_machine *machine = record->machine;
    const struct sim_component *neighbour[SIM_PORTS_MAX];
    uint32_t count = 0;
    for (unsigned c = 0; c < sim_machine_component_count(machine); c++) {
        const struct sim_component *component = sim_machine_component((struct sim_machine *)machine, c);
        for (unsigned i = 0; i < sim_machine_link_count(machine) && component != record->subject; i++)
            if (record->number[i] != NOWHERE && ends_at(sim_machine_link(machine, i), component)) {
                neighbour[count++] = component;
                break;
            }
    }
    sim_put_u32(&record->pending, count);
    for (uint32_t i = 0; i < count; i++) {
        put_text(&record->pending, neighbour[i]->name);
        sim_put_u32(&record->pending, neighbour[i]->priority);
        sim_put_u32(&record->pending, neighbour[i]->clocks);
        for (uint32_t c = 0; c < neighbour[i]->clocks; c++)
            put_text(&record->pending, neighbour[i]->clock[c]->name);
    }
}

static void put_links(struct tape_record *record)
{
    const struct sim_machine *machine = record->machine;
    uint32_t count = 0;
    for (unsigned i = 0; i < sim_machine_link_count(machine); i++)
        count += record->number[i] != NOWHERE;
    sim_put_u32(&record->pending, count);
    for (unsigned i = 0; i < sim_machine_link_count(machine); i++) {
        const struct sim_link *link = sim_machine_link(machine, i);
        if (record->number[i] == NOWHERE)
            continue;
        put_text(&record->pending, link->sender->name);
        put_text(&record->pending, link->out->name);
        put_text(&record->pending, link->receiver->name);
        put_text(&record->pending, link->in->name);
        put_text(&record->pending, sim_message_types[link->type].name);
        sim_put_u32(&record->pending, link->latency);
        sim_put_u32(&record->pending, link->credits_total);
        sim_put_u32(&record->pending, link->credit_latency);
    }
}

enum sim_status tape_record_begin(struct tape_record *record, const struct board_description *description,
                                  const char *path, struct sim_error *error)
{
    size_t length = strlen(path), size = 0;
    char *text = NULL;
    enum sim_status status =
        waves_output_open(&record->output, path, length > 3 && strcmp(path + length - 3, ".gz") == 0, error);
    if (status != SIM_OK)
        return status;
    sha256_init(&record->sha);
    FILE *file = open_memstream(&text, &size);
    SIM_CHECK(file, "out of memory for a board's text");
    board_description_print(description, file);
    SIM_CHECK(fclose(file) == 0, "out of memory for a board's text");
    sim_put_bytes(&record->pending, "C360TAPE", 8);
    sim_put_u32(&record->pending, TAPE_VERSION);
    put_text(&record->pending, text);
    free(text);
    put_text(&record->pending, record->subject->name);
    put_neighbours(record);
    put_links(record);
    struct sim_writer state = {0};
    sim_part_save(record->machine, record->subject, &state);
    sim_put_u64(&record->pending, state.size);
    sim_put_bytes(&record->pending, state.bytes, state.size);
    sim_writer_free(&state);
    hand_over(record);
    record->begun = true;
    return SIM_OK;
}

static void on_link(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    struct tape_record *record = context;
    uint8_t number = record->number[link->index];
    if (!record->begun || record->stopped || number == NOWHERE)
        return;
    sim_put_u8(&record->pending, slot ? TAPE_MESSAGE : TAPE_CREDIT);
    sim_put_u8(&record->pending, number);
    sim_put_u64(&record->pending, slot ? slot->sent : credit_due);
    if (slot) {
        sim_put_message(&record->pending, link->type, slot->body);
        if (link->sender == record->subject)
            record->counts.said++;
        else
            record->counts.heard++;
    } else {
        record->counts.credits++;
    }
    if (record->pending.size >= WAVES_OUTPUT_SIZE / 2)
        hand_over(record);
}

struct sim_observer tape_observer(struct tape_record *record)
{
    return (struct sim_observer){.context = record, .link = on_link};
}

void tape_record_stop(struct tape_record *record)
{
    if (!record->begun || record->stopped)
        return;
    uint8_t digest[SIM_DIGEST_SIZE];
    record->stopped = true;
    sim_put_u8(&record->pending, TAPE_END);
    sim_put_u64(&record->pending, sim_machine_time(record->machine));
    sim_part_digest(record->subject, digest);
    sim_put_bytes(&record->pending, digest, sizeof digest);
    hand_over(record);
    sha256_digest(&record->sha, sizeof digest, digest);
    waves_output_write(&record->output, digest, sizeof digest);
}

enum sim_status tape_record_end(struct tape_record *record, bool keep, struct tape_counts *counts,
                                struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    tape_record_stop(record);
    *counts = record->counts;
    if (record->begun)
        status = waves_output_close(&record->output, keep, error);
    sim_writer_free(&record->pending);
    free(record->number);
    free(record);
    return status;
}
