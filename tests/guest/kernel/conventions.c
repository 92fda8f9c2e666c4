/* Whether what GCC hands to import stubs arrives as the console wants it, and the other way round: on the bare machine,
 * where every import's thunk is a branch to fake_kernel, which notes what it was called with. The kit's imports.s is
 * changed so by who compiles this (tests/cli/kernel.test). It says on the serial port how it went. */
#include <kernel.h>

enum { GPRS = 8, FPRS = 13, SLOTS = 6 };

/* Registers and stack at a call in the console's convention. */
struct call {
    uint64_t gpr[GPRS];
    double fpr[FPRS];
    uint64_t slot[SLOTS];
};

extern struct call noted;
extern uint64_t answer;
uint64_t call_console(const struct guest_code *code, const struct call *call);
void first_main(void);

__asm__(".pushsection .bss\n"
        ".balign 8\n"
        ".globl noted\n"
        "noted: .space 216\n"
        ".globl answer\n"
        "answer: .space 8\n"
        ".popsection\n"
        ".text\n"
        ".globl _start\n"
        "_start:\n"
        "        mfmsr 3\n"
        "        ori 3, 3, 0x2000\n" /* floating point */
        "        clrldi 3, 3, 1\n"   /* 32-bit addresses */
        "        mtmsrd 3\n"
        "        isync\n"
        "        lis 1, 0x20\n"
        "        b first_main\n"
        ".globl fake_kernel\n"
        "fake_kernel:\n"
        "        lis 12, noted@ha\n"
        "        addi 12, 12, noted@l\n"
        "        .set i, 0\n"
        "        .rept 8\n"
        "        std 3 + i, 8 * i(12)\n"
        "        .set i, i + 1\n"
        "        .endr\n"
        "        .set i, 0\n"
        "        .rept 13\n"
        "        stfd 1 + i, 64 + 8 * i(12)\n"
        "        .set i, i + 1\n"
        "        .endr\n"
        "        .set i, 0\n"
        "        .rept 6\n"
        "        ld 0, 0x50 + 8 * i(1)\n"
        "        std 0, 168 + 8 * i(12)\n"
        "        .set i, i + 1\n"
        "        .endr\n"
        "        ld 3, 216(12)\n"
        "        blr\n"
        /* In GCC's convention: calls r3 with the registers and the stack that r4 points to. */
        "call_console:\n"
        "        mflr 0\n"
        "        stw 0, 4(1)\n"
        "        stwu 1, -0x90(1)\n"
        "        mtctr 3\n"
        "        mr 12, 4\n"
        "        .set i, 0\n"
        "        .rept 6\n"
        "        ld 0, 168 + 8 * i(12)\n"
        "        std 0, 0x50 + 8 * i(1)\n"
        "        .set i, i + 1\n"
        "        .endr\n"
        "        .set i, 0\n"
        "        .rept 13\n"
        "        lfd 1 + i, 64 + 8 * i(12)\n"
        "        .set i, i + 1\n"
        "        .endr\n"
        "        .set i, 0\n"
        "        .rept 8\n"
        "        ld 3 + i, 8 * i(12)\n"
        "        .set i, i + 1\n"
        "        .endr\n"
        "        bctrl\n"
        "        mr 4, 3\n"
        "        srdi 3, 3, 32\n"
        "        addi 1, 1, 0x90\n"
        "        lwz 0, 4(1)\n"
        "        mtlr 0\n"
        "        blr\n");

static void say(const char *text)
{
    volatile uint32_t *const port = (volatile uint32_t *)0xEA001000u;
    for (; *text != '\0'; text++) {
        while ((port[6] & 0x02000000) == 0)
            ;
        port[5] = (uint32_t)(uint8_t)*text << 24;
    }
}

static unsigned wrong;

static void check(int right, const char *what)
{
    if (right)
        return;
    wrong++;
    say("wrong: ");
    say(what);
    say("\n");
}
#define CHECK(expression) check(expression, #expression)

/* A word in a register or in a slot has nothing to say in its upper half. */
#define GPR(n)  ((uint32_t)noted.gpr[(n)-3])
#define GPR8(n) (noted.gpr[(n)-3])
#define SLOT(n) ((uint32_t)noted.slot[n])
#define WORD(p) ((uint32_t)(uintptr_t)(p))

static void words_and_wide(void)
{
    static uint32_t out, more;
    static struct timer timer;
    XamUserGetIndexFromXUID(0x1122334455667788u, 5, &out);
    CHECK(GPR8(3) == 0x1122334455667788u && GPR(4) == 5 && GPR(5) == WORD(&out));
    KeSetTimer(&timer, -10000, NULL);
    CHECK(GPR(3) == WORD(&timer) && GPR8(4) == (uint64_t)-10000 && GPR(5) == 0);
    XNotifyQueueUI(1, 2, 0x8877665544332211u, NULL, &more);
    CHECK(GPR(3) == 1 && GPR(4) == 2 && GPR8(5) == 0x8877665544332211u && GPR(6) == 0 && GPR(7) == WORD(&more));
    XamContentCreateEx(1, "root", &timer, 4, &out, &more, 7, 0xFEDCBA9876543210u, (struct overlapped *)9);
    CHECK(GPR(3) == 1 && GPR(5) == WORD(&timer) && GPR(6) == 4 && GPR(7) == WORD(&out) && GPR(8) == WORD(&more));
    CHECK(GPR(9) == 7 && GPR8(10) == 0xFEDCBA9876543210u && SLOT(0) == 9);
}

static void many(void)
{
    static struct io_status_block block;
    NtCreateFile((uint32_t *)3, 4, (struct object_attributes *)5, &block, (void *)7, 8, 9, 10, 11);
    CHECK(GPR(3) == 3 && GPR(4) == 4 && GPR(5) == 5 && GPR(6) == WORD(&block) && GPR(7) == 7 && GPR(8) == 8);
    CHECK(GPR(9) == 9 && GPR(10) == 10 && SLOT(0) == 11);
    NtDeviceIoControlFile(3, 4, NULL, (void *)6, &block, 8, (void *)9, 10, (void *)11, 12);
    CHECK(GPR(5) == 0 && GPR(6) == 6 && GPR(7) == WORD(&block) && GPR(10) == 10 && SLOT(0) == 11 && SLOT(1) == 12);
    VdInitializeScalerCommandBuffer(1, 2, 3, 4, 5, 6, (void *)7, 8, (void *)9, (void *)10, (void *)11, 12);
    CHECK(GPR(3) == 1 && GPR(10) == 8 && SLOT(0) == 9 && SLOT(1) == 10 && SLOT(2) == 11 && SLOT(3) == 12);
}

static void floating_point(void)
{
    VdSetDisplayModeOverride(1, 2, 59.94, 3, 4);
    CHECK(GPR(3) == 1 && GPR(4) == 2 && noted.fpr[0] == 59.94 && GPR(6) == 3 && GPR(7) == 4);
}

static void in_slots(void)
{
    static const union {
        double value;
        uint64_t bits;
    } half = {0.5};
    const char *format = "%d %d %llx %f %s %c %u %d %d %p";
    short small = -3;
    answer = 0xC000000D;
    CHECK(DbgPrint(format, 1, -2, 0x123456789ABCDEF0u, 0.5f, "x", 'c', 7u, small, (signed char)-9, &answer) ==
          0xC000000D);
    CHECK(GPR(3) == WORD(format) && GPR8(4) == 1 && GPR8(5) == (uint64_t)-2 && GPR8(6) == 0x123456789ABCDEF0u);
    CHECK(GPR8(7) == half.bits && *(const char *)(uintptr_t)GPR(8) == 'x' && GPR8(9) == 'c' && GPR8(10) == 7);
    CHECK(noted.slot[0] == (uint64_t)-3 && noted.slot[1] == (uint64_t)-9 && noted.slot[2] == WORD(&answer));
    answer = 0x1234567890ABCDEFu;
    CHECK(ObIsTitleObject() == 0x1234567890ABCDEFu);
    CHECK(ObIsTitleObject(0xFFFFFFFFFFFFFFFFu, (uint8_t)0xFF) == answer);
    CHECK(GPR8(3) == 0xFFFFFFFFFFFFFFFFu && GPR8(4) == 0xFF);
}

static void results(void)
{
    answer = 0xFEDCBA9876543210u;
    CHECK(KeQueryInterruptTime() == answer);
    CHECK(KeTlsAlloc() == 0x76543210u);
    CHECK(MmAllocatePhysicalMemory(0, 1, 2) == (void *)0x76543210u);
}

static uint32_t given[5];

static uint32_t start(const volatile void *context)
{
    given[0] = WORD(context);
    KeQueryInterruptTime(); /* calls go both ways at once */
    return 0x89ABCDEF;
}
GUEST_CALLBACK(thread, start);

static void rundown(struct apc *apc, void *routine, void *context, void *argument1, void *argument2)
{
    given[0] = WORD(apc);
    given[1] = WORD(routine);
    given[2] = WORD(context);
    given[3] = WORD(argument1);
    given[4] = WORD(argument2);
}
GUEST_CALLBACK(apc_kernel, rundown);

static void callbacks(void)
{
    const struct call call = {.gpr = {0xAAAAAAAA00000011u, 0xBBBBBBBB00000022u, 0x33, 0x44, 0x55}};
    CHECK((uint32_t)call_console(start_code, &call) == 0x89ABCDEF);
    CHECK(given[0] == 0x11);
    call_console(rundown_code, &call);
    CHECK(given[0] == 0x11 && given[1] == 0x22 && given[2] == 0x33 && given[3] == 0x44 && given[4] == 0x55);
}

static void arithmetic(void)
{
    volatile uint64_t a = 0x123456789ABCDEFu, b = 1000003;
    volatile int64_t c = -77777777777, d = 1000;
    CHECK(a / b == 81985283260 && a % b == 637115 && c / d == -77777777 && c % d == -777);
    CHECK((double)c == -77777777777.0 && (int64_t)-1e12 == -1000000000000);
}

void first_main(void)
{
    words_and_wide();
    many();
    floating_point();
    in_slots();
    results();
    callbacks();
    arithmetic();
    say(wrong == 0 ? "conventions: all right\n" : "conventions: wrong\n");
    __asm__ volatile("sync\n li 3, 0\n mtspr 152, 3\n b .");
}
