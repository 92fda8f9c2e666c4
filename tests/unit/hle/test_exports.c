/* The tables of exports: that they are whole and well-formed, and that rows are found. */
#include "kernel-hle/exports/exports.h"

#include "kernel-hle/exports/signature.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* As many as the modules of the console's last kernel have. */
static void every_ordinal_is_there(void)
{
    static const struct {
        size_t rows, variables;
        uint16_t first, last;
    } expected[HLE_MODULES] = {{922, 35, 0x001, 0x3A3}, {1736, 2, 0x001, 0xB4A}, {255, 0, 0x001, 0x175}};
    for (enum hle_module module = 0; module < HLE_MODULES; module++) {
        const struct hle_exports *exports = &hle_exports[module];
        size_t variables = 0;
        for (size_t i = 0; i < exports->rows; i++)
            variables += exports->row[i].kind == HLE_VARIABLE;
        CU_ASSERT_EQUAL(exports->rows, expected[module].rows);
        CU_ASSERT_EQUAL(variables, expected[module].variables);
        CU_ASSERT_EQUAL(exports->row[0].ordinal, expected[module].first);
        CU_ASSERT_EQUAL(exports->row[exports->rows - 1].ordinal, expected[module].last);
    }
}

static void ordinals_ascend(void)
{
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 1; i < hle_exports[module].rows; i++)
            CU_ASSERT_TRUE(hle_exports[module].row[i - 1].ordinal < hle_exports[module].row[i].ordinal);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Over all modules: a guest's header declares them side by side. */
static void names_are_words_and_differ(void)
{
    static const char *name[4096];
    size_t count = 0;
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++) {
            name[count] = hle_exports[module].row[i].name;
            for (const char *at = name[count]; *at != '\0'; at++)
                CU_ASSERT_TRUE(isalnum((unsigned char)*at) || *at == '_');
            CU_ASSERT_FALSE(isdigit((unsigned char)name[count][0]));
            count++;
        }
    CU_ASSERT_EQUAL(count, 922 + 1736 + 255);
    qsort(name, count, sizeof *name, by_name);
    for (size_t i = 1; i < count; i++)
        CU_ASSERT_STRING_NOT_EQUAL(name[i - 1], name[i]);
}

static void arguments_are_well_formed(void)
{
    unsigned unknown = 0, variadic = 0, wide = 0;
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++) {
            const struct hle_export *row = &hle_exports[module].row[i];
            struct hle_signature signature;
            struct sim_error error = {""};
            if (row->kind == HLE_VARIABLE) {
                CU_ASSERT_STRING_EQUAL(row->arguments, "");
                continue;
            }
            if (hle_signature_parse(&signature, row->result, row->arguments, &error) != SIM_OK) {
                printf("%s: %s\n", row->name, error.text);
                CU_FAIL("arguments are not well-formed");
                continue;
            }
            CU_ASSERT_EQUAL(signature.known, row->basis != HLE_BASIS_none);
            CU_ASSERT_EQUAL(signature.known, row->result != HLE_TYPE_unknown);
            CU_ASSERT_NOT_EQUAL(hle_type_info[row->result].result[0], '\0');
            unknown += !signature.known;
            variadic += signature.variadic;
            for (unsigned k = 0; k < signature.arguments; k++)
                wide += hle_type_info[signature.argument[k].type].width == HLE_WIDE;
        }
    CU_ASSERT_EQUAL(unknown, 2293);
    CU_ASSERT_EQUAL(variadic, 7);
    CU_ASSERT_EQUAL(wide, 19);
}

static void mistakes_in_arguments_are_named(void)
{
    static const struct {
        const char *text, *sentence;
    } wrong[] = {
        {"word x", "'word x': that does not begin with a type of an argument"},
        {"void", "'void': that does not begin with a type of an argument"},
        {"unknown x", "'unknown x': that does not begin with a type of an argument"},
        {"u32", "'u32': after the type comes a name of 1 to 31 letters"},
        {"u32 ", "'u32 ': after the type comes a name of 1 to 31 letters"},
        {"u32 a23456789012345678901234567890123",
         "'u32 a23456789012345678901234567890123': after the type comes a name "
         "of 1 to 31 letters"},
        {"u32 x, u32 x", "two arguments are called x"},
        {"u32 x,u32 y", "',u32 y': a comma and a blank are to stand between arguments, and nothing after the dots"},
        {"u32 x, ", "'': that does not begin with a type of an argument"},
        {"..., u32 x", "', u32 x': a comma and a blank are to stand between arguments, and nothing after the dots"},
        {"u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j, u32 k, u32 l, u32 m, u32 n, u32 o, "
         "u32 p, u32 q",
         "'u32 q': there are more than 16 arguments"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct hle_signature signature;
        struct sim_error error = {""};
        CU_ASSERT_EQUAL(hle_signature_parse(&signature, HLE_TYPE_void, wrong[i].text, &error), SIM_BAD_INPUT);
        CU_ASSERT_STRING_EQUAL(error.text, wrong[i].sentence);
    }
}

static void rows_are_found(void)
{
    for (enum hle_module module = 0; module < HLE_MODULES; module++) {
        const struct hle_exports *exports = &hle_exports[module];
        size_t found = 0;
        for (uint32_t ordinal = 0; ordinal < 0x1000; ordinal++) {
            const struct hle_export *row = hle_export_find(module, ordinal);
            CU_ASSERT_TRUE(row == NULL || row == &exports->row[found]);
            CU_ASSERT_TRUE(row == NULL || row->ordinal == ordinal);
            found += row != NULL;
        }
        CU_ASSERT_EQUAL(found, exports->rows);
        CU_ASSERT_PTR_NULL(hle_export_find(module, 0x10001)); /* its low half is an ordinal */
    }
    const struct hle_export *row = hle_export_named(HLE_MODULE_xboxkrnl, "ExCreateThread");
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_EQUAL(row->ordinal, 0x00D);
    CU_ASSERT_EQUAL(row->group, HLE_GROUP_threading);
    CU_ASSERT_PTR_EQUAL(hle_export_find(HLE_MODULE_xboxkrnl, 0x00D), row);
    CU_ASSERT_PTR_NULL(hle_export_named(HLE_MODULE_xam, "ExCreateThread"));
    CU_ASSERT_EQUAL(hle_export_named(HLE_MODULE_xam, "XamLoaderTerminateTitle")->ordinal, 0x1A9);
}

static void modules_are_found(void)
{
    CU_ASSERT_EQUAL(hle_module_find("xboxkrnl.exe"), HLE_MODULE_xboxkrnl);
    CU_ASSERT_EQUAL(hle_module_find("XAM.XEX"), HLE_MODULE_xam);
    CU_ASSERT_EQUAL(hle_module_find("xbdm"), HLE_MODULE_xbdm);
    CU_ASSERT_EQUAL(hle_module_find("xam.exe"), HLE_MODULES);
    CU_ASSERT_EQUAL(hle_module_find(""), HLE_MODULES);
}

/* Rows of costs.def name exports that are there, and everything costs something. */
static void calls_have_costs(void)
{
#define COST(library, export, clocks, sure, from)                                           \
    do {                                                                                    \
        const struct hle_export *priced = hle_export_named(HLE_MODULE_##library, #export);  \
        CU_ASSERT_PTR_NOT_NULL_FATAL(priced);                                               \
        CU_ASSERT_EQUAL(hle_export_cost(HLE_MODULE_##library, priced).cycles, clocks);      \
        CU_ASSERT_STRING_EQUAL(hle_export_cost(HLE_MODULE_##library, priced).source, from); \
    } while (0);
#include "kernel-hle/exports/costs.def"
#undef COST
    for (enum hle_module module = 0; module < HLE_MODULES; module++)
        for (size_t i = 0; i < hle_exports[module].rows; i++) {
            struct hle_cost cost = hle_export_cost(module, &hle_exports[module].row[i]);
            CU_ASSERT_TRUE(cost.cycles > 0 && cost.source[0] != '\0' && cost.confidence[0] != '\0');
        }
    const struct hle_export *row = hle_export_named(HLE_MODULE_xboxkrnl, "KeSetEvent");
    CU_ASSERT_EQUAL(hle_export_cost(HLE_MODULE_xboxkrnl, row).cycles, hle_group_info[HLE_GROUP_threading].cost.cycles);
}

static const struct {
    const char *arguments;
    const char *console[12], *sysv[12];
} placed[] = {
    {"u32 a, ptr b, handle c", {"r3", "r4", "r5"}, {"r3", "r4", "r5"}},
    {"u64 a, u32 b, s64 c", {"r3", "r4", "r5"}, {"r3:r4", "r5", "r7:r8"}},
    {"u32 a, u64 b, u64 c, u64 d, u32 e", {"r3", "r4", "r5", "r6", "r7"}, {"r3", "r5:r6", "r7:r8", "r9:r10", "r1+0x8"}},
    {"u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u64 h, u32 i, u64 j, u32 k",
     {"r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r1+0x54", "r1+0x58", "r1+0x64"},
     {"r3", "r4", "r5", "r6", "r7", "r8", "r9", "r1+0x8", "r1+0x10", "r1+0x18", "r1+0x20"}},
    {"f32 a, u32 b, f64 c, u64 d, f64 e, u32 f",
     {"f1", "r4", "f2", "r6", "f3", "r8"},
     {"f1", "r3", "f2", "r5:r6", "f3", "r7"}},
    {"f64 a, f64 b, f64 c, f64 d, f64 e, f64 f, f64 g, f32 h, f32 i, f64 j, u32 k",
     {"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "r1+0x64"},
     {"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "r1+0x8", "r1+0x10", "r3"}},
};

static void arguments_have_places(void)
{
    for (size_t i = 0; i < sizeof placed / sizeof *placed; i++) {
        struct hle_signature signature;
        struct sim_error error;
        char text[HLE_PLACE_TEXT];
        CU_ASSERT_EQUAL_FATAL(hle_signature_parse(&signature, HLE_TYPE_void, placed[i].arguments, &error), SIM_OK);
        for (unsigned k = 0; k < signature.arguments; k++) {
            const struct hle_argument *argument = &signature.argument[k];
            enum hle_width width = hle_type_info[argument->type].width;
            CU_ASSERT_STRING_EQUAL(hle_place_print(text, HLE_CONVENTION_console, argument->place[0], width),
                                   placed[i].console[k]);
            CU_ASSERT_STRING_EQUAL(hle_place_print(text, HLE_CONVENTION_sysv, argument->place[1], width),
                                   placed[i].sysv[k]);
        }
    }
    char text[HLE_PLACE_TEXT];
    static const char *const slot[] = {"r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r1+0x50", "r1+0x58"};
    for (unsigned i = 0; i < sizeof slot / sizeof *slot; i++)
        CU_ASSERT_STRING_EQUAL(hle_place_print(text, HLE_CONVENTION_console, hle_slot_place(i), HLE_WIDE), slot[i]);
}

void test_exports(void)
{
    CU_pSuite suite = CU_add_suite("hle/exports", NULL, NULL);
    CU_add_test(suite, "every ordinal is there", every_ordinal_is_there);
    CU_add_test(suite, "ordinals ascend", ordinals_ascend);
    CU_add_test(suite, "names are words, and no two are the same", names_are_words_and_differ);
    CU_add_test(suite, "arguments are well-formed", arguments_are_well_formed);
    CU_add_test(suite, "mistakes in arguments are named", mistakes_in_arguments_are_named);
    CU_add_test(suite, "rows are found by ordinal and by name", rows_are_found);
    CU_add_test(suite, "modules are found", modules_are_found);
    CU_add_test(suite, "calls have costs", calls_have_costs);
    CU_add_test(suite, "arguments have places", arguments_have_places);
}
