/* cycle360 disc ls|extract|make: images of game discs. */
#include "board/cli/command.h"
#include "board/cli/options.h"
#include "board/cli/progress.h"
#include "board/cli/tree_commands.h"
#include "kernel-hle/loader/gdfx_write.h"

#include <inttypes.h>

static int ls(int argc, char **argv)
{
    static const struct tree_command what = {
        .command = "disc ls",
        .operand = "IMAGE",
        .summary = "Lists the files of a disc image, or those at the given paths with all that is in them. IMAGE is a "
                   "GDFX image with its game partition at any of the known places, or a folder that stands for a disc.",
        .examples = "cycle360 disc ls game.iso -l\n"
                    "cycle360 disc ls game.iso media --json | jq -r '.entries[].path'\n",
    };
    return tree_command_ls(&what, argc, argv);
}

static int extract_files(int argc, char **argv)
{
    static const struct tree_command what = {
        .command = "disc extract",
        .operand = "IMAGE",
        .summary = "Writes the files of a disc image, or those at the given paths with all that is in them, into a "
                   "folder and nowhere else. Files that are there already stay unless --force is given.",
        .examples = "cycle360 disc extract game.iso -o game\n"
                    "cycle360 disc extract game.iso default.xex media/intro.bik -o .\n",
    };
    return tree_command_extract(&what, argc, argv);
}

static int make(int argc, char **argv)
{
    const char *image = NULL;
    bool force = false;
    const struct option option[] = {
        {"o", OPTION_STRING, &image, "IMAGE", "the image to write"},
        {"force", OPTION_FLAG, &force, NULL, "replaces an image that is there already"},
    };
    const struct usage usage = {
        .command = "disc make",
        .operands = "FOLDER -o IMAGE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Makes a disc image of a folder: the game partition alone, the same for the same files. FOLDER may "
                   "also be an image or a package, whose files are then put on the disc.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 disc make game -o game.iso\n",
    };
    struct gdfx_write_result result;
    struct progress progress;
    struct sim_error error;
    struct tree *tree;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (image == NULL) {
        sim_fail(&error, SIM_USAGE, "-o IMAGE is missing: where is the image to go?");
        return command_fail(usage.command, SIM_USAGE, &error);
    }
    enum sim_status status = tree_open(&tree, argv[1], &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    struct loader_work work = progress_begin(&progress, usage.command);
    status = gdfx_write(tree, image, force, &work, &result, &error);
    progress_end(&progress);
    tree_close(tree);
    if (status != SIM_OK) {
        command_fail(usage.command, status, &error);
        return progress_exit_code(status);
    }
    printf("%" PRIu64 " files, %" PRIu64 " directories, an image of %" PRIu64 " bytes\n", result.files,
           result.directories, result.bytes);
    return SIM_OK;
}

int cmd_disc(int argc, char **argv)
{
    static const struct command commands[] = {
        {"ls", "lists the files of a disc image", ls},
        {"extract", "writes files of a disc image into a folder", extract_files},
        {"make", "makes a disc image of a folder", make},
    };
    static const struct command_family family = {
        .name = "cycle360 disc",
        .summary = "Looks into images of game discs, and makes them.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
