/* Reading the text of one instruction. Each of these skips blanks, takes what it is for, and says false where that is
 * not what stands there; those that say `need` or `mistake` put a sentence into the mistake. */
#ifndef CYCLE360_XENOS_SHADER_SCAN_H
#define CYCLE360_XENOS_SHADER_SCAN_H

#include "models/xenos/shader/asm_insn.h"

struct xenos_scan {
    const char *begin, *at, *end;
    enum xenos_shader_type type;
    struct xenos_mistake *mistake;
};

/* Fills in the mistake and is false, so that `return XENOS_MISTAKE(...)` reads well. */
#define XENOS_MISTAKE(scan, place, ...)                       \
    ((scan)->mistake->at = (size_t)((place) - (scan)->begin), \
     sim_fail(&(scan)->mistake->error, SIM_BAD_INPUT, __VA_ARGS__) == SIM_OK)

bool xenos_scan_end(struct xenos_scan *s);
bool xenos_scan_char(struct xenos_scan *s, char c);
bool xenos_scan_need(struct xenos_scan *s, char c);
/* Letters, digits and underscores; a length of 0 if there are none. The second does not skip blanks. */
size_t xenos_scan_word(struct xenos_scan *s, const char **word);
size_t xenos_scan_letters(struct xenos_scan *s, const char **word);
/* A name that digits follow, such as vf95, without skipping blanks before those. */
bool xenos_scan_numbered(struct xenos_scan *s, const char *name, unsigned limit, unsigned *number);
/* A number in units of 1 / 2^fraction, hexadecimal after 0x. */
bool xenos_scan_number(struct xenos_scan *s, unsigned fraction, int64_t *value);
/* "r5", "r[5+aL]", "c_abs[5+a0]". */
bool xenos_scan_register(struct xenos_scan *s, struct xenos_source *source);
/* A register of a fetch. */
bool xenos_scan_temp(struct xenos_scan *s, uint8_t *index, bool *relative);
/* One of xyzw: its number, or -1. */
int xenos_component(char c);

/* `, Name=value` as often as it stands there, into words; `given` collects what an exec was given, if not NULL. */
bool xenos_scan_fields(struct xenos_scan *s, struct xenos_insn *insn);

/* The formats, from behind the mnemonic on, which is known. */
bool xenos_scan_cf(struct xenos_scan *s, unsigned op, bool conditional, struct xenos_insn *insn);
bool xenos_scan_fetch(struct xenos_scan *s, unsigned op, struct xenos_insn *insn);
/* From the mnemonic on. */
bool xenos_scan_alu(struct xenos_scan *s, struct xenos_insn *insn);

static inline bool xenos_is_word(const char *text, size_t length, const char *word)
{
    size_t i = 0;
    while (i < length && word[i] == text[i] && word[i] != '\0')
        i++;
    return i == length && word[i] == '\0';
}

#endif
