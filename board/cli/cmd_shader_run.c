/* cycle360 shader run: one invocation of a program, by the reference interpreter or an OpenCL device. */
#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/cli/read_file.h"
#include "board/cli/shader.h"
#include "board/shader_backend.h"
#include "models/xenos/shader/memory_export.h"
#include "models/xenos/texture/constant.h"
#include "models/xenos/texture/format.h"
#include "models/xenos/texture/sample.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY_MAX = 64 << 20, MEMORY_EXPORTS_MAX = 64 };

struct bench {
    struct xenos_constants constants;
    struct xenos_invocation invocation;
    struct whole_file memory;
    uint64_t address; /* of its first byte */
    uint32_t unread;  /* a bit for each texture that was sampled and whose format nothing decodes */
    unsigned exports; /* to memory; those that do not fit are only counted */
    struct {
        uint32_t address[4], element[XENOS_EXPORT_ELEMENTS][4];
        unsigned written;
    } export[MEMORY_EXPORTS_MAX];
};

/* Lowest address first; zeros where there is none. */
static void read_memory(void *self, uint32_t address, void *bytes, size_t size)
{
    const struct bench *b = self;
    uint8_t *to = bytes;
    for (uint64_t i = 0; i < size; i++) {
        bool there = address + i >= b->address && address + i - b->address < b->memory.size;
        to[i] = there ? (uint8_t)b->memory.text[address + i - b->address] : 0;
    }
}

static uint32_t load(void *self, uint32_t address)
{
    uint8_t byte[4];
    read_memory(self, address, byte, sizeof byte);
    return byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
}

static void texture(void *self, const struct xenos_texture_request *request, uint32_t result[4])
{
    struct bench *b = self;
    if ((request->constant[0] & 3) == XENOS_TEXTURE_VALID && xenos_texture_unread(request->constant[1]) != NULL)
        b->unread |= UINT32_C(1) << request->insn->constant;
    xenos_texture_nearest(request, read_memory, b, result);
}

static void export_memory(void *self, const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4],
                          unsigned written)
{
    struct bench *b = self;
    if (b->exports++ >= MEMORY_EXPORTS_MAX)
        return;
    memcpy(b->export[b->exports - 1].address, address, sizeof b->export->address);
    memcpy(b->export[b->exports - 1].element, element, sizeof b->export->element);
    b->export[b->exports - 1].written = written;
}

/* A word in hexadecimal after 0x, a whole number where `whole`, or else a float. */
static bool read_value(const char **text, bool whole, uint32_t *word)
{
    char *end;
    errno = 0;
    if (whole || strncmp(*text, "0x", 2) == 0) {
        long long value = strtoll(*text, &end, 0);
        *word = (uint32_t)value;
        if (errno != 0 || value > UINT32_MAX || value < INT32_MIN)
            return false;
    } else {
        float value = strtof(*text, &end);
        memcpy(word, &value, sizeof *word);
    }
    bool good = end != *text && (*end == ',' || *end == '\0');
    *text = *end == ',' ? end + 1 : end;
    return good;
}

/* `--set c5=1,2,3,4`: what it goes to, and how many values it has. */
static const struct target {
    const char *name;
    unsigned limit, values;
    bool whole;
} targets[] = {
    {"r", 64, 4, false}, {"c", 256, 4, false}, {"b", 256, 1, true},
    {"i", 32, 3, true},  {"vf", 96, 2, true},  {"tf", 32, 6, true},
};

static void put_values(struct bench *b, const char *name, unsigned number, const uint32_t *value)
{
    uint32_t *to = name[0] == 'r'   ? b->invocation.temp[number]
                   : name[0] == 'c' ? b->constants.number[number]
                   : name[0] == 'v' ? &b->constants.fetch[number / 3][number % 3 * 2]
                                    : b->constants.fetch[number & 31];
    if (name[0] == 'b')
        b->constants.boolean[number / 32] |= (value[0] & 1) << number % 32;
    else if (name[0] == 'i')
        b->constants.loop[number & 31] = (value[0] & 0xFF) | (value[1] & 0xFF) << 8 | (value[2] & 0xFF) << 16;
    else
        memcpy(to, value, (name[0] == 'v' ? 2 : name[0] == 't' ? 6 : 4) * sizeof *value);
}

static enum sim_status set(struct bench *b, const char *text, struct sim_error *error)
{
    size_t letters = strspn(text, "rcbivtf");
    char *end;
    unsigned long number = strtoul(text + letters, &end, 10);

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        const struct target *t = &targets[i];
        const char *at = end + 1;
        uint32_t value[6] = {0};
        unsigned values = 0;
        if (letters != strlen(t->name) || strncmp(text, t->name, letters) != 0)
            continue;
        if (end == text + letters || *end != '=' || number >= t->limit)
            break;
        do {
            if (values == t->values || !read_value(&at, t->whole, &value[values]))
                return sim_fail(error, SIM_USAGE, "--set %s: up to %u values go here", text, t->values);
            values++;
        } while (*at != '\0');
        put_values(b, t->name, (unsigned)number, value);
        return SIM_OK;
    }
    return sim_fail(error, SIM_USAGE, "--set takes r0=, c0=, b0=, i0=, vf0= or tf0= and values, not %s", text);
}

static float float_of(uint32_t word)
{
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static void print_words(const char *name, const uint32_t word[4], unsigned mask, bool json)
{
    printf(json ? "{\"name\": \"%s\", \"words\": [" : "%-8s", name);
    for (unsigned i = 0; i < 4; i++) {
        printf("%s", json && i > 0 ? ", " : json ? "" : " ");
        if (mask >> i & 1)
            printf(json ? "\"%08" PRIx32 "\"" : "%08" PRIx32, word[i]);
        else
            printf(json ? "null" : "________");
    }
    printf(json ? "]}" : "  ");
    for (unsigned i = 0; !json && i < 4; i++)
        if (mask >> i & 1)
            printf(" %.9g", (double)float_of(word[i]));
        else
            printf(" _");
}

static void print_exports(const struct bench *b, enum xenos_shader_type type, bool json)
{
    bool first = true;
    for (unsigned i = 0; i < XENOS_EXPORT_INDICES; i++) {
        char name[16];
        if (b->invocation.written[i] == 0)
            continue;
        xenos_export_name(name, sizeof name, type, i);
        printf("%s", json && !first ? ",\n  " : json ? "\n  " : "");
        print_words(name, b->invocation.export[i], b -> invocation.written[i], json);
        fputs(json ? "" : "\n", stdout);
        first = false;
    }
}

struct stores {
    bool json, any;
    uint32_t next; /* the address behind the last byte */
};

/* Bytes that follow one another stand on one line. */
static void print_store(void *self, uint32_t address, uint8_t byte)
{
    struct stores *s = self;
    if (s->json)
        printf("%s[%" PRIu32 ", %u]", s->any ? ", " : "", address, byte);
    else if (s->any && address == s->next)
        printf(" %02x", byte);
    else
        printf("%s%08" PRIx32 "  %02x", s->any ? "\n" : "", address, byte);
    s->any = true;
    s->next = address + 1;
}

static void print_stores(const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4], unsigned written,
                         bool json)
{
    struct stores stores = {.json = json};
    fputs(json ? ", {\"name\": \"stores\", \"bytes\": [" : "", stdout);
    bool good = xenos_memory_export(address, element, written, print_store, &stores);
    printf("%s", json ? "]}" : stores.any ? "\n" : good ? "" : "eA is no address: nothing is stored\n");
}

static void print_memory(const struct bench *b, bool json)
{
    for (unsigned i = 0; i < b->exports && i < MEMORY_EXPORTS_MAX; i++) {
        if (json)
            printf("%s\n  [", i > 0 ? "," : "");
        print_words("eA", b->export[i].address, 15, json);
        fputs(json ? "" : "\n", stdout);
        for (unsigned k = 0; k < XENOS_EXPORT_ELEMENTS; k++) {
            char name[] = "eM0";
            name[2] = (char)('0' + k);
            if (!(b->export[i].written >> k & 1))
                continue;
            fputs(json ? ", " : "", stdout);
            print_words(name, b->export[i].element[k], 15, json);
            fputs(json ? "" : "\n", stdout);
        }
        print_stores(b->export[i].address, (const uint32_t(*)[4])b->export[i].element, b->export[i].written, json);
        fputs(json ? "]" : "", stdout);
    }
}

static void warn_of_textures(const struct bench *b, const char *command)
{
    for (unsigned i = 0; i < 32; i++)
        if (b->unread >> i & 1)
            fprintf(stderr, "cycle360 %s: tf%u: textures of format %s are black\n", command, i,
                    xenos_texture_unread(b->constants.fetch[i][1]));
}

static enum sim_status run(struct bench *b, const struct xenos_program *program, uint64_t steps, const char *path,
                           struct sim_error *error)
{
    const struct xenos_environment environment = {
        .constants = &b->constants,
        .size = 256,
        .steps = (uint32_t)steps,
        .self = b,
        .load = load,
        .export_memory = export_memory,
        .texture = texture,
    };
    struct sim_error what;
    enum sim_status status = xenos_interpret(program, &environment, &b->invocation, &what);
    return status == SIM_OK ? SIM_OK : sim_fail(error, status, "%s: %.400s", path, what.text);
}

/* A batch of one invocation; what comes of it is put where the interpreter would have. */
static enum sim_status run_batch(struct bench *b, const struct xenos_program *program, uint64_t steps, const char *path,
                                 const struct xenos_backend *backend, struct sim_error *error)
{
    const struct xenos_batch batch = {
        .program = program,
        .constants = &b->constants,
        .size = 256,
        .steps = (uint32_t)steps,
        .count = 1,
        .inputs = XENOS_TEMPS,
        .input = b->invocation.temp[0],
        .self = b,
        .read = read_memory,
        .texture = texture,
    };
    struct xenos_batch_result result = {0};
    struct sim_error what;
    enum sim_status status = backend->run(backend->self, &batch, &result, &what);

    if (status != SIM_OK)
        sim_fail(error, status, "%s: %.400s", path, what.text);
    for (unsigned k = 0; status == SIM_OK && k < result.exports; k++) {
        unsigned index = result.export_index[k];
        memcpy(b->invocation.export[index], &result.export[4 * (size_t)k], sizeof b->invocation.export[index]);
        b->invocation.written[index] = result.written[k];
    }
    b->invocation.alu.killed = status == SIM_OK && result.killed[0];
    for (unsigned i = 0; status == SIM_OK && i < result.memory_exports; i++) {
        const struct xenos_batch_export *e = &result.memory_export[i];
        export_memory(b, e->address, (const uint32_t(*)[4])e->element, e->written);
    }
    xenos_batch_free(&result);
    return status;
}

static enum sim_status run_on(struct bench *b, const struct xenos_program *program, uint64_t steps, const char *path,
                              const struct board_shader_options *options, struct sim_error *error)
{
    struct board_shaders shaders;
    if (options->choice != BOARD_SHADERS_OPENCL)
        return run(b, program, steps, path, error);
    enum sim_status status = board_shaders_open(&shaders, options, error);
    if (status != SIM_OK)
        return status;
    status = run_batch(b, program, steps, path, &shaders.backend, error);
    board_shaders_close(&shaders);
    return status;
}

int cmd_shader_run(int argc, char **argv)
{
    static struct bench bench;
    struct shader_file_options from = SHADER_FILE_OPTIONS;
    struct option_list sets = {0};
    const char *memory = NULL;
    uint64_t steps = 1 << 20;
    bool json = false;
    unsigned choice = BOARD_SHADERS_AUTO;
    struct board_shader_options shaders = {.cache = NULL};
    const struct option option[] = {
        SHADER_FILE_OPTION_ROWS(from),
        {"set", OPTION_LIST, &sets, "NAME=VALUES",
         "r0= and c0= four floats, b0= 0 or 1, i0= count, start and step, vf0= and tf0= the words of fetch constants; "
         "0x and a word does for a float; may be repeated"},
        {"memory", OPTION_STRING, &memory, "FILE", "what fetches read"},
        {"memory-address", OPTION_COUNT, &bench.address, "ADDRESS", "where its first byte lies; default 0"},
        {"steps", OPTION_COUNT, &steps, "COUNT", "gives up after so many instructions; default 1048576"},
        SHADER_BACKEND_OPTION_ROWS(choice, shaders.cache,
                                   "who runs it; what is printed is the same, but that only the interpreter counts "
                                   "instructions. Default auto: the interpreter, for a single invocation"),
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "shader run",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Runs a shader program once, for one vertex or pixel, and prints what it exports: each component's "
                   "word, and its value. FILE is microcode, a compiled shader's file, or text to be assembled; "
                   "textures are read without filters, from their largest level.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 shader run glow.xps --set r0=0,0,1 --set c0=0.5,0.5,0.5\n"
                    "cycle360 shader run vs.bin --set r0=2 --set vf0=0x3,0x102 --memory vertices.bin --json\n",
    };
    struct xenos_program program;
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    enum sim_status status = SIM_OK;
    if (steps > UINT32_MAX)
        status = sim_fail(&error, SIM_USAGE, "--steps is up to %u", UINT32_MAX);
    for (unsigned i = 0; status == SIM_OK && i < sets.count; i++)
        status = set(&bench, sets.item[i], &error);
    if (status == SIM_OK && memory != NULL)
        status = read_file(memory, 0, UINT64_MAX, MEMORY_MAX, &bench.memory, &error);
    if (status == SIM_OK)
        status = shader_read_any(argv[1], &from, &program, &error);
    if (status != SIM_OK) {
        free(bench.memory.text);
        return command_fail(usage.command, status, &error);
    }
    shaders.choice = (enum board_shader_choice)choice;
    status = run_on(&bench, &program, steps, argv[1], &shaders, &error);
    warn_of_textures(&bench, usage.command);
    if (status == SIM_OK && json) {
        printf("{\"type\": \"%s\", \"killed\": %s, ", program.type == XENOS_VERTEX_SHADER ? "vertex" : "pixel",
               bench.invocation.alu.killed ? "true" : "false");
        if (choice != BOARD_SHADERS_OPENCL)
            printf("\"instructions\": %u, ", bench.invocation.steps);
        printf("\"exports\": [");
        print_exports(&bench, program.type, true);
        printf("], \"memory_exports\": [");
        print_memory(&bench, true);
        printf("]}\n");
    } else if (status == SIM_OK) {
        print_exports(&bench, program.type, false);
        print_memory(&bench, false);
        printf("%s", bench.invocation.alu.killed ? "killed\n" : "");
    }
    xenos_program_free(&program);
    free(bench.memory.text);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}
