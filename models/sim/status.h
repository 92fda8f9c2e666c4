/* How a call says that it failed: a status whose values are the program's exit codes, and a sentence. */
#ifndef CYCLE360_SIM_STATUS_H
#define CYCLE360_SIM_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

enum sim_status {
    SIM_OK = 0,
    SIM_GUEST = 1,     /* what ran inside the machine failed     */
    SIM_USAGE = 2,     /* the caller asked for something unclear */
    SIM_BAD_INPUT = 3, /* a file or a text is not what it says   */
    SIM_HOST = 4,      /* the host refused: disk, memory, rights */
};

struct sim_error {
    char text[512]; /* one sentence without a final newline: what, where, why */
};

/* Writes the sentence (error may be NULL) and hands the status back, so that `return sim_fail(...)` reads well. */
enum sim_status sim_fail(struct sim_error *error, enum sim_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

/* A state that our own code promised never to reach. Prints the place and aborts. */
void sim_bug(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4), cold, noreturn));

#define SIM_BUG(...) sim_bug(__FILE__, __LINE__, __VA_ARGS__)
#define SIM_CHECK(condition, ...)              \
    do {                                       \
        if (__builtin_expect(!(condition), 0)) \
            SIM_BUG(__VA_ARGS__);              \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif
