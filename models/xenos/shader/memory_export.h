/* What a memory export stores. */
#ifndef CYCLE360_XENOS_SHADER_MEMORY_EXPORT_H
#define CYCLE360_XENOS_SHADER_MEMORY_EXPORT_H

#include "models/xenos/shader/interpreter.h"

/* A byte at a physical address. */
typedef void xenos_store(void *self, uint32_t address, uint8_t byte);

/* Packs the elements of which `written` has bits as eA says, and stores them. False, and nothing is stored: eA is none,
 * or names a format that there is not. Elements beyond the stream's end are left out. */
bool xenos_memory_export(const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4], unsigned written,
                         xenos_store *store, void *self);

#endif
