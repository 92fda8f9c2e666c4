#include "board/cli/boot_until.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum sim_status read_count(const char *option, const char *text, uint64_t *count, struct sim_error *error)
{
    char *end;
    *count = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || *count == 0 || *count > UINT64_MAX / 2)
        return sim_fail(error, SIM_USAGE, "%s: '%s' is not a number from 1 on", option, text);
    return SIM_OK;
}

static enum sim_status read_pc(const char *text, uint64_t *pc, struct sim_error *error)
{
    char *end;
    bool hexadecimal = strncmp(text, "0x", 2) == 0;
    const char *digits = hexadecimal ? text + 2 : text;
    *pc = strtoull(digits, &end, 16);
    if (*digits == '\0' || strspn(digits, "0123456789abcdefABCDEF") != strlen(digits) || strlen(digits) > 16 ||
        *pc % 4 != 0)
        return sim_fail(error, SIM_USAGE, "--until pc: '%s' is not the address of an instruction, in hexadecimal",
                        text);
    return SIM_OK;
}

enum sim_status boot_until_read(struct boot_until *until, const char *text, bool program, const struct sim_clock *core,
                                struct sim_error *error)
{
    struct sim_error why;
    uint64_t count;
    enum sim_status status = SIM_OK;
    *until = (struct boot_until){.end = SIM_TIME_MAX};
    if (!text)
        return program ? SIM_OK : sim_fail(error, SIM_USAGE, "--until is missing: the board alone would run for ever");
    if (strncmp(text, "vblank:", 7) == 0) {
        status = read_count("--until vblank", text + 7, &until->vblank, error);
    } else if (strncmp(text, "swap:", 5) == 0) {
        status = read_count("--until swap", text + 5, &until->swap, error);
    } else if (strncmp(text, "cycles:", 7) == 0) {
        status = read_count("--until cycles", text + 7, &count, error);
        if (status == SIM_OK && (until->end = sim_clock_edge(core, count)) == SIM_NEVER)
            status = sim_fail(error, SIM_USAGE, "--until %s: later than 256 hours, the end of time", text);
    } else if (strncmp(text, "time:", 5) == 0) {
        if (sim_time_parse(text + 5, core, &until->end, &why) != SIM_OK)
            status = sim_fail(error, SIM_USAGE, "--until: %s", why.text);
    } else if (program && strncmp(text, "insns:", 6) == 0) {
        status = read_count("--until insns", text + 6, &until->instructions, error);
    } else if (program && strncmp(text, "pc:", 3) == 0) {
        until->stops_at_pc = true;
        status = read_pc(text + 3, &until->pc, error);
    } else if (program && strcmp(text, "idle") == 0) {
        until->idle = true;
    } else {
        status = sim_fail(error, SIM_USAGE, "--until %s: expected " BOOT_UNTIL_HELP, text);
    }
    return status;
}

sim_time boot_until_next_look(const struct boot_until *until, const struct board *board)
{
    const struct sim_clock *core = &board->clock.core;
    sim_time now = sim_machine_time(board->machine);
    if (until->instructions == 0 && !until->idle)
        return SIM_NEVER;
    /* Each core issues at most two a clock, so what is missing takes at least so many clocks. */
    uint64_t issued = until->instructions ? processors_instructions(&board->processors) : 0;
    uint64_t missing = issued < until->instructions ? until->instructions - issued : 0;
    uint64_t edge = sim_clock_floor(core, now) + missing / (2 * BOARD_CORES);
    sim_time look = sim_clock_edge(core, edge - edge % BOOT_LOOK_CLOCKS);
    return look > now ? look : sim_clock_edge(core, edge - edge % BOOT_LOOK_CLOCKS + BOOT_LOOK_CLOCKS);
}

bool boot_until_reached(struct boot_until *until, const struct board *board)
{
    const struct sim_clock *core = &board->clock.core;
    sim_time now = sim_machine_time(board->machine);
    uint64_t edge = sim_clock_ceil(core, now);
    if ((until->instructions == 0 && !until->idle) || edge % BOOT_LOOK_CLOCKS != 0 || sim_clock_edge(core, edge) != now)
        return false;
    if (until->instructions != 0 && processors_instructions(&board->processors) >= until->instructions)
        snprintf(until->reason, sizeof until->reason, "%llu instructions", (unsigned long long)until->instructions);
    if (until->idle && processors_stopped(&board->processors))
        snprintf(until->reason, sizeof until->reason, "no thread is running");
    return until->reason[0] != '\0';
}
