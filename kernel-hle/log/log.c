#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log_parts.h"
#include "waves/events.h"
#include "waves/memory.h"

#include <stdarg.h>
#include <stdlib.h>

enum {
    BLOCK = 128 * 1024, /* bytes that the sink gets at a time */
    UNITS_PER_NS = 10000,
};

static const bool is_of_no_thread[KE_ACTIVITIES] = {
    [KE_ACTIVITY_boot] = true,
    [KE_ACTIVITY_interrupt] = true,
    [KE_ACTIVITY_poke] = true,
    [KE_ACTIVITY_dpcs] = true,
};

struct kernel_log {
    struct kernel_log_options options;
    struct log_text text;
    uint64_t records;
    struct hle_signature **signature; /* by export; NULL: not used so far */
    size_t signatures;
    sim_time time; /* of the last record, and what it is in clocks and ns */
    uint64_t cycle, ns;
};

struct kernel_log *kernel_log_create(const struct kernel_log_options *options, struct sim_error *error)
{
    if (options->callers > LOG_CALLERS_MOST) {
        sim_fail(error, SIM_USAGE, "a chain of %u callers: %d is the most", options->callers, LOG_CALLERS_MOST);
        return NULL;
    }
    struct kernel_log *log = waves_zeroed(1, sizeof *log);
    log->options = *options;
    log->time = SIM_NEVER;
    log->signatures = kernel_export_count();
    log->signature = waves_zeroed(log->signatures, sizeof(struct hle_signature *));
    log_room(&log->text, BLOCK + BLOCK / 2);
    return log;
}

void kernel_log_destroy(struct kernel_log *log)
{
    if (!log)
        return;
    for (size_t i = 0; i < log->signatures; i++)
        free(log->signature[i]);
    free(log->signature);
    log_text_free(&log->text);
    free(log);
}

void kernel_log_flush(struct kernel_log *log)
{
    size_t size = (size_t)(log->text.at - log->text.begin);
    if (size)
        log->options.sink(log->options.context, log->text.begin, size);
    log->text.at = log->text.begin;
}

uint64_t kernel_log_records(const struct kernel_log *log)
{
    return log->records;
}

static void end_record(struct kernel_log *log)
{
    log_put(&log->text, "}\n");
    log->records++;
    if (log->text.at - log->text.begin >= BLOCK)
        kernel_log_flush(log);
}

void kernel_log_head(struct kernel_log *log, const char *made_of)
{
    struct log_text *t = &log->text;
    log_open(t, '{');
    log_member(t, "event");
    log_name(t, "log.begin");
    log_member(t, "schema");
    log_name(t, WAVES_EVENTS_SCHEMA);
    log_member(t, "version");
    log_number(t, WAVES_EVENTS_VERSION);
    if (*made_of) {
        log_item(t);
        log_put(t, made_of);
    }
    end_record(log);
}

static const struct hle_signature *signature_of(const struct kernel *k, const struct kernel_call *c)
{
    struct kernel_log *log = k->config.log;
    struct hle_signature **slot = &log->signature[c->export];
    if (!*slot) {
        *slot = waves_zeroed(1, sizeof **slot);
        hle_signature_read(*slot, kernel_export(k, c->export)->row);
    }
    return *slot;
}

static void put_time(struct kernel_log *log, const struct kernel *k)
{
    struct log_text *t = &log->text;
    sim_time now = kernel_now(k);
    if (now != log->time) {
        log->time = now;
        log->cycle = sim_clock_floor(k->config.core, now);
        log->ns = now / UNITS_PER_NS;
    }
    log_member(t, "cycle");
    log_number(t, log->cycle);
    log_member(t, "ns");
    log_number(t, log->ns);
}

static void put_place(struct kernel_log *log, struct kernel *k, const struct ke_thread *thread)
{
    struct log_text *t = &log->text;
    struct ke_place place = ke_thread_place(k, thread);
    uint32_t caller[LOG_CALLERS_MOST];
    unsigned callers = log_callers(k, place.sp, caller, log->options.callers);
    log_member(t, "pc");
    log_hex(t, place.pc, 8);
    log_member(t, "lr");
    log_hex(t, place.lr, 8);
    log_member(t, "callers");
    log_open(t, '[');
    for (unsigned i = 0; i < callers; i++) {
        log_item(t);
        log_hex(t, caller[i], 8);
    }
    log_close(t, ']');
}

/* A hardware thread's registers are the kernel's while it is parked. */
static bool has_registers(const struct kernel *k, const struct ke_thread *thread)
{
    const struct kernel_cpu *cpu = &k->cpu[thread->cpu];
    return cpu->thread != thread || cpu->state != KERNEL_CPU_RUNS;
}

/* Interrupts and DPCs come between what a thread does, whichever it is that runs: they are not its doing. */
static bool is_interrupted(const struct ke_thread *thread)
{
    for (uint32_t i = thread->frames; i-- > 0;) {
        size_t export = thread->frame[i]->call.export, exports = kernel_export_count();
        if (export >= exports && is_of_no_thread[export - exports])
            return true;
    }
    return false;
}

/* A record of a thread, or of no thread on a hardware thread: what all records have. Answers NULL where no log is
 * kept. */
static struct log_text *begin_on(struct kernel *k, unsigned cpu, struct ke_thread *thread, const struct ke_thread *at,
                                 const char *family, const char *event)
{
    struct kernel_log *log = k->config.log;
    struct ke_thread *counts = thread ? thread : k->cpu[cpu].idle;
    uint64_t index = counts ? (*ke_thread_log_index(counts))++ : 0;
    if (k->config.replay && thread)
        ke_replay_record(k, thread, family);
    if (!log)
        return NULL;
    struct log_text *t = &log->text;
    log_open(t, '{');
    log_member(t, "event");
    log_char(t, '"');
    log_put(t, family);
    log_put(t, event);
    log_char(t, '"');
    log_member(t, "thread");
    log_number(t, thread ? ke_thread_id(thread) : 0);
    log_member(t, "index");
    log_number(t, index);
    log_member(t, "core");
    log_number(t, cpu / 2);
    log_member(t, "hardware_thread");
    log_number(t, cpu % 2);
    put_time(log, k);
    if (at && has_registers(k, at))
        put_place(log, k, at);
    return t;
}

static bool is_of_thread(const struct kernel *k, const struct ke_thread *thread, unsigned cpu)
{
    return thread != k->cpu[cpu].idle && !is_interrupted(thread);
}

bool log_is_of_thread(const struct kernel *k, const struct ke_thread *thread)
{
    return is_of_thread(k, thread, ke_thread_cpu(thread));
}

/* The same, of a thread unless something has come between, or it is idle. */
static struct log_text *begin(struct kernel *k, struct ke_thread *thread, const char *family, const char *event)
{
    unsigned cpu = thread ? ke_thread_cpu(thread) : k->acting;
    if (thread && !is_of_thread(k, thread, cpu))
        thread = NULL;
    return begin_on(k, cpu, thread, thread, family, event);
}

/* Whose call or interrupt this is. */
static struct ke_thread *actor(const struct kernel *k)
{
    return k->ticks ? NULL : kernel_current_thread(k);
}

/* Calls have a place in the title's code whoever they are of. */
static struct log_text *begin_call(struct kernel *k, const struct kernel_call *c, const char *family, const char *event)
{
    struct ke_thread *thread = c->thread;
    unsigned cpu = ke_thread_cpu(thread);
    return begin_on(k, cpu, is_of_thread(k, thread, cpu) ? thread : NULL, thread, family, event);
}

static void put_export(struct log_text *t, const struct kernel *k, const struct kernel_call *c)
{
    const struct kernel_export *export = kernel_export(k, c->export);
    log_member(t, "export");
    log_name(t, export->row->name);
    log_member(t, "module");
    log_name(t, hle_exports[export->module].id);
    log_member(t, "ordinal");
    log_number(t, export->row->ordinal);
}

void log_call(struct kernel *k, const struct kernel_call *c)
{
    struct log_text *t = begin_call(k, c, "import.", "call");
    if (!t)
        return;
    put_export(t, k, c);
    log_arguments(t, k, signature_of(k, c), c->arg);
    end_record(k->config.log);
}

static void put_status(struct log_text *t, nt_status status)
{
    const char *name = nt_status_name(status);
    log_member(t, "status");
    log_hex(t, status, 8);
    if (name) {
        log_member(t, "status_name");
        log_name(t, name);
    }
}

/* As r3 has a word. */
static uint64_t sign_extended(uint64_t word)
{
    return (uint64_t)(int64_t)(int32_t)word;
}

void log_return(struct kernel *k, const struct kernel_call *c)
{
    struct log_text *t = begin_call(k, c, "kernel.", "return");
    if (!t)
        return;
    const struct hle_signature *signature = signature_of(k, c);
    bool failed = false;
    put_export(t, k, c);
    if (signature->result != HLE_TYPE_void) {
        log_member(t, "return_value");
        log_hex(t, hle_type_info[signature->result].width == HLE_WORD ? sign_extended(c->result) : c->result, 16);
    }
    if (signature->result == HLE_TYPE_status) {
        put_status(t, (nt_status)c->result);
        failed = (uint32_t)c->result >> 30 == 3;
    }
    if (!failed)
        log_outcome(t, k, signature, c->arg);
    end_record(k->config.log);
}

void log_handle(struct kernel *k, const char *what, const struct ob_object *object, uint32_t handle)
{
    struct log_text *t = begin(k, actor(k), "handle.", what);
    if (!t)
        return;
    log_member(t, "handle");
    log_hex(t, handle, 8);
    log_member(t, "object");
    log_object(t, object);
    log_member(t, "pointers");
    log_number(t, object->pointers);
    log_member(t, "handles");
    log_number(t, object->handles);
    if (object->name) {
        log_member(t, "name");
        log_string(t, object->name, strlen(object->name));
    }
    end_record(k->config.log);
}

void log_wait_begin(struct kernel *k, struct ke_thread *thread, const struct ke_wait *wait)
{
    struct log_text *t = begin(k, thread, "wait.", "begin");
    if (!t)
        return;
    log_member(t, "objects");
    log_open(t, '[');
    for (unsigned i = 0; i < wait->count && i < LOG_ARRAY_MOST; i++) {
        log_item(t);
        log_body(t, k, wait->object[i]);
    }
    log_close(t, ']');
    log_member(t, "all");
    log_put(t, wait->all ? "true" : "false");
    log_member(t, "timeout_ns");
    log_timeout_ns(t, k, wait->timeout);
    log_member(t, "alertable");
    log_put(t, wait->alertable ? "true" : "false");
    log_member(t, "mode");
    log_name(t, wait->user_mode ? "user" : "kernel");
    log_member(t, "reason");
    log_number(t, wait->reason);
    end_record(k->config.log);
}

void log_wait_end(struct kernel *k, struct ke_thread *thread, nt_status status)
{
    struct log_text *t = begin(k, thread, "wait.", "end");
    if (!t)
        return;
    put_status(t, status);
    end_record(k->config.log);
}

void log_signal(struct kernel *k, const char *what, uint32_t object, int32_t before, int32_t after)
{
    struct log_text *t = begin(k, actor(k), "signal.", what);
    if (!t)
        return;
    log_member(t, "object");
    log_body(t, k, object);
    log_member(t, "before");
    log_signed(t, before);
    log_member(t, "after");
    log_signed(t, after);
    end_record(k->config.log);
}

/* What a new thread begins with: the title's start code, if any, calls its entry with its context. */
static void put_beginning(struct log_text *t, const struct ke_thread *thread)
{
    const struct ke_registers *r = &thread->registers;
    bool started = (uint32_t)r->nia != thread->start;
    log_member(t, "context");
    log_hex(t, (uint32_t)r->gpr[started ? 4 : 3], 8);
    log_member(t, "startup");
    log_hex(t, started ? (uint32_t)r->nia : 0, 8);
    log_member(t, "stack");
    log_hex(t, thread->stack.base, 8);
    log_member(t, "stack_size");
    log_number(t, thread->stack.base - thread->stack.limit);
}

void log_thread(struct kernel *k, const char *what, struct ke_thread *thread)
{
    struct log_text *t = begin(k, actor(k), "thread.", what);
    if (!t)
        return;
    log_member(t, "of");
    log_number(t, thread->id);
    log_member(t, "object");
    log_body(t, k, thread->address);
    log_member(t, "entry");
    log_hex(t, thread->start, 8);
    if (strcmp(what, "create") == 0)
        put_beginning(t, thread);
    log_member(t, "priority");
    log_number(t, thread->priority);
    log_member(t, "suspended");
    log_number(t, thread->suspends);
    log_member(t, "processor");
    log_number(t, thread->cpu);
    end_record(k->config.log);
}

void log_switch(struct kernel *k, unsigned cpu, struct ke_thread *from, struct ke_thread *to)
{
    struct log_text *t = begin_on(k, cpu, NULL, NULL, "thread.", "switch");
    if (!t)
        return;
    log_member(t, "from");
    log_number(t, from && from != k->cpu[cpu].idle ? ke_thread_id(from) : 0);
    log_member(t, "to");
    log_number(t, to && to != k->cpu[cpu].idle ? ke_thread_id(to) : 0);
    end_record(k->config.log);
}

void log_contention(struct kernel *k, struct ke_thread *thread, uint32_t section, uint32_t owner)
{
    struct log_text *t = begin(k, thread, "contention.", "observed");
    if (!t)
        return;
    log_member(t, "section");
    log_hex(t, section, 8);
    log_member(t, "owner");
    log_body(t, k, owner);
    end_record(k->config.log);
}

/* Readers of JSON know no more than 63 bits. */
static void put_u64(struct log_text *t, uint64_t value)
{
    if (value <= INT64_MAX)
        log_number(t, value);
    else
        log_hex(t, value, 16);
}

void log_other(struct kernel *k, struct ke_thread *thread, const char *event, ...)
{
    struct log_text *t = begin(k, thread, event, "");
    va_list members;
    if (!t)
        return;
    va_start(members, event);
    for (const char *name; (name = va_arg(members, const char *)) != NULL;) {
        const char *kind = va_arg(members, const char *);
        log_member(t, name);
        if (strcmp(kind, "hex") == 0) {
            log_hex(t, va_arg(members, uint32_t), 8);
        } else if (strcmp(kind, "u64") == 0) {
            put_u64(t, va_arg(members, uint64_t));
        } else if (strcmp(kind, "int") == 0) {
            log_signed(t, va_arg(members, int64_t));
        } else {
            const char *text = va_arg(members, const char *);
            log_string(t, text, strlen(text));
        }
    }
    va_end(members);
    end_record(k->config.log);
}
