/* The functional stepper against QEMU: random blocks from random states under both, every register, flag and byte
 * compared.
 *
 *     isa_qemu [--seed N] [--cases N] [--only MNEMONIC] [--show N] [--coverage FILE] [--cpu NAME] [--fault]
 *     isa_qemu --list-exceptions
 *
 * Each case has a seed, from N on; the same seed is the same case on every machine. --only generates blocks of the one
 * instruction (* stands for any letters, .long for words that are none). A difference is printed with its input, its
 * smallest form and the command that repeats it. --coverage writes how often each row of the table was executed in
 * cases that agreed. --cpu chooses a processor of QEMU's: else nearly all cases are for the 970, the others for the
 * POWER7 and the rows that the 970 lacks. With --fault one bit of what the model did is changed, and a case passes if
 * that is noticed. The last line is `N passed, N failed`. */
#include "tests/conformance/isa_qemu/compare.h"
#include "tests/conformance/isa_qemu/exceptions.h"
#include "tests/conformance/isa_qemu/generate.h"

#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    uint64_t seed, cases;
    unsigned show;
    const char *only, *coverage, *cpu, *qemu, *guest;
    bool fault;
};

static void usage(void)
{
    fprintf(stderr, "usage: isa_qemu [--seed N] [--cases N] [--only MNEMONIC] [--show N] [--coverage FILE]\n"
                    "                [--cpu NAME] [--qemu PROGRAM] [--guest FILE] [--fault] [--list-exceptions]\n");
    exit(2);
}

static uint64_t number(const char *text)
{
    char *end;
    uint64_t n = strtoull(text, &end, 0);
    if (*text < '0' || *text > '9' || *end != 0)
        usage();
    return n;
}

static struct options read_options(int argc, char **argv)
{
    static const struct option longs[] = {
        {"seed", required_argument, NULL, 's'},
        {"cases", required_argument, NULL, 'c'},
        {"only", required_argument, NULL, 'o'},
        {"show", required_argument, NULL, 'n'},
        {"coverage", required_argument, NULL, 'f'},
        {"cpu", required_argument, NULL, 'p'},
        {"qemu", required_argument, NULL, 'q'},
        {"guest", required_argument, NULL, 'g'},
        {"fault", no_argument, NULL, 'x'},
        {"list-exceptions", no_argument, NULL, 'l'},
        {0},
    };
    struct options o = {.cases = 100000, .show = 5, .qemu = "qemu-ppc64", .guest = ISA_QEMU_GUEST};
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        switch (c) {
        case 's':
            o.seed = number(optarg);
            break;
        case 'c':
            o.cases = number(optarg);
            break;
        case 'o':
            o.only = optarg;
            break;
        case 'n':
            o.show = (unsigned)number(optarg);
            break;
        case 'f':
            o.coverage = optarg;
            break;
        case 'p':
            o.cpu = optarg;
            break;
        case 'q':
            o.qemu = optarg;
            break;
        case 'g':
            o.guest = optarg;
            break;
        case 'x':
            o.fault = true;
            break;
        case 'l':
            exceptions_list();
            exit(0);
        default:
            usage();
        }
    }
    if (optind != argc)
        usage();
    return o;
}

static void choose_rows(struct generator *g, const struct options *o, const char *cpu)
{
    g->count = 0;
    for (unsigned op = 0; op < XENON_OP_COUNT; op++) /* words that are no instruction, too */
        if (!exceptions_leave_out(op, cpu) && (o->only == NULL || fnmatch(o->only, xenon_op_info[op].mnemonic, 0) == 0))
            g->rows[g->count++] = (uint16_t)op;
}

static void write_coverage(const struct tally *tally, const char *path)
{
    FILE *f = fopen(path, "w");
    if (f != NULL) {
        fprintf(f, "{\n");
        for (unsigned op = 1; op < XENON_OP_COUNT; op++)
            fprintf(f, "  \"%s\": %llu%s\n", xenon_op_info[op].id, (unsigned long long)tally->executed[op],
                    op + 1 < XENON_OP_COUNT ? "," : "");
        fprintf(f, "}\n");
    }
    if (f == NULL || ferror(f) | fclose(f)) {
        fprintf(stderr, "isa_qemu: cannot write %s\n", path);
        exit(4);
    }
}

static void summary(const struct tally *tally)
{
    uint64_t least = UINT64_MAX, all = 0;
    unsigned rows = 0;
    const char *rarest = "";
    for (unsigned op = 0; op < XENON_OP_COUNT; op++) {
        uint64_t n = tally->executed[op];
        rows += tally->chosen[op];
        all += n;
        if (tally->chosen[op] && n < least) {
            least = n;
            rarest = xenon_op_info[op].id;
        }
    }
    printf("%u rows, %llu instructions compared, of each at least %llu (%s)\n", rows, (unsigned long long)all,
           (unsigned long long)least, rarest);
    for (unsigned i = 0; i < tally->reasons; i++)
        printf("  %llu cases dropped: %s\n", (unsigned long long)tally->dropped[i].cases, tally->dropped[i].why);
    for (unsigned i = 0; i < ENDINGS; i++)
        if (tally->ended[i] != 0)
            printf("  %llu cases ended: %s\n", (unsigned long long)tally->ended[i], ending_names[i]);
}

/* Compares on one of QEMU's processors. */
static void compare_on(struct comparison *c, const struct options *o, const char *cpu, uint64_t cases)
{
    choose_rows(&c->generator, o, cpu);
    if (c->generator.count == 0 || cases == 0)
        return;
    for (unsigned i = 0; i < c->generator.count; i++)
        c->tally.chosen[c->generator.rows[i]] = true;
    c->only = o->only;
    c->show = o->show;
    c->fault = o->fault;
    c->cpu = cpu;
    model_open(&c->model);
    qemu_open(&c->qemu, o->qemu, cpu, o->guest);
    compare_seeds(c, o->seed, cases);
    qemu_close(&c->qemu);
    model_close(&c->model);
}

int main(int argc, char **argv)
{
    static struct comparison c; /* large */
    enum { SHARE = 50 };        /* of the cases, for the rows that the 970 lacks */
    exceptions_open();
    struct options o = read_options(argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (o.cpu != NULL) {
        compare_on(&c, &o, o.cpu, o.cases);
    } else {
        uint64_t others = o.only == NULL ? o.cases / SHARE : 0;
        compare_on(&c, &o, "970", o.cases - others);
        compare_on(&c, &o, "power7", others);
    }
    if (c.tally.passed + c.tally.failed == 0) {
        fprintf(stderr, "isa_qemu: there is no case of that\n");
        return 2;
    }
    if (o.coverage != NULL)
        write_coverage(&c.tally, o.coverage);
    summary(&c.tally);
    printf("%llu passed, %llu failed\n", (unsigned long long)c.tally.passed, (unsigned long long)c.tally.failed);
    return c.tally.failed != 0;
}
