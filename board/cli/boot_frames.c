#include "board/cli/boot_frames.h"

#include "board/cli/profile_files.h"

#include <stdio.h>

static void begun(void *context, const struct display *display)
{
    struct boot_frames *frames = context;
    frames->swap = display->scan.swaps;
    frames->frame.begun = false;
    if (frames->status != SIM_OK || (frames->when == BOOT_FRAMES_SWAP && frames->swap == frames->pictured))
        return;
    if (!frame_begin(&frames->frame, display))
        frames->status = sim_fail(&frames->error, SIM_HOST, "--frames: no memory for a picture");
}

static void line(void *context, const struct display *display, const struct scan_request *place, const uint64_t *words)
{
    (void)display;
    struct boot_frames *frames = context;
    frame_line(&frames->frame, place, words);
}

static void late(void *context, const struct display *display, uint32_t strip)
{
    (void)display;
    struct boot_frames *frames = context;
    frame_late(&frames->frame, strip);
}

static void ended(void *context, const struct display *display)
{
    struct boot_frames *frames = context;
    char path[1024];
    if (!frames->frame.begun)
        return;
    frames->frame.begun = false;
    if (snprintf(path, sizeof path, "%s/frame-%06llu.png", frames->folder, (unsigned long long)display->vblanks) >=
        (int)sizeof path) {
        frames->status = sim_fail(&frames->error, SIM_USAGE, "--frames: the folder's name is too long");
        return;
    }
    frames->pictured = frames->swap;
    frames->status = frame_write(&frames->frame, path, display, &frames->error);
    frames->written += frames->status == SIM_OK;
}

enum sim_status boot_frames_begin(struct boot_frames *frames, struct board *board, const char *folder,
                                  enum boot_frames_when when, struct sim_error *error)
{
    enum sim_status status = profile_make_folder(folder, error);
    if (status != SIM_OK)
        return status;
    *frames = (struct boot_frames){
        .folder = folder,
        .when = when,
        .listener = {.context = frames, .begun = begun, .line = line, .late = late, .ended = ended},
        .pictured = UINT64_MAX,
    };
    board->display.listener = &frames->listener;
    return SIM_OK;
}

enum sim_status boot_frames_look(const struct boot_frames *frames, struct sim_error *error)
{
    if (frames->status != SIM_OK)
        *error = frames->error;
    return frames->status;
}

void boot_frames_end(struct boot_frames *frames, struct board *board)
{
    if (!frames->folder)
        return;
    board->display.listener = NULL;
    frame_free(&frames->frame);
    frames->folder = NULL;
}
