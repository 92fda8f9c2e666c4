/* Packets that ask about the target: what it knows, its description, its threads, and the monitor's commands. */
#include "board/cli/gdb/session_parts.h"

#include <stdio.h>
#include <string.h>

void gdb_packet_supported(struct gdb_session *session, const char *rest)
{
    session->says_break = strstr(rest, "swbreak+") != NULL;
    gdb_writer_begin(&session->writer);
    gdb_writer_text(&session->writer, "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;vContSupported+;swbreak+",
                    (unsigned)GDB_PACKET);
    gdb_answer_written(session);
}

void gdb_packet_no_acknowledgement(struct gdb_session *session, const char *rest)
{
    (void)rest;
    gdb_answer(session, "OK");
    session->no_ack = true;
}

void gdb_packet_transfer(struct gdb_session *session, const char *rest)
{
    static const char wanted[] = ":features:read:target.xml:";
    uint64_t offset, size;
    if (strncmp(rest, ":features:read:", strlen(":features:read:")) != 0) {
        gdb_answer(session, "");
        return;
    }
    if (strncmp(rest, wanted, strlen(wanted)) != 0) {
        gdb_answer(session, "E00"); /* no such annex */
        return;
    }
    rest += strlen(wanted);
    if (!gdb_hex_number(&rest, &offset) || *rest++ != ',' || !gdb_hex_number(&rest, &size) || *rest ||
        offset > session->xml_size) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    size_t left = session->xml_size - offset, most = GDB_PACKET / 2; /* any byte might need two */
    size_t part = size < left ? size : left;
    part = part < most ? part : most;
    gdb_writer_begin(&session->writer);
    gdb_writer_text(&session->writer, part < left ? "m" : "l");
    gdb_writer_binary(&session->writer, session->xml + offset, part);
    gdb_answer_written(session);
}

void gdb_packet_threads_first(struct gdb_session *session, const char *rest)
{
    (void)rest;
    gdb_writer_begin(&session->writer);
    for (unsigned i = 0; i < session->target->threads; i++)
        gdb_writer_text(&session->writer, "%c%x", i ? ',' : 'm', i + 1);
    gdb_answer_written(session);
}

void gdb_packet_threads_rest(struct gdb_session *session, const char *rest)
{
    (void)rest;
    gdb_answer(session, "l");
}

void gdb_packet_thread_text(struct gdb_session *session, const char *rest)
{
    char text[GDB_TEXT] = "";
    int64_t number;
    if (*rest != ',') {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    rest++;
    if (!gdb_thread_number(session, &rest, &number) || number <= 0 || *rest) {
        gdb_answer_error(session, GDB_NO_THREAD);
        return;
    }
    session->target->describe_thread(session->target->context, (unsigned)number - 1, text);
    gdb_writer_begin(&session->writer);
    gdb_writer_hex(&session->writer, text, strlen(text));
    gdb_answer_written(session);
}

void gdb_packet_current_thread(struct gdb_session *session, const char *rest)
{
    (void)rest;
    gdb_writer_begin(&session->writer);
    gdb_writer_text(&session->writer, "QC%x", session->thread + 1);
    gdb_answer_written(session);
}

/* It was there before the debugger: to quit is to detach, not to kill. */
void gdb_packet_attached(struct gdb_session *session, const char *rest)
{
    (void)rest;
    gdb_answer(session, "1");
}

static void monitor_time(const struct gdb_target *target, char *text, size_t size)
{
    char time[GDB_TEXT] = "";
    target->describe_time(target->context, time);
    snprintf(text, size, "%s\n", time);
}

static void monitor_cycles(const struct gdb_target *target, char *text, size_t size)
{
    snprintf(text, size, "%llu\n", (unsigned long long)target->cycles(target->context));
}

static void monitor_help(const struct gdb_target *target, char *text, size_t size);

static const struct {
    const char *name, *help;
    void (*function)(const struct gdb_target *target, char *text, size_t size);
} monitor[] = {
    {"time", "simulated time", monitor_time},
    {"cycles", "clocks of the cores since power-on", monitor_cycles},
    {"help", "this list", monitor_help},
};

static void monitor_help(const struct gdb_target *target, char *text, size_t size)
{
    size_t used = 0;
    (void)target;
    for (size_t i = 0; i < sizeof monitor / sizeof *monitor && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%-8s%s\n", monitor[i].name, monitor[i].help);
}

void gdb_packet_monitor(struct gdb_session *session, const char *rest)
{
    char command[64], text[1024];
    size_t digits = *rest == ',' ? strlen(rest + 1) : 0;
    if (digits == 0 || digits % 2 != 0 || digits / 2 >= sizeof command) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    rest++;
    if (!gdb_hex_bytes(&rest, (uint8_t *)command, digits / 2)) {
        gdb_answer_error(session, GDB_MALFORMED);
        return;
    }
    command[digits / 2] = '\0';
    snprintf(text, sizeof text, "no such command; `monitor help` lists them\n");
    for (size_t i = 0; i < sizeof monitor / sizeof *monitor; i++)
        if (strcmp(command, monitor[i].name) == 0)
            monitor[i].function(session->target, text, sizeof text);
    gdb_writer_begin(&session->writer);
    gdb_writer_hex(&session->writer, text, strlen(text));
    gdb_answer_written(session);
}
