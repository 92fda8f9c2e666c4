/* A day's work for two threads, to see where it goes: matrices, a sort, a list that is longer than L1, copies, sums,
 * quotients, recursion. Thread 1 is started by thread 0; neither ends.
 *
 *     powerpc64-linux-gnu-gcc -m32 -O2 -mcpu=970 -mno-altivec -ffreestanding -nostdlib -static -mno-sdata -fno-pic \
 *         -Wl,-Ttext-segment=0x20000,--section-start=.vectors=0x100,--build-id=none tests/guest/day.c -o day.elf
 *     cycle360 boot day.elf --until time:1ms --profile time
 */
typedef unsigned int u32;
typedef unsigned char u8;

enum { SIDE = 24, NODES = 1024, STRIDE = 389, KEYS = 512, BYTES = 8192 };

/* The system reset vector, where a thread begins that is woken. */
__asm__(".section .vectors, \"ax\"\n"
        "        b second\n"
        ".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start: lis 1, 0x10\n"
        "        mfmsr 3\n"
        "        ori 3, 3, 0x2000\n" /* floating point */
        "        mtmsr 3\n"
        "        lis 3, 0xC0\n"
        "        mtspr 152, 3\n" /* CTRL: both threads run */
        "        b first_main\n"
        ".size _start, . - _start\n"
        ".type second, @function\n"
        "second: lis 1, 0x20\n"
        "        b second_main\n"
        ".size second, . - second\n");

struct node {
    struct node *next;
    u32 value, rest[62];
};

static float left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];
static struct node list[NODES];
static u32 keys[KEYS], seed = 1;
static u8 text[BYTES], copy[BYTES], other_copy[BYTES];
static volatile u32 result[2], ready;

void first_main(void);
void second_main(void);

#define APART __attribute__((noipa))

static APART u32 next_random(void)
{
    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

static APART void make_list(void)
{
    for (u32 i = 0; i < NODES; i++) {
        list[i * STRIDE % NODES].next = &list[(i + 1) * STRIDE % NODES];
        list[i].value = i;
    }
}

static APART u32 walk_list(u32 steps)
{
    u32 sum = 0;
    for (const struct node *node = list; steps > 0; steps--, node = node->next)
        sum += node->value;
    return sum;
}

static APART void fill_matrices(void)
{
    for (u32 i = 0; i < SIDE; i++)
        for (u32 j = 0; j < SIDE; j++) {
            left[i][j] = (float)(next_random() & 15);
            right[i][j] = 1;
        }
}

static APART float dot(const float *row, u32 column)
{
    float sum = 0;
    for (u32 i = 0; i < SIDE; i++)
        sum += row[i] * right[i][column];
    return sum;
}

static APART void multiply(void)
{
    for (u32 i = 0; i < SIDE; i++)
        for (u32 j = 0; j < SIDE; j++)
            product[i][j] = dot(left[i], j);
}

static APART void sift(u32 at, u32 end)
{
    while (2 * at + 1 < end) {
        u32 below = 2 * at + 1, key = keys[at];
        if (below + 1 < end && keys[below + 1] > keys[below])
            below++;
        if (key >= keys[below])
            return;
        keys[at] = keys[below];
        keys[below] = key;
        at = below;
    }
}

static APART void heap_sort(void)
{
    for (u32 i = KEYS / 2; i-- > 0;)
        sift(i, KEYS);
    for (u32 i = KEYS; i-- > 1;) {
        u32 key = keys[0];
        keys[0] = keys[i];
        keys[i] = key;
        sift(0, i);
    }
}

static APART u32 fibonacci(u32 n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static APART void copy_bytes(volatile u8 *to, const u8 *from, u32 size)
{
    for (u32 i = 0; i < size; i++)
        to[i] = from[i];
}

static APART u32 checksum(const u8 *bytes, u32 size)
{
    u32 hash = 2166136261;
    for (u32 i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 16777619;
    return hash;
}

static APART u32 quotients(u32 count)
{
    u32 sum = 0;
    for (u32 i = 1; i < count; i++)
        sum += 1000000000 / i;
    return sum;
}

static APART u32 frame(void)
{
    u32 sum = walk_list(700);
    multiply();
    for (u32 i = 0; i < KEYS; i++)
        keys[i] = next_random();
    heap_sort();
    copy_bytes(copy, text, 3000);
    return sum + checksum(copy, 2000) + fibonacci(11) + quotients(150);
}

void first_main(void)
{
    make_list();
    fill_matrices();
    ready = 1;
    for (;;)
        result[0] = frame();
}

void second_main(void)
{
    while (!ready)
        ;
    for (;;) {
        u32 sum = walk_list(900);
        copy_bytes(other_copy, text, 1200);
        result[1] = sum + checksum(other_copy, 2000) + fibonacci(10);
    }
}
