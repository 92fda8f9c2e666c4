#include "tests/support/rig.h"

#include <stdlib.h>
#include <string.h>

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status == SIM_OK)
        return;
    fprintf(stderr, "rig: %s\n", error->text);
    exit(70);
}

static void observe(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    (void)credit_due;
    struct rig *rig = context;
    const struct {
        const struct sim_out *out;
        struct rig_log *log;
        size_t size;
    } watched[] = {
        {&rig->display.irq, &rig->irqs, sizeof(struct sim_msg_interrupt)},
        {&rig->display.mmio.reply, &rig->gpu_replies, sizeof(struct sim_msg_mmio_response)},
        {&rig->iic.line, &rig->lines, sizeof(struct sim_msg_interrupt_line)},
        {&rig->iic.mmio.reply, &rig->iic_replies, sizeof(struct sim_msg_mmio_response)},
        {&rig->stimulus.request[STIMULUS_GPU], &rig->gpu_requests, sizeof(struct sim_msg_mmio_request)},
        {&rig->stimulus.request[STIMULUS_IIC], &rig->iic_requests, sizeof(struct sim_msg_mmio_request)},
    };
    for (size_t i = 0; slot && i < sizeof watched / sizeof *watched; i++) {
        if (watched[i].out != link->out || watched[i].log->count == RIG_MESSAGES_MAX)
            continue;
        struct rig_message *message = &watched[i].log->message[watched[i].log->count++];
        message->sent = slot->sent;
        message->due = slot->due;
        memcpy(&message->body, slot->body, watched[i].size);
    }
}

struct rig *rig_new(const struct rig_spec *spec)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct sim_error error;
    if (!rig)
        exit(71);
    struct display_ratio hz = display_mode_pixel_clock(&display_modes[spec->mode], spec->rate);
    must(sim_clock_init(&rig->core, "core", 3200000000, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->l2, "l2", 1600000000, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->gpu, "gpu", 500000000, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->pixel, "pixel", hz.numerator, hz.denominator, 0, 1, &error), &error);
    const char *script = spec->script ? spec->script : stimulus_default_script;
    must(stimulus_parse(&rig->script, "script", script, strlen(script), &rig->core, &error), &error);
    const struct display_config display = {.registers = &rig->gpu,
                                           .pixel = &rig->pixel,
                                           .mode = spec->mode,
                                           .vector = DISPLAY_VECTOR,
                                           .targets = 1 << 2,
                                           .acknowledge = spec->acknowledge,
                                           .flip = spec->flip,
                                           .stop_at_swap = spec->stop_at_swap,
                                           .stop_at_vblank = spec->stop_at_vblank};
    const struct iic_config iic = {.clock = &rig->l2, .ipi_latency = RIG_IPI};
    display_init(&rig->display, "xenos.display", SIM_PRIORITY_DISPLAY, &display);
    iic_init(&rig->iic, "xenon.iic", SIM_PRIORITY_INTERRUPT, &iic);
    stimulus_init(&rig->stimulus, "stimulus", SIM_PRIORITY_STIMULUS, &rig->core, &rig->script);

    const struct sim_options options = {.schedule = spec->lockstep ? SIM_LOCKSTEP : SIM_WINDOWED,
                                        .stop_latency = SIM_UNITS_PER_SECOND / 100000};
    struct sim_machine *machine = rig->machine = sim_machine_new(&options);
    sim_machine_add(machine, &rig->display.component);
    sim_machine_add(machine, &rig->iic.component);
    sim_machine_add(machine, &rig->stimulus.component);
    struct {
        struct sim_out *from;
        struct sim_in *to;
        uint32_t latency, credits;
    } links[] = {
        {&rig->stimulus.request[STIMULUS_GPU], &rig->display.mmio.request, RIG_GPU_REQUEST, 4},
        {&rig->display.mmio.reply, &rig->stimulus.reply[STIMULUS_GPU], RIG_GPU_REPLY, 4},
        {&rig->stimulus.request[STIMULUS_IIC], &rig->iic.mmio.request, RIG_IIC_REQUEST, 4},
        {&rig->iic.mmio.reply, &rig->stimulus.reply[STIMULUS_IIC], RIG_IIC_REPLY, 4},
        {&rig->display.irq, &rig->iic.graphics, RIG_IRQ, spec->irq_credits ? spec->irq_credits : 4},
        {&rig->iic.line, &rig->stimulus.line, RIG_LINE, 12},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        must(sim_machine_connect(machine, links[i].from, links[i].to,
                                 (struct sim_link_spec){.latency = links[i].latency, .credits = links[i].credits},
                                 &error),
             &error);
    sim_machine_observe(machine, (struct sim_observer){.context = rig, .link = observe});
    must(sim_machine_elaborate(machine, &error), &error);
    return rig;
}

void rig_free(struct rig *rig)
{
    sim_machine_free(rig->machine);
    stimulus_free(&rig->script);
    free(rig);
}

struct sim_stop rig_run(struct rig *rig, sim_time until)
{
    struct sim_stop stop;
    struct sim_error error;
    must(sim_machine_run(rig->machine, until, &stop, &error), &error);
    return stop;
}

struct job {
    sim_child_job *test;
    void *context;
    bool passed;
};

static int run_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    return job->test(job->context, index, out);
}

static void done(void *context, unsigned index, const struct sim_child *child)
{
    (void)index;
    struct job *job = context;
    job->passed = child->exit_status == 0;
    if (!job->passed)
        fprintf(stderr, "in a child process (exit %d, signal %d):\n%.*s", child->exit_status, child->signal,
                (int)child->size, child->output);
}

bool rig_child(sim_child_job *test, void *context)
{
    struct job job = {.test = test, .context = context};
    struct sim_error error;
    if (sim_children_run(1, 1, run_job, done, &job, &error) != SIM_OK)
        fprintf(stderr, "rig: %s\n", error.text);
    return job.passed;
}
