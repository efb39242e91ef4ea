/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A core file as a source: 64 bits, little-endian, of any machine and whoever wrote it (the kernel,
 * a debugger, an emulator).
 *
 *     ELF header --> program headers --> PT_LOAD  memory: address, bytes, place in the file
 *                                    --> PT_NOTE  who died of what (core_notes.c)
 *
 * Only headers, notes and the bytes that somebody asks for are read, so that a large core opens as
 * fast as a small one. A core that ends too early still opens: notes come first, and lists may lie
 * in what is there. What is missing is named when it is needed. */
#include "core.h"

#include "basics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_HEADERS (UINT64_C(1) << 20) /* a process has 65530 mappings, unless root allows more */

static struct core *core_of(struct source *source)
{
    return (struct core *)(void *)source;
}

bool core_read_file(const struct core *core, uint64_t offset, void *buffer, size_t size)
{
    if (offset > core->file_size || size > core->file_size - offset) {
        return false;
    }
    while (size > 0) {
        ssize_t got = pread(core->file, buffer, size, (off_t)offset);
        if (got <= 0) {
            return false;
        }
        buffer = (char *)buffer + got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return true;
}

/* ---- memory ---- */

/* The last segment that begins at or before the address, or NULL. */
static const struct segment *segment_at(const struct core *core, uint64_t address)
{
    size_t first = 0;
    size_t end = core->segment_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (core->segments[middle].start <= address) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first == 0 ? NULL : &core->segments[first - 1];
}

static bool read_piece(const struct core *core, const struct inspect_piece *piece)
{
    uint64_t address = piece->address;
    char *buffer = piece->buffer;
    size_t left = piece->size;

    while (left > 0) {
        const struct segment *segment = segment_at(core, address);
        uint64_t inside = segment == NULL ? 0 : address - segment->start;
        if (segment == NULL || inside >= segment->dumped) {
            return false;
        }
        size_t some = left < segment->dumped - inside ? left : (size_t)(segment->dumped - inside);
        if (!core_read_file(core, segment->offset + inside, buffer, some)) {
            return false;
        }
        buffer += some;
        address += some;
        left -= some;
    }
    return true;
}

static bool read_core(void *context, const struct inspect_piece *pieces, size_t count)
{
    bool all = true;

    for (size_t i = 0; all && i < count; i++) {
        all = read_piece(context, &pieces[i]);
    }
    return all;
}

static bool is_incomplete(struct source *source, struct inspect_error *error)
{
    const struct core *core = core_of(source);

    if (core->missing == 0) {
        return false;
    }
    fail_with(error, INSPECT_TRUNCATED,
              "%s is truncated: %" PRIu64 " of %" PRIu64 " bytes are missing (a limit on core "
              "files, see `ulimit -c`, or a full disk?)",
              source->name, core->missing, core->file_size + core->missing);
    return true;
}

static void explain(struct source *source, uint64_t address, size_t size,
                    struct inspect_error *error)
{
    struct core *core = core_of(source);
    const struct segment *segment = segment_at(core, address);

    if (is_incomplete(source, error)) {
        return;
    }
    if (segment != NULL && segment->dumped < segment->size &&
        address - segment->start < segment->size) {
        fail_with(error, INSPECT_TRUNCATED,
                  "%s lacks the memory at 0x%" PRIx64 " (was it left out by "
                  "/proc/PID/coredump_filter?)",
                  source->name, address);
    } else {
        fail_with(error, INSPECT_UNREADABLE,
                  "%zu bytes at 0x%" PRIx64 " are not in %s: nothing was mapped there", size,
                  address, source->name);
    }
}

/* ---- headers ---- */

static bool not_a_core(struct core *core, struct inspect_error *error, const char *what)
{
    return fail_with(error, INSPECT_NOT_A_CORE, "%s is %s", core->source.name, what);
}

static bool check_header(struct core *core, const Elf64_Ehdr *header, struct inspect_error *error)
{
    const unsigned char *magic = header->e_ident;

    if (memcmp(magic, ELFMAG, SELFMAG) != 0) {
        bool zstd = memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0;
        bool packed = zstd || memcmp(magic, "\x1f\x8b", 2) == 0 ||
                      memcmp(magic,
                             "\xfd"
                             "7zX",
                             4) == 0 ||
                      memcmp(magic, "\x04\x22\x4d\x18", 4) == 0;
        return not_a_core(core, error,
                          packed ? "compressed: unpack it first (`coredumpctl dump` does, zstd, "
                                   "xz, lz4 or gzip)"
                                 : "no core file: it does not begin as an ELF file");
    }
    if (magic[EI_CLASS] != ELFCLASS64 || magic[EI_DATA] != ELFDATA2LSB) {
        return not_a_core(
            core, error, "of a machine that this tool cannot read: it knows 64-bit, little-endian");
    }
    if (header->e_type != ET_CORE) {
        return not_a_core(core, error, "an ELF file, but a program or a library and no core");
    }
    core->machine = header->e_machine;
    return true;
}

/* A core of more than 65534 segments tells their number elsewhere. */
static uint64_t header_count(struct core *core, const Elf64_Ehdr *header)
{
    Elf64_Shdr section;

    if (header->e_phnum != PN_XNUM) {
        return header->e_phnum;
    }
    return core_read_file(core, header->e_shoff, &section, sizeof(section)) ? section.sh_info : 0;
}

static void take_segment(struct core *core, const Elf64_Phdr *header)
{
    uint64_t size = header->p_filesz < header->p_memsz ? header->p_filesz : header->p_memsz;

    if (header->p_type != PT_LOAD || header->p_offset > UINT64_MAX / 4 ||
        header->p_memsz > UINT64_MAX / 4 || header->p_vaddr > UINT64_MAX - header->p_memsz) {
        return;
    }
    uint64_t end = header->p_offset + size;
    uint64_t missing = end <= core->file_size ? 0 : end - core->file_size;
    core->missing = missing > core->missing ? missing : core->missing;
    uint64_t dumped = missing < size ? size - missing : 0;
    core->segments[core->segment_count++] = (struct segment){
        .start = header->p_vaddr,
        .size = header->p_memsz,
        .dumped = dumped,
        .offset = header->p_offset,
        .writable = (header->p_flags & PF_W) != 0,
    };
    core->source.size += dumped;
}

static int compare_segments(const void *left, const void *right)
{
    const struct segment *a = left;
    const struct segment *b = right;

    return a->start < b->start ? -1 : a->start > b->start;
}

/* Emulators write no list of the mapped files: then any segment may begin with an ELF header. */
static void map_segments(struct core *core)
{
    for (size_t i = 0; i < core->segment_count; i++) {
        const struct segment *segment = &core->segments[i];
        if (segment->dumped == 0) {
            continue;
        }
        mappings_add(&core->source.mappings, &(struct mapping){
                                                 .start = segment->start,
                                                 .end = segment->start + segment->dumped,
                                                 .writable = segment->writable,
                                                 .path = "",
                                             });
    }
}

static void note_writable_mappings(struct core *core)
{
    struct mappings *mappings = &core->source.mappings;

    for (size_t i = 0; i < mappings->count; i++) {
        const struct segment *segment = segment_at(core, mappings->items[i].start);
        mappings->items[i].writable =
            segment != NULL && segment->writable && segment->start == mappings->items[i].start;
    }
}

static bool read_headers(struct core *core, struct inspect_error *error)
{
    Elf64_Ehdr header;

    if (core->file_size == 0) {
        return fail_with(error, INSPECT_NOT_A_CORE,
                         "%s is empty (a full disk, or a limit on core files?)", core->source.name);
    }
    memset(&header, 0, sizeof(header));
    bool whole = core_read_file(core, 0, &header, sizeof(header));
    if (!whole) {
        core_read_file(core, 0, &header, core->file_size < 16 ? (size_t)core->file_size : 16);
        header.e_type = ET_CORE;
    }
    if (!check_header(core, &header, error)) {
        return false;
    }
    uint64_t count = whole ? header_count(core, &header) : 0;
    uint64_t size = count * sizeof(Elf64_Phdr);
    if (count == 0 || count > MOST_HEADERS || header.e_phentsize != sizeof(Elf64_Phdr)) {
        return fail_with(error, INSPECT_TRUNCATED, "%s is damaged or truncated: %s",
                         core->source.name, "its program headers make no sense");
    }
    Elf64_Phdr *headers = must_allocate(count, sizeof(*headers));
    if (!core_read_file(core, header.e_phoff, headers, size)) {
        free(headers);
        return fail_with(error, INSPECT_TRUNCATED, "%s is truncated: it ends before its headers do",
                         core->source.name);
    }
    core->segments = must_allocate(count, sizeof(*core->segments));
    for (size_t i = 0; i < count; i++) {
        take_segment(core, &headers[i]);
    }
    if (core->source.size > core->file_size) {
        core->source.size = core->file_size; /* segments that share bytes tell nothing more */
    }
    qsort(core->segments, core->segment_count, sizeof(*core->segments), compare_segments);
    for (size_t i = 0; i < count; i++) {
        if (headers[i].p_type == PT_NOTE) {
            core_take_notes(core, headers[i].p_offset, headers[i].p_filesz);
        }
    }
    free(headers);
    if (core->source.mappings.count == 0) {
        map_segments(core);
    } else {
        note_writable_mappings(core);
    }
    return true;
}

/* ---- the source ---- */

static struct source_thread *list_threads(struct source *source, size_t *count)
{
    struct core *core = core_of(source);
    struct source_thread *threads = must_allocate(core->thread_count, sizeof(*threads));

    *count = core->thread_count;
    if (core->thread_count > 0) {
        memcpy(threads, core->threads, core->thread_count * sizeof(*threads));
    }
    return threads;
}

static void close_core(struct source *source)
{
    struct core *core = core_of(source);

    if (core->file >= 0) {
        close(core->file);
    }
    mappings_free(&source->mappings);
    free(core->segments);
    free(core->threads);
    free(core);
}

static bool open_file(struct core *core, const char *path, struct inspect_error *error)
{
    struct stat status;

    core->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (core->file < 0 || fstat(core->file, &status) != 0) {
        return fail_with(
            error, errno == EACCES || errno == EPERM ? INSPECT_NO_PERMISSION : INSPECT_NOT_FOUND,
            "cannot open %s: %s", path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return fail_with(error, INSPECT_NOT_A_CORE, "%s is no file", path);
    }
    core->file_size = (uint64_t)status.st_size;
    return true;
}

struct source *core_open(const char *path, struct inspect_error *error)
{
    struct core *core = must_allocate(1, sizeof(*core));
    struct source *source = &core->source;

    source->kind = INSPECT_CORE;
    source->memory = (struct inspect_memory){read_core, core};
    source->threads = list_threads;
    source->explain = explain;
    source->is_incomplete = is_incomplete;
    source->close = close_core;
    snprintf(source->name, sizeof(source->name), "%s", path);
    if (!open_file(core, path, error) || !read_headers(core, error)) {
        close_core(source);
        return NULL;
    }
    return source;
}
