/* cycle360 xex info|extract|pack: what a title's file says, and what is in it. */
#include "board/cli/cmd_xex_pack.h"
#include "board/cli/command.h"
#include "board/cli/options.h"
#include "board/cli/progress.h"
#include "board/cli/xex_print.h"
#include "kernel-hle/loader/files.h"
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEYS_HELP      "keys that unwrap titles' own keys, and moduli that verify signatures: name = hexadecimal digits"
#define NO_VERIFY_HELP "pages whose digest is wrong are no error"

/* A title that is open: its file, its headers, and its image as far as it can be made. */
struct title {
    struct loader_file file;
    struct loader_keys keys;
    struct xex xex;
    struct image image;
    struct xex_report report;
    bool loaded;
};

static enum sim_status open_title(struct title *title, const char *path, const char *keys, struct sim_error *error)
{
    *title = (struct title){.loaded = false};
    loader_keys_init(&title->keys);
    enum sim_status status = loader_file_open(&title->file, path, error);
    if (status == SIM_OK && keys != NULL)
        status = loader_keys_read(&title->keys, keys, error);
    if (status == SIM_OK)
        status = xex_read(&title->xex, path, title->file.bytes, title->file.size, error);
    return status;
}

static enum sim_status load_title(struct title *title, const char *command, bool no_verify, struct sim_error *error)
{
    struct progress progress;
    struct xex_options options = {.no_verify = no_verify, .work = progress_begin(&progress, command)};
    enum sim_status status = xex_load(&title->image, &title->xex, &title->keys, &options, &title->report, error);
    progress_end(&progress);
    title->loaded = status == SIM_OK;
    return status;
}

static void close_title(struct title *title)
{
    image_free(&title->image);
    loader_file_close(&title->file);
}

/* A patch is whole without an image; anything else is not. */
static bool is_patch(const struct xex *xex)
{
    return xex->format.compression == XEX_DELTA || (xex->module_flags & XEX_MODULE_PATCH_DELTA) != 0;
}

static int info(int argc, char **argv)
{
    const char *keys = NULL;
    bool json = false, no_verify = false;
    const struct option option[] = {
        {"keys", OPTION_STRING, &keys, "FILE", KEYS_HELP},
        {"no-verify", OPTION_FLAG, &no_verify, NULL, NO_VERIFY_HELP},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "xex info",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Prints every field of a title's headers by name, whether its digests and its signature are right, "
                   "and what lies in its image: sections, imports, exports. The headers of a title whose key is not "
                   "known, or whose image is damaged, are printed before the complaint.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 xex info default.xex --keys keys.txt\n"
                    "cycle360 xex info default.xex --json | jq -r .optional_headers.execution_info.title_id\n",
    };
    struct title title;
    struct show show;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = open_title(&title, argv[1], keys, &error);
    if (status == SIM_OK) {
        status = load_title(&title, usage.command, no_verify, &error);
        show_start(&show, stdout, json);
        show_text(&show, "path", argv[1]);
        struct sim_error header_error;
        enum sim_status header_status = xex_print_headers(&show, &title.xex, &header_error);
        xex_print_report(&show, &title.report);
        if (title.loaded)
            xex_print_image(&show, &title.image);
        else
            show_none(&show, "image");
        show_finish(&show);
        if (is_patch(&title.xex)) {
            status = header_status;
            error = header_error;
        }
    }
    close_title(&title);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}

/* ---- extract ---- */

enum { NAME_SIZE = 32, BASE_FILES = 2 };

/* A file that is to be written. */
struct piece {
    char name[NAME_SIZE];
    const uint8_t *bytes;
    uint32_t size;
};

/* Names of resources come from the file: letters, digits, '_' and '-' are kept, and what they begin with keeps them
 * from being anything else. */
static void name_resource(char name[NAME_SIZE], const char *given)
{
    int length = snprintf(name, NAME_SIZE, "resource.");
    for (; *given != '\0'; given++) {
        bool plain = (*given >= '0' && *given <= '9') || (*given >= 'A' && *given <= 'Z') ||
                     (*given >= 'a' && *given <= 'z') || *given == '_' || *given == '-';
        name[length++] = plain ? *given : '_';
    }
    name[length] = '\0';
}

static struct piece piece_of(const struct title *title, size_t index)
{
    const struct image *image = &title->image;
    if (index == 0)
        return (struct piece){"basefile.exe", image->bytes, image->size};
    if (index == 1)
        return (struct piece){"headers.bin", image->headers, (uint32_t)image->headers_size};
    const struct image_resource *resource = &image->resource[index - BASE_FILES];
    struct piece piece = {.bytes = image->bytes + (resource->address - image->base), .size = resource->size};
    unsigned before = 0;
    name_resource(piece.name, resource->name);
    for (size_t i = 0; i < index - BASE_FILES; i++) {
        char other[NAME_SIZE];
        name_resource(other, image->resource[i].name);
        before += strcasecmp(other, piece.name) == 0;
    }
    if (before > 0)
        snprintf(piece.name + strlen(piece.name), NAME_SIZE - strlen(piece.name), ".%u", before + 1);
    return piece;
}

static enum sim_status write_piece(const struct piece *piece, int folder, const char *path, bool force,
                                   struct sim_error *error)
{
    struct part_file file;
    char shown[sizeof error->text];
    snprintf(shown, sizeof shown, "%.*s/%s", (int)(sizeof shown - NAME_SIZE - 2), path, piece->name);
    enum sim_status status = part_file_create(&file, folder, shown, error);
    if (status != SIM_OK)
        return status;
    status = part_file_write(&file, piece->bytes, piece->size, error);
    if (status != SIM_OK) {
        part_file_drop(&file);
        return status;
    }
    return part_file_keep(&file, piece->name, force, error);
}

static enum sim_status write_pieces(const struct title *title, const char *path, bool force, struct sim_error *error)
{
    size_t count = BASE_FILES + title->image.resources;
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return sim_fail(error, SIM_HOST, "%s: cannot make it: %s", path, strerror(errno));
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return sim_fail(error, SIM_HOST, "%s: %s", path, strerror(errno));
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < count && status == SIM_OK && !force; i++) {
        struct stat about;
        struct piece piece = piece_of(title, i);
        if (fstatat(folder, piece.name, &about, AT_SYMLINK_NOFOLLOW) == 0)
            status = sim_fail(error, SIM_HOST, "%s/%s: is there already; --force replaces it", path, piece.name);
    }
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        struct piece piece = piece_of(title, i);
        status = write_piece(&piece, folder, path, force, error);
        if (status == SIM_OK)
            printf("%10" PRIu32 "  %s\n", piece.size, piece.name);
    }
    close(folder);
    return status;
}

static int extract_title(int argc, char **argv)
{
    const char *keys = NULL, *folder = NULL;
    bool no_verify = false, force = false;
    const struct option option[] = {
        {"o", OPTION_STRING, &folder, "DIR", "the folder to write to; made if it is not there"},
        {"keys", OPTION_STRING, &keys, "FILE", KEYS_HELP},
        {"no-verify", OPTION_FLAG, &no_verify, NULL, NO_VERIFY_HELP},
        {"force", OPTION_FLAG, &force, NULL, "replaces files that are there already"},
    };
    const struct usage usage = {
        .command = "xex extract",
        .operands = "FILE -o DIR",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Writes the image of a title, decrypted and decompressed, as it lies in memory (basefile.exe), its "
                   "headers (headers.bin) and its resources (resource.NAME) into a folder.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 xex extract default.xex -o parts --keys keys.txt\n",
    };
    struct title title;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (folder == NULL) {
        sim_fail(&error, SIM_USAGE, "-o DIR is missing: where are the files to go?");
        return command_fail(usage.command, SIM_USAGE, &error);
    }
    enum sim_status status = open_title(&title, argv[1], keys, &error);
    if (status == SIM_OK)
        status = load_title(&title, usage.command, no_verify, &error);
    if (status == SIM_OK)
        status = write_pieces(&title, folder, force, &error);
    close_title(&title);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}

int cmd_xex(int argc, char **argv)
{
    static const struct command commands[] = {
        {"info", "prints every field of a title's file", info},
        {"extract", "writes a title's image, headers and resources", extract_title},
        {"pack", "makes a title of a program", cmd_xex_pack},
    };
    static const struct command_family family = {
        .name = "cycle360 xex",
        .summary = "Looks into titles, and makes them: XEX files.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
