/* Tests: NtCreateFile NtReadFile NtReadFileScatter NtWriteFile NtQueryFullAttributesFile
 *        NtQueryInformationFile NtSetInformationFile NtQueryDirectoryFile NtQueryVolumeInformationFile NtClose
 *
 * Files: the title's own on its media, in calls that wait and calls that do not; a store that is empty at first. */
#include "tests/guest/kernel/check.h"

enum { READS = (int)0x80100000, WRITES = 0x40100000, OPEN = 1, CREATE = 2, FOLDER = 1, WAITS = 0x20 };
enum {
    STATUS_END_OF_FILE = (int)0xC0000011,
    STATUS_DENIED = (int)0xC0000022,
    STATUS_NOT_FOUND = (int)0xC0000034,
    STATUS_COLLISION = (int)0xC0000035,
    STATUS_NO_PATH = (int)0xC000003A,
    STATUS_NO_MORE = (int)0x80000006,
};

static struct io_status_block block;
static uint8_t bytes[0x3000];

static struct object_attributes *named(char *path)
{
    static struct ansi_string name;
    static struct object_attributes attributes = {.name = &name, .attributes = 0x40};
    RtlInitAnsiString(&name, path);
    return &attributes;
}

static uint32_t open_file(char *path, uint32_t access, uint32_t disposition, uint32_t options, uint32_t *handle)
{
    return NtCreateFile(handle, access, named(path), &block, NULL, 0, 1, disposition, options);
}

static void media(void)
{
    static char title[] = "game:\\default.xex", upper[] = "D:\\DEFAULT.XEX", none[] = "game:\\none",
                nowhere[] = "game:\\none\\none";
    uint32_t file = 0, other = 0, size;
    uint64_t offset = 4;
    EXPECT(NtQueryFullAttributesFile(named(title), bytes), STATUS_SUCCESS);
    size = word_at(bytes, 44);
    CHECK(size > 0x1000);
    EXPECT(NtQueryFullAttributesFile(named(none), bytes), STATUS_NOT_FOUND);
    EXPECT(NtQueryFullAttributesFile(named(nowhere), bytes), STATUS_NO_PATH);
    EXPECT(open_file(upper, READS, OPEN, WAITS, &file), STATUS_SUCCESS);
    EXPECT(block.information, 1);
    EXPECT(open_file(title, WRITES, OPEN, WAITS, &other), STATUS_DENIED);
    EXPECT(open_file(none, READS, CREATE, WAITS, &other), STATUS_DENIED);
    EXPECT(NtReadFile(file, 0, NULL, NULL, &block, bytes, 8, NULL), STATUS_SUCCESS);
    EXPECT(word_at(bytes, 0), 0x58455832);
    EXPECT(block.information, 8);
    EXPECT(NtQueryInformationFile(file, &block, bytes, 8, 14), STATUS_SUCCESS);
    EXPECT(word_at(bytes, 4), 8);
    EXPECT(NtReadFile(file, 0, NULL, NULL, &block, bytes, 4, &offset), STATUS_SUCCESS);
    uint32_t second = word_at(bytes, 0);
    void *segments[2] = {bytes + 0x1000, bytes};
    offset = 0;
    EXPECT(NtReadFileScatter(file, 0, NULL, NULL, &block, segments, 0x1000, &offset), STATUS_SUCCESS);
    EXPECT(word_at(bytes, 0x1004), second);
    offset = size - 3;
    EXPECT(NtReadFile(file, 0, NULL, NULL, &block, bytes, 100, &offset), STATUS_SUCCESS);
    EXPECT(block.information, 3);
    EXPECT(NtReadFile(file, 0, NULL, NULL, &block, bytes, 100, NULL), STATUS_END_OF_FILE);
    EXPECT(block.information, 0);
    EXPECT(NtClose(file), STATUS_SUCCESS);
    EXPECT(NtReadFile(file, 0, NULL, NULL, &block, bytes, 4, NULL), STATUS_INVALID_HANDLE);
}

static volatile uint32_t told;

static void over(const volatile void *context, struct io_status_block *status_block, uint32_t reserved)
{
    told = WORD(context) + status_block->information + reserved;
}
GUEST_CALLBACK(io, over);

/* The call comes back before the drive is ready; then the event, the file and the APC tell of it. */
static void later(void)
{
    static char title[] = "game:\\default.xex";
    uint32_t file = 0, event = new_event(NOTIFICATION, 1);
    uint64_t offset = 0;
    EXPECT(open_file(title, READS, OPEN, 0, &file), STATUS_SUCCESS);
    block.status = 0x55;
    uint32_t then = edges();
    EXPECT(NtReadFile(file, event, NULL, NULL, &block, bytes, 0x20, &offset), STATUS_PENDING);
    EXPECT(block.status, 0x55);
    EXPECT(wait_ms(event, 0), STATUS_TIMEOUT);
    EXPECT(wait_ms(file, 0), STATUS_TIMEOUT);
    EXPECT(wait_ms(event, 500), STATUS_SUCCESS);
    EXPECT(wait_ms(file, 0), STATUS_SUCCESS);
    EXPECT(block.status, STATUS_SUCCESS);
    EXPECT(block.information, 0x20);
    EXPECT_BETWEEN(microseconds_since(then), 500, 200000);
    EXPECT(NtReadFile(file, 0, over_code, (void *)0x1000, &block, bytes, 0x20, NULL), STATUS_PENDING);
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(500)), STATUS_USER_APC);
    EXPECT(told, 0x1020);
    EXPECT(NtClose(file), STATUS_SUCCESS);
    EXPECT(NtClose(event), STATUS_SUCCESS);
}

static void store(void)
{
    static char folder[] = "cache:\\folder", path[] = "cache:\\folder\\file", text[] = "some text";
    static const uint8_t doomed = 1;
    uint32_t outer = 0, file = 0, again = 0;
    uint64_t offset = 0x1000;
    EXPECT(NtQueryFullAttributesFile(named(folder), bytes), STATUS_NOT_FOUND);
    EXPECT(open_file(folder, READS, CREATE, FOLDER | WAITS, &outer), STATUS_SUCCESS);
    EXPECT(block.information, 2);
    EXPECT(open_file(path, READS | WRITES, CREATE, WAITS, &file), STATUS_SUCCESS);
    EXPECT(open_file(path, READS, CREATE, WAITS, &again), STATUS_COLLISION);
    EXPECT(NtWriteFile(file, 0, NULL, NULL, &block, text, sizeof text, &offset), STATUS_SUCCESS);
    EXPECT(block.information, sizeof text);
    EXPECT(NtQueryInformationFile(file, &block, bytes, 56, 34), STATUS_SUCCESS);
    EXPECT(word_at(bytes, 44), 0x1000 + sizeof text);
    offset = 0xFFC;
    EXPECT(NtReadFile(file, 0, NULL, NULL, &block, bytes, 100, &offset), STATUS_SUCCESS);
    EXPECT(word_at(bytes, 0), 0);
    EXPECT(word_at(bytes, 4), 0x736F6D65);
    EXPECT(NtQueryDirectoryFile(outer, 0, NULL, NULL, &block, bytes, 0x100, NULL, 0), STATUS_SUCCESS);
    EXPECT(word_at(bytes, 0x3C), 4);
    EXPECT(word_at(bytes, 0x40), 0x66696C65);
    EXPECT(NtQueryDirectoryFile(outer, 0, NULL, NULL, &block, bytes, 0x100, NULL, 0), STATUS_NO_MORE);
    EXPECT(NtQueryVolumeInformationFile(file, &block, bytes, 24, 3), STATUS_SUCCESS);
    EXPECT(word_at(bytes, 20), 512);
    EXPECT(NtSetInformationFile(file, &block, &doomed, 1, 13), STATUS_SUCCESS);
    EXPECT(NtClose(file), STATUS_SUCCESS);
    EXPECT(NtQueryFullAttributesFile(named(path), bytes), STATUS_NOT_FOUND);
    EXPECT(NtClose(outer), STATUS_SUCCESS);
}

int main(void)
{
    media();
    later();
    store();
    return check_done();
}
