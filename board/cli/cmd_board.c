/* cycle360 board: what a board description says once everything is worked out. */
#include "board/builtin.h"
#include "board/cli/cmd_board_map.h"
#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/description.h"

#include <string.h>

static void list(void)
{
    printf("built-in boards:\n");
    for (size_t i = 0; board_builtin_name(i) != NULL; i++)
        printf("  %s\n", board_builtin_name(i));
    printf("\nkeys of a board:\n");
    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++) {
        struct board_key_info info = board_key_info(key);
        printf("\n  %s\n      %s\n      takes %s", info.key, info.note, info.takes);
        if (strcmp(info.kind, "clocks") == 0)
            printf(" of clock.%s", info.domain);
        if (info.low[0] != '\0')
            printf(", %s to %s", info.low, info.high);
        const char *word;
        for (unsigned i = 0; (word = board_key_choice(key, i)) != NULL; i++)
            printf("%s%s%s", i == 0 ? ":" : ",", i % 6 == 0 ? "\n          " : " ", word);
        printf("\n");
    }
}

static void json_member(const char *name, const char *text)
{
    printf(", \"%s\": ", name);
    json_text(stdout, text);
}

static void print_json(const struct board_description *board, const struct board_description *retail, const char *name)
{
    char identity[BOARD_IDENTITY_TEXT], value[BOARD_VALUE_TEXT];

    printf("{\"board\": ");
    json_text(stdout, name);
    json_member("identity", board_description_identity(board, identity));
    printf(", \"keys\": [");
    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++) {
        struct board_key_info info = board_key_info(key);
        printf("%s\n  {\"key\": ", key == 0 ? "" : ",");
        json_text(stdout, info.key);
        json_member("value", board_description_value(board, key, value));
        json_member("written", board->setting[key].text);
        json_member("place", board->setting[key].place);
        json_member("kind", info.kind);
        printf(", \"retail\": %s", board_description_is_retail(board, retail, key) ? "true" : "false");
        json_member("confidence", info.confidence);
        json_member("source", info.source);
        json_member("note", info.note);
        printf("}");
    }
    printf("\n]}\n");
}

int cmd_board(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "map") == 0)
        return board_map(argc - 1, argv + 1);
    bool show_list = false, json = false;
    struct option_list set = {0};
    const struct option option[] = {
        {"set", OPTION_LIST, &set, "KEY=VALUE", "changes a key; may be repeated"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
        {"list", OPTION_FLAG, &show_list, NULL, "the built-in boards and what each key takes"},
    };
    const struct usage usage = {
        .command = "board",
        .operands = "[FILE|NAME]",
        .operands_max = 1,
        .summary = "Checks a board description and prints it with every relation worked out and the source of every "
                   "value. A file's name has a / or ends in .board; anything else is a built-in board, by default "
                   "retail. What is printed is a board file itself. `cycle360 board map` prints what lies where.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 board retail-9975\n"
                    "cycle360 board --set clock.reference=99.9MHz --set display.mode=vga-1024x768 > mine.board\n"
                    "cycle360 board mine.board --json | jq -r '.keys[] | select(.retail | not) | .key'\n",
    };
    struct board_description board, retail;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    if (show_list) {
        list();
        return SIM_OK;
    }
    const char *name = argc > 1 ? argv[1] : "retail";
    enum sim_status status = board_description_load(&board, name, set.item, set.count, &error);
    if (status == SIM_OK)
        status = board_description_load(&retail, "retail", NULL, 0, &error);
    if (status != SIM_OK)
        return command_fail(usage.command, status, &error);
    if (json)
        print_json(&board, &retail, name);
    else
        board_description_print(&board, stdout);
    return SIM_OK;
}
