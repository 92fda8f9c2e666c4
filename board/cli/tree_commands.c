#include "board/cli/tree_commands.h"

#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/cli/progress.h"
#include "kernel-hle/loader/extract.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PATHS_MAX = 65536 };

#define NO_VERIFY_HELP "looks at no hash: for what is left of a damaged package"

static enum sim_status open_tree(struct tree **tree, const char *path, bool no_verify, struct sim_error *error)
{
    return no_verify ? tree_open_unverified(tree, path, error) : tree_open(tree, path, error);
}

/* ---- ls ---- */

struct listing {
    struct tree *tree;
    bool is_long, json;
    tree_node *node;
    size_t nodes, room;
    enum sim_status status; /* the first failure; what can be read is listed all the same */
    struct sim_error error;
};

static void collect(struct listing *listing, tree_node node)
{
    const tree_node *children;
    struct tree_info info;
    struct sim_error error;
    size_t count;

    if (listing->nodes == listing->room) {
        size_t room = listing->room == 0 ? 256 : listing->room * 2;
        tree_node *more = realloc(listing->node, room * sizeof *more);
        if (more == NULL) {
            listing->status = sim_fail(&listing->error, SIM_HOST, "no memory for the list");
            return;
        }
        listing->node = more;
        listing->room = room;
    }
    if (node != 0)
        listing->node[listing->nodes++] = node;
    tree_info(listing->tree, node, &info);
    if ((info.attributes & TREE_DIRECTORY) == 0)
        return;
    enum sim_status status = tree_children(listing->tree, node, &children, &count, &error);
    if (status != SIM_OK && listing->status == SIM_OK) {
        listing->status = status;
        listing->error = error;
    }
    for (size_t i = 0; i < count; i++)
        collect(listing, children[i]);
}

static void collect_path(struct listing *listing, const char *path)
{
    struct sim_error error;
    tree_node node;
    enum sim_status status = tree_find(listing->tree, path, &node, &error);

    if (status == SIM_OK && node == TREE_NONE)
        status = sim_fail(&error, SIM_USAGE, "%s: there is no '%.200s' in it", tree_path(listing->tree), path);
    if (status == SIM_OK) {
        collect(listing, node);
    } else if (listing->status == SIM_OK) {
        listing->status = status;
        listing->error = error;
    }
}

/* A day and time of 100 ns since 1601, "" where there is none. */
static const char *date(uint64_t time, char text[32])
{
    static const unsigned length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t seconds = time / 10000000;
    unsigned year = 1601, month = 0, day = (unsigned)(seconds / 86400 % 10000000);

    text[0] = '\0';
    if (time == 0)
        return text;
    for (;; year++) {
        unsigned days = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365;
        if (day < days) {
            for (; day >= length[month] + (month == 1 && days == 366); month++)
                day -= length[month] + (month == 1 && days == 366);
            break;
        }
        day -= days;
    }
    snprintf(text, 32, "%04u-%02u-%02uT%02u:%02u:%02u", year, month + 1, day + 1, (unsigned)(seconds / 3600 % 24),
             (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
    return text;
}

static void attribute_letters(uint32_t attributes, char letters[6])
{
    static const struct {
        uint32_t bit;
        char letter;
    } bit[5] = {
        {TREE_DIRECTORY, 'd'}, {TREE_READ_ONLY, 'r'}, {TREE_HIDDEN, 'h'}, {TREE_SYSTEM, 's'}, {TREE_ARCHIVE, 'a'}};
    for (size_t i = 0; i < 5; i++)
        letters[i] = (attributes & bit[i].bit) != 0 ? bit[i].letter : '-';
    letters[5] = '\0';
}

static void print_text(const struct listing *listing)
{
    char path[TREE_PATH_MAX], letters[6], offset[24], time[32];
    struct tree_info info;

    for (size_t i = 0; i < listing->nodes; i++) {
        tree_info(listing->tree, listing->node[i], &info);
        if (listing->is_long) {
            attribute_letters(info.attributes, letters);
            snprintf(offset, sizeof offset, info.offset == UINT64_MAX ? "-" : "0x%" PRIx64, info.offset);
            printf("%s %12" PRIu64 " %12s %-19s ", letters, info.size, offset, date(info.modified, time));
        }
        printf("%s%s\n", tree_node_path(listing->tree, listing->node[i], path),
               (info.attributes & TREE_DIRECTORY) != 0 ? "/" : "");
    }
}

static void print_json(const struct listing *listing)
{
    static const char *const kind[] = {"folder", "gdfx", "stfs", "svod"};
    char path[TREE_PATH_MAX], letters[6], time[32];
    uint64_t files = 0, bytes = 0;
    struct tree_info info;

    printf("{\"path\": ");
    json_text(stdout, tree_path(listing->tree));
    printf(", \"kind\": \"%s\", \"entries\": [", kind[tree_kind(listing->tree)]);
    for (size_t i = 0; i < listing->nodes; i++) {
        tree_info(listing->tree, listing->node[i], &info);
        attribute_letters(info.attributes, letters);
        printf("%s\n  {\"path\": ", i == 0 ? "" : ",");
        json_text(stdout, tree_node_path(listing->tree, listing->node[i], path));
        bool directory = (info.attributes & TREE_DIRECTORY) != 0;
        printf(", \"directory\": %s, \"size\": %" PRIu64 ", \"attributes\": \"%s\"", directory ? "true" : "false",
               info.size, letters);
        if (info.offset != UINT64_MAX)
            printf(", \"offset\": %" PRIu64, info.offset);
        if (info.created != 0)
            printf(", \"created\": \"%s\"", date(info.created, time));
        if (info.modified != 0)
            printf(", \"modified\": \"%s\"", date(info.modified, time));
        printf("}");
        files += !directory;
        bytes += info.size;
    }
    printf("\n], \"files\": %" PRIu64 ", \"directories\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"complete\": %s}\n",
           files, listing->nodes - files, bytes, listing->status == SIM_OK ? "true" : "false");
}

int tree_command_ls(const struct tree_command *what, int argc, char **argv)
{
    struct listing listing = {0};
    bool no_verify = false;
    const struct option option[] = {
        {"l", OPTION_FLAG, &listing.is_long, NULL, "attributes, size, offset and date too"},
        {"json", OPTION_FLAG, &listing.json, NULL, "one JSON object on standard output"},
        {"no-verify", OPTION_FLAG, &no_verify, NULL, NO_VERIFY_HELP},
    };
    char operands[64];
    snprintf(operands, sizeof operands, "%s [PATH...]", what->operand);
    const struct usage usage = {
        .command = what->command,
        .operands = operands,
        .operands_min = 1,
        .operands_max = PATHS_MAX,
        .summary = what->summary,
        .option = option,
        .options = sizeof option / sizeof *option - !what->can_skip_hashes,
        .examples = what->examples,
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = open_tree(&listing.tree, argv[1], no_verify, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    if (argc == 2)
        collect(&listing, 0);
    for (int i = 2; i < argc; i++)
        collect_path(&listing, argv[i]);
    if (listing.json)
        print_json(&listing);
    else
        print_text(&listing);
    free(listing.node);
    tree_close(listing.tree);
    return listing.status == SIM_OK ? SIM_OK : command_fail(usage.command, listing.status, &listing.error);
}

/* ---- extract ---- */

int tree_command_extract(const struct tree_command *what, int argc, char **argv)
{
    struct extract_request request = {0};
    bool no_verify = false;
    const struct option option[] = {
        {"o", OPTION_STRING, &request.folder, "DIR", "the folder to write to; made if it is not there"},
        {"force", OPTION_FLAG, &request.force, NULL, "replaces files that are there already"},
        {"no-verify", OPTION_FLAG, &no_verify, NULL, NO_VERIFY_HELP},
    };
    char operands[64];
    snprintf(operands, sizeof operands, "%s [PATH...] -o DIR", what->operand);
    const struct usage usage = {
        .command = what->command,
        .operands = operands,
        .operands_min = 1,
        .operands_max = PATHS_MAX,
        .summary = what->summary,
        .option = option,
        .options = sizeof option / sizeof *option - !what->can_skip_hashes,
        .examples = what->examples,
    };
    struct extract_result result;
    struct progress progress;
    struct sim_error error;
    struct tree *tree;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (request.folder == NULL) {
        sim_fail(&error, SIM_USAGE, "-o DIR is missing: where are the files to go?");
        return command_fail(usage.command, SIM_USAGE, &error);
    }
    enum sim_status status = open_tree(&tree, argv[1], no_verify, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    request.path = (const char *const *)argv + 2;
    request.paths = (size_t)argc - 2;
    request.work = progress_begin(&progress, usage.command);
    status = extract(tree, &request, &result, &error);
    progress_end(&progress);
    tree_close(tree);
    if (status != SIM_OK) {
        command_fail(usage.command, status, &error);
        return progress_exit_code(status);
    }
    printf("%" PRIu64 " files, %" PRIu64 " directories, %" PRIu64 " bytes\n", result.files, result.directories,
           result.bytes);
    return SIM_OK;
}
