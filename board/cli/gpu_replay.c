#include "board/cli/gpu_replay.h"

#include "board/board.h"
#include "board/cli/json.h"
#include "board/tape.h"

#include <inttypes.h>
#include <string.h>

static void print(const struct gpu_replay *replay, const struct tape *tape, const struct cp *commands,
                  const struct tape_difference *difference)
{
    char from[SIM_TIME_TEXT], span[SIM_TIME_TEXT], at[SIM_TIME_TEXT];
    sim_time_print(tape->from, from);
    sim_time_print(tape->to - tape->from, span);
    if (replay->json) {
        printf("{\"same\": %s, \"from\": %" PRIu64 ", \"to\": %" PRIu64 ", \"heard\": %" PRIu64 ", \"said\": %" PRIu64
               ", \"packets\": %" PRIu64 ", \"draws\": %" PRIu64 ", \"interrupts\": %" PRIu64,
               difference->found ? "false" : "true", tape->from, tape->to, tape->counts.heard, tape->counts.said,
               commands->packets, commands->draws, commands->interrupts);
        if (difference->found) {
            printf(", \"differs_at\": %" PRIu64, difference->time);
            json_text_member("difference", difference->text, stdout);
        }
        printf("}\n");
        return;
    }
    printf("%s: %s from %s on; %" PRIu64 " messages to the command processor, %" PRIu64 " from it\n", replay->path,
           span, from, tape->counts.heard, tape->counts.said);
    printf("since power-on: %" PRIu64 " packets, %" PRIu64 " draws, %" PRIu64 " interrupts\n", commands->packets,
           commands->draws, commands->interrupts);
    if (difference->found)
        printf("differs from %s on: %s\n", sim_time_print(difference->time, at), difference->text);
    else
        printf("the same: every message at its time, and the state at the end\n");
}

static enum sim_status play(const struct gpu_replay *replay, const struct tape *tape,
                            const struct board_description *description, struct sim_machine *machine,
                            struct sim_error *error)
{
    static struct cp commands; /* large */
    struct board_clocks clock;
    struct tape_difference difference;
    struct tape_play *player = NULL;
    enum sim_status status = board_find_clocks(&clock, description, error);
    if (status != SIM_OK)
        return status;
    const struct sim_clock *const clocks[] = {&clock.core,     &clock.l2,      &clock.gpu,     &clock.pixel,
                                              &clock.timebase, &clock.fsb_cpu, &clock.fsb_gpu, &clock.memory};
    const struct cp_config config = processors_commands_config(description, &clock.gpu);
    cp_init(&commands, "xenos.cp", SIM_PRIORITY_COMMANDS, &config);
    sim_machine_add(machine, &commands.component);
    if (strcmp(tape->subject, commands.component.name) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: a tape of %s, not of the command processor", tape->path,
                        tape->subject);
    status = tape_play_new(&player, tape, machine, &commands.component, clocks, sizeof clocks / sizeof *clocks, error);
    if (status == SIM_OK)
        status = sim_machine_elaborate(machine, error);
    if (status == SIM_OK)
        status = tape_play_load(player, error);
    if (status == SIM_OK)
        status = tape_play_run(player, &difference, error);
    if (status == SIM_OK) {
        print(replay, tape, &commands, &difference);
        if (difference.found)
            status = sim_fail(error, SIM_GUEST, "%s: the command processor did something else", tape->path);
    }
    tape_play_free(player);
    return status;
}

enum sim_status gpu_replay(const struct gpu_replay *replay, struct sim_error *error)
{
    static struct tape tape; /* large */
    enum sim_status status = tape_read(&tape, replay->path, error);
    static struct board_description description; /* large */
    description = tape.description;
    for (unsigned i = 0; i < replay->set.count && status == SIM_OK; i++)
        status = board_description_set(&description, replay->set.item[i], error);
    if (status != SIM_OK) {
        tape_free(&tape);
        return status;
    }
    struct sim_machine *machine = sim_machine_new(&(struct sim_options){.schedule = SIM_WINDOWED});
    status = play(replay, &tape, &description, machine, error);
    sim_machine_free(machine);
    tape_free(&tape);
    return status;
}
