/* The inside of flat memory, shared by the files that make it up. */
#ifndef CYCLE360_MEMBUS_FLAT_PARTS_H
#define CYCLE360_MEMBUS_FLAT_PARTS_H

#include "models/membus/flat.h"

/* flat_map.c: what is where. */

/* The offset in RAM of a real address; false where there is no RAM. */
bool flat_in_ram(const struct flat *flat, uint64_t address, uint64_t *offset);

struct flat_route {
    enum flat_device device;
    uint64_t address; /* that the device knows */
    bool little;
};
/* False where nothing answers. */
bool flat_find_route(uint64_t address, struct flat_route *route);
/* The title's map: false where it has nothing. data0 and data1 of SIM_TRANSLATION. */
bool flat_translate(const struct flat *flat, uint64_t address, uint64_t *data0, uint64_t *data1);

/* flat_ram.c: bytes, holders and reservations, by offsets in RAM. */
void flat_read(const struct flat *flat, uint64_t offset, uint8_t *bytes, size_t size);
void flat_write(struct flat *flat, uint64_t offset, const uint8_t *bytes, size_t size);
struct flat_page *flat_page_at(struct flat *flat, uint64_t offset);
uint8_t *flat_holders(struct flat *flat, uint64_t offset);
void flat_clear_reservations(struct flat *flat, uint64_t offset);
void flat_free_pages(struct flat *flat);

/* flat_act.c: carries out the first request of a core at t; false where it must wait. */
bool flat_act(struct flat *flat, unsigned core, sim_time t);
/* Is there a credit for a message to each of these cores? Where not, it is waited for. */
bool flat_ready(struct flat *flat, uint32_t cores, sim_time t);
void flat_snoop_line(struct flat *flat, uint32_t cores, uint64_t address, sim_time t);

/* flat_io.c: accesses that are not cached, and what comes back. */
bool flat_load_io(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t);
bool flat_store_io(struct flat *flat, unsigned core, const struct sim_msg_core_request *request, sim_time t);
void flat_accept_answer(struct flat *flat, struct flat_device_port *port, sim_time t);
/* Sends the answers on that have come, as far as credits go. */
void flat_send_answers(struct flat *flat, sim_time t);
bool flat_answer_can_be(uint32_t tag);

/* flat_state.c */
void flat_reset(struct sim_component *self);
void flat_save(const struct sim_component *self, struct sim_writer *writer);
void flat_load(struct sim_component *self, struct sim_reader *reader);
void flat_trace(struct sim_component *self, struct waves_scope *scope);
void flat_show(struct sim_component *self, sim_time t);

#endif
