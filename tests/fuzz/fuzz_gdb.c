/* Bytes of a debugger from anywhere: never a crash, nothing but whole frames as answers, and a target that is asked for
 * nothing that it does not have. Every line of the input arrives by itself; between lines the target runs. */
#include "board/cli/gdb/session.h"
#include "tests/support/fake_target.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An acknowledgement, or a frame whose checksum is right. */
static void must_be_whole(void *peer, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const char *frame = bytes;
    uint8_t sum = 0;
    (void)peer;
    if (size == 1 && (*frame == '+' || *frame == '-'))
        return;
    if (size < 4 || size > GDB_PACKET + 4 || frame[0] != '$' || frame[size - 3] != '#')
        abort();
    for (size_t i = 1; i < size - 3; i++) {
        sum += (uint8_t)frame[i];
        if (frame[i] == '$' || frame[i] == '#')
            abort();
    }
    if (frame[size - 2] != digits[sum >> 4] || frame[size - 1] != digits[sum & 15])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fake_target fake;
    static struct gdb_session session;
    fake_target_init(&fake);
    fake.stop =
        (struct gdb_stop){.reason = size % 2 ? GDB_AT_WATCH : GDB_AT_BREAK, .watch = GDB_WATCH_READ, .thread = 1};
    gdb_session_begin(&session, &fake.target, NULL, must_be_whole);
    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t line = end ? (size_t)(end - data) + 1 : size;
        gdb_session_take(&session, data, line);
        fake.stops = !fake.stops;
        gdb_session_run(&session);
        if (session.thread >= FAKE_THREADS || session.step >= FAKE_THREADS)
            abort();
        data += line;
        size -= line;
    }
    return 0;
}
