/* cycle360 package ls|extract|info: packages of downloads, saved games and updates. */
#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/cli/tree_commands.h"
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/files.h"
#include "kernel-hle/loader/stfs_header.h"

#include <inttypes.h>
#include <string.h>

static int ls(int argc, char **argv)
{
    static const struct tree_command what = {
        .command = "package ls",
        .operand = "FILE",
        .summary = "Lists the files of a package (CON, LIVE or PIRS), or those at the given paths with all that is in "
                   "them.",
        .examples = "cycle360 package ls update -l\n"
                    "cycle360 package ls update --json | jq '.entries[] | select(.size > 1000000).path'\n",
        .can_skip_hashes = true,
    };
    return tree_command_ls(&what, argc, argv);
}

static int extract_files(int argc, char **argv)
{
    static const struct tree_command what = {
        .command = "package extract",
        .operand = "FILE",
        .summary = "Writes the files of a package, or those at the given paths with all that is in them, into a folder "
                   "and nowhere else. Every block is checked against its hash; a file with a wrong one is not written.",
        .examples = "cycle360 package extract update -o update.files\n",
        .can_skip_hashes = true,
    };
    return tree_command_extract(&what, argc, argv);
}

/* ---- info ---- */

struct licence {
    uint64_t licensee;
    uint32_t bits, flags;
};

static bool licence(const struct stfs_header *header, unsigned i, struct licence *licence)
{
    const uint8_t *p = header->bytes + STFS_LICENCES + (size_t)i * STFS_LICENCE_SIZE;
    *licence = (struct licence){bytes_be64(p), bytes_be32(p + 8), bytes_be32(p + 12)};
    return licence->licensee != 0 || licence->bits != 0 || licence->flags != 0;
}

static bool is_number(enum stfs_kind kind)
{
    return kind == STFS_KIND_NUMBER || kind == STFS_KIND_LE16 || kind == STFS_KIND_LE24;
}

static const char *signer_name(const struct stfs_header *header)
{
    return header->signer == STFS_CON ? "CON" : header->signer == STFS_LIVE ? "LIVE" : "PIRS";
}

static const char *picture_kind(const uint8_t *bytes, uint32_t size)
{
    return size >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0 ? "PNG" : "unknown";
}

static void print_text(const struct stfs_header *header)
{
    char text[STFS_TEXT_MAX];
    struct stfs_field field;
    struct licence l;
    uint32_t size;

    printf("%-24s %s\n", "signed_by", signer_name(header));
    for (size_t i = 0; stfs_field_next(header, &i, &field);) {
        printf("%-24s %s", field.name, stfs_field_text(header, &field, text));
        if (strcmp(field.name, "content_id") == 0)
            printf(" (%s)", stfs_header_is_whole(header) ? "right" : "wrong: the header is not what was hashed");
        else if (strstr(field.name, "signature") != NULL)
            printf(" (not checked)");
        printf("\n");
    }
    for (unsigned i = 0; i < STFS_LICENCES_MAX; i++)
        if (licence(header, i, &l))
            printf("licence                  %u: licensee 0x%016" PRIx64 ", bits 0x%08" PRIx32 ", flags 0x%08" PRIx32
                   "\n",
                   i, l.licensee, l.bits, l.flags);
    for (unsigned i = 0; i < STFS_LANGUAGES; i++)
        if (stfs_display_name(header, i, text)[0] != '\0')
            printf("display_name             %s: %s\n", stfs_language(i), text);
    for (unsigned i = 0; i < STFS_LANGUAGES; i++)
        if (stfs_description(header, i, text)[0] != '\0')
            printf("description              %s: %s\n", stfs_language(i), text);
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t *picture = stfs_thumbnail(header, i == 1, &size);
        if (picture != NULL)
            printf("%-24s %" PRIu32 " bytes, %s\n", i == 1 ? "title_thumbnail" : "thumbnail", size,
                   picture_kind(picture, size));
    }
}

static void print_names(const struct stfs_header *header, const char *member,
                        const char *(*name)(const struct stfs_header *, unsigned, char *))
{
    char text[STFS_TEXT_MAX];
    const char *separator = "";

    printf(", \"%s\": {", member);
    for (unsigned i = 0; i < STFS_LANGUAGES; i++)
        if (name(header, i, text)[0] != '\0') {
            printf("%s\"%s\": ", separator, stfs_language(i));
            json_text(stdout, text);
            separator = ", ";
        }
    printf("}");
}

static void print_json(const struct stfs_header *header)
{
    char text[STFS_TEXT_MAX];
    struct stfs_field field;
    const char *separator = "";
    struct licence l;
    uint32_t size;

    printf("{\"signed_by\": \"%s\"", signer_name(header));
    for (size_t i = 0; stfs_field_next(header, &i, &field);) {
        printf(",\n \"%s\": ", field.name);
        stfs_field_text(header, &field, text);
        if (is_number(field.kind))
            printf("%s", text);
        else
            json_text(stdout, text);
    }
    printf(",\n \"content_id_right\": %s", stfs_header_is_whole(header) ? "true" : "false");
    printf(",\n \"licences\": [");
    for (unsigned i = 0; i < STFS_LICENCES_MAX; i++)
        if (licence(header, i, &l)) {
            printf("%s{\"licensee\": \"0x%016" PRIx64 "\", \"bits\": \"0x%08" PRIx32 "\", \"flags\": \"0x%08" PRIx32
                   "\"}",
                   separator, l.licensee, l.bits, l.flags);
            separator = ", ";
        }
    printf("]");
    print_names(header, "display_names", stfs_display_name);
    print_names(header, "descriptions", stfs_description);
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t *picture = stfs_thumbnail(header, i == 1, &size);
        if (picture != NULL)
            printf(",\n \"%s\": {\"size\": %" PRIu32 ", \"kind\": \"%s\"}", i == 1 ? "title_thumbnail" : "thumbnail",
                   size, picture_kind(picture, size));
    }
    printf("}\n");
}

static int info(int argc, char **argv)
{
    bool json = false;
    const struct option option[] = {{"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"}};
    const struct usage usage = {
        .command = "package info",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Prints every field of a package's header: who signed it, for what title, its names, licences and "
                   "pictures, and whether the header is what its content id says.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 package info update\n"
                    "cycle360 package info update --json | jq -r .display_names.English\n",
    };
    struct stfs_header header;
    struct loader_file file;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = loader_file_open(&file, argv[1], &error);
    if (status == SIM_OK)
        status = stfs_header_read(&header, argv[1], file.bytes, file.size, &error);
    if (status == SIM_OK && json)
        print_json(&header);
    else if (status == SIM_OK)
        print_text(&header);
    loader_file_close(&file);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}

int cmd_package(int argc, char **argv)
{
    static const struct command commands[] = {
        {"ls", "lists the files of a package", ls},
        {"extract", "writes files of a package into a folder", extract_files},
        {"info", "prints what a package's header says", info},
    };
    static const struct command_family family = {
        .name = "cycle360 package",
        .summary = "Looks into packages: downloads, saved games, updates, installed titles.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
