/* What the files of the log offer each other. Whatever they read of the guest's they read without a mark, so that
 * nothing of it can be told from a run without a log. */
#ifndef CYCLE360_HLE_LOG_PARTS_H
#define CYCLE360_HLE_LOG_PARTS_H

#include "kernel-hle/log/log.h"
#include "kernel-hle/log/text.h"

#include <stdbool.h>

enum {
    LOG_TEXT_MOST = 512,  /* bytes of a string that are shown */
    LOG_ARRAY_MOST = 64,  /* elements of an array */
    LOG_CALLERS_MOST = 64 /* of a chain */
};

/* Bytes of guest memory; false, and zeros, where they cannot be read. */
bool log_peek(struct kernel *k, uint32_t address, void *bytes, size_t size);
bool log_peek_u32(struct kernel *k, uint32_t address, uint32_t *value);

/* The callers of whoever runs with this stack pointer, the nearest first: by the guest's back chain, as far as it can
 * be believed. */
unsigned log_callers(struct kernel *k, uint32_t stack, uint32_t *caller, unsigned most);

/* Values that describe something of the guest's. */
void log_object(struct log_text *t, const struct ob_object *object);
void log_body(struct log_text *t, struct kernel *k, uint32_t address);     /* of an object, or a dispatcher's header */
void log_of_handle(struct log_text *t, struct kernel *k, uint32_t handle); /* the object that it is of */
void log_text_at(struct log_text *t, struct kernel *k, uint32_t address, bool wide);
void log_counted_text(struct log_text *t, struct kernel *k, uint32_t address, bool wide);
void log_attributes(struct log_text *t, struct kernel *k, uint32_t address);
void log_timeout_ns(struct log_text *t, struct kernel *k, const int64_t *timeout); /* -1: for ever */

/* The members "arguments" of a call, and "out" of its return. */
void log_arguments(struct log_text *t, struct kernel *k, const struct hle_signature *signature, const uint64_t *arg);
void log_outcome(struct log_text *t, struct kernel *k, const struct hle_signature *signature, const uint64_t *arg);

#endif
