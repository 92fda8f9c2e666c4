/* The pipe saved in the middle of draws and loaded, whole or spoilt; and that it is the same in every schedule, and
 * whoever runs its shaders. */
#include "models/sim/child.h"
#include "models/xenos/pipe/pipe_parts.h"
#include "models/xenos/shader/opencl/opencl.h"
#include "tests/support/draw_ring.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Something of everything: indices and vertices from memory, draws that wait, events, stamps. */
static const struct cp_rig_spec *all_kinds(void)
{
    static struct draw_ring ring;
    static struct cp_rig_spec spec;
    ring = draw_ring_of(draw_ring_numbers);
    for (uint32_t i = 0; i < 5; i++) {
        PUT(&ring, CP_TYPE0(XENOS_VGT_INDX_OFFSET, 1), 70 * i);
        draw_ring_draw(&ring, DRAW_POINTS | DRAW_AUTO | 70 << 16);
    }
    PUT(&ring, CP_TYPE0(XENOS_VGT_INDX_OFFSET, 1), 0);
    draw_ring_program(&ring, draw_ring_fetches);
    draw_ring_fetched_draw(&ring);
    draw_ring_stamp(&ring);
    draw_ring_fetched_draw(&ring);
    PUT(&ring, CP_TYPE3(WAIT_FOR_IDLE, 1), 0);
    draw_ring_mark(&ring, 1);
    spec = draw_ring_spec(&ring);
    spec.buffer = draw_ring_indices();
    spec.buffer_words = DRAW_BUFFER_WORDS;
    spec.array.array_draws = 2;
    spec.latency = 100;
    return &spec;
}

#define ALL_KINDS_END CP_RIG_NS(12000)

enum { ON_ITS_WAY, WAITS, BEGUN_ONLY, IN_THREADS, STORES_LEFT, LINES_AWAY, INDICES_AWAY, AT_FENCE, STATES };

static bool is_in(const struct cp_rig *rig, unsigned state)
{
    const struct pipe *pipe = &rig->pipe;
    uint32_t draws = pipe->array.draws, vectors = pipe->array.vectors;
    switch (state) {
    case ON_ITS_WAY:
        return rig->cp.draws_sent > pipe->draws_done + pipe->count;
    case WAITS:
        return pipe->count > pipe->begun;
    case BEGUN_ONLY:
        return draws != 0 && vectors == 0;
    case IN_THREADS:
        return vectors > 1 && pipe->array.exports == 0;
    case STORES_LEFT:
        return pipe->array.exports != 0 && pipe->array.export[pipe->array.export_first].next != 0;
    case LINES_AWAY:
        return pipe->array.misses != 0;
    case INDICES_AWAY:
        return pipe->array.index.count != 0;
    default:
        return pipe->begun != 0 && pipe_draw_at(pipe, 0)->phase == PIPE_FENCED;
    }
}

/* When each state is first seen, 0 where never. */
static int find_states(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    sim_time found[STATES] = {0};
    struct cp_rig *rig = cp_rig_new(all_kinds());
    for (sim_time t = CP_RIG_NS(10); t < ALL_KINDS_END; t += CP_RIG_NS(10)) {
        cp_rig_run(rig, t);
        for (unsigned i = 0; i < STATES; i++)
            if (found[i] == 0 && is_in(rig, i))
                found[i] = t;
    }
    fwrite(found, sizeof *found, STATES, out);
    return 0;
}

static void states_found(void *context, unsigned index, const struct sim_child *child)
{
    (void)index;
    if (child->exit_status == 0 && child->size == STATES * sizeof(sim_time))
        memcpy(context, child->output, child->size);
}

static void saves_and_schedules(void)
{
    sim_time save[STATES + 12] = {0};
    uint8_t whole[SIM_DIGEST_SIZE], other[SIM_DIGEST_SIZE];
    struct sim_error error;
    struct cp_rig_spec spec = *all_kinds();
    CU_ASSERT(sim_children_run(1, 1, find_states, states_found, save, &error) == SIM_OK);
    for (unsigned i = 0; i < STATES; i++)
        CU_ASSERT(save[i] != 0);
    for (unsigned i = 0; i < 12; i++)
        save[STATES + i] = CP_RIG_NS(900) * (i + 1) + 12345 * i;
    CU_ASSERT(cp_rig_digest(&spec, ALL_KINDS_END, 0, whole));
    for (unsigned i = 0; i < STATES + 12; i++)
        CU_ASSERT(cp_rig_digest(&spec, ALL_KINDS_END, save[i], other) && memcmp(whole, other, sizeof whole) == 0);
    for (spec.schedule = SIM_LOCKSTEP; spec.schedule <= SIM_PARALLEL; spec.schedule++)
        CU_ASSERT(cp_rig_digest(&spec, ALL_KINDS_END, 0, other) && memcmp(whole, other, sizeof whole) == 0);
}

/* A save that ends too early is refused; one that has been changed too, or the machine runs on. */
static int meddled(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    uint64_t state = *(uint64_t *)context;
    struct cp_rig *rig = cp_rig_new(all_kinds());
    cp_rig_run(rig, CP_RIG_NS(1500) + rig_random(&state) % CP_RIG_NS(7000));
    struct sim_component *self = &rig->pipe.component;
    struct sim_writer writer = {0};
    self->type->save(self, &writer);
    uint8_t *bytes = malloc(writer.size);
    for (unsigned i = 0; i < 40 && bytes; i++) {
        size_t size = rig_random(&state) % writer.size;
        memcpy(bytes, writer.bytes, size);
        struct sim_reader reader = {.bytes = bytes, .size = size};
        self->type->load(self, &reader);
        EXPECT(reader.failed);
    }
    for (unsigned tries = 0; tries < 200 && bytes; tries++) {
        memcpy(bytes, writer.bytes, writer.size);
        for (unsigned i = 0; i <= tries % 3; i++)
            bytes[rig_random(&state) % (tries % 2 ? writer.size : 200)] =
                (uint8_t)(rig_random(&state) >> (rig_random(&state) % 7 + 8));
        struct sim_reader reader = {.bytes = bytes, .size = writer.size};
        self->type->load(self, &reader);
        if (!reader.failed) {
            cp_rig_run(rig, sim_machine_time(rig->machine) + CP_RIG_NS(5000));
            break;
        }
    }
    free(bytes);
    sim_writer_free(&writer);
    return failures != 0;
}

static void meddled_saves(void)
{
    for (uint64_t seed = 1; seed <= 60; seed++)
        CU_ASSERT(rig_child(meddled, &seed));
}

/* ---- Who runs shaders ---- */

#ifdef CYCLE360_HAS_OPENCL
static void read_places(void *self, uint32_t address, void *bytes, size_t size)
{
    (void)self;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)((address + i) * 37 >> ((address + i) & 3) & 0x47);
}

static const struct xenos_backend *the_device(void *self)
{
    return self;
}

static void save_draw(struct sim_writer *writer, const struct cp *commands, const struct xenos_backend *backend)
{
    static struct sim_clock clock;
    static struct pipe pipe;
    struct sim_error error;
    CU_ASSERT(sim_clock_init(&clock, "gpu", 500000000, 1, 0, 1, &error) == SIM_OK);
    const struct pipe_config config = {.clock = &clock,
                                       .array = xenos_array_timing_default(),
                                       .commands = commands,
                                       .memory_size = CP_RIG_MEMORY,
                                       .self = (void *)backend,
                                       .read = read_places,
                                       .backend = backend ? the_device : NULL};
    pipe_init(&pipe, "pipe", SIM_PRIORITY_PIPE, &config);
    CU_ASSERT(pipe_bind(&pipe, &pipe.draw[0], &error) == SIM_OK);
    CU_ASSERT(pipe.draw[0].work.trace.stores != 0);
    pipe.count = 1;
    pipe_save(&pipe.component, writer);
    pipe_free(&pipe);
}
#endif

/* What a draw has to do is the same, to the last byte, where a device has run its shader. */
static void a_device_changes_nothing(void)
{
#ifdef CYCLE360_HAS_OPENCL
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    static struct cp commands;
    struct xenos_opencl *opencl;
    struct sim_error error;
    if (xenos_opencl_devices(device) == 0) {
        printf("xenos/pipe_saves: no OpenCL device: skipped\n");
        return;
    }
    CU_ASSERT(xenos_opencl_open(&opencl, -1, NULL, &error) == SIM_OK);
    const struct xenos_backend backend = xenos_opencl_backend(opencl);
    const uint32_t stream[12] = {0x40000000 | DRAW_RESULTS >> 2,
                                 0x4B000000,
                                 0x4B072602,
                                 0x4B000000 | DRAW_ELEMENTS,
                                 0,
                                 draw_ring_bits(1),
                                 0,
                                 0,
                                 draw_ring_bits(1),
                                 draw_ring_bits(0.5F),
                                 draw_ring_bits(-1),
                                 draw_ring_bits(4096)};
    memcpy(&commands.reg[XENOS_SQ_CONSTANT], stream, sizeof stream);
    commands.reg[XENOS_SQ_FETCH] = DRAW_VERTICES | 3;
    commands.reg[XENOS_SQ_FETCH + 1] = 400 << 2 | 2;
    commands.reg[XENOS_SQ_VS_CONST] = 255 << 12;
    commands.reg[XENOS_SQ_PROGRAM_CNTL] = 3;
    commands.reg[XENOS_VGT_MAX_VTX_INDX] = 0xFFFFFF;
    commands.reg[XENOS_VGT_DRAW_INITIATOR] = DRAW_POINTS | DRAW_AUTO | 200U << 16;
    for (unsigned i = 0; i < 2; i++) {
        struct sim_writer by_hand_of = {0}, by_device = {0};
        struct xenos_program program = draw_ring_assembled(i ? draw_ring_fetches : draw_ring_numbers);
        memcpy(commands.store[0], program.slot, program.slots * sizeof *program.slot);
        save_draw(&by_hand_of, &commands, NULL);
        save_draw(&by_device, &commands, &backend);
        CU_ASSERT(by_hand_of.size == by_device.size && memcmp(by_hand_of.bytes, by_device.bytes, by_device.size) == 0);
        xenos_program_free(&program);
        sim_writer_free(&by_hand_of);
        sim_writer_free(&by_device);
    }
    xenos_opencl_close(opencl);
#endif
}

void test_pipe_saves(void)
{
    CU_pSuite suite = CU_add_suite("xenos/pipe_saves", NULL, NULL);
    CU_ADD_TEST(suite, saves_and_schedules);
    CU_ADD_TEST(suite, meddled_saves);
    CU_ADD_TEST(suite, a_device_changes_nothing);
}
