#include "board/cli/boot_frames.h"

#include "board/cli/frame.h"
#include "board/cli/profile_files.h"

#include <stdio.h>
#include <string.h>

enum { GRPH_ENABLE = 0x6100, GRPH_ADDRESS = 0x6110, GRPH_PITCH = 0x6120, GRPH_X_END = 0x6134, GRPH_Y_END = 0x6138 };

enum sim_status boot_frames_begin(struct boot_frames *frames, const struct board *board, const char *folder,
                                  struct sim_error *error)
{
    enum sim_status status = profile_make_folder(folder, error);
    *frames = (struct boot_frames){.folder = status == SIM_OK ? folder : NULL, .vblanks = board->display.vblanks};
    return status;
}

sim_time boot_frames_next(const struct boot_frames *frames, const struct board *board)
{
    return frames->folder ? sim_time_add(board->display.next_time, 1) : SIM_NEVER;
}

static uint32_t value_of(const struct board *board, uint64_t offset)
{
    uint32_t value = 0;
    display_peek(&board->display, offset, sim_machine_time(board->machine), &value);
    return value;
}

/* What is not memory is black. */
static void read_memory(void *context, uint64_t real, void *bytes, size_t size)
{
    const struct board *board = context;
    if (!board_memory_peek(&board->processors.memory, real, bytes, size))
        memset(bytes, 0, size);
}

enum sim_status boot_frames_look(struct boot_frames *frames, const struct board *board, bool last,
                                 struct sim_error *error)
{
    char path[1024];
    if (!frames->folder || (!last && board->display.vblanks == frames->vblanks))
        return SIM_OK;
    frames->vblanks = board->display.vblanks;
    const struct frame_surface surface = {
        .address = value_of(board, GRPH_ADDRESS),
        .pitch = value_of(board, GRPH_PITCH),
        .width = value_of(board, GRPH_X_END),
        .height = value_of(board, GRPH_Y_END),
    };
    if (surface.address == frames->address || (value_of(board, GRPH_ENABLE) & 1) == 0)
        return SIM_OK;
    frames->address = surface.address;
    uint64_t blank = frames->vblanks + last; /* before which it is shown */
    if (snprintf(path, sizeof path, "%s/frame-%06llu.png", frames->folder, (unsigned long long)blank) >=
        (int)sizeof path)
        return sim_fail(error, SIM_USAGE, "--frames: the folder's name is too long");
    frames->written++;
    return frame_write(path, &surface, read_memory, (void *)(uintptr_t)board, error);
}
