/* imports.s and callbacks.s. */
#include "kernel-hle/guest/adapter.h"
#include "kernel-hle/guest/kit.h"

bool hle_stub_takes_slots(const struct hle_signature *signature)
{
    return !signature->known || signature->variadic;
}

/* The word that becomes the address of what is imported. A group keeps it with its stub, or neither is linked. */
static void write_word(FILE *out, const char *library, const struct hle_export *row)
{
    fprintf(out,
            "    .section .xex.imports.%s, \"aG\", @progbits, %s, comdat\n    .balign 4\n"
            "__imp_%s_%u: .long 0\n",
            row->name, row->name, library, row->ordinal);
}

void hle_stub_write(FILE *out, enum hle_module module, const struct hle_export *row)
{
    const char *library = hle_exports[module].id;
    struct hle_signature signature;
    char thunk[32], call[48];
    hle_signature_read(&signature, row);
    snprintf(thunk, sizeof thunk, "__thunk_%s_%u", library, row->ordinal);
    snprintf(call, sizeof call, "bl %s", thunk);
    bool slots = hle_stub_takes_slots(&signature);

    fputc('\n', out);
    write_word(out, library, row);
    fprintf(out,
            "    .section .text.import.%s, \"axG\", @progbits, %s, comdat\n    .balign 16\n"
            "    .globl %s%s\n    .type %s%s, @function\n%s%s:\n",
            row->name, row->name, row->name, slots ? "_slots" : "", row->name, slots ? "_slots" : "", row->name,
            slots ? "_slots" : "");
    if (slots)
        fprintf(out, "    lis r12, %s@ha\n    addi r12, r12, %s@l\n    b guest_call_slots%s\n", thunk, thunk,
                hle_type_info[signature.result].width == HLE_WIDE ? "_wide" : "");
    else
        hle_adapter_write(out, &signature, HLE_CONVENTION_sysv, HLE_CONVENTION_console, call, "");
    fprintf(out, "%s:\n    .long 0, 0, 0, 0\n", thunk);
}

void hle_stub_write_variable(FILE *out, enum hle_module module, const struct hle_export *row)
{
    fprintf(
        out,
        "\n    .section .xex.imports.%s, \"a\", @progbits\n    .balign 4\n    .globl %s\n%s:\n__imp_%s_%u: .long 0\n",
        row->name, row->name, row->name, hle_exports[module].id, row->ordinal);
}

void hle_kit_imports(FILE *out)
{
    fputs("# What titles import, by name: made by `cycle360 kernel kit` of the tables of exports.\n", out);
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++) {
            const struct hle_export *row = &hle_exports[module].row[i];
            if (row->kind == HLE_FUNCTION)
                hle_stub_write(out, module, row);
            else
                hle_stub_write_variable(out, module, row);
        }
}

void hle_callback_write(FILE *out, const char *kind, const struct hle_signature *signature)
{
    fprintf(out,
            "\n    .section .text.callback.%s, \"ax\", @progbits\n    .balign 16\n"
            "    .globl guest_callback_%s\n    .type guest_callback_%s, @function\nguest_callback_%s:\n    mtctr r11\n",
            kind, kind, kind, kind);
    hle_adapter_write(out, signature, HLE_CONVENTION_console, HLE_CONVENTION_sysv, "bctrl", NULL);
}

void hle_kit_callbacks(FILE *out)
{
    static const struct {
        const char *kind;
        enum hle_type result;
        const char *arguments;
    } callbacks[] = {
#define CALLBACK(kind, result, arguments, what) {#kind, HLE_TYPE_##result, arguments},
#include "kernel-hle/guest/callbacks.def"
#undef CALLBACK
    };
    fputs("# What the kernel calls: made by `cycle360 kernel kit` of callbacks.def.\n", out);
    for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
        struct hle_signature signature;
        struct sim_error error;
        if (hle_signature_parse(&signature, callbacks[i].result, callbacks[i].arguments, &error) != SIM_OK)
            SIM_BUG("callback %s: %s", callbacks[i].kind, error.text);
        hle_callback_write(out, callbacks[i].kind, &signature);
    }
}
