/* What a debugger says, and what it hears. */
#include "board/cli/gdb/session.h"
#include "tests/support/corpus.h"
#include "tests/support/fake_target.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fuzz_gdb(const uint8_t *data, size_t size);

static struct fake_target fake;
static struct gdb_session session;
static char heard[1 << 17];
static size_t heard_size;

static void hear(void *peer, const void *bytes, size_t size)
{
    (void)peer;
    if (heard_size + size < sizeof heard) {
        memcpy(heard + heard_size, bytes, size);
        heard_size += size;
        heard[heard_size] = '\0';
    }
}

static void begin(void)
{
    fake_target_init(&fake);
    gdb_session_begin(&session, &fake.target, NULL, hear);
}

static const char *send_bytes(const void *bytes, size_t size)
{
    heard_size = 0;
    heard[0] = '\0';
    gdb_session_take(&session, bytes, size);
    return heard;
}

/* `data` in its frame; what was heard, without the acknowledgement and the frame. */
static const char *ask_bytes(const char *data, size_t size)
{
    static char frame[1 << 16];
    uint8_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (uint8_t)data[i];
    frame[0] = '$';
    memcpy(frame + 1, data, size);
    snprintf(frame + 1 + size, 4, "#%02x", sum);
    const char *answer = send_bytes(frame, size + 4);
    if (heard_size < 5 || answer[0] != '+' || answer[1] != '$')
        return answer;
    heard[heard_size - 3] = '\0';
    return answer + 2;
}

static const char *ask(const char *data)
{
    return ask_bytes(data, strlen(data));
}

#define ANSWERS(data, answer) CU_ASSERT_STRING_EQUAL(ask(data), answer)

static void frames(void)
{
    begin();
    CU_ASSERT_STRING_EQUAL(send_bytes("$qC#b4", 6), "+$QC1#c5");
    CU_ASSERT_STRING_EQUAL(send_bytes("-", 1), "$QC1#c5"); /* again */
    CU_ASSERT_STRING_EQUAL(send_bytes("+", 1), "");
    CU_ASSERT_STRING_EQUAL(send_bytes("$qC#b5", 6), "-");
    CU_ASSERT_STRING_EQUAL(send_bytes("$qC#xy", 6), "-");
    CU_ASSERT_STRING_EQUAL(send_bytes("$q", 2), "");
    CU_ASSERT_STRING_EQUAL(send_bytes("C#B4", 4), "+$QC1#c5");           /* in pieces, in capitals */
    CU_ASSERT_STRING_EQUAL(send_bytes("$nonsen$qC#b4", 13), "+$QC1#c5"); /* a frame that was given up */
    ANSWERS("nonsense", "");
    ANSWERS("", "");
    CU_ASSERT_STRING_EQUAL(send_bytes("$QStartNoAckMode#b0", 19), "+$OK#9a");
    CU_ASSERT_STRING_EQUAL(send_bytes("$qC#b4", 6), "$QC1#c5");
    CU_ASSERT_STRING_EQUAL(send_bytes("$qC#b5", 6), "$E01#a6");
}

static void long_frames(void)
{
    static char data[GDB_PACKET + 2];
    begin();
    memset(data, 'x', sizeof data);
    CU_ASSERT_STRING_EQUAL(ask_bytes(data, sizeof data), "-");
    CU_ASSERT_STRING_EQUAL(ask_bytes(data, GDB_PACKET), "");
    ANSWERS("qC", "QC1");
}

static void what_is_supported(void)
{
    begin();
    const char *answer = ask("qSupported:multiprocess+;swbreak+");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "PacketSize=4000"));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "QStartNoAckMode+"));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "qXfer:features:read+"));
    CU_ASSERT_PTR_NULL(strstr(answer, "multiprocess+"));
    ANSWERS("qAttached", "1");
    ANSWERS("vCont?", "vCont;c;C;s;S");
    ANSWERS("vMustReplyEmpty", "");
}

static void threads(void)
{
    begin();
    ANSWERS("qfThreadInfo", "m1,2");
    ANSWERS("qsThreadInfo", "l");
    ANSWERS("qThreadExtraInfo,2", "636f7265203020746872656164203"
                                  "12c2072756e6e696e67");
    ANSWERS("qThreadExtraInfo,3", "E02");
    ANSWERS("qThreadExtraInfo", "E01");
    ANSWERS("T2", "OK");
    ANSWERS("T0", "E02");
    ANSWERS("T3", "E02");
    ANSWERS("Hg2", "OK");
    ANSWERS("p5", "0000000000000105");
    ANSWERS("Hg0", "OK"); /* any: the one that stopped */
    ANSWERS("p5", "0000000000000005");
    ANSWERS("Hc-1", "OK");
    ANSWERS("Hg7", "E02");
    ANSWERS("Hx1", "E01");
    ANSWERS("H", "E01");
}

/* The number that the description gives a register. */
static unsigned number_of(const char *name)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "name=\"%s\"", name);
    const char *row = strstr(session.xml, wanted), *number = row ? strstr(row, "regnum=\"") : NULL;
    CU_ASSERT_PTR_NOT_NULL(number);
    return number ? (unsigned)strtoul(number + strlen("regnum=\""), NULL, 10) : 0;
}

/* Writes a register through the session and reads it back as the thread has it. */
static void check_register(const char *name, const char *value, const void *place, size_t size, uint64_t there)
{
    char packet[128];
    uint64_t found = 0;
    snprintf(packet, sizeof packet, "P%x=%s", number_of(name), value);
    ANSWERS(packet, "OK");
    snprintf(packet, sizeof packet, "p%x", number_of(name));
    ANSWERS(packet, value);
    if (size == 4)
        found = *(const uint32_t *)place;
    else
        memcpy(&found, place, sizeof found);
    CU_ASSERT_EQUAL(found, there);
}

static void registers(void)
{
    begin();
    struct xenon_context *t = &fake.thread[0];
    check_register("r31", "0123456789abcdef", &t->gpr[31], 8, UINT64_C(0x0123456789ABCDEF));
    check_register("f1", "3ff0000000000000", &t->fpr[1], 8, UINT64_C(0x3FF0000000000000));
    check_register("lr", "0000000080001234", &t->lr, 8, 0x80001234);
    check_register("ctr", "0000000000000007", &t->ctr, 8, 7);
    check_register("fpscr", "00000004", &t->fpscr, 4, 4);
    check_register("vscr", "00010001", &t->vscr, 4, 0x10001);
    check_register("vr3", "000102030405060708090a0b0c0d0e0f", &t->vr[3].u64[XENON_D(0)], 8, 0x0001020304050607);
    check_register("v127", "000102030405060708090a0b0c0d0e0f", &t->vr[127].u64[XENON_D(1)], 8, 0x08090A0B0C0D0E0F);
    check_register("srr0", "00000000000000f0", &t->spr[XENON_SPR_SRR0], 8, 0xF0);
    CU_ASSERT_EQUAL(fake.control_changes, 1); /* srr0 */
    check_register("cr", "80000001", &t->cr[0], 8,
                   __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? UINT64_C(0x0100000000000008)
                                                             : UINT64_C(0x0800000000000001));
    ANSWERS("P20=0000000082000003", "OK"); /* pc: an instruction's address */
    CU_ASSERT_EQUAL(t->nia, 0x82000000);
    CU_ASSERT_EQUAL(fake.control_changes, 2);
}

static void registers_refused(void)
{
    begin();
    ANSWERS("p", "E01");
    ANSWERS("p1x", "E01");
    ANSWERS("pffff", "E06");
    ANSWERS("p10000000000000000", "E01");
    ANSWERS("P1", "E01");
    ANSWERS("P1=12", "E01");
    ANSWERS("P1=00000000000000000", "E01");
    ANSWERS("Pffff=00", "E06");
    ANSWERS("G00", "E01");
    ANSWERS("g1", "E01");
    CU_ASSERT_EQUAL(fake.changes, 0);
    fake.fixed = true;
    ANSWERS("P1=0000000000000000", "E04");
    CU_ASSERT_EQUAL(fake.thread[0].gpr[1], 1);
}

static void all_registers(void)
{
    static char all[1 << 14], packet[(1 << 14) + 1];
    begin();
    fake.thread[0].vr[64].u64[XENON_D(0)] = 0x1122334455667788;
    snprintf(all, sizeof all, "%s", ask("g"));
    size_t size = 0;
    for (unsigned i = 0; i < gdb_registers(); i++)
        size += 2 * gdb_register_size(i);
    CU_ASSERT_EQUAL(strlen(all), size);
    CU_ASSERT_EQUAL(strncmp(all + 16 * 5, "0000000000000005", 16), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(all, "1122334455667788"));
    fake.thread[0].gpr[5] = 0;
    fake.thread[0].vr[64].u64[XENON_D(0)] = 0;
    snprintf(packet, sizeof packet, "G%s", all);
    ANSWERS(packet, "OK");
    ANSWERS("g", all);
    CU_ASSERT_EQUAL(fake.thread[0].gpr[5], 5);
    CU_ASSERT_EQUAL(fake.changes, 1);
}

/* What a load is still to write is nobody's to know or to change. */
static void registers_under_way(void)
{
    begin();
    fake.awaited = 5; /* r5 */
    ANSWERS("p5", "xxxxxxxxxxxxxxxx");
    ANSWERS("p4", "0000000000000004");
    ANSWERS("P5=0000000000000000", "E04");
    ANSWERS("Hg2", "OK");
    ANSWERS("p5", "0000000000000105");
}

static void description(void)
{
    static char whole[GDB_XML_MAX];
    size_t size = 0;
    char packet[64];
    begin();
    for (unsigned piece = 0; piece < 100; piece++) {
        snprintf(packet, sizeof packet, "qXfer:features:read:target.xml:%zx,3e7", size);
        const char *answer = ask(packet);
        CU_ASSERT_FATAL(answer[0] == 'm' || answer[0] == 'l');
        for (const char *c = answer + 1; *c; c++) /* the frame's escapes */
            whole[size++] = *c == '}' ? (char)(*++c ^ 0x20) : *c;
        if (answer[0] == 'l')
            break;
    }
    CU_ASSERT_EQUAL(size, session.xml_size);
    CU_ASSERT_EQUAL(memcmp(whole, session.xml, size), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(whole, "org.cycle360.vmx128"));
    unsigned registers_described = 0;
    for (const char *at = whole; (at = strstr(at, "<reg ")) != NULL; at++)
        registers_described++;
    CU_ASSERT_EQUAL(registers_described, gdb_registers());
    CU_ASSERT_EQUAL(number_of("pc"), GDB_PC);
    ANSWERS("qXfer:features:read:other.xml:0,10", "E00");
    ANSWERS("qXfer:features:read:target.xml:fffff,10", "E01");
    ANSWERS("qXfer:features:read:target.xml:0", "E01");
    ANSWERS("qXfer:auxv:read::0,10", "");
}

static void memory(void)
{
    begin();
    ANSWERS("M1000,4:deadBEEF", "OK");
    ANSWERS("m1000,6", "deadbeef0000");
    const char binary[] = "X1004,4:\0}\x03}\x04\x7f"; /* 00 23 24 7f */
    CU_ASSERT_STRING_EQUAL(ask_bytes(binary, sizeof binary - 1), "OK");
    ANSWERS("m1004,4", "0023247f");
    ANSWERS("X1000,0:", "OK"); /* GDB tries whether X is known */
    ANSWERS("m0,4", "E03");
    ANSWERS("m3ffe,4", "E03");
    ANSWERS("mffffffffffffffff,4", "E03");
    ANSWERS("M3ffe,4:00000000", "E03");
    ANSWERS("m1000", "E01");
    ANSWERS("m1000,", "E01");
    ANSWERS("m,4", "E01");
    ANSWERS("M1000,4:00", "E01");
    ANSWERS("M1000,1:0011", "E01");
    ANSWERS("M1000,1:zz", "E01");
    ANSWERS("M1000,ffffffffffffffff:00", "E01");
    ANSWERS("X1000,4:abc", "E01");
    /* more than an answer holds is answered in part */
    size_t part = strlen(ask("m1000,2fff"));
    CU_ASSERT(part % 2 == 0 && part > GDB_PACKET / 2 && part <= GDB_PACKET);
}

static void points(void)
{
    begin();
    ANSWERS("Z0,82000000,4", "OK");
    ANSWERS("Z2,1000,8", "OK");
    CU_ASSERT_EQUAL(fake.points, 2);
    CU_ASSERT_EQUAL(fake.point[1].kind, GDB_WATCH_WRITE);
    CU_ASSERT_EQUAL(fake.point[1].size, 8);
    ANSWERS("Z3,1000,8", "OK");
    ANSWERS("Z4,1000,8", "OK");
    ANSWERS("Z1,1000,4", "E05"); /* no room */
    ANSWERS("z0,82000000,4", "OK");
    CU_ASSERT_EQUAL(fake.points, 3);
    ANSWERS("Z5,1000,4", "E01");
    ANSWERS("Z0,1000", "E01");
    ANSWERS("Z2,1000,0", "E01");
    ANSWERS("z", "E01");
}

/* Runs what was asked for to a stop, and says what was heard of it. */
static const char *stopped(const char *data, struct gdb_stop stop)
{
    ask(data);
    CU_ASSERT_TRUE(session.running);
    gdb_session_run(&session);
    CU_ASSERT_TRUE(session.running);
    fake.stops = true;
    fake.stop = stop;
    heard_size = 0;
    gdb_session_run(&session);
    CU_ASSERT_FALSE(session.running);
    fake.stops = false;
    heard[heard_size < 3 ? 0 : heard_size - 3] = '\0';
    return heard;
}

#define STOPS(data, answer, ...) CU_ASSERT_STRING_EQUAL(stopped(data, (struct gdb_stop){__VA_ARGS__}), answer)

static void running(void)
{
    begin();
    ANSWERS("?", "T05thread:1;");
    STOPS("vCont;c", "$T05thread:2;", .reason = GDB_AT_BREAK, .thread = 1);
    CU_ASSERT_EQUAL(fake.step, GDB_NOBODY);
    ANSWERS("qC", "QC2"); /* the thread that stopped is the one that is asked */
    ANSWERS("p5", "0000000000000105");
    STOPS("vCont;s:1;c", "$T05thread:1;", .reason = GDB_STEPPED, .thread = 0);
    CU_ASSERT_EQUAL(fake.step, 0);
    STOPS("vCont;s:2", "$T05thread:2;", .reason = GDB_STEPPED, .thread = 1);
    CU_ASSERT_EQUAL(fake.step, 1);
    STOPS("vCont;c;s:1", "$T05thread:2;", .reason = GDB_AT_BREAK, .thread = 1); /* the first action fits all */
    CU_ASSERT_EQUAL(fake.step, GDB_NOBODY);
    STOPS("vCont;S05:1;C05", "$T05thread:1;", .reason = GDB_STEPPED, .thread = 0);
    CU_ASSERT_EQUAL(fake.step, 0);
    ask("qSupported:swbreak+");
    STOPS("c", "$T05swbreak:;thread:1;", .reason = GDB_AT_BREAK, .thread = 0);
    STOPS("s", "$T05thread:1;", .reason = GDB_STEPPED, .thread = 0);
    CU_ASSERT_EQUAL(fake.step, 0);
    STOPS("C05", "$T05thread:1;", .reason = GDB_STEPPED, .thread = 0);
    STOPS("S05", "$T05thread:1;", .reason = GDB_STEPPED, .thread = 0);
    STOPS("c2000", "$T05thread:1;", .reason = GDB_STEPPED, .thread = 0);
    CU_ASSERT_EQUAL(fake.thread[0].nia, 0x2000);
    STOPS("S05;3000", "$T05thread:1;", .reason = GDB_STEPPED, .thread = 0);
    CU_ASSERT_EQUAL(fake.thread[0].nia, 0x3000);
    unsigned resumed = fake.resumed;
    ANSWERS("vCont", "E01");
    ANSWERS("vCont;", "E01");
    ANSWERS("vCont;x", "E01");
    ANSWERS("vCont;s:9", "E01");
    ANSWERS("vCont;cc", "E01");
    ANSWERS("vCont;C", "E01");
    ANSWERS("cxyz", "E01");
    ANSWERS("C", "E01");
    CU_ASSERT_EQUAL(fake.resumed, resumed);
}

/* After a watchpoint GDB has the thread step, which ours has done: nothing runs, and the time is the access'. */
static void watching(void)
{
    begin();
    STOPS("vCont;c", "$T05watch:1000;thread:2;", .reason = GDB_AT_WATCH, .thread = 1, .watch = GDB_WATCH_WRITE,
          .address = 0x1000);
    unsigned resumed = fake.resumed;
    ANSWERS("vCont;s:2", "T05thread:2;");
    CU_ASSERT_EQUAL(fake.resumed, resumed);
    STOPS("vCont;s:2", "$T05thread:2;", .reason = GDB_STEPPED, .thread = 1); /* once */
    CU_ASSERT_EQUAL(fake.resumed, resumed + 1);
    STOPS("c", "$T05rwatch:1000;thread:1;", .reason = GDB_AT_WATCH, .watch = GDB_WATCH_READ, .address = 0x1000);
    STOPS("vCont;s:2", "$T05awatch:1000;thread:1;", .reason = GDB_AT_WATCH, .watch = GDB_WATCH_ACCESS,
          .address = 0x1000); /* another thread's step is one */
}

static void interrupting(void)
{
    begin();
    CU_ASSERT_STRING_EQUAL(send_bytes("\x03", 1), ""); /* it stands already */
    ask("vCont;c");
    CU_ASSERT_TRUE(session.running);
    CU_ASSERT_STRING_EQUAL(ask("g"), "E01"); /* not while it runs */
    CU_ASSERT_STRING_EQUAL(send_bytes("\x03", 1), "$T02thread:1;#d4");
    CU_ASSERT_FALSE(session.running);
}

static void ends(void)
{
    begin();
    ANSWERS("D", "OK");
    CU_ASSERT_EQUAL(session.end, GDB_DETACHED);
    begin();
    ANSWERS("vKill;1", "OK");
    CU_ASSERT_EQUAL(session.end, GDB_KILLED);
    begin();
    CU_ASSERT_STRING_EQUAL(ask("k"), "+");
    CU_ASSERT_EQUAL(session.end, GDB_KILLED);
    CU_ASSERT_STRING_EQUAL(ask("g"), ""); /* nobody listens any more */

    begin();
    const char *answer = stopped("c", (struct gdb_stop){.reason = GDB_ENDED, .text = "as asked"});
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "$O5468652072756e2068617320656e6465643a2061732061736b65642e0a#"));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "$T05thread:1;"));
    CU_ASSERT_EQUAL(session.end, GDB_OPEN); /* it can be looked at */
    ANSWERS("p5", "0000000000000005");
    ANSWERS("c", "W00");
    CU_ASSERT_EQUAL(session.end, GDB_OVER);
}

static void monitor(void)
{
    begin();
    ANSWERS("qRcmd,74696d65", "312e3575730a");           /* time: 1.5us */
    ANSWERS("qRcmd,6379636c6573", "343830300a");         /* cycles: 4800 */
    CU_ASSERT(strlen(ask("qRcmd,68656c70")) > 60);       /* help */
    CU_ASSERT(strncmp(ask("qRcmd,78"), "6e6f", 4) == 0); /* x: no such command */
    ANSWERS("qRcmd,7", "E01");
    ANSWERS("qRcmd,zz", "E01");
    ANSWERS("qRcmd", "E01");
}

static void corpus(void)
{
    CU_ASSERT(corpus_replay("gdb", fuzz_gdb) >= 3);
}

void test_gdb(void)
{
    CU_pSuite suite = CU_add_suite("gdb", NULL, NULL);
    CU_add_test(suite, "frames are checked, acknowledged and sent again", frames);
    CU_add_test(suite, "frames that are too long", long_frames);
    CU_add_test(suite, "what is supported", what_is_supported);
    CU_add_test(suite, "threads", threads);
    CU_add_test(suite, "registers, one by one", registers);
    CU_add_test(suite, "registers that are none, and values that are none", registers_refused);
    CU_add_test(suite, "all registers at once", all_registers);
    CU_add_test(suite, "registers that a load is still to write", registers_under_way);
    CU_add_test(suite, "the description, in pieces", description);
    CU_add_test(suite, "memory", memory);
    CU_add_test(suite, "breakpoints and watchpoints", points);
    CU_add_test(suite, "running and stepping", running);
    CU_add_test(suite, "the step after a watchpoint", watching);
    CU_add_test(suite, "interrupting", interrupting);
    CU_add_test(suite, "detaching, killing, the end of the run", ends);
    CU_add_test(suite, "the monitor's commands", monitor);
    CU_add_test(suite, "the fuzzer's corpus does no harm", corpus);
}
