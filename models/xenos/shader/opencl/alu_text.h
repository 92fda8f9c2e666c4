/* The text of the arithmetic (shader/alu), which stands before every program that a device compiles. */
#ifndef CYCLE360_XENOS_SHADER_OPENCL_ALU_TEXT_H
#define CYCLE360_XENOS_SHADER_OPENCL_ALU_TEXT_H

enum { XENOS_ALU_TEXTS = 4 };

extern const char *const xenos_alu_text[XENOS_ALU_TEXTS];

#endif
