#include "board/uart.h"

#include "waves/waves.h"

#include <stdlib.h>
#include <string.h>

enum { STATUS_READY = 2, TEXT_FIRST = 256 };

static void emit(const struct uart *uart, sim_time t)
{
    waves_set_u32(uart->scope, uart->last_signal, t, uart->last);
    waves_set(uart->scope, uart->sent_signal, t, uart->sent);
}

static void transmit(struct uart *uart, uint8_t byte)
{
    if (uart->size == uart->room) {
        uart->room = uart->room ? 2 * uart->room : TEXT_FIRST;
        uart->text = realloc(uart->text, uart->room);
        SIM_CHECK(uart->text, "out of memory for %zu bytes of text", uart->room);
    }
    uart->text[uart->size++] = (char)byte;
    uart->last = byte;
    uart->sent++;
}

static enum sim_mmio_status do_access(struct uart *uart, const struct sim_msg_mmio_request *request, uint64_t *data)
{
    *data = 0;
    switch (request->address) {
    case UART_RECEIVE:
        return SIM_MMIO_OK;
    case UART_TRANSMIT:
        if (request->write)
            transmit(uart, (uint8_t)request->data);
        return SIM_MMIO_OK;
    case UART_STATUS:
        *data = STATUS_READY;
        return SIM_MMIO_OK;
    case UART_CONFIGURATION:
        if (request->write)
            uart->configuration = (uint32_t)request->data;
        *data = uart->configuration;
        return SIM_MMIO_OK;
    default:
        return SIM_MMIO_UNMAPPED;
    }
}

static void settle(struct uart *uart, sim_time t)
{
    const struct sim_msg_mmio_request *request;
    while ((request = sim_mmio_turn(&uart->mmio, t))) {
        uint64_t data;
        enum sim_mmio_status status = do_access(uart, request, &data);
        sim_mmio_answer(&uart->mmio, t, status, data);
    }
    if (uart->scope && uart->scope->any)
        emit(uart, t);
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct uart *uart = (struct uart *)self;
    (void)in;
    sim_mmio_accept(&uart->mmio);
    settle(uart, t);
}

static void event(struct sim_component *self, sim_time t)
{
    settle((struct uart *)self, t);
}

static sim_time next_event(const struct sim_component *self)
{
    return sim_mmio_next(&((const struct uart *)self)->mmio);
}

static void reset(struct sim_component *self)
{
    struct uart *uart = (struct uart *)self;
    uart->configuration = 0;
    uart->last = 0;
    uart->sent = 0;
    uart->size = 0;
    sim_mmio_reset(&uart->mmio);
}

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct uart *uart = (const struct uart *)self;
    sim_put_u32(writer, uart->configuration);
    sim_put_u8(writer, uart->last);
    sim_put_u64(writer, uart->sent);
    sim_mmio_save(&uart->mmio, writer);
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct uart *uart = (struct uart *)self;
    uart->configuration = sim_get_u32(reader);
    uart->last = sim_get_u8(reader);
    uart->sent = sim_get_u64(reader);
    sim_mmio_load(&uart->mmio, reader);
}

static void trace(struct sim_component *self, struct waves_scope *scope)
{
    struct uart *uart = (struct uart *)self;
    uart->scope = scope;
    uart->last_signal = waves_bus(scope, "byte", 8, NULL);
    uart->sent_signal = waves_bus(scope, "sent", 64, "byte");
}

static void show(struct sim_component *self, sim_time t)
{
    emit((struct uart *)self, t);
}

static const struct sim_class uart_class = {
    .kind = "uart",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = save,
    .load = load,
    .trace = trace,
    .show = show,
    .message = message,
    .event = event,
};

void uart_init(struct uart *uart, const char *name, uint32_t priority, const struct sim_clock *clock)
{
    memset(uart, 0, sizeof *uart);
    sim_component_init(&uart->component, &uart_class, name, clock, priority);
    sim_mmio_declare(&uart->mmio, &uart->component);
}

void uart_free(struct uart *uart)
{
    free(uart->text);
    uart->text = NULL;
    uart->size = uart->room = 0;
}
