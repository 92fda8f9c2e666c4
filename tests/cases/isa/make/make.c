/* Makes the annotated suite: one file for every row of the instruction table.
 *
 *     isa_cases FOLDER [--only MNEMONIC] [--qemu PROGRAM] [--guest FILE]
 *
 * Expectations come from qemu-ppc64 or from the reference of tests/support, never from the model. The same sources make
 * the same files. */
#include "tests/cases/isa/make/suite.h"

#include <fnmatch.h>
#include <getopt.h>
#include <stdlib.h>

static void usage(void)
{
    fprintf(stderr, "usage: isa_cases FOLDER [--only MNEMONIC] [--qemu PROGRAM] [--guest FILE]\n");
    exit(2);
}

static void make(const char *folder, enum xenon_op op)
{
    static struct suite_file file;
    file.op = op;
    file.tests = 0;
    if (!suite_plan_templates(&file) && !suite_plan_memory(&file) && !suite_plan_registers(&file)) {
        fprintf(stderr, "isa_cases: no plan for %s\n", xenon_op_info[op].mnemonic);
        exit(1);
    }
    suite_run(&file);

    char name[24], path[4096];
    suite_name(name, op);
    snprintf(path, sizeof path, "%s/%s.s", folder, name);
    FILE *out = fopen(path, "w");
    if (out)
        suite_print(out, &file);
    if (!out || ferror(out) | fclose(out)) {
        fprintf(stderr, "isa_cases: cannot write %s\n", path);
        exit(4);
    }
    printf("%s: %u tests, %s %u\n", path, file.tests, file.oracle == SUITE_QEMU ? "QEMU" : "reference", file.agree);
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {{"only", required_argument, NULL, 'o'},
                                          {"qemu", required_argument, NULL, 'q'},
                                          {"guest", required_argument, NULL, 'g'},
                                          {0}};
    const char *only = "*", *qemu = "qemu-ppc64", *guest = ISA_QEMU_GUEST;
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (c == 'o')
            only = optarg;
        else if (c == 'q')
            qemu = optarg;
        else if (c == 'g')
            guest = optarg;
        else
            usage();
    }
    if (optind + 1 != argc)
        usage();
    suite_oracle_open(qemu, guest);
    for (unsigned op = 1; op < XENON_OP_COUNT; op++)
        if (!fnmatch(only, xenon_op_info[op].mnemonic, 0))
            make(argv[optind], (enum xenon_op)op);
    suite_oracle_close();
    return 0;
}
