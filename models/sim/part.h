/* One component apart from the machine that it was built into: its state and that of the links that end at it, to be
 * put into another machine that has a component of the same name with links of the same names and kinds. What stands at
 * their other ends may be something else there. */
#ifndef CYCLE360_SIM_PART_H
#define CYCLE360_SIM_PART_H

#include "models/sim/machine.h"

/* Between runs. */
void sim_part_save(const struct sim_machine *machine, const struct sim_component *part, struct sim_writer *writer);
/* Before the first run of a machine, whose other components stay at power-on and go on from the part's time. `path`
 * names the file in errors; a machine that was refused a part is of no use any more. */
enum sim_status sim_part_load(struct sim_machine *machine, struct sim_component *part, struct sim_reader *reader,
                              const char *path, struct sim_error *error);

/* The same of the component alone: a digest of its canonical state. */
void sim_part_digest(const struct sim_component *part, uint8_t digest[SIM_DIGEST_SIZE]);

/* A message in its canonical form. */
void sim_put_message(struct sim_writer *writer, enum sim_message type, const void *body);
void sim_get_message(struct sim_reader *reader, enum sim_message type, void *body);

#endif
