/* The list of the GPU's registers agrees with itself and with the display's. */
#include "models/xenos/display/display_regs.h"
#include "models/xenos/registers/registers.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

static void every_index_leads_back(void)
{
    for (unsigned i = 0; i < XENOS_NUMBERS; i++) {
        const struct xenos_register_info *reg = &xenos_registers[i];
        CU_ASSERT_PTR_EQUAL(xenos_register_at(reg->first), reg);
        CU_ASSERT_PTR_EQUAL(xenos_register_at(reg->last), reg);
        CU_ASSERT_PTR_EQUAL(xenos_register_named(reg->name), reg);
        CU_ASSERT(reg->first <= reg->last && reg->last < XENOS_REGISTERS);
    }
    CU_ASSERT_PTR_NULL(xenos_register_at(0x0003));
    CU_ASSERT_PTR_NULL(xenos_register_at(XENOS_REGISTERS));
    CU_ASSERT_STRING_EQUAL(xenos_register_at(0x4123)->name, "SQ_CONSTANT");
    CU_ASSERT_PTR_NULL(xenos_register_named("CP_RB_NOTHING"));
}

/* No two fields of a register overlap, and none is wider than it. */
static void fields_have_their_bits_alone(void)
{
    unsigned fields = 0;
    for (unsigned i = 0; i < XENOS_NUMBERS; i++) {
        uint32_t taken = 0;
        for (const struct xenos_register_field *field = xenos_registers[i].field; field->name; field++, fields++) {
            CU_ASSERT_FATAL(field->low <= field->high && field->high < 32);
            uint32_t mask = (uint32_t)((UINT64_C(2) << (field->high - field->low)) - 1) << field->low;
            if (taken & mask)
                CU_FAIL(xenos_registers[i].name);
            taken |= mask;
        }
    }
    CU_ASSERT(fields > 1000);
}

static void macros_find_fields(void)
{
    CU_ASSERT_EQUAL(XENOS_CP_RB_CNTL, 0x01C1);
    CU_ASSERT_EQUAL(XENOS_GET(0x8002060Cu, CP_RB_CNTL, RB_BUFSZ), 0x0C);
    CU_ASSERT_EQUAL(XENOS_GET(0x8002060Cu, CP_RB_CNTL, RB_BLKSZ), 0x06);
    CU_ASSERT_EQUAL(XENOS_GET(0x8002060Cu, CP_RB_CNTL, BUF_SWAP), 2);
    CU_ASSERT_EQUAL(XENOS_GET(0x8002060Cu, CP_RB_CNTL, RB_RPTR_WR_ENA), 1);
}

static void the_display_has_the_same_names(void)
{
    for (unsigned i = 0; i < DISPLAY_REG_COUNT; i++) {
        const struct xenos_register_info *reg = xenos_register_at(display_registers[i].offset / 4u);
        if (!reg || strcmp(reg->name, display_registers[i].name) != 0)
            CU_FAIL(display_registers[i].name);
    }
}

void test_xenos_registers(void)
{
    CU_pSuite suite = CU_add_suite("xenos/registers", NULL, NULL);
    CU_add_test(suite, "every index leads back", every_index_leads_back);
    CU_add_test(suite, "fields have their bits alone", fields_have_their_bits_alone);
    CU_add_test(suite, "macros find fields", macros_find_fields);
    CU_add_test(suite, "the display has the same names", the_display_has_the_same_names);
}
