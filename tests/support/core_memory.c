#include "tests/support/core_memory.h"

#define LINE_OF(address) ((address) & ~(uint64_t)(SIM_LINE - 1))

static void touch(struct core_memory *memory, uint64_t address)
{
    uint64_t line = address / SIM_LINE;
    memory->touched[line / 64] |= UINT64_C(1) << (line % 64);
}

void core_memory_clear(struct core_memory *memory)
{
    for (unsigned i = 0; i < CORE_MEMORY_LINES / 64; i++) {
        for (uint64_t left = memory->touched[i]; left != 0; left &= left - 1)
            memset(memory->bytes + (64 * i + (unsigned)__builtin_ctzll(left)) * SIM_LINE, 0, SIM_LINE);
        memory->touched[i] = 0;
    }
    memset(memory->reservation, 0, sizeof memory->reservation);
    memory->last_due = 0;
}

void core_memory_write(struct core_memory *memory, uint64_t address, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    memcpy(memory->bytes + address, bytes, size);
    for (uint64_t line = LINE_OF(address); line < address + size; line += SIM_LINE)
        touch(memory, line);
}

/* Somebody stored to the line: it is reserved for nobody any more. */
static void lose_reservations(struct core_memory *memory, uint64_t line)
{
    for (unsigned i = 0; i < 2; i++)
        if (memory->reservation[i].line == line)
            memory->reservation[i].held = false;
}

static void store(struct core_memory *memory, const struct sim_msg_core_request *request)
{
    uint64_t block = request->address & ~(uint64_t)(SIM_BLOCK - 1);
    uint8_t bytes[SIM_BLOCK];
    sim_words_to_bytes(bytes, &request->data0, SIM_BLOCK / 8);
    for (unsigned i = 0; i < SIM_BLOCK; i++)
        if (request->mask >> i & 1)
            memory->bytes[block + i] = bytes[i];
    touch(memory, block);
    lose_reservations(memory, LINE_OF(block));
}

static bool conditional(struct core_memory *memory, const struct sim_msg_core_request *request)
{
    unsigned thread = request->thread & 1;
    uint64_t line = LINE_OF(request->address);
    bool holds = memory->reservation[thread].held && memory->reservation[thread].line == line;
    memory->reservation[thread].held = false;
    if (holds)
        store(memory, request);
    return holds;
}

int core_memory_take(struct core_memory *memory, const struct core_memory_latencies *latencies,
                     const struct sim_msg_core_request *request, uint64_t sent,
                     struct core_memory_reply reply[CORE_MEMORY_REPLIES_MAX])
{
    uint64_t line = LINE_OF(request->address);
    int replies = 0;
    struct sim_msg_core_reply answer = {
        .thread = request->thread, .tag = request->tag, .status = SIM_FROM_L2, .address = line};

    if (request->kind >= SIM_CORE_REQUESTS || request->address >= CORE_MEMORY_SIZE)
        return -1;
    uint64_t due = sent + latencies->request + latencies->reply[request->kind];
    if (due < memory->last_due)
        due = memory->last_due;
    switch (request->kind) {
    case SIM_READ:
    case SIM_READ_CODE:
        answer.kind = SIM_FILL;
        sim_bytes_to_words(&answer.data0, memory->bytes + line, SIM_LINE / 8);
        break;
    case SIM_STORE:
        store(memory, request);
        return 0;
    case SIM_ZERO:
        memset(memory->bytes + line, 0, SIM_LINE);
        touch(memory, line);
        lose_reservations(memory, line);
        return 0;
    case SIM_FLUSH:
    case SIM_CLEAN:
    case SIM_INVALIDATE_CODE:
    case SIM_UNMAPPED:
        return 0;
    case SIM_RESERVE:
        answer.kind = SIM_RESERVED;
        memory->reservation[request->thread & 1].held = true;
        memory->reservation[request->thread & 1].line = line;
        sim_bytes_to_words(&answer.data0, memory->bytes + line, SIM_LINE / 8);
        break;
    case SIM_CONDITIONAL:
        answer.kind = SIM_CONDITIONAL_DONE;
        answer.status = conditional(memory, request);
        if (answer.status) {
            reply[replies++] =
                (struct core_memory_reply){due, {.kind = SIM_SNOOP_LINE, .thread = request->thread, .address = line}};
        }
        break;
    case SIM_LWSYNC:
    case SIM_SYNC:
    case SIM_EIEIO:
        answer.kind = SIM_BARRIER_DONE;
        break;
    default:
        return -1;
    }
    memory->last_due = due;
    reply[replies++] = (struct core_memory_reply){due, answer};
    return replies;
}

uint64_t core_memory_differs(const struct core_memory *a, const struct core_memory *b)
{
    for (unsigned i = 0; i < CORE_MEMORY_LINES / 64; i++)
        for (uint64_t left = a->touched[i] | b->touched[i]; left != 0; left &= left - 1) {
            uint64_t line = (64 * i + (unsigned)__builtin_ctzll(left)) * (uint64_t)SIM_LINE;
            for (unsigned k = 0; k < SIM_LINE; k++)
                if (a->bytes[line + k] != b->bytes[line + k])
                    return line + k;
        }
    return CORE_MEMORY_SIZE;
}
