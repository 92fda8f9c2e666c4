/* The functional stepper against the slow reference of tests/support: one random instruction in a random state, every
 * register and byte compared, the uncertain facts both ways.
 *
 *     isa_reference_check [--seed N] [--cases N] [--only MNEMONIC] [--show N] [--coverage FILE] [--fault]
 *
 * Each case has a seed, from N on; the same seed is the same case on every machine. --only generates the one
 * instruction
 * (* stands for any letters). --coverage writes how often each row of the table was executed in cases that agreed. With
 * --fault the model has one of the uncertain facts otherwise than the reference in each case, and a fact passes if that
 * is noticed. The last line is `N passed, N failed`. */
#include "models/xenon/isa/disasm.h"
#include "tests/conformance/isa_reference/compare.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct options {
    uint64_t seed, cases, show;
    const char *only, *coverage;
    bool fault;
};

static void usage(void)
{
    fprintf(stderr, "usage: isa_reference_check [--seed N] [--cases N] [--only MNEMONIC] [--show N] [--coverage FILE]\n"
                    "                           [--fault]\n");
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
        {"fault", no_argument, NULL, 'x'},
        {0},
    };
    struct options o = {.cases = 200000, .show = 5};
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
            o.show = number(optarg);
            break;
        case 'f':
            o.coverage = optarg;
            break;
        case 'x':
            o.fault = true;
            break;
        default:
            usage();
        }
    }
    if (optind != argc)
        usage();
    return o;
}

static void print_vector(const char *name, const uint8_t v[16])
{
    printf(" %s ", name);
    for (unsigned i = 0; i < 16; i++)
        printf("%s%02X", i && i % 4 == 0 ? "_" : "", v[i]);
}

/* The registers that the instruction names, whatever it does with them. */
static void print_operands(const struct reference_case *c)
{
    const struct xenon_op_info *info = &xenon_op_info[xenon_op_of(c->word)];
    const struct isa_reference *r = &c->start;
    printf("   ");
    for (unsigned i = 0; i < info->operands; i++) {
        enum xenon_operand operand = (enum xenon_operand)info->operand[i];
        const char *name = xenon_operand_info[operand].name;
        unsigned n = (unsigned)xenon_operand_get(operand, c->word);
        switch (xenon_operand_info[operand].kind) {
        case XENON_GPR:
        case XENON_GPR0:
            printf(" %s %016llX", name, (unsigned long long)r->gpr[n]);
            break;
        case XENON_FPR:
            printf(" %s %016llX", name, (unsigned long long)r->fpr[n]);
            break;
        case XENON_VR:
            print_vector(name, r->vr[n]);
            break;
        default:
            break;
        }
    }
    printf("\n    msr %llX cr %08X xer %08X fpscr %08X vscr %08X, other settings:", (unsigned long long)r->msr, r->cr,
           r->xer, r->fpscr, r->vscr);
#define ISA_SETTING(name, usual, other, ...) \
    if (r->settings.name##_##other)          \
        printf(" %s=%s", #name, #other);
#include "models/xenon/isa/settings.def"
#undef ISA_SETTING
    printf("\n");
}

static void write_coverage(const uint64_t *executed, const char *path)
{
    FILE *f = fopen(path, "w");
    if (f) {
        fprintf(f, "{\n");
        for (unsigned op = 1; op < XENON_OP_COUNT; op++)
            fprintf(f, "  \"%s\": %llu%s\n", xenon_op_info[op].id, (unsigned long long)executed[op],
                    op + 1 < XENON_OP_COUNT ? "," : "");
        fprintf(f, "}\n");
    }
    if (!f || ferror(f) | fclose(f)) {
        fprintf(stderr, "isa_reference_check: cannot write %s\n", path);
        exit(4);
    }
}

/* The instructions in which an uncertain fact shows; NULL where none does: how a thread is reset, and registers that
 * nobody lists. */
static const char *const shown_by[XENON_ISA_SETTING_COUNT] = {
#define SHOWN(setting, rows) [XENON_ISA_SETTING_##setting] = rows
    SHOWN(dcbz_block, "dcbz"),
    SHOWN(element_load, "lve*"),
    SHOWN(mulhw_high, "mulhw*"),
    SHOWN(divw_high, "divw"),
    SHOWN(divide_invalid, "div*"),
    SHOWN(fctiw_high, "fctiw*"),
    SHOWN(mffs_high, "mffs"),
    SHOWN(ni_inputs, "fcmp[uo]"),
    SHOWN(ni_result, "frsp"),
    SHOWN(nj_compare, "vcmp*fp*"),
    SHOWN(vmadd_flush, "vmaddfp*"),
    SHOWN(nj_result, "vmulfp128"),
    SHOWN(vmadd128_nan, "vnmsubfp128"),
    SHOWN(estimates, "vrsqrtefp*"),
    SHOWN(reciprocals, "vrefp*"),
    SHOWN(vmsum_sum, "vmsum*"),
    SHOWN(vmsum_overflow, "vmsum*"),
    SHOWN(pack_half, "vpkd3d128"),
    SHOWN(pack_nan, "vpkd3d128"),
    SHOWN(unpack_lowest, "vupkd3d128"),
    SHOWN(pack_type_7, "v*pkd3d128"),
    SHOWN(vcfux_nan, "v*fpuxws128"),
    SHOWN(vcmpb_nan, "vcmpbfp*"),
    SHOWN(mcrxr, "mcrxr"),
    SHOWN(dcbi, "dcbi"),
    SHOWN(segment_registers, "mfsr*"),
    SHOWN(external_control, "ec*wx"),
    SHOWN(mfspr_tb, "mfspr"),
    SHOWN(mtmsr_width, "mtmsr"),
    SHOWN(interrupt_vxu, "t[wd]*"),
    SHOWN(slbia_entry_0, "slbia"),
    SHOWN(reservation_match, "st?cx."),
#undef SHOWN
};

static bool get_setting(const struct xenon_isa_settings *settings, enum xenon_isa_setting setting)
{
    struct xenon_isa_settings other = *settings;
    xenon_isa_settings_choose(&other, setting, true);
    return memcmp(&other, settings, sizeof other) == 0;
}

/* How often it shows when the model alone has a fact otherwise. */
static uint64_t noticed(const struct options *o, struct xenon_stepper *s, enum xenon_isa_setting setting)
{
    struct reference_rows rows;
    uint64_t count = 0;
    reference_rows_find(&rows, shown_by[setting]);
    for (uint64_t i = 0; i < o->cases / XENON_ISA_SETTING_COUNT; i++) {
        static struct reference_case c;
        static struct isa_reference expected, faulty, got;
        reference_case_make(&c, &rows, o->seed + i);
        expected = faulty = c.start;
        if (!isa_reference_execute(&expected, c.word))
            continue;
        xenon_isa_settings_choose(&faulty.settings, setting, !get_setting(&faulty.settings, setting));
        reference_step(s, &got, &faulty, c.word);
        count += reference_differences(&c.start, &expected, &got, NULL) != 0;
    }
    return count;
}

static int with_faults(const struct options *o, struct xenon_stepper *s)
{
    unsigned passed = 0, failed = 0;
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++) {
        if (!shown_by[i])
            continue;
        uint64_t count = noticed(o, s, (enum xenon_isa_setting)i);
        printf("%s: noticed %llu times\n", xenon_isa_setting_info[i].name, (unsigned long long)count);
        *(count ? &passed : &failed) += 1;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}

int main(int argc, char **argv)
{
    const struct options o = read_options(argc, argv);
    struct reference_rows rows;
    reference_rows_find(&rows, o.only);
    struct xenon_stepper *s = xenon_stepper_new(UINT64_C(16) << 20);
    if (!rows.count || !s) {
        fprintf(stderr, "isa_reference_check: %s\n", s ? "the reference has no such instruction" : "no memory");
        return s ? 2 : 4;
    }
    if (o.fault) {
        int status = with_faults(&o, s);
        xenon_stepper_free(s);
        return status;
    }
    static uint64_t executed[XENON_OP_COUNT], failed_by[XENON_OP_COUNT];
    uint64_t passed = 0, failed = 0, dropped = 0;
    for (uint64_t i = 0; i < o.cases; i++) {
        static struct reference_case c;
        static struct isa_reference expected, got;
        reference_case_make(&c, &rows, o.seed + i);
        enum xenon_op op = xenon_op_of(c.word);
        expected = c.start;
        if (!isa_reference_execute(&expected, c.word)) {
            dropped++; /* outside of what the architecture says */
            continue;
        }
        reference_step(s, &got, &c.start, c.word);
        if (reference_differences(&c.start, &expected, &got, NULL) == 0) {
            passed++;
            executed[op]++;
            continue;
        }
        failed++;
        if (failed_by[op]++ < o.show) {
            char text[XENON_DISASSEMBLY_MAX];
            xenon_disassemble(text, sizeof text, c.word, c.start.cia, 0);
            printf("%08X  %s    (isa_reference_check --seed %llu --cases 1%s%s)\n", c.word, text,
                   (unsigned long long)c.seed, o.only ? " --only " : "", o.only ? o.only : "");
            print_operands(&c);
            reference_differences(&c.start, &expected, &got, stdout);
        }
    }
    xenon_stepper_free(s);
    for (unsigned op = 1; op < XENON_OP_COUNT; op++)
        if (failed_by[op])
            printf("%s: %llu of %llu cases differ\n", xenon_op_info[op].mnemonic, (unsigned long long)failed_by[op],
                   (unsigned long long)failed_by[op] + executed[op]);
    unsigned never = 0;
    for (unsigned i = 0; i < rows.count; i++)
        never += executed[rows.row[i]] == 0;
    printf("%u rows, %u of them never executed, %llu cases dropped\n", rows.count, never, (unsigned long long)dropped);
    if (o.coverage)
        write_coverage(executed, o.coverage);
    printf("%llu passed, %llu failed\n", (unsigned long long)passed, (unsigned long long)failed);
    return failed != 0;
}
