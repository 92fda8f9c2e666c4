/* The programs as assembler. What loads bring is kept in registers for a while and goes to the log in one go, so that
 * several loads can be under way: of a group's step n, r4 + n, r12 + n (whether it stored) and v2 + n. */
#include "tests/conformance/memory/torture.h"
#include "tests/support/rig.h"

enum { GROUP = 8, POLLS = 12 };

static const char *const barrier[] = {"lwsync", "sync", "eieio"};
enum { BARRIERS = sizeof barrier / sizeof *barrier };

static unsigned counter(const struct torture_step *step)
{
    static const uint16_t at[TORTURE_COUNTERS] = {0x000, 0x090, 0x008, 0x100};
    return at[step->choice % 2 + (step->kind == TORTURE_ADD8 ? 2 : 0)];
}

static void put_log(FILE *out, const struct torture_step *step, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        fprintf(out, " std r%u,%u(r28)\n", first + i, 8 * (step->log + i));
}

static void put_indexed(FILE *out, const char *name, const char *target, const struct torture_step *step)
{
    fprintf(out, " li r26,%u\n %s %s%sr%u,r26\n", step->offset, name, target, *target ? "," : "", 20 + step->slot);
}

static void put_load(FILE *out, const struct torture_step *step, unsigned n)
{
    char target[8];
    if (step->kind == TORTURE_LOAD16) {
        snprintf(target, sizeof target, "v%u", 2 + n);
        put_indexed(out, "lvx", target, step);
        return;
    }
    snprintf(target, sizeof target, "r%u", 4 + n);
    const char *indexed = step->bytes == 1 ? "lbzx" : step->bytes == 2 ? "lhzx" : step->bytes == 4 ? "lwzx" : "ldx";
    put_indexed(out, indexed, target, step);
}

static void put_store(FILE *out, const struct torture_step *step)
{
    if (step->kind == TORTURE_STORE16) {
        fprintf(out, " li r26,%u\n lvx v1,r27,r26\n", 16 * step->value);
        put_indexed(out, "stvx", "v1", step);
    } else {
        const char *indexed = step->bytes == 1   ? "stbx"
                              : step->bytes == 2 ? "sthx"
                              : step->bytes == 4 ? "stwx"
                                                 : "stdx";
        put_indexed(out, indexed, "r25", step);
    }
    fputs(" add r25,r25,r24\n", out);
}

static void put_conditional(FILE *out, const struct torture_step *step, unsigned n)
{
    const char *size = step->bytes == 4 ? "w" : "d";
    fprintf(
        out,
        " li r%u,0\n li r26,%u\n l%sarx r%u,r%u,r26\n st%scx. r25,r%u,r26\n bne 1f\n li r%u,1\n1: add r25,r25,r24\n",
        12 + n, step->offset, size, 4 + n, 20 + step->slot, size, 20 + step->slot, 12 + n);
}

static void put_add(FILE *out, const struct torture_step *step, enum torture_fault fault)
{
    const char *size = step->kind == TORTURE_ADD4 ? "w" : "d";
    if (fault == TORTURE_NO_RESERVATION)
        fprintf(out, " l%s r4,%u(r30)\n addi r2,r4,1\n st%s r2,%u(r30)\n", step->kind == TORTURE_ADD4 ? "wz" : "d",
                counter(step), size, counter(step));
    else
        fprintf(out, " li r26,%u\n1: l%sarx r4,r30,r26\n addi r2,r4,1\n st%scx. r2,r30,r26\n bne 1b\n", counter(step),
                size, size);
    put_log(out, step, 4, 1);
}

static void put_locked(FILE *out, const struct torture_step *step)
{
    fprintf(out,
            " li r26,%u\n1: lwarx r2,r30,r26\n cmpwi r2,0\n bne 1b\n li r2,1\n stwcx. r2,r30,r26\n bne 1b\n isync\n",
            TORTURE_LOCK);
    for (unsigned i = 0; i < 4; i++)
        fprintf(out, " ld r%u,%u(r30)\n", 4 + i, TORTURE_LOCKED_DATA + 8 * i);
    /* the lock's gather buffer is older than the data's, so that only the barrier keeps it from going first */
    fprintf(out, " stw r2,%u(r30)\n addi r2,r4,1\n", TORTURE_LOCK + 32);
    for (unsigned i = 0; i < 4; i++)
        fprintf(out, " std r2,%u(r30)\n", TORTURE_LOCKED_DATA + 8 * i);
    fprintf(out, " lwsync\n li r2,0\n stw r2,%u(r30)\n", TORTURE_LOCK);
    put_log(out, step, 4, 4);
}

static unsigned message(unsigned thread, unsigned word)
{
    static const uint8_t at[] = {0, 56, 128, 184};
    return TORTURE_MESSAGES + 256 * thread + at[word];
}

static void put_send(FILE *out, const struct torture_step *step, unsigned thread, enum torture_fault fault)
{
    fprintf(out, " stw r1,%u(r30)\n addi r1,r1,1\n", TORTURE_FLAGS + 56); /* as with the lock */
    for (unsigned i = 0; i < 4; i++)
        fprintf(out, " std r1,%u(r30)\n", message(thread, i));
    if (fault != TORTURE_NO_BARRIER)
        fprintf(out, " %s\n", barrier[step->choice % BARRIERS]);
    fprintf(out, " std r1,%u(r30)\n", TORTURE_FLAGS + 8 * thread);
    if (step->choice / BARRIERS % 2 == 0) /* goes ahead of other buffers */
        fprintf(out, " li r26,%u\n dcbst r30,r26\n", TORTURE_FLAGS);
}

/* Waits a while for a new message, so as to be there when it comes. */
static void put_receive(FILE *out, const struct torture_step *step)
{
    static const char *const order[] = {" lwsync\n", " sync\n", " cmpd r4,r4\n bne 1f\n1: isync\n",
                                        " xor r2,r4,r4\n add r2,r2,r30\n"};
    unsigned from = step->choice % TORTURE_THREADS, how = step->choice / TORTURE_THREADS % 4;
    unsigned flag = TORTURE_FLAGS + 8 * from;
    fprintf(out, " li r26,%u\n mtctr r26\n ld r2,%u(r30)\n1: ld r4,%u(r30)\n cmpd r4,r2\n bne 2f\n bdnz 1b\n2:\n%s",
            POLLS, flag, flag, order[how]);
    for (unsigned i = 0; i < 4; i++)
        fprintf(out, " ld r%u,%u(r%u)\n", 5 + i, message(from, i), how == 3 ? 2U : 30U);
    put_log(out, step, 4, 5);
}

static void put_call(FILE *out, const struct torture_step *step)
{
    fprintf(out, " ld r5,%u(r30)\n cmpd r5,r5\n bne 1f\n1: isync\n bl routine\n ld r6,%u(r30)\n", TORTURE_VERSION,
            TORTURE_VERSION);
    put_log(out, step, 4, 3);
}

/* The architecture's sequence, and the version for those who know that they must not use an older one. */
static void put_patch(FILE *out, enum torture_fault fault)
{
    fprintf(out,
            " lis r26,routine@h\n ori r26,r26,routine@l\n ld r2,%u(r30)\n addi r2,r2,1\n oris r4,r2,0x3880\n"
            " stw r4,0(r26)\n dcbst 0,r26\n sync\n%s sync\n isync\n std r2,%u(r30)\n",
            TORTURE_VERSION, fault == TORTURE_NO_ICBI ? "" : " icbi 0,r26\n", TORTURE_VERSION);
}

static void put_flush(FILE *out, const struct torture_step *step)
{
    static const char *const names[TORTURE_KINDS] = {
        [TORTURE_ZERO] = "dcbz128", [TORTURE_FLUSH] = "dcbf", [TORTURE_CLEAN] = "dcbst", [TORTURE_TOUCH] = "dcbt"};
    put_indexed(out, names[step->kind], "", step);
}

static void put_step(FILE *out, const struct torture_step *step, unsigned n, unsigned thread, enum torture_fault fault)
{
    switch ((enum torture_kind)step->kind) {
    case TORTURE_LWSYNC:
    case TORTURE_SYNC:
    case TORTURE_EIEIO:
        fprintf(out, " %s\n", barrier[step->kind - TORTURE_LWSYNC]);
        break;
    case TORTURE_DELAY:
        fprintf(out, " li r26,%u\n mtctr r26\n1: bdnz 1b\n", step->choice + 1);
        break;
    case TORTURE_ADD4:
    case TORTURE_ADD8:
        put_add(out, step, fault);
        break;
    case TORTURE_LOCKED:
        put_locked(out, step);
        break;
    case TORTURE_SEND:
        put_send(out, step, thread, fault);
        break;
    case TORTURE_RECEIVE:
        put_receive(out, step);
        break;
    case TORTURE_CALL:
        put_call(out, step);
        break;
    case TORTURE_PATCH:
        put_patch(out, fault);
        break;
    case TORTURE_CONDITIONAL4:
    case TORTURE_CONDITIONAL8:
        put_conditional(out, step, n);
        break;
    case TORTURE_ZERO:
    case TORTURE_FLUSH:
    case TORTURE_CLEAN:
    case TORTURE_TOUCH:
        put_flush(out, step);
        break;
    default:
        if (step->kind <= TORTURE_LOAD_ACROSS)
            put_load(out, step, n);
        else
            put_store(out, step);
    }
}

/* What a group's loads have brought. */
static void put_results(FILE *out, const struct torture_step *step, unsigned n)
{
    if (step->kind == TORTURE_LOAD16)
        fprintf(out, " li r26,%u\n stvx v%u,r28,r26\n", 8 * step->log, 2 + n);
    else if (step->kind <= TORTURE_LOAD_ACROSS)
        put_log(out, step, 4 + n, 1);
    else if (step->kind == TORTURE_CONDITIONAL4 || step->kind == TORTURE_CONDITIONAL8)
        fprintf(out, " std r%u,%u(r28)\n std r%u,%u(r28)\n", 4 + n, 8 * step->log, 12 + n, 8 * step->log + 8);
}

static void put_program(FILE *out, const struct torture_program *program, unsigned thread, enum torture_fault fault)
{
    unsigned first = 0;
    fputs(" mflr r31\n", out);
    for (unsigned i = 0; i < program->steps; i++) {
        bool alone = program->step[i].kind >= TORTURE_ADD4; /* these have registers of the group for themselves */
        if (!alone)
            put_step(out, &program->step[i], i - first, thread, fault);
        if (alone || i + 1 == program->steps || i + 1 - first == GROUP) {
            for (unsigned n = first; n < i + !alone; n++)
                put_results(out, &program->step[n], n - first);
            first = i + 1;
        }
        if (alone)
            put_step(out, &program->step[i], 0, thread, fault);
    }
    fprintf(out, " addi r28,r28,%u\n mtlr r31\n blr\n", 8 * program->log);
}

static void put_tables(FILE *out, const struct torture *torture)
{
    uint64_t random = torture->seed ^ UINT64_C(0x9E3779B97F4A7C15);
    fputs(" .balign 16\nvalues:\n", out);
    for (unsigned i = 0; i < 256; i++)
        fprintf(out, " .fill 16,1,%u\n", i);
    fputs("pairs:\n", out); /* four different ones each */
    for (unsigned i = 0; i < TORTURE_TABLE; i++) {
        unsigned first = (unsigned)(rig_random(&random) >> 40);
        for (unsigned slot = 0; slot < TORTURE_SLOTS; slot++)
            fprintf(out, " .long ARENA + APART * %u\n", (first + 5 * slot) % TORTURE_PAIRS);
    }
    fputs("programs:\n", out);
    for (unsigned p = 0; p < TORTURE_PROGRAMS; p++)
        for (unsigned thread = 0; thread < TORTURE_THREADS; thread++)
            fprintf(out, " .long program_%u_%u\n", p, thread);
}

void torture_write(const struct torture *torture, FILE *out)
{
    fprintf(out, " .set SEED,1\n .set PAIRS,%u\n .set VALUES,%u\n .set PROGRAMS,%u\n .set EPOCHS,%u\n", TORTURE_PAIRS,
            TORTURE_VALUES, TORTURE_PROGRAMS, torture->epochs);
    board_guest_include(out, "tests/guest/memory/six.s");
    board_guest_include(out, "tests/guest/memory/torture.s");
    for (unsigned p = 0; p < TORTURE_PROGRAMS; p++)
        for (unsigned thread = 0; thread < TORTURE_THREADS; thread++) {
            fprintf(out, " .balign 128\nprogram_%u_%u:\n", p, thread);
            put_program(out, &torture->program[p][thread], thread, torture->fault);
        }
    put_tables(out, torture);
}
