/* The three cores on a board, the memory that they share, and the serial port: what stands in the stimulus' place
 * when there is a program to run. */
#ifndef CYCLE360_BOARD_PROCESSORS_H
#define CYCLE360_BOARD_PROCESSORS_H

#include "board/description.h"
#include "board/memory.h"
#include "board/shader_backend.h"
#include "board/title.h"
#include "board/uart.h"
#include "models/sim/machine.h"
#include "models/xenon/core/core.h"
#include "models/xenon/iic/iic.h"
#include "models/xenos/cp/cp.h"
#include "models/xenos/display/display.h"
#include "models/xenos/pipe/pipe.h"

enum { BOARD_CORES = 3, BOARD_THREADS = 6 };
_Static_assert((int)BOARD_CORES == (int)MEMBUS_CORES && (int)BOARD_CORES == (int)IIC_CORES, "as many cores everywhere");

struct processors {
    struct board_memory memory;
    struct cp commands;
    struct pipe pipe;
    struct board_shaders *shaders; /* who runs what it draws with; set before processors_init */
    struct uart uart;
    struct xenon_core *core[BOARD_CORES];
    bool has_title;
    struct title title;
};

struct processors_clocks {
    const struct sim_clock *core, *l2, *gpu, *timebase, *fsb_cpu, *fsb_gpu, *memory;
};

/* With a title all threads are the kernel's, which starts it. Without (NULL), thread 0 of core 0 runs from `entry` on,
 * in real mode; the others wait to be started. */
enum sim_status processors_init(struct processors *processors, const struct board_description *description,
                                const struct processors_clocks *clocks, uint64_t entry,
                                const struct title_options *title, struct sim_machine *machine,
                                struct sim_error *error);
enum sim_status processors_connect(struct processors *processors, const struct board_description *description,
                                   const struct processors_clocks *clocks, struct display *display, struct iic *iic,
                                   struct sim_machine *machine, struct sim_error *error);
/* Of the command processor alone, for who runs it apart. */
struct cp_config processors_commands_config(const struct board_description *description, const struct sim_clock *gpu);
void processors_free(struct processors *processors);

/* Issued by all threads since power-on. */
uint64_t processors_instructions(const struct processors *processors);
/* Is no thread running? */
bool processors_stopped(const struct processors *processors);

#endif
