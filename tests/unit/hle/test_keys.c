/* Files of keys. */
#include "kernel-hle/loader/keys.h"
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#define DIGITS_16  "0123456789abcdef"
#define DIGITS_32  DIGITS_16 DIGITS_16
#define DIGITS_128 DIGITS_32 DIGITS_32 DIGITS_32 DIGITS_32
#define DIGITS_512 DIGITS_128 DIGITS_128 DIGITS_128 DIGITS_128

static enum sim_status parse(struct loader_keys *keys, const char *text, struct sim_error *error)
{
    loader_keys_init(keys);
    return loader_keys_parse(keys, "k.txt", text, strlen(text), error);
}

static void one_key_is_built_in(void)
{
    static const uint8_t zeros[16];
    struct loader_keys keys;
    loader_keys_init(&keys);
    CU_ASSERT_EQUAL(keys.count, 1);
    CU_ASSERT_EQUAL(keys.moduli, 0);
    CU_ASSERT_STRING_EQUAL(keys.key[0].name, "development");
    CU_ASSERT_EQUAL(memcmp(keys.key[0].key, zeros, 16), 0);
}

static void lines_become_keys(void)
{
    static const uint8_t second[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                       0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF};
    struct loader_keys keys;
    struct sim_error error;
    CU_ASSERT_EQUAL(parse(&keys,
                          "# keys\r\n\r\n  first\t= " DIGITS_32 " # its use\r\n"
                          "second.key-2_x=00112233445566778899AaBbCcDdEeFf\n"
                          "signer = " DIGITS_512,
                          &error),
                    SIM_OK);
    CU_ASSERT_EQUAL(keys.count, 3);
    CU_ASSERT_STRING_EQUAL(keys.key[1].name, "first");
    CU_ASSERT_EQUAL(keys.key[1].key[1], 0x23);
    CU_ASSERT_STRING_EQUAL(keys.key[2].name, "second.key-2_x");
    CU_ASSERT_EQUAL(memcmp(keys.key[2].key, second, 16), 0);
    CU_ASSERT_EQUAL(keys.moduli, 1);
    CU_ASSERT_STRING_EQUAL(keys.modulus[0].name, "signer");
    CU_ASSERT_EQUAL(keys.modulus[0].bytes[0], 0x01);
    CU_ASSERT_EQUAL(keys.modulus[0].bytes[255], 0xEF);
}

static void mistakes_are_named_by_line_and_keys_are_not(void)
{
    static const struct {
        const char *text, *sentence;
    } wrong[] = {
        {"\n\nfirst " DIGITS_32, "k.txt:3: not `name"},
        {"first = " DIGITS_16, "k.txt:1: a key has 32"},
        {"first = " DIGITS_32 "0", "k.txt:1: a key has 32"},
        {"# x\nfirst = " DIGITS_16 "0123456789abcdeg", "k.txt:2: a character"},
        {"first = " DIGITS_16 "01234567 9abcdef", "k.txt:1: a character"},
        {"= " DIGITS_32, "k.txt:1: a name has"},
        {"two words = " DIGITS_32, "k.txt:1: a name has"},
        {"a-name-of-thirty-two-characters-x = " DIGITS_32, "k.txt:1: a name has"},
        {"a = " DIGITS_32 "\na = " DIGITS_32, "k.txt:2: a name that was given before"},
        {"a = " DIGITS_512 "\na = " DIGITS_32, "k.txt:2: a name that was given before"},
        {"development = " DIGITS_32, "k.txt:1: a name that was given before"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct loader_keys keys;
        struct sim_error error;
        CU_ASSERT_EQUAL(parse(&keys, wrong[i].text, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, wrong[i].sentence));
        CU_ASSERT_PTR_NULL(strstr(error.text, "01234"));
    }
}

static void as_many_as_fit(void)
{
    char text[1024] = "";
    struct loader_keys keys;
    struct sim_error error;
    for (unsigned i = 1; i < LOADER_KEYS_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "k%u = %s\n", i, DIGITS_32);
    CU_ASSERT_EQUAL(parse(&keys, text, &error), SIM_OK);
    CU_ASSERT_EQUAL(keys.count, LOADER_KEYS_MAX);
    strcat(text, "more = " DIGITS_32);
    CU_ASSERT_EQUAL(parse(&keys, text, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "k.txt:16: more than 15 keys"));
}

static void files_are_read(void)
{
    struct scratch scratch;
    struct loader_keys keys;
    struct sim_error error;
    scratch_begin(&scratch);
    scratch_file(&scratch, "keys", "a = " DIGITS_32 "\n", 37);
    scratch_file(&scratch, "empty", "", 0);
    loader_keys_init(&keys);
    CU_ASSERT_EQUAL(loader_keys_read(&keys, scratch_path(&scratch, "keys"), &error), SIM_OK);
    CU_ASSERT_EQUAL(loader_keys_read(&keys, scratch_path(&scratch, "empty"), &error), SIM_OK);
    CU_ASSERT_EQUAL(keys.count, 2);
    CU_ASSERT_EQUAL(loader_keys_read(&keys, scratch_path(&scratch, "none"), &error), SIM_BAD_INPUT);
    scratch_end(&scratch);
}

void test_keys(void)
{
    CU_pSuite suite = CU_add_suite("hle/keys", NULL, NULL);
    CU_add_test(suite, "the development key is built in, and no other", one_key_is_built_in);
    CU_add_test(suite, "lines become keys and moduli", lines_become_keys);
    CU_add_test(suite, "mistakes are named by file and line, keys never", mistakes_are_named_by_line_and_keys_are_not);
    CU_add_test(suite, "fifteen keys fit beside the built-in one", as_many_as_fit);
    CU_add_test(suite, "files are read", files_are_read);
}
