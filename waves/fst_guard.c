#define WAVES_FST_GUARD_BODY
#include "waves/fst_guard.h"

#include <errno.h>

/* fstapi's calls carry no context of ours, and each of its writers lives in one thread. */
static _Thread_local int trouble;

static void note(void)
{
    if (trouble == 0)
        trouble = errno ? errno : EIO;
}

size_t waves_fst_fwrite(const void *data, size_t size, size_t count, FILE *file)
{
    size_t done = fwrite(data, size, count, file);
    if (done != count)
        note();
    return done;
}

int waves_fst_fflush(FILE *file)
{
    int result = fflush(file);
    if (result != 0)
        note();
    return result;
}

int waves_fst_fclose(FILE *file)
{
    int result = fclose(file);
    if (result != 0)
        note();
    return result;
}

int waves_fst_trouble(void)
{
    int result = trouble;
    trouble = 0;
    return result;
}
