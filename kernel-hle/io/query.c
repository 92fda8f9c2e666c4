/* What is asked of files, and set. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/loader/bytes.h"

#include <string.h>

enum {
#define CLASS(id, number, size) GET_##id = number,
#include "kernel-hle/io/classes.def"
#undef CLASS
#define SET_CLASS(id, number, size) SET_##id = number,
#include "kernel-hle/io/classes.def"
#undef SET_CLASS
#define VOLUME_CLASS(id, number, size) OF_VOLUME_##id = number,
#include "kernel-hle/io/classes.def"
#undef VOLUME_CLASS
    RECORD_MAX = 56
};

struct info_class {
    uint32_t number, size;
};

static const struct info_class get_class[] = {
#define CLASS(id, number, size) {number, size},
#include "kernel-hle/io/classes.def"
#undef CLASS
    {0, 0}};

static const struct info_class set_class[] = {
#define SET_CLASS(id, number, size) {number, size},
#include "kernel-hle/io/classes.def"
#undef SET_CLASS
    {0, 0}};

static const struct info_class volume_class[] = {
#define VOLUME_CLASS(id, number, size) {number, size},
#include "kernel-hle/io/classes.def"
#undef VOLUME_CLASS
    {0, 0}};

static nt_status size_of(const struct info_class *table, uint32_t number, uint32_t given, uint32_t *size)
{
    while (table->size != 0 && table->number != number)
        table++;
    *size = table->size;
    if (table->size == 0)
        return NT_INVALID_INFO_CLASS;
    return given < table->size ? NT_INFO_LENGTH_MISMATCH : NT_SUCCESS;
}

static void put_times(uint8_t *record, const struct io_info *info)
{
    uint64_t created = info->created, modified = info->modified ? info->modified : created;
    bytes_put_be64(record, created);
    bytes_put_be64(record + 8, modified);
    bytes_put_be64(record + 16, modified);
    bytes_put_be64(record + 24, modified);
}

static uint64_t allocation(const struct io_info *info)
{
    return (info->size + IO_UNIT - 1) / IO_UNIT * IO_UNIT;
}

static void network_open(uint8_t *record, const struct io_info *info)
{
    put_times(record, info);
    bytes_put_be64(record + 32, allocation(info));
    bytes_put_be64(record + 40, info->size);
    bytes_put_be32(record + 48, info->attributes);
}

static void fill(struct kernel *k, const struct io_file *file, uint32_t which, uint8_t *record)
{
    struct io_info info;
    io_info(k, file->at, &info);
    switch (which) {
    case GET_BASIC:
        put_times(record, &info);
        bytes_put_be32(record + 32, info.attributes);
        break;
    case GET_STANDARD:
        bytes_put_be64(record, allocation(&info));
        bytes_put_be64(record + 8, info.size);
        bytes_put_be32(record + 16, 1);
        record[20] = file->doomed;
        record[21] = info.directory;
        break;
    case GET_INTERNAL:
        bytes_put_be64(record, (uint64_t)file->at.device << 32 | file->at.node);
        break;
    case GET_POSITION:
        bytes_put_be64(record, file->position);
        break;
    case GET_SECTOR:
        bytes_put_be32(record, IO_UNIT);
        break;
    case GET_NETWORK_OPEN:
        network_open(record, &info);
        break;
    default: /* zeros: no mode, any alignment */
        break;
    }
}

void hle_NtQueryInformationFile(struct kernel *k, struct kernel_call *c)
{
    uint8_t record[RECORD_MAX] = {0};
    uint32_t size = 0, which = kernel_arg(c, 4);
    nt_status status;
    const struct io_file *file = io_file_of(k, kernel_arg(c, 0), &status);
    if (file)
        status = size_of(get_class, which, kernel_arg(c, 3), &size);
    if (status == NT_SUCCESS) {
        fill(k, file, which, record);
        guest_write(k, kernel_arg(c, 2), record, size);
    }
    io_put_status(k, kernel_arg(c, 1), status, status == NT_SUCCESS ? size : 0);
    c->result = status;
}

static nt_status set_end(struct kernel *k, const struct io_file *file, uint64_t end)
{
    switch (io_device_info[file->at.device].kind) {
    case IO_MEDIA:
        return NT_ACCESS_DENIED;
    case IO_STORE:
        return io_store_resize(k, file->at, end);
    default:
        return NT_SUCCESS;
    }
}

static nt_status set_disposition(struct kernel *k, struct io_file *file, bool doomed)
{
    uint32_t child;
    const struct io_store *store = &k->io->store[file->at.device];
    if (io_device_info[file->at.device].kind != IO_STORE || file->at.node == IO_ROOT)
        return NT_ACCESS_DENIED;
    if (doomed && file->directory && io_store_child(store, file->at.node, "", &child))
        return NT_DIRECTORY_NOT_EMPTY;
    file->doomed = doomed;
    return NT_SUCCESS;
}

/* A port's handle and the key of the file's packets. */
static nt_status set_port(struct kernel *k, struct io_file *file, const uint8_t *record)
{
    nt_status status;
    struct ob_object *port = ob_by_handle(k, bytes_be32(record), OB_COMPLETION, &status);
    if (!port)
        return status;
    if (file->port)
        return NT_INVALID_PARAMETER;
    ob_reference(k, port);
    file->port = port;
    file->key = bytes_be32(record + 4);
    return NT_SUCCESS;
}

static nt_status set(struct kernel *k, struct io_file *file, uint32_t which, const uint8_t *record)
{
    switch (which) {
    case SET_POSITION:
        if (bytes_be64(record) > INT64_MAX)
            return NT_INVALID_PARAMETER;
        file->position = bytes_be64(record);
        return NT_SUCCESS;
    case SET_DISPOSITION:
        return set_disposition(k, file, record[0] != 0);
    case SET_END:
        return set_end(k, file, bytes_be64(record));
    case SET_COMPLETION:
        return set_port(k, file, record);
    default: /* times and modes are not kept; room is made by writing */
        return NT_SUCCESS;
    }
}

void hle_NtSetInformationFile(struct kernel *k, struct kernel_call *c)
{
    uint8_t record[RECORD_MAX];
    uint32_t size = 0, which = kernel_arg(c, 4);
    nt_status status;
    struct io_file *file = io_file_of(k, kernel_arg(c, 0), &status);
    if (file)
        status = size_of(set_class, which, kernel_arg(c, 3), &size);
    if (status == NT_SUCCESS && guest_read(k, kernel_arg(c, 2), record, size))
        status = set(k, file, which, record);
    io_put_status(k, kernel_arg(c, 1), status, 0);
    c->result = status;
}

void hle_NtQueryFullAttributesFile(struct kernel *k, struct kernel_call *c)
{
    char path[IO_PATH_MAX];
    uint8_t record[RECORD_MAX] = {0};
    struct io_place place;
    struct io_info info;
    nt_status status = io_attributes_path(k, kernel_arg(c, 0), path);
    c->result = status;
    if (status != NT_SUCCESS)
        return;
    status = io_find(k, path, &place);
    c->result = status == NT_SUCCESS ? k->reference.io_file_missing : k->reference.io_path_missing;
    if (status != NT_SUCCESS || !place.found)
        return;
    io_info(k, place.node, &info);
    network_open(record, &info);
    guest_write(k, kernel_arg(c, 1), record, RECORD_MAX);
    c->result = NT_SUCCESS;
}

/* '*' is any text, '?' any letter; without case. */
static bool matches(const char *pattern, const char *name)
{
    const char *star = NULL, *from = name;
    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            from = name;
        } else if (*pattern == '?' || (*pattern && io_same_letter(*pattern, *name))) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}

static bool next_entry(struct kernel *k, struct io_file *file, struct io_info *info, uint32_t *index)
{
    struct io_node child;
    while (io_child(k, file->at, &file->listing, &child)) {
        io_info(k, child, info);
        *index = child.node;
        if (info->name[0] && (file->pattern[0] == 0 || matches(file->pattern, info->name)))
            return true;
    }
    return false;
}

enum { ENTRY_NAME = 0x40, ENTRY_LEAST = 72 };

static void put_entry(struct kernel *k, uint32_t at, uint32_t size, const struct io_info *info, uint32_t index)
{
    uint8_t record[ENTRY_NAME] = {0};
    uint32_t length = (uint32_t)strlen(info->name);
    bytes_put_be32(record + 4, index);
    put_times(record + 8, info);
    bytes_put_be64(record + 0x28, info->size);
    bytes_put_be64(record + 0x30, allocation(info));
    bytes_put_be32(record + 0x38, info->attributes);
    bytes_put_be32(record + 0x3C, length);
    guest_write(k, at, record, sizeof record);
    guest_write(k, at + ENTRY_NAME, info->name, length < size - ENTRY_NAME ? length : size - ENTRY_NAME);
}

static nt_status list(struct kernel *k, struct kernel_call *c, struct io_file *file)
{
    struct io_info info;
    uint32_t size = kernel_arg(c, 6), pattern = kernel_arg(c, 7), index;
    if (size < ENTRY_LEAST)
        return NT_INFO_LENGTH_MISMATCH;
    if (!file->directory)
        return NT_INVALID_PARAMETER;
    bool first = file->listing.children == 0 && file->listing.after[0] == 0;
    if (pattern || kernel_arg(c, 8)) {
        file->listing = (struct io_listing){0};
        first = true;
    }
    if (pattern && !guest_ansi_string(k, pattern, file->pattern, sizeof file->pattern))
        file->pattern[0] = 0;
    if (!next_entry(k, file, &info, &index))
        return first ? NT_NO_SUCH_FILE : NT_NO_MORE_FILES;
    put_entry(k, kernel_arg(c, 5), size, &info, index);
    return NT_SUCCESS;
}

/* One entry a call. It is there at once: drives keep directories in memory. */
void hle_NtQueryDirectoryFile(struct kernel *k, struct kernel_call *c)
{
    nt_status status;
    struct io_file *file = io_file_of(k, kernel_arg(c, 0), &status);
    if (file)
        status = list(k, c, file);
    io_put_status(k, kernel_arg(c, 4), status, status == NT_SUCCESS ? kernel_arg(c, 6) : 0);
    c->result = status;
}

static const char *file_system(const struct kernel *k, const struct io_file *file)
{
    switch (io_device_info[file->at.device].kind) {
    case IO_MEDIA:
        return tree_kind(k->config.media) == TREE_STFS || tree_kind(k->config.media) == TREE_SVOD ? "STFS" : "GDFX";
    case IO_STORE:
        return "STFS";
    default:
        return "NullDevice";
    }
}

static void fill_volume(const struct kernel *k, const struct io_file *file, uint32_t which, uint8_t *record)
{
    enum { DISK = 0x22, UNITS = IO_STORE_BYTES / IO_UNIT };
    const char *name = file_system(k, file);
    bool store = io_device_info[file->at.device].kind == IO_STORE;
    switch (which) {
    case OF_VOLUME_SIZE:
        bytes_put_be64(record, UNITS);
        bytes_put_be64(record + 8, store ? UNITS - k->io->store[file->at.device].bytes / IO_UNIT : 0);
        bytes_put_be32(record + 16, 1);
        bytes_put_be32(record + 20, IO_UNIT);
        break;
    case OF_VOLUME_DEVICE:
        bytes_put_be32(record, DISK);
        break;
    case OF_VOLUME_ATTRIBUTES:
        bytes_put_be32(record + 4, IO_NAME_MAX);
        bytes_put_be32(record + 8, (uint32_t)strlen(name));
        for (unsigned i = 0; name[i]; i++)
            record[12 + i] = (uint8_t)name[i];
        break;
    default:
        break;
    }
}

void hle_NtQueryVolumeInformationFile(struct kernel *k, struct kernel_call *c)
{
    uint8_t record[RECORD_MAX] = {0};
    uint32_t size = 0, which = kernel_arg(c, 4), given = kernel_arg(c, 3);
    nt_status status;
    const struct io_file *file = io_file_of(k, kernel_arg(c, 0), &status);
    if (file)
        status = size_of(volume_class, which, given, &size);
    if (status == NT_SUCCESS && which == OF_VOLUME_ATTRIBUTES) {
        uint32_t whole = 12 + (uint32_t)strlen(file_system(k, file));
        size = given < whole ? given : whole;
    }
    if (status == NT_SUCCESS) {
        fill_volume(k, file, which, record);
        guest_write(k, kernel_arg(c, 2), record, size);
    }
    io_put_status(k, kernel_arg(c, 1), status, status == NT_SUCCESS ? size : 0);
    c->result = status;
}

/* How large the partitions are that have no data. */
void hle_NtDeviceIoControlFile(struct kernel *k, struct kernel_call *c)
{
    enum { GEOMETRY = 0x70000, PARTITION = 0x74004, BYTES = 0xFF000 };
    uint32_t control = kernel_arg(c, 5), out = kernel_arg(c, 8), size = kernel_arg(c, 9), done = 0;
    nt_status status;
    const struct io_file *file = io_file_of(k, kernel_arg(c, 0), &status);
    if (file)
        status = NT_INVALID_PARAMETER;
    if (file && io_device_info[file->at.device].kind == IO_NOTHING && control == GEOMETRY && size >= 8) {
        guest_put_u32(k, out, BYTES / IO_UNIT);
        guest_put_u32(k, out + 4, IO_UNIT);
        done = 8;
    } else if (file && io_device_info[file->at.device].kind == IO_NOTHING && control == PARTITION && size >= 16) {
        guest_put_u64(k, out, 0);
        guest_put_u64(k, out + 8, BYTES);
        done = 16;
    }
    status = done ? NT_SUCCESS : status;
    io_put_status(k, kernel_arg(c, 4), status, done);
    c->result = status;
}

/* The console's cache of files has no part here: a drive's times count for each request. */
void hle_FscSetCacheElementCount(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}
