#include "board/cli/boot_capture.h"

enum sim_status boot_capture_begin(struct boot_capture *capture, const struct board *board, const char *path,
                                   uint64_t frame, struct sim_error *error)
{
    const struct sim_component *subject = &board->processors.commands.component;
    if (frame != CAPTURE_WHOLE && board->display.vblanks >= frame)
        return sim_fail(error, SIM_USAGE, "--gpu-capture-frame %llu: over already", (unsigned long long)frame);
    *capture = (struct boot_capture){
        .record = tape_record_new(board->machine, subject),
        .path = path,
        .frame = frame,
    };
    sim_machine_observe(board->machine, tape_observer(capture->record));
    return boot_capture_look(capture, board, error);
}

sim_time boot_capture_next(const struct boot_capture *capture, const struct board *board)
{
    return capture->record && capture->frame != CAPTURE_WHOLE && !capture->done
               ? sim_time_add(board->display.next_time, 1)
               : SIM_NEVER;
}

enum sim_status boot_capture_look(struct boot_capture *capture, const struct board *board, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    if (!capture->record || capture->done)
        return SIM_OK;
    if (!capture->begun && board->display.vblanks >= capture->frame) {
        status = tape_record_begin(capture->record, &board->description, capture->path, error);
        capture->begun = status == SIM_OK;
    } else if (capture->begun && capture->frame != CAPTURE_WHOLE && board->display.vblanks > capture->frame) {
        tape_record_stop(capture->record);
        capture->done = true;
    }
    return status;
}

enum sim_status boot_capture_end(struct boot_capture *capture, bool keep, struct sim_error *error)
{
    struct tape_record *record = capture->record;
    capture->record = NULL;
    if (!record)
        return SIM_OK;
    enum sim_status status = tape_record_end(record, keep, &capture->counts, error);
    if (status == SIM_OK && keep && !capture->begun)
        return sim_fail(error, SIM_GUEST, "--gpu-capture %s: the run ended before vertical blank %llu", capture->path,
                        (unsigned long long)capture->frame);
    return status;
}
