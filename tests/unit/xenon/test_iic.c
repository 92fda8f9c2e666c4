/* The interrupt controller: its rules by themselves, against a plain model of lists; its ports and delays in a machine.
 */
#include "models/xenon/iic/iic_parts.h"
#include "tests/support/rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#define US (SIM_UNITS_PER_SECOND / 1000000)

static struct sim_clock clock_1600;

static struct iic *new_iic(void)
{
    struct iic *iic = calloc(1, sizeof *iic);
    sim_clock_init(&clock_1600, "l2", 1600000000, 1, 0, 1, NULL);
    iic_init(iic, "xenon.iic", SIM_PRIORITY_INTERRUPT,
             &(struct iic_config){.clock = &clock_1600, .ipi_latency = RIG_IPI});
    for (unsigned i = 0; i < IIC_THREADS; i++)
        iic_reset_thread(&iic->thread[i]);
    return iic;
}

static enum sim_mmio_status access(struct iic *iic, uint64_t address, uint8_t size, bool write, uint64_t *data)
{
    const struct sim_msg_mmio_request request = {.address = address, .size = size, .write = write};
    enum sim_mmio_status status = SIM_MMIO_REFUSED;
    CU_ASSERT(iic_access(iic, &request, 0, &status, data));
    return status;
}

static uint64_t get(struct iic *iic, uint64_t address)
{
    uint64_t data = 0x5555;
    CU_ASSERT_EQUAL(access(iic, address, 8, false, &data), SIM_MMIO_OK);
    return data;
}

static void put(struct iic *iic, uint64_t address, uint64_t data)
{
    CU_ASSERT_EQUAL(access(iic, address, 8, true, &data), SIM_MMIO_OK);
}

static void delivers_the_highest_first(void)
{
    struct iic *iic = new_iic();
    CU_ASSERT_EQUAL(get(iic, 0x50), 0x7C);
    iic_pend(iic, 0x14, 0x3F);
    iic_pend(iic, 0x58, 0x04);
    iic_pend(iic, 0x20, 0x04);
    CU_ASSERT_EQUAL(get(iic, 0x2020), 1u << 0x14 / 4 | 1u << 0x58 / 4 | 1u << 0x20 / 4);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x58);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x7C); /* the others are lower than what is in service */
    put(iic, 0x2060, 0);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x20);
    put(iic, 0x2060, 0);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x14);
    put(iic, 0x2060, 0);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x7C);
    CU_ASSERT_EQUAL(get(iic, 0x5050), 0x14); /* another thread's own */
    free(iic);
}

static void nests_and_ends_the_highest(void)
{
    struct iic *iic = new_iic();
    iic_pend(iic, 0x20, 1);
    CU_ASSERT_EQUAL(get(iic, 0x50), 0x20);
    iic_pend(iic, 0x20, 1); /* again while in service: waits for its end */
    CU_ASSERT_EQUAL(get(iic, 0x50), 0x7C);
    iic_pend(iic, 0x74, 1);
    CU_ASSERT_EQUAL(get(iic, 0x50), 0x74);
    CU_ASSERT_EQUAL(get(iic, 0x30), 1u << 0x20 / 4 | 1u << 0x74 / 4);
    put(iic, 0x60, 0);
    CU_ASSERT_EQUAL(get(iic, 0x30), 1u << 0x20 / 4);
    put(iic, 0x60, 0);
    CU_ASSERT_EQUAL(get(iic, 0x50), 0x20);
    put(iic, 0x60, 0);
    put(iic, 0x60, 0); /* nothing in service: nothing happens */
    CU_ASSERT_EQUAL(get(iic, 0x30), 0);
    free(iic);
}

static void task_priority_holds_back(void)
{
    struct iic *iic = new_iic();
    iic_pend(iic, 0x58, 4);
    put(iic, 0x2008, 0x58); /* equal is not above */
    CU_ASSERT_EQUAL(iic_deliverable(&iic->thread[2]), IIC_NO_VECTOR);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x7C);
    put(iic, 0x2008, 0x54);
    CU_ASSERT_EQUAL(iic_deliverable(&iic->thread[2]), 0x58);
    CU_ASSERT_EQUAL(get(iic, 0x2058), 0x58); /* acknowledge, and make it the priority */
    CU_ASSERT_EQUAL(get(iic, 0x2008), 0x58);
    iic_pend(iic, 0x20, 4);
    put(iic, 0x2068, 0); /* end, and set the priority */
    CU_ASSERT_EQUAL(get(iic, 0x2008), 0);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x20);
    CU_ASSERT_EQUAL(get(iic, 0x2058), 0x7C); /* none: the priority stays */
    CU_ASSERT_EQUAL(get(iic, 0x2008), 0);
    free(iic);
}

static void a_thread_can_be_reset(void)
{
    struct iic *iic = new_iic();
    iic_pend(iic, 0x58, 0x3F);
    iic_pend(iic, 0x20, 0x3F);
    put(iic, 0x1008, 0x10);
    put(iic, 0x1070, 0x7C);
    CU_ASSERT_EQUAL(get(iic, 0x1050), 0x58);
    put(iic, 0x10F0, 0);
    for (unsigned at = 0; at < 0x78; at += 8) {
        uint64_t data;
        if (iic_peek(iic, 0x1000 + at, &data) == SIM_MMIO_OK && at != 0x50 && at != 0x58)
            CU_ASSERT_EQUAL(data, 0);
    }
    CU_ASSERT_EQUAL(get(iic, 0x1050), 0x7C);
    CU_ASSERT_EQUAL(get(iic, 0x2050), 0x58); /* the others are as they were */
    free(iic);
}

static void registers_read_back(void)
{
    static const struct {
        uint64_t address, ones, zeros;
    } known[] = {
        {0x0000, 0xFF, 0},       {0x0008, 0x7F, 0},       {0x0010, 0, 0},          {0x0020, 0, 0},
        {0x0028, 0, 0},          {0x0030, 0, 0},          {0x0038, 0xFFFFFFFF, 0}, {0x0070, 0xFF, 0},
        {0x6000, 0x3F077C, 0},   {0x6020, 0x3F077C, 0},   {0x6040, 0x3F077C, 0},   {0x6070, UINT64_MAX, 0},
        {0x6FF0, UINT64_MAX, 0}, {0x7010, UINT64_MAX, 0}, {0x7080, UINT64_MAX, 0},
    };
    struct iic *iic = new_iic();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        for (unsigned thread = 0; thread < (known[i].address < 0x1000 ? 6 : 1); thread++) {
            uint64_t address = known[i].address + thread * 0x1000, peeked;
            CU_ASSERT_EQUAL(get(iic, address), 0); /* at power-on */
            put(iic, address, UINT64_MAX);
            CU_ASSERT_EQUAL(get(iic, address), known[i].ones);
            CU_ASSERT_EQUAL(iic_peek(iic, address, &peeked), SIM_MMIO_OK);
            CU_ASSERT_EQUAL(peeked, known[i].ones);
            put(iic, address, 0);
            CU_ASSERT_EQUAL(get(iic, address), known[i].zeros);
        }
    free(iic);
}

static void refuses_what_is_not_there(void)
{
    struct iic *iic = new_iic();
    uint64_t data = 0;
    CU_ASSERT_EQUAL(access(iic, 0x2050, 4, false, &data), SIM_MMIO_REFUSED);
    CU_ASSERT_EQUAL(access(iic, 0x2054, 4, false, &data), SIM_MMIO_REFUSED);
    CU_ASSERT_EQUAL(access(iic, 0x2052, 8, false, &data), SIM_MMIO_REFUSED);
    CU_ASSERT_EQUAL(access(iic, 0x2040, 8, false, &data), SIM_MMIO_UNMAPPED);
    CU_ASSERT_EQUAL(access(iic, 0x6050, 8, true, &data), SIM_MMIO_UNMAPPED);
    CU_ASSERT_EQUAL(access(iic, 0x7050, 8, true, &data), SIM_MMIO_UNMAPPED); /* no thread 7 */
    CU_ASSERT_EQUAL(access(iic, 0x8000, 8, true, &data), SIM_MMIO_UNMAPPED);
    CU_ASSERT_EQUAL(access(iic, UINT64_MAX - 7, 8, true, &data), SIM_MMIO_UNMAPPED);
    free(iic);
}

static void interrupts_of_processors_have_room_for_so_many(void)
{
    struct iic *iic = new_iic();
    for (unsigned i = 0; i < IIC_IPIS_MAX; i++)
        put(iic, 0x10, 0x3F0078);
    const struct sim_msg_mmio_request request = {.address = 0x10, .data = 0x3F0078, .size = 8, .write = 1};
    uint64_t data = request.data;
    enum sim_mmio_status status;
    CU_ASSERT_FALSE(iic_access(iic, &request, 0, &status, &data));
    free(iic);
}

/* A thread as lists of vectors in no order. */
struct plain {
    bool pending[32], serving[32];
    unsigned priority;
};

static unsigned plain_best(const struct plain *p)
{
    unsigned best = 0x7C;
    for (unsigned v = 0; v < 31; v++) {
        bool above = p->pending[v] && 4 * v > p->priority;
        for (unsigned s = v; s < 32; s++)
            above = above && !p->serving[s];
        if (above)
            best = 4 * v;
    }
    return best;
}

static void plain_end(struct plain *p)
{
    for (unsigned s = 32; s-- > 0;)
        if (p->serving[s]) {
            p->serving[s] = false;
            return;
        }
}

static void equals_lists(void)
{
    uint64_t random = 3;
    unsigned wrong = 0, acknowledged = 0;
    for (unsigned run = 0; run < 50; run++) {
        struct iic *iic = new_iic();
        struct plain plain[IIC_THREADS] = {0};
        for (unsigned step = 0; step < 500; step++) {
            uint64_t what = rig_random(&random);
            unsigned thread = what >> 8 & 0xFF, vector = what >> 16 & 0xFF, targets = what >> 24 & 0x3F;
            thread %= IIC_THREADS;
            struct plain *p = &plain[thread];
            unsigned best = plain_best(p);
            switch (what % 6) {
            case 0:
            case 1:
                iic_pend(iic, (uint8_t)vector, (uint8_t)targets);
                for (unsigned t = 0; t < IIC_THREADS; t++)
                    if ((targets >> t & 1) && (vector & 0x7C) != 0x7C)
                        plain[t].pending[vector / 4 % 32] = true;
                break;
            case 2:
            case 3:
                wrong += get(iic, thread * 0x1000 + (what & 64 ? 0x50 : 0x58)) != best;
                if (best == 0x7C)
                    break;
                acknowledged++;
                p->pending[best / 4] = false;
                p->serving[best / 4] = true;
                if (!(what & 64))
                    p->priority = best;
                break;
            case 4:
                put(iic, thread * 0x1000 + (what & 64 ? 0x60 : 0x68), vector);
                plain_end(p);
                if (!(what & 64))
                    p->priority = vector & 0x7F;
                break;
            case 5:
                put(iic, thread * 0x1000 + (what & 64 ? 0x08 : 0x58), vector);
                p->priority = vector & 0x7F;
                if (!(what & 64) && best != 0x7C) {
                    p->pending[best / 4] = false;
                    p->serving[best / 4] = true;
                }
                break;
            }
            for (unsigned t = 0; t < IIC_THREADS; t++) {
                uint32_t pending = 0, serving = 0;
                for (unsigned v = 0; v < 32; v++) {
                    pending |= (uint32_t)plain[t].pending[v] << v;
                    serving |= (uint32_t)plain[t].serving[v] << v;
                }
                wrong += iic_deliverable(&iic->thread[t]) != plain_best(&plain[t]);
                wrong += iic->thread[t].pending != pending || iic->thread[t].in_service != serving;
            }
        }
        free(iic);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT(acknowledged > 1000);
}

/* Thread 0 sends to 2 and 4, then to all but 0; each hears of it once, in time, lowest thread first. */
static int reaches_processors_in_time(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P,
                                                 .script = "at 1us write64 iic 0x10 0x140078\n"
                                                           "at 5us write64 iic 0x10 0x3E0070\n"
                                                           "at 5us write64 iic 0x10 0x3E0074\n"
                                                           "at 5us write64 iic 0x10 0x100\n" /* to nobody */
                                                           "at 6us read64 iic 0x4050\n"
                                                           "at 7us read64 iic 0x3050\n"
                                                           "at 7us read64 iic 0x3020\n"
                                                           "at 8us write64 iic 0x3060 0\n"
                                                           "at 9us read64 iic 0x3050\n"});
    rig_run(rig, 20 * US);
    const struct rig_log *lines = &rig->lines;
    sim_time written = rig->iic_requests.message[0].due, second = rig->iic_requests.message[1].due;
    static const uint8_t threads[] = {2, 4, 1, 3, 5, 4, 3, 3, 3};
    static const uint8_t levels[] = {1, 1, 1, 1, 1, 0, 0, 1, 0};
    EXPECT(lines->count == sizeof threads);
    for (unsigned i = 0; i < lines->count && i < sizeof threads; i++) {
        EXPECT(lines->message[i].body.line.thread == threads[i]);
        EXPECT(lines->message[i].body.line.level == levels[i]);
        if (i < 5)
            EXPECT(lines->message[i].sent == (i < 2 ? written : second) + 6250 * (sim_time)RIG_IPI);
    }
    EXPECT(rig->iic_replies.message[4].body.response.data == 0x78);
    EXPECT(rig->iic_replies.message[5].body.response.data == 0x74);
    EXPECT(rig->iic_replies.message[6].body.response.data == 1u << 0x70 / 4);
    EXPECT(rig->iic_replies.message[8].body.response.data == 0x70);
    return failures != 0;
}

static void reaches_processors_in_time_in_child(void)
{
    CU_ASSERT(rig_child(reaches_processors_in_time, NULL));
}

/* Saved while interrupts are on their way, pending, in service, and while lines are. */
static void goes_on_from_a_save(void)
{
    const struct rig_spec spec = {.mode = DISPLAY_MODE_HDMI_720P,
                                  .script = "at 1us write64 iic 0x10 0x140078\n"
                                            "at 1us write64 iic 0x10 0x040010\n"
                                            "at 1us write64 iic 0x2008 0x10\n"
                                            "at 1us write64 iic 0x6020 0xFF\n"
                                            "on irq 2 read64 iic 0x2058\n"
                                            "on irq 2 read64 iic 0x2030\n"
                                            "on irq 2 write64 iic 0x2068 0\n"
                                            "on irq 4 read64 iic 0x4050\n"
                                            "on irq 4 read64 iic 0x6020\n"
                                            "on irq 4 write64 iic 0x4060 0\n"};
    sim_time saves[40];
    for (unsigned i = 0; i < 40; i++)
        saves[i] = US + i * 97001; /* to 388 ns later */
    CU_ASSERT(rig_survives_saves(&spec, 10 * US, saves, 40));
    CU_ASSERT(rig_same_in_lockstep(&spec, 10 * US));
}

void test_iic(void)
{
    CU_pSuite suite = CU_add_suite("xenon/iic", NULL, NULL);
    CU_add_test(suite, "delivers the highest first", delivers_the_highest_first);
    CU_add_test(suite, "nests, and ends the highest", nests_and_ends_the_highest);
    CU_add_test(suite, "task priority holds back", task_priority_holds_back);
    CU_add_test(suite, "a thread can be reset", a_thread_can_be_reset);
    CU_add_test(suite, "registers read back", registers_read_back);
    CU_add_test(suite, "refuses what is not there", refuses_what_is_not_there);
    CU_add_test(suite, "so many inter-processor interrupts can be under way",
                interrupts_of_processors_have_room_for_so_many);
    CU_add_test(suite, "equals lists of vectors", equals_lists);
    CU_add_test(suite, "inter-processor interrupts arrive in time", reaches_processors_in_time_in_child);
    CU_add_test(suite, "goes on from a save, and lockstep is the same", goes_on_from_a_save);
}
