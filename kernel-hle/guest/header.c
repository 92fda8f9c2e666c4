/* kernel.h: what a guest program sees of the tables. */
#include "kernel-hle/guest/kit.h"

#include <string.h>

static const char *result_of(const struct hle_signature *signature)
{
    return hle_type_info[signature->result].result;
}

/* "type *name" or "type name". */
static void declare(FILE *out, const char *type, const char *name)
{
    size_t length = strlen(type);
    fprintf(out, "%s%s%s", type, length > 0 && type[length - 1] == '*' ? "" : " ", name);
}

static void write_arguments(FILE *out, const struct hle_signature *signature)
{
    fputc('(', out);
    for (unsigned i = 0; i < signature->arguments; i++) {
        fputs(i > 0 ? ", " : "", out);
        declare(out, hle_type_info[signature->argument[i].type].argument, signature->argument[i].name);
    }
    fputs(signature->arguments == 0 ? "void)" : ")", out);
}

/* With slots, a macro stands for the function: it makes a slot of each argument by its type. */
static void write_function(FILE *out, const struct hle_export *row)
{
    struct hle_signature signature;
    hle_signature_read(&signature, row);
    if (!hle_stub_takes_slots(&signature)) {
        declare(out, result_of(&signature), row->name);
        write_arguments(out, &signature);
        fputs(";\n", out);
        return;
    }
    declare(out, result_of(&signature), row->name);
    fprintf(out,
            "_slots(uint32_t count, const uint64_t *slots);\n#define %s(...) GUEST_CALL_SLOTS(%s_slots, __VA_ARGS__)\n",
            row->name, row->name);
}

static void write_module(FILE *out, const struct hle_exports *exports)
{
    fprintf(out, "\n/* %s */\n", exports->file);
    for (size_t i = 0; i < exports->rows; i++) {
        const struct hle_export *row = &exports->row[i];
        if (row->kind == HLE_FUNCTION)
            write_function(out, row);
        else
            fprintf(out, "extern void *const %s; /* where the variable is */\n", row->name);
    }
}

void hle_kit_header(FILE *out)
{
    static const struct {
        const char *kind;
        enum hle_type result;
        const char *arguments, *what;
    } callbacks[] = {
#define CALLBACK(kind, result, arguments, what) {#kind, HLE_TYPE_##result, arguments, what},
#include "kernel-hle/guest/callbacks.def"
#undef CALLBACK
    };
    fputs("/* What titles import and what the kernel calls: made by `cycle360 kernel kit` of the tables of exports. Of "
          "a\n"
          " * function whose arguments nobody knows, all that is given goes into slots of 64 bits. */\n"
          "#ifndef GUEST_KERNEL_H\n#define GUEST_KERNEL_H\n\n#include \"guest.h\"\n\n",
          out);
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
        struct hle_signature signature;
        struct sim_error error;
        if (hle_signature_parse(&signature, callbacks[i].result, callbacks[i].arguments, &error) != SIM_OK)
            SIM_BUG("callback %s: %s", callbacks[i].kind, error.text);
        fprintf(out, "/* %s */\ntypedef %s guest_%s", callbacks[i].what, result_of(&signature), callbacks[i].kind);
        write_arguments(out, &signature);
        fputs(";\n", out);
    }
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        write_module(out, &hle_exports[module]);
    fputs("\n#endif\n", out);
}
