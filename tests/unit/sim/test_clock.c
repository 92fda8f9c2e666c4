/* Clocks against rational arithmetic in GMP: what a clock keeps in three integers is here worked out from the frequency
 * and the phase as fractions, by the definition of an edge and of floor and ceil. */
#include "models/sim/clock.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <gmp.h>

#include <string.h>

enum { EDGES = 1000000, TIMES = 100000, STEPS = 20000, RANDOM_CLOCKS = 300 };

struct domain {
    const char *name;
    uint64_t hz, per; /* Hz as a fraction */
    uint64_t phase, phase_per;
};

/* The domains of the board at a reference of 100 MHz and of 99.75 MHz, pixel clocks of its display modes, and some that
 * were made to be awkward. */
static const struct domain domains[] = {
    {"reference", 100000000, 1, 0, 1},
    {"core", 3200000000, 1, 0, 1},
    {"timebase", 50000000, 1, 0, 1},
    {"l2", 1600000000, 1, 0, 1},
    {"fsb_cpu", 1350000000, 1, 0, 1},
    {"fsb_gpu", 675000000, 1, 0, 1},
    {"gpu", 500000000, 1, 0, 1},
    {"memory", 700000000, 1, 0, 1},
    {"edram_link", 1800000000, 1, 0, 1},
    {"reference, 99.75 MHz", 99750000, 1, 0, 1},
    {"core, 99.75 MHz", 3192000000, 1, 0, 1},
    {"timebase, 99.75 MHz", 49875000, 1, 0, 1},
    {"l2, 99.75 MHz", 1596000000, 1, 0, 1},
    {"fsb_cpu, 99.75 MHz", 1346625000, 1, 0, 1},
    {"fsb_gpu, 99.75 MHz", 673312500, 1, 0, 1},
    {"gpu, 99.75 MHz", 498750000, 1, 0, 1},
    {"memory, 99.75 MHz", 698250000, 1, 0, 1},
    {"edram_link, 99.75 MHz", 1795500000, 1, 0, 1},
    {"pixels, 480i", 135000000, 11, 0, 1},
    {"pixels, 720p", 6750000000, 91, 0, 1},
    {"fields", 60000, 1001, 0, 1},
    {"core with a phase", 3200000000, 1, 12345, 7},
    {"pixels with a phase", 6750000000, 91, 1000000007, 1001},
    {"fastest", 1000000000000, 1, 0, 1},
    {"slowest", 1, 1000, 0, 1},
    {"prime", 2147483647, 3, 5, 3},
};

static uint64_t random_u64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Of any magnitude, so that small numbers come up too. */
static uint64_t random_size(uint64_t *state, unsigned bits)
{
    uint64_t shift = 64 - bits + random_u64(state) % bits;
    return random_u64(state) >> shift;
}

struct oracle {
    mpz_t first, period, under; /* edge k at floor((first + k * period) / under) */
    mpz_t scratch;
};

static void oracle_init(struct oracle *oracle, const struct domain *domain)
{
    mpz_inits(oracle->first, oracle->period, oracle->under, oracle->scratch, NULL);
    mpz_set_ui(oracle->first, domain->phase);
    mpz_mul_ui(oracle->first, oracle->first, domain->hz);
    mpz_set_ui(oracle->period, SIM_UNITS_PER_SECOND);
    mpz_mul_ui(oracle->period, oracle->period, domain->per);
    mpz_mul_ui(oracle->period, oracle->period, domain->phase_per);
    mpz_set_ui(oracle->under, domain->phase_per);
    mpz_mul_ui(oracle->under, oracle->under, domain->hz);
}

static void oracle_clear(struct oracle *oracle)
{
    mpz_clears(oracle->first, oracle->period, oracle->under, oracle->scratch, NULL);
}

static sim_time oracle_edge(struct oracle *oracle, uint64_t k)
{
    mpz_mul_ui(oracle->scratch, oracle->period, k);
    mpz_add(oracle->scratch, oracle->scratch, oracle->first);
    mpz_fdiv_q(oracle->scratch, oracle->scratch, oracle->under);
    return mpz_cmp_ui(oracle->scratch, SIM_TIME_MAX) > 0 ? SIM_NEVER : mpz_get_ui(oracle->scratch);
}

/* The last edge that time can hold. */
static uint64_t oracle_last(struct oracle *oracle)
{
    mpz_set_ui(oracle->scratch, SIM_TIME_MAX);
    mpz_add_ui(oracle->scratch, oracle->scratch, 1);
    mpz_mul(oracle->scratch, oracle->scratch, oracle->under);
    mpz_sub(oracle->scratch, oracle->scratch, oracle->first);
    mpz_cdiv_q(oracle->scratch, oracle->scratch, oracle->period);
    return mpz_get_ui(oracle->scratch) - 1;
}

static bool clock_of(struct sim_clock *clock, const struct domain *domain)
{
    struct sim_error error = {""};
    enum sim_status status =
        sim_clock_init(clock, domain->name, domain->hz, domain->per, domain->phase, domain->phase_per, &error);
    return status == SIM_OK;
}

static unsigned wrong_edges(const struct sim_clock *clock, struct oracle *oracle, uint64_t *seed, unsigned tries)
{
    uint64_t last = oracle_last(oracle);
    unsigned wrong = 0;

    for (unsigned i = 0; i < tries; i++) {
        uint64_t k = i % 4 == 0 ? random_size(seed, 63) : random_u64(seed) % (last + 1);
        wrong += sim_clock_edge(clock, k) != oracle_edge(oracle, k);
    }
    wrong += sim_clock_edge(clock, last) != oracle_edge(oracle, last) || sim_clock_edge(clock, last) == SIM_NEVER;
    wrong += sim_clock_edge(clock, last + 1) != SIM_NEVER;
    wrong += sim_clock_edge(clock, UINT64_MAX) != SIM_NEVER;
    return wrong;
}

/* By definition: edge c - 1 < t <= edge c, and edge f <= t < edge f + 1. */
static unsigned wrong_inverses(const struct sim_clock *clock, struct oracle *oracle, uint64_t *seed, unsigned tries)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < tries; i++) {
        sim_time t = i == 0 ? SIM_TIME_MAX : i == 1 ? 0 : random_size(seed, 63);
        if (i % 3 == 2) { /* on an edge, or beside it */
            t = oracle_edge(oracle, sim_clock_ceil(clock, t));
            if (t == SIM_NEVER)
                continue;
            t += random_u64(seed) % 2;
        }
        if (t > SIM_TIME_MAX)
            continue;
        uint64_t c = sim_clock_ceil(clock, t), f = sim_clock_floor(clock, t);
        wrong += oracle_edge(oracle, c) < t || (c > 0 && oracle_edge(oracle, c - 1) >= t);
        wrong += (f != UINT64_MAX && oracle_edge(oracle, f) > t) || oracle_edge(oracle, f + 1) <= t;
    }
    return wrong;
}

static void edges_match(void)
{
    uint64_t seed = 1;

    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        struct sim_clock clock;
        struct oracle oracle;
        CU_ASSERT_FATAL(clock_of(&clock, &domains[i]));
        oracle_init(&oracle, &domains[i]);
        CU_ASSERT_EQUAL(wrong_edges(&clock, &oracle, &seed, EDGES), 0);
        oracle_clear(&oracle);
    }
}

static void inverses_match(void)
{
    uint64_t seed = 2;

    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        struct sim_clock clock;
        struct oracle oracle;
        CU_ASSERT_FATAL(clock_of(&clock, &domains[i]));
        oracle_init(&oracle, &domains[i]);
        CU_ASSERT_EQUAL(wrong_inverses(&clock, &oracle, &seed, TIMES), 0);
        oracle_clear(&oracle);
    }
}

static void walks_match(void)
{
    uint64_t seed = 3;

    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        struct sim_clock clock;
        struct oracle oracle;
        unsigned wrong = 0;
        CU_ASSERT_FATAL(clock_of(&clock, &domains[i]));
        oracle_init(&oracle, &domains[i]);
        uint64_t last = oracle_last(&oracle);
        uint64_t k = i % 2 == 0 ? random_u64(&seed) % (last + 1) : 0;
        struct sim_edge edge = sim_edge_at(&clock, k);
        for (unsigned step = 0; step < STEPS && k <= last; step++, k++) {
            wrong += edge.index != k || edge.time != sim_clock_edge(&clock, k) || edge.time != oracle_edge(&oracle, k);
            sim_edge_next(&clock, &edge);
        }
        CU_ASSERT_EQUAL(wrong, 0);
        oracle_clear(&oracle);
    }
}

static void random_clocks_match(void)
{
    uint64_t seed = 4;
    unsigned made = 0, wrong = 0;

    for (unsigned i = 0; made < RANDOM_CLOCKS && i < 100 * RANDOM_CLOCKS; i++) {
        struct domain domain = {"random", random_size(&seed, 50) + 1, random_size(&seed, 30) + 1,
                                random_size(&seed, 45), random_size(&seed, 16) + 1};
        struct sim_clock clock;
        struct oracle oracle;
        if (!clock_of(&clock, &domain))
            continue;
        made++;
        oracle_init(&oracle, &domain);
        wrong += wrong_edges(&clock, &oracle, &seed, 1000) + wrong_inverses(&clock, &oracle, &seed, 1000);
        struct sim_edge edge = sim_edge_at(&clock, 0);
        for (uint64_t k = 0; k < 1000 && sim_clock_edge(&clock, k) != SIM_NEVER; k++, sim_edge_next(&clock, &edge))
            wrong += edge.time != oracle_edge(&oracle, k);
        oracle_clear(&oracle);
    }
    CU_ASSERT_EQUAL(made, RANDOM_CLOCKS);
    CU_ASSERT_EQUAL(wrong, 0);
}

static void floor_and_ceil_invert_edges(void)
{
    uint64_t seed = 5;

    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
        struct sim_clock clock;
        unsigned wrong = 0;
        CU_ASSERT_FATAL(clock_of(&clock, &domains[i]));
        uint64_t last = sim_clock_floor(&clock, SIM_TIME_MAX);
        for (unsigned n = 0; n < 1000; n++) {
            uint64_t k = random_u64(&seed) % last;
            sim_time t = sim_clock_edge(&clock, k);
            wrong += sim_clock_ceil(&clock, t) != k || sim_clock_floor(&clock, t) != k;
            wrong += sim_clock_ceil(&clock, t + 1) != k + 1;
            wrong += t > 0 && sim_clock_floor(&clock, t - 1) != k - 1;
        }
        CU_ASSERT_EQUAL(wrong, 0);
    }
}

static void phase_is_the_first_edge(void)
{
    struct sim_clock clock;

    CU_ASSERT_EQUAL_FATAL(sim_clock_init(&clock, "c", 1000000000, 1, 25, 2, NULL), SIM_OK);
    CU_ASSERT_EQUAL(sim_clock_edge(&clock, 0), 12); /* 12.5 units */
    CU_ASSERT_EQUAL(sim_clock_edge(&clock, 1), 10012);
    CU_ASSERT_EQUAL(sim_clock_floor(&clock, 11), UINT64_MAX);
    CU_ASSERT_EQUAL(sim_clock_floor(&clock, 12), 0);
    CU_ASSERT_EQUAL(sim_clock_ceil(&clock, 0), 0);
    CU_ASSERT_EQUAL(sim_clock_ceil(&clock, 13), 1);
}

static void frequency_is_reduced(void)
{
    struct sim_clock clock;

    CU_ASSERT_EQUAL_FATAL(sim_clock_init(&clock, "core", 6400000000, 2, 0, 5, NULL), SIM_OK);
    CU_ASSERT_EQUAL(clock.hz_numerator, 3200000000);
    CU_ASSERT_EQUAL(clock.hz_denominator, 1);
    CU_ASSERT_EQUAL(clock.step, 3125);
    CU_ASSERT(sim_clock_is_uniform(&clock));
    CU_ASSERT_EQUAL_FATAL(sim_clock_init(&clock, "memory", 700000000, 1, 0, 1, NULL), SIM_OK);
    CU_ASSERT_FALSE(sim_clock_is_uniform(&clock));
}

static void bad_clocks_are_refused(void)
{
    static const struct {
        struct domain domain;
        const char *says;
    } bad[] = {
        {{"a", 1, 0, 0, 1}, "denominator"},
        {{"b", 1, 1, 0, 0}, "denominator"},
        {{"c", 0, 1, 0, 1}, "outside"},
        {{"d", 1, 1001, 0, 1}, "outside"},
        {{"e", 1000000000001, 1, 0, 1}, "outside"},
        {{"f", UINT64_MAX, 1, 0, 1}, "outside"},
        {{"g", 1, UINT64_MAX, 0, 1}, "outside"},
        {{"h", UINT64_MAX, UINT64_MAX - 1, 0, 1}, "too fine"},
        {{"i", 1000000007, 998244353, 1, 1000000009}, "too fine"},
        {{"j", 18446744073709551557u, 4000000007, 0, 1}, "too fine"},
        {{"k", 100, 1, UINT64_MAX, 1}, "end of time"},
        {{"l", 3000000019, 1, 1, 18446744073709551557u}, "too fine"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct domain *d = &bad[i].domain;
        struct sim_clock clock;
        struct sim_error error = {""};
        CU_ASSERT_EQUAL(sim_clock_init(&clock, d->name, d->hz, d->per, d->phase, d->phase_per, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, bad[i].says));
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, d->name));
    }
}

void test_clock(void)
{
    CU_pSuite suite = CU_add_suite("sim/clock", NULL, NULL);
    CU_add_test(suite, "1 M edges of every domain are where rational arithmetic puts them", edges_match);
    CU_add_test(suite, "floor and ceil of any time hold by definition", inverses_match);
    CU_add_test(suite, "walking from edge to edge meets the same edges", walks_match);
    CU_add_test(suite, "clocks of random frequency and phase do as well", random_clocks_match);
    CU_add_test(suite, "floor and ceil invert the edges", floor_and_ceil_invert_edges);
    CU_add_test(suite, "the first edge is at the phase", phase_is_the_first_edge);
    CU_add_test(suite, "frequencies are reduced", frequency_is_reduced);
    CU_add_test(suite, "frequencies and phases that do not fit are refused", bad_clocks_are_refused);
}
