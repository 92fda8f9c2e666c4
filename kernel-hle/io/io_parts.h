/* What the files of this folder share. */
#ifndef CYCLE360_HLE_IO_PARTS_H
#define CYCLE360_HLE_IO_PARTS_H

#include "kernel-hle/io/io.h"
#include "kernel-hle/loader/tree.h"
#include "kernel-hle/ob/ob_parts.h"
#include "kernel-hle/status.h"

enum {
    IO_PATH_MAX = 512,
    IO_NAME_MAX = 64, /* of a file in a store */
    IO_PATTERN_MAX = 64,
    IO_REQUESTS_MAX = 1024,
    IO_PACKETS_MAX = 1024, /* of a port */
    IO_STORE_NODES = 0x1000,
    IO_STORE_BYTES = 0x4000000, /* of each store */
    IO_UNIT = 0x200             /* bytes of a sector, and of a unit of allocation */
};

enum io_kind { IO_MEDIA, IO_STORE, IO_NOTHING };

enum io_drive_id {
#define DRIVE(id, ...) IO_DRIVE_##id,
#include "kernel-hle/io/drives.def"
#undef DRIVE
    IO_DRIVES
};

enum io_device_id {
#define DEVICE(id, ...) IO_DEVICE_##id,
#include "kernel-hle/io/devices.def"
#undef DEVICE
    IO_DEVICES
};

struct io_device_info {
    const char *path;
    enum io_kind kind;
    enum io_drive_id drive;
};
extern const struct io_device_info io_device_info[IO_DEVICES];

/* A file or directory of a device: a node of the media's tree, or of a store. */
struct io_node {
    uint8_t device;
    uint32_t node;
};
enum { IO_ROOT = 0 };

struct io_drive {
    sim_time free_at;  /* from then on it can begin with another request */
    struct io_node at; /* where the last one ended */
    uint64_t end;
};

struct io_store_node {
    char name[IO_NAME_MAX];
    uint32_t parent; /* itself: the root */
    bool used, directory, doomed;
    uint32_t opens;
    uint64_t created, modified;
    uint8_t *bytes;
    uint32_t size, room;
};

struct io_store {
    struct io_store_node *node; /* the root is 0; NULL: nothing has been written */
    uint32_t nodes, room;
    uint64_t bytes;
};

/* How far a directory has been listed: children of media so far, or the last name of a store. */
struct io_listing {
    uint32_t children;
    char after[IO_NAME_MAX];
};

/* What COMPLETION objects are besides. */
struct io_packet {
    uint32_t key, context, status, information;
};
struct io_port {
    struct io_port *next, *previous;
    struct ob_object *object;
    uint32_t first, packets;
    struct io_packet packet[IO_PACKETS_MAX]; /* a ring */
};

/* What FILE objects are besides. */
struct io_file {
    struct io_file *next, *previous;
    struct ob_object *object;
    struct io_node at;
    bool directory, waits, doomed; /* calls wait until the work is done; its node goes when it is closed */
    uint32_t access;
    uint64_t position;
    struct ob_object *port; /* with a pointer of its own; NULL: none */
    uint32_t key;
    struct io_listing listing;
    char pattern[IO_PATTERN_MAX]; /* of names that are listed; "" all */
};

/* Work that is done but not over. */
struct io_request {
    uint64_t number;
    sim_time over;
    struct ob_object *file, *event, *thread; /* each with a pointer of its own; event and thread may be NULL */
    uint32_t routine, context, status_block, status, information;
    bool quiet; /* the file's port is not told */
};

struct io {
    struct io_drive drive[IO_DRIVES];
    struct io_store store[IO_DEVICES];
    struct io_file *files;
    struct io_port *ports;
    struct io_request request[IO_REQUESTS_MAX]; /* by the time when they are over, then by number */
    uint32_t requests;
    uint64_t number;
};

/* Where a path leads. `found` is false where all of it but the last part is there; NT_OBJECT_PATH_NOT_FOUND where less
 * is. */
struct io_place {
    struct io_node node; /* of the file, or of the directory that could have it */
    bool found;
    char name[IO_PATH_MAX]; /* its last part */
};
nt_status io_find(struct kernel *k, const char *path, struct io_place *place);
/* The path of an OBJECT_ATTRIBUTES, from a device on. */
nt_status io_attributes_path(struct kernel *k, uint32_t attributes, char path[IO_PATH_MAX]);
/* The same of an ANSI_STRING, below a folder that is open, or 0. */
nt_status io_string_path(struct kernel *k, uint32_t root, uint32_t string, char path[IO_PATH_MAX]);

struct io_info {
    char name[TREE_NAME_MAX + 1]; /* as titles see it */
    uint64_t size, created, modified;
    uint32_t attributes;
    bool directory;
};
void io_info(struct kernel *k, struct io_node node, struct io_info *info);
/* The next child in the order of names; false behind the last one. */
bool io_child(struct kernel *k, struct io_node directory, struct io_listing *listing, struct io_node *child);
/* Bytes to and from guest memory. *done is less than `size` at the end of the file only. */
nt_status io_read(struct kernel *k, struct io_node node, uint64_t offset, uint32_t address, uint32_t size,
                  uint32_t *done);
nt_status io_write(struct kernel *k, struct io_node node, uint64_t offset, uint32_t address, uint32_t size);
/* The media cannot be read: the run ends. */
void io_media_fails(struct kernel *k, const struct sim_error *error);

/* Stores. */
void io_store_reset(struct io_store *store);
bool io_store_find(const struct io_store *store, uint32_t directory, const char *name, size_t length, uint32_t *node);
nt_status io_store_create(struct kernel *k, struct io_node directory, const char *name, bool is_directory,
                          struct io_node *node);
nt_status io_store_resize(struct kernel *k, struct io_node node, uint64_t size);
/* When nobody has it open any more. Only files, and directories that are empty. */
nt_status io_store_doom(struct kernel *k, struct io_node node);
void io_store_opened(struct kernel *k, struct io_node node);
void io_store_closed(struct kernel *k, struct io_node node);
/* The first child whose name comes after that one, "" before all. */
bool io_store_child(const struct io_store *store, uint32_t directory, const char *after, uint32_t *child);

/* The file of a handle. */
struct io_file *io_file_of(struct kernel *k, uint32_t handle, nt_status *status);
/* Of an object that has none yet. NULL without memory. */
struct io_file *io_file_new(struct kernel *k, struct ob_object *object, struct io_node at);
void io_file_ended(struct kernel *k, struct ob_object *object);

struct io_port *io_port_new(struct kernel *k, struct ob_object *object);
void io_port_ended(struct kernel *k, struct ob_object *object);
nt_status io_post(struct kernel *k, struct ob_object *port, const struct io_packet *packet);

struct kernel_call;
/* Puts the end of `request`, of which status block, routine, context, status and information are filled in, where a
 * drive has moved `size` bytes from `offset` on. False where there are too many. */
bool io_begin(struct kernel *k, struct kernel_call *c, struct io_file *file, struct ob_object *event, uint64_t offset,
              uint32_t size, struct io_request *request);
bool io_is_over(const struct kernel *k, uint64_t number);
void io_put_status(struct kernel *k, uint32_t status_block, nt_status status, uint32_t information);

static inline bool io_same_letter(char a, char b)
{
    a = a >= 'A' && a <= 'Z' ? (char)(a + 32) : a;
    b = b >= 'A' && b <= 'Z' ? (char)(b + 32) : b;
    return a == b;
}

#endif
