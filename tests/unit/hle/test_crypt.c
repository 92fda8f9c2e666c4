/* Cryptography as titles call it, by published vectors. */
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum {
    STATE = KERNEL_BENCH_MEMORY,
    KEY = STATE + 0x1000,
    IN = STATE + 0x2000,
    OUT = STATE + 0x4000,
    CHAIN = STATE + 0x5000
};

static struct kernel_bench *b;
static uint64_t r3;

static int set_up(void)
{
    b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    return 0;
}

static int tear_down(void)
{
    kernel_bench_free(b);
    return 0;
}

#define CALL(name, ...) CU_ASSERT_FATAL(KERNEL_BENCH_CALL(b, 0, name, &r3, __VA_ARGS__))

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Bytes in hexadecimal, a multiple of four of them for put(). */
static void put(uint32_t address, const char *hex)
{
    for (size_t i = 0; i < strlen(hex); i += 8) {
        uint32_t word = 0;
        for (size_t j = 0; j < 8; j++)
            word = word << 4 | digit(hex[i + j]);
        kernel_bench_put_u32(b, address + (uint32_t)i / 2, word);
    }
}

static bool is(uint32_t address, const char *hex)
{
    for (size_t i = 0; i < strlen(hex); i++) {
        uint32_t word = kernel_bench_u32(b, address + (uint32_t)(i / 8 * 4));
        if ((word >> (28 - 4 * (i % 8)) & 15) != digit(hex[i]))
            return false;
    }
    return true;
}

/* "abc" in one piece, and 1000 times "a" in pieces that do not fit blocks, as their one-shot digests say. */
static void check_digest(const char *init, const char *update, const char *final, const char *abc, const char *many)
{
    kernel_bench_text(b, IN, "abc");
    CALL(init, STATE);
    CALL(update, STATE, IN, 3);
    CALL(final, STATE, OUT, 64);
    CU_ASSERT(is(OUT, abc));
    for (uint32_t i = 0; i < 1000; i += 4)
        kernel_bench_put_u32(b, IN + i, 0x61616161);
    CALL(init, STATE);
    CU_ASSERT(kernel_bench_u32(b, STATE) == 0);
    for (uint32_t done = 0, part = 1; done < 1000; done += part, part = part % 200 + 13) {
        if (part > 1000 - done)
            part = 1000 - done;
        CALL(update, STATE, IN, part);
    }
    CU_ASSERT(kernel_bench_u32(b, STATE) == 1000);
    put(OUT, "0000000000000000");
    CALL(final, STATE, OUT, 5);
    CU_ASSERT(strncmp(many, abc, 10) != 0 && kernel_bench_u32(b, OUT + 8 - 4) << 8 == 0);
    char beginning[11] = "";
    strncat(beginning, many, 10);
    CU_ASSERT(is(OUT, beginning));
}

static void test_digests(void)
{
    check_digest("XeCryptShaInit", "XeCryptShaUpdate", "XeCryptShaFinal", "a9993e364706816aba3e25717850c26c9cd0d89d",
                 "291e9a6c66994949b57ba5e650361e98fc36b1ba");
    check_digest("XeCryptMd5Init", "XeCryptMd5Update", "XeCryptMd5Final", "900150983cd24fb0d6963f7d28e17f72",
                 "cabe45dcc9ae5b66ba86600cca6b8ba8");
    check_digest("XeCryptSha256Init", "XeCryptSha256Update", "XeCryptSha256Final",
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                 "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
    check_digest("XeCryptSha512Init", "XeCryptSha512Update", "XeCryptSha512Final",
                 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
                 "67ba5535a46e3f86dbfbed8cbbaf0125c76ed549ff8b0b9e03e0c88cf90fa634");
    kernel_bench_text(b, IN, "abc");
    CALL("XeCryptSha", IN, 1, IN + 1, 1, IN + 2, 1, OUT, 20);
    CU_ASSERT(is(OUT, "a9993e364706816aba3e25717850c26c9cd0d89d"));
    CALL("XeCryptMd5", IN, 3, 0, 0, 0, 7, OUT, 16);
    CU_ASSERT(is(OUT, "900150983cd24fb0d6963f7d28e17f72"));
}

static void test_hmac(void)
{
    kernel_bench_text(b, KEY, "Jefe");
    kernel_bench_text(b, IN, "what do ya want for nothing?");
    CALL("XeCryptHmacSha", KEY, 4, IN, 10, IN + 10, 18, 0, 0, OUT, 20);
    CU_ASSERT(is(OUT, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
    for (uint32_t i = 0; i < 80; i += 4)
        kernel_bench_put_u32(b, KEY + i, 0xAAAAAAAA);
    kernel_bench_text(b, IN, "Test Using Larger Than Block-Size Key - Hash Key First");
    CALL("XeCryptHmacSha", KEY, 80, IN, 54, 0, 0, 0, 0, OUT, 20);
    CU_ASSERT(is(OUT, "aa4ae5e15272d00e95705637ce8a3b55ed402112"));
}

static void test_aes(void)
{
    static const char *const plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
    put(KEY, "2b7e151628aed2a6abf7158809cf4f3c");
    CALL("XeCryptAesKey", STATE, KEY);
    put(IN, plain);
    CALL("XeCryptAesEcb", STATE, IN, OUT, 1);
    CU_ASSERT(is(OUT, "3ad77bb40d7a3660a89ecaf32466ef97"));
    CALL("XeCryptAesEcb", STATE, OUT, OUT, 0);
    CU_ASSERT(is(OUT, "6bc1bee22e409f96e93d7e117393172a"));
    put(CHAIN, "000102030405060708090a0b0c0d0e0f");
    CALL("XeCryptAesCbc", STATE, IN, 35, OUT, CHAIN, 1);
    CU_ASSERT(is(OUT, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"));
    CU_ASSERT(is(CHAIN, "5086cb9b507219ee95db113a917678b2"));
    put(CHAIN, "000102030405060708090a0b0c0d0e0f");
    CALL("XeCryptAesCbc", STATE, OUT, 16, OUT, CHAIN, 0);
    CALL("XeCryptAesCbc", STATE, OUT + 16, 16, OUT + 16, CHAIN, 0);
    CU_ASSERT(is(OUT, plain));
    CALL("XeKeysObscureKey", KEY, STATE);
    CU_ASSERT(!is(STATE, "2b7e1516"));
    put(CHAIN, "000102030405060708090a0b0c0d0e0f");
    CALL("XeKeysAesCbcUsingKey", STATE, IN, 16, OUT, CHAIN, 1);
    CU_ASSERT(r3 == 0 && is(OUT, "7649abac8119b246cee98e9b12e9197d"));
    CALL("XeKeysHmacShaUsingKey", 0, IN, 16, 0, 0, 0, 0, OUT, 20);
    CU_ASSERT((uint32_t)r3 == 0xC000000D);
    CALL("XeKeysHmacShaUsingKey", STATE, IN, 16, 0, 0, 0, 0, OUT, 20);
    CALL("XeCryptHmacSha", KEY, 16, IN, 16, 0, 0, 0, 0, OUT + 0x40, 20);
    for (uint32_t i = 0; i < 20; i += 4)
        CU_ASSERT(kernel_bench_u32(b, OUT + i) == kernel_bench_u32(b, OUT + 0x40 + i));
}

static void test_des(void)
{
    /* With three equal keys it is DES. */
    put(KEY, "0123456789abcdef0123456789abcdef0123456789abcdef");
    CALL("XeCryptDes3Key", STATE, KEY);
    put(IN, "4e6f772069732074");
    CALL("XeCryptDes3Ecb", STATE, IN, OUT, 1);
    CU_ASSERT(is(OUT, "3fa40e8a984d4815"));
    put(CHAIN, "1234567890abcdef");
    put(IN, "4e6f77206973207468652074696d6520666f7220616c6c20");
    CALL("XeCryptDes3Cbc", STATE, IN, 24, OUT, CHAIN, 1);
    CU_ASSERT(is(OUT, "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6"));
    put(CHAIN, "1234567890abcdef");
    CALL("XeCryptDes3Cbc", STATE, OUT, 24, OUT, CHAIN, 0);
    CU_ASSERT(is(OUT, "4e6f77206973207468652074696d6520666f7220616c6c20"));
    put(IN, "00017ffe");
    CALL("XeCryptDesParity", IN, 4, OUT);
    CU_ASSERT(is(OUT, "01017ffe"));
}

static void test_rc4(void)
{
    kernel_bench_text(b, KEY, "Key");
    kernel_bench_text(b, IN, "Plaintext");
    CALL("XeCryptRc4Key", STATE, KEY, 3);
    CALL("XeCryptRc4Ecb", STATE, IN, 4);
    CALL("XeCryptRc4Ecb", STATE, IN + 4, 5);
    CU_ASSERT(is(IN, "bbf316e8d940af0ad3"));
    CALL("XeCryptRc4", KEY, 3, IN, 9);
    CU_ASSERT(is(IN, "506c61696e74657874"));
}

static void test_numbers(void)
{
    put(IN, "0102030405060708ffeeddccbbaa9988");
    CALL("XeCryptBnQw_SwapDwQwLeBe", IN, OUT, 2);
    CU_ASSERT(is(OUT, "08070605040302018899aabbccddeeff"));
    /* 2^65 ^ 3 modulo 2^127 - 1 is 2^(195 - 127). */
    put(KEY, "00000002000000030000000000000000ffffffffffffffff7fffffffffffffff");
    put(IN, "00000000000000000000000000000002");
    CALL("XeCryptBnQwNeRsaPubCrypt", IN, OUT, KEY);
    CU_ASSERT(r3 == 1 && is(OUT, "00000000000000000000000000000010"));
    put(KEY, "00000041");
    CALL("XeCryptBnQwNeRsaPubCrypt", IN, OUT, KEY);
    CU_ASSERT(r3 == 0);
    put(KEY, "00000002000000030000000000000000"
             "00000000000000000000000000000000");
    CALL("XeCryptBnQwNeRsaPubCrypt", IN, OUT, KEY);
    CU_ASSERT(r3 == 0);
    CALL("XeKeysGetConsoleType", OUT);
    CU_ASSERT(r3 == 0 && kernel_bench_u32(b, OUT) == 2);
}

static void test_random(void)
{
    kernel_bench_put_u32(b, OUT + 100, 0x12345678);
    CALL("XeCryptRandom", OUT, 101);
    uint32_t first = kernel_bench_u32(b, OUT);
    CU_ASSERT((kernel_bench_u32(b, OUT + 100) & 0xFFFFFF) == 0x345678 && first != kernel_bench_u32(b, OUT + 32));
    CALL("XeCryptRandom", OUT, 4);
    CU_ASSERT(kernel_bench_u32(b, OUT) != first);
    struct kernel_bench *other = kernel_bench_new(&(struct kernel_bench_spec){.reference = HLE_XENIA});
    kernel_bench_thread(other, 0, 13);
    CU_ASSERT(KERNEL_BENCH_CALL(other, 0, "XeCryptRandom", &r3, OUT, 4));
    CU_ASSERT(kernel_bench_u32(other, OUT) == 0xFDFDFDFD);
    kernel_bench_free(other);
}

void test_crypt(void)
{
    CU_pSuite suite = CU_add_suite("hle/crypt", set_up, tear_down);
    CU_add_test(suite, "digests", test_digests);
    CU_add_test(suite, "HMAC", test_hmac);
    CU_add_test(suite, "AES", test_aes);
    CU_add_test(suite, "triple DES", test_des);
    CU_add_test(suite, "RC4", test_rc4);
    CU_add_test(suite, "large numbers", test_numbers);
    CU_add_test(suite, "random bytes", test_random);
}
