/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Each thread's stream of events into its process's file.
 *
 * A stream writes into a chunk of the file that is mapped shared: an event is two stores, and what
 * was stored is in the file even if the process is killed at the next instruction. A full chunk is
 * unmapped and a larger one taken. The disk blocks are reserved before they are mapped, so that a
 * full disk is an error code here and not a signal in the program. The file is open only while a
 * chunk is taken: the program finds its file descriptors as it would without us.
 *
 * All processes of a recording take their chunks from one budget. When it is spent, allocations are
 * only counted for each call site that is known by then, and frees are not looked at.
 *
 * A thread that ends leaves its stream, with the rest of its chunk, to the next thread that begins. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_MASK 0x3fffu /* of a cursor: one event in 1024 has its own cost measured */
#define SAMPLE_VALUE 0x0800u
#define LONGEST_SAMPLE 50000u /* ns */
#define LONGEST_DIFFERENCE UINT32_MAX
#define LARGEST_SIZE UINT32_MAX

struct recorder *recorder;

RECORD_THREAD_LOCAL struct stream *thread_stream;

static pthread_key_t thread_exit;
static char folder[RECORDING_PATH_SIZE];

uint64_t record_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t record_cpu_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void record_lock(void)
{
    while (atomic_flag_test_and_set_explicit(&recorder->lock, memory_order_acquire)) {
        sched_yield();
    }
}

void record_unlock(void)
{
    atomic_flag_clear_explicit(&recorder->lock, memory_order_release);
}

/* ---- The file ---------------------------------------------------------------------------------- */

/* Maps size bytes at the offset of a file that has just been made or grows; NULL when it cannot. */
static void *map_part(const char *path, int flags, uint64_t offset, size_t size)
{
    struct rlimit limit;
    void *part = NULL;

    /* To write beyond this limit is not an error but a signal. */
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        offset + size > limit.rlim_cur) {
        return NULL;
    }
    int file = open(path, O_RDWR | O_CLOEXEC | flags, 0600);
    if (file < 0) {
        return NULL;
    }
    if (posix_fallocate(file, (off_t)offset, (off_t)size) == 0) {
        part = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file,
                    (off_t)offset);
    }
    close(file);
    return part == MAP_FAILED ? NULL : part;
}

/* Takes bytes from the budget of all processes; false when it is spent. */
static bool spend(uint64_t bytes)
{
    uint64_t used = __atomic_fetch_add(&recorder->budget->used, bytes, __ATOMIC_RELAXED);

    if (used + bytes > recorder->budget->limit) {
        __atomic_fetch_sub(&recorder->budget->used, bytes, __ATOMIC_RELAXED);
        return false;
    }
    return true;
}

/* The next part of this process's file. The caller holds the lock. */
static void *extend_locked(size_t size)
{
    void *part = map_part(recorder->path, 0, recorder->file_end, size);

    if (part != NULL) {
        recorder->file_end += size;
    }
    return part;
}

static bool open_budget(void)
{
    char path[RECORDING_PATH_SIZE + 16];

    snprintf(path, sizeof(path), "%s/%s", folder, RECORDING_BUDGET_FILE);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    void *budget =
        mmap(NULL, sizeof(struct recording_budget), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (budget == MAP_FAILED) {
        return false;
    }
    recorder->budget = budget;
    return recorder->budget->magic == RECORDING_MAGIC &&
           recorder->budget->version == RECORDING_VERSION;
}

/* Begins this process's file. */
static bool open_process(void)
{
    uint64_t now = record_clock();
    int length = snprintf(recorder->path, sizeof(recorder->path), "%s/%020llu.%ld", folder,
                          (unsigned long long)now, (long)getpid());

    if (length < 0 || (size_t)length >= sizeof(recorder->path) ||
        !spend((uint64_t)RECORDING_HEADER_SIZE + RECORDING_SMALLEST_CHUNK)) {
        return false;
    }
    struct process_header *header =
        map_part(recorder->path, O_CREAT | O_EXCL, 0, RECORDING_HEADER_SIZE);
    if (header == NULL) {
        return false;
    }
    header->version = RECORDING_VERSION;
    header->size = RECORDING_HEADER_SIZE;
    header->process = (uint64_t)getpid();
    header->parent = (uint64_t)getppid();
    header->start = now;
    ssize_t path = readlink("/proc/self/exe", header->program, sizeof(header->program) - 1);
    header->program[path < 0 ? 0 : path] = '\0';
    recorder->header = header;
    recorder->file_end = RECORDING_HEADER_SIZE;
    __atomic_store_n(&header->magic, RECORDING_MAGIC, __ATOMIC_RELEASE);
    return true;
}

/* The first event of this process, or of a forked child. The caller holds the lock. */
static void begin_process_locked(void)
{
    int state = RECORDER_OFF;

    if (open_budget()) {
        if (open_process()) {
            state = RECORDER_RUNS;
        } else {
            __atomic_fetch_add(&recorder->budget->lost_processes, 1, __ATOMIC_RELAXED);
        }
    }
    atomic_store(&recorder->state, state);
}

/* From here on, allocations are only counted. The caller holds the lock. */
static void begin_tallies_locked(void)
{
    static struct tally nobody_reads[RECORDING_SITES];

    if (atomic_load(&recorder->tallies) != NULL) {
        return;
    }
    uint64_t offset = recorder->file_end;
    struct tally *tallies = extend_locked(RECORDING_SITES * sizeof(struct tally));
    if (tallies != NULL) {
        recorder->header->tallies = offset;
    }
    atomic_store(&recorder->tallies, tallies != NULL ? tallies : nobody_reads);
}

/* ---- Streams and chunks ------------------------------------------------------------------------ */

static void write_event(struct event *event, uint64_t first, uint64_t second)
{
    event->second = second; /* NOLINT(clang-analyzer-core.NullDereference): there was room */
    __atomic_store_n(&event->first, first, __ATOMIC_RELEASE);
}

/* Gives the stream a new chunk, four times as large as the last. */
static bool next_chunk_locked(struct stream *stream)
{
    size_t size = stream->chunk_size == 0 ? RECORDING_SMALLEST_CHUNK : stream->chunk_size * 4;

    if (size > RECORDING_LARGEST_CHUNK) {
        size = RECORDING_LARGEST_CHUNK;
    }
    /* The first chunk of a process was paid for with its header. */
    bool paid = recorder->file_end == RECORDING_HEADER_SIZE;
    if (atomic_load(&recorder->tallies) != NULL || !(paid || spend(size))) {
        begin_tallies_locked();
        return false;
    }
    struct chunk_header *chunk = extend_locked(size);
    if (chunk == NULL) {
        begin_tallies_locked();
        return false;
    }
    if (stream->chunk != NULL) {
        munmap(stream->chunk, stream->chunk_size);
    }
    stream->time = record_clock();
    chunk->stream = (uint64_t)(stream - recorder->streams);
    chunk->time = stream->time;
    __atomic_store_n(&chunk->size, size, __ATOMIC_RELEASE);
    stream->chunk = chunk;
    stream->chunk_size = size;
    stream->cursor = (struct event *)(chunk + 1);
    stream->end = (struct event *)((char *)chunk + size) - 1;
    return true;
}

struct event *record_room(struct stream *stream, size_t count)
{
    if ((size_t)(stream->end - stream->cursor) < count) {
        record_lock();
        bool got = next_chunk_locked(stream);
        record_unlock();
        if (!got) {
            return NULL;
        }
    }
    return stream->cursor;
}

/* A stream for the calling thread: one that an ended thread left, or a fresh one. */
static struct stream *find_stream_locked(void)
{
    for (uint64_t i = 0; i < recorder->streams_used; i++) {
        if (!recorder->streams[i].owned) {
            return &recorder->streams[i];
        }
    }
    if (recorder->streams_used == RECORD_STREAMS) {
        return NULL;
    }
    return &recorder->streams[recorder->streams_used++];
}

static void leave_stream(void *stream)
{
    thread_stream = NULL;
    record_lock();
    ((struct stream *)stream)->owned = false;
    record_unlock();
}

/* Gives the calling thread a stream and notes its number there. */
static struct stream *join(void)
{
    uint64_t number = 0;

    record_lock();
    if (atomic_load(&recorder->state) == RECORDER_NEW) {
        begin_process_locked();
    }
    struct stream *stream = NULL;
    if (atomic_load(&recorder->state) == RECORDER_RUNS) {
        stream = find_stream_locked();
        if (stream != NULL) {
            stream->owned = true;
            number = recorder->header->threads++;
        } else {
            recorder->header->lost_threads++;
        }
    }
    record_unlock();
    if (stream == NULL) {
        return NULL;
    }
    thread_stream = stream;
    stream->busy = true;
    pthread_setspecific(thread_exit, stream);
    struct event *room = record_room(stream, 1);
    if (room != NULL) {
        stream->cursor = room + 1;
        write_event(room, event_first(EVENT_NOTE, 0, NOTE_THREAD), number);
    }
    stream->busy = false;
    return stream;
}

/* A forked child's only thread begins anew. */
static void forget_stream(void)
{
    thread_stream = NULL;
    pthread_setspecific(thread_exit, NULL);
}

void record_begin(void)
{
    const char *path = getenv(RECORDING_FOLDER_VARIABLE);

    if (path == NULL || strlen(path) >= sizeof(folder) ||
        pthread_key_create(&thread_exit, leave_stream) != 0) {
        return;
    }
    memcpy(folder, path, strlen(path) + 1);
    void *state = mmap(NULL, sizeof(struct recorder), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (state == MAP_FAILED || madvise(state, sizeof(struct recorder), MADV_WIPEONFORK) != 0) {
        return;
    }
    pthread_atfork(NULL, NULL, forget_stream);
    recorder = state;
}

/* ---- Events ------------------------------------------------------------------------------------ */

/* The calling thread's stream, or NULL when nothing is to be recorded. */
static inline struct stream *own_stream(void)
{
    struct stream *stream = thread_stream;

    if (__builtin_expect(stream == NULL || !stream->owned, 0)) {
        if (recorder == NULL || atomic_load(&recorder->state) == RECORDER_OFF) {
            return NULL;
        }
        int error = errno;
        stream = join();
        errno = error;
    }
    return stream != NULL && !stream->busy ? stream : NULL;
}

static __attribute__((noinline)) bool make_room(struct stream *stream)
{
    int error = errno;

    if (atomic_load_explicit(&recorder->tallies, memory_order_acquire) != NULL) {
        return false;
    }
    uint64_t start = record_cpu_clock();
    stream->busy = true;
    bool got = record_room(stream, 1) != NULL;
    stream->busy = false;
    __atomic_fetch_add(&recorder->header->slow_ns, record_cpu_clock() - start, __ATOMIC_RELAXED);
    errno = error;
    return got;
}

static inline void append(struct stream *stream, unsigned type, const void *block, size_t size,
                          uint32_t site)
{
    uint64_t now = record_clock();
    uint64_t difference = now - stream->time;

    if (__builtin_expect(difference > LONGEST_DIFFERENCE, 0)) {
        write_event(stream->cursor++, event_first(EVENT_NOTE, 0, NOTE_TIME), now);
        difference = 0;
    }
    stream->time = now;
    write_event(stream->cursor++, event_first(type, (uint64_t)(uintptr_t)block, site),
                (uint64_t)(size < LARGEST_SIZE ? size : LARGEST_SIZE) << 32 | difference);
}

static void tally(struct stream *stream, size_t size, struct caller caller)
{
    struct tally *tallies = atomic_load_explicit(&recorder->tallies, memory_order_acquire);

    if (tallies != NULL) {
        struct tally *tally = &tallies[record_site(stream, caller)];
        __atomic_fetch_add(&tally->count, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&tally->bytes, size, __ATOMIC_RELAXED);
    }
}

static bool is_sample(const struct stream *stream)
{
    return ((uintptr_t)stream->cursor & SAMPLE_MASK) == SAMPLE_VALUE;
}

/* Adds what the last event cost: at most one reading of the clock too much. */
static __attribute__((noinline)) void add_sample(uint64_t start)
{
    uint64_t cost = record_clock() - start;

    if (cost < LONGEST_SAMPLE) { /* or else the thread was made to wait */
        __atomic_fetch_add(&recorder->header->samples_ns, cost, __ATOMIC_RELAXED);
        __atomic_fetch_add(&recorder->header->samples, 1, __ATOMIC_RELAXED);
    }
}

void record_allocation(unsigned type, const void *block, size_t size, struct caller caller)
{
    struct stream *stream = own_stream();

    if (stream == NULL) {
        return;
    }
    if (__builtin_expect(stream->cursor >= stream->end, 0) && !make_room(stream)) {
        tally(stream, size, caller);
        return;
    }
    bool sample = __builtin_expect(is_sample(stream), 0);
    uint64_t start = sample ? record_clock() : 0;
    uint32_t site = record_site(stream, caller);
    if (__builtin_expect(stream->cursor >= stream->end, 0) && !make_room(stream)) {
        tally(stream, size, caller);
        return;
    }
    append(stream, type, block, size, site);
    if (sample) {
        add_sample(start);
    }
}

void record_free(unsigned type, const void *block)
{
    struct stream *stream = own_stream();

    if (stream == NULL ||
        (__builtin_expect(stream->cursor >= stream->end, 0) && !make_room(stream))) {
        return;
    }
    bool sample = __builtin_expect(is_sample(stream), 0);
    uint64_t start = sample ? record_clock() : 0;
    append(stream, type, block, 0, 0);
    if (sample) {
        add_sample(start);
    }
}
