#include "models/xenos/shader/opencl/alu_text.h"

const char *const xenos_alu_text[XENOS_ALU_TEXTS] = {
#define EMBEDDED_TEXT(name, contents) contents,
#include "alu_text.inc"
#undef EMBEDDED_TEXT
};
