/* Text of a title's that is shown to whoever runs it. */
#ifndef CYCLE360_HLE_EX_PRINTABLE_H
#define CYCLE360_HLE_EX_PRINTABLE_H

/* What is no printable ASCII becomes '?'. Hands the text back. */
static inline const char *printable(char *text)
{
    for (char *at = text; *at; at++)
        if (*at < 0x20 || *at > 0x7E)
            *at = '?';
    return text;
}

#endif
