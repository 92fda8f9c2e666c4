/* The serial port of the south bridge, as far as programs use it to write: what they send is kept for whoever reads it
 * between runs. It is always ready to take a byte, and none ever comes in. */
#ifndef CYCLE360_BOARD_UART_H
#define CYCLE360_BOARD_UART_H

#include "models/sim/mmio.h"

#include <stddef.h>

enum { UART_RECEIVE = 0, UART_TRANSMIT = 4, UART_STATUS = 8, UART_CONFIGURATION = 12 };

struct uart {
    struct sim_component component;
    struct sim_mmio_port mmio;
    uint32_t configuration;
    uint8_t last;
    uint64_t sent; /* bytes since power-on */

    char *text; /* not read yet: of the run, not of the machine's state */
    size_t size, room;

    struct waves_scope *scope;
    uint32_t last_signal, sent_signal;
};

void uart_init(struct uart *uart, const char *name, uint32_t priority, const struct sim_clock *clock);
void uart_free(struct uart *uart);

#endif
