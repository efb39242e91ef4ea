/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Whatever was mapped from the beginning of a file and begins as an ELF file is a module. The file
 * itself is not looked at: it may have been deleted, replaced, or be on another machine.
 *
 *     ELF header --> program headers --> PT_LOAD   where it was to lie: so the bias, and the end
 *                                    --> PT_NOTE   "GNU" 3        the build id
 *                                                  "Lookaside" 1  where it describes its lists
 *
 * All of that is in the first OS page as a rule, and is read with it. */
#include "module.h"

#include "basics.h"
#include "format.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_PAGE 4096u
#define MOST_HEADERS 128u
#define MOST_NOTES (64u << 10) /* bytes */

struct image {
    struct memory *memory;
    struct module *module;
    uint8_t first[FIRST_PAGE];
};

static bool read_direct(struct memory *memory, uint64_t address, void *buffer, size_t size)
{
    return memory_read_now(memory, &(struct inspect_piece){address, buffer, size}, 1);
}

/* Bytes at an offset from the module's start. */
static bool read_image(struct image *image, uint64_t offset, void *buffer, size_t size)
{
    if (offset <= FIRST_PAGE && size <= FIRST_PAGE - offset) {
        memcpy(buffer, image->first + offset, size);
        return true;
    }
    return read_direct(image->memory, image->module->start + offset, buffer, size);
}

/* ---- notes ---- */

static void take_note(struct module *module, uint64_t address, const char *name, uint32_t type,
                      const uint8_t *bytes, size_t size)
{
    struct format_note note;

    if (strcmp(name, "GNU") == 0 && type == NT_GNU_BUILD_ID && size <= BUILD_ID_SIZE) {
        memcpy(module->build_id, bytes, size);
        module->build_id_size = size;
    }
    if (strcmp(name, FORMAT_NOTE_NAME) == 0 && type == FORMAT_NOTE_TYPE && size >= sizeof(note)) {
        memcpy(&note, bytes, sizeof(note));
        module->inspection = address + (uint64_t)note.distance;
        module->format = note.format;
    }
}

static size_t aligned(size_t size, size_t alignment)
{
    return (size + alignment - 1) & ~(alignment - 1);
}

static void take_notes(struct image *image, uint64_t offset, size_t size, size_t alignment)
{
    uint8_t *notes = must_allocate(size, 1);
    size_t at = 0;
    Elf64_Nhdr header;

    if (!read_image(image, offset, notes, size)) {
        size = 0;
    }
    while (size - at >= sizeof(header)) {
        char name[16] = "";
        memcpy(&header, notes + at, sizeof(header));
        size_t left = size - at - sizeof(header);
        size_t name_size = aligned(header.n_namesz, alignment);
        size_t whole = name_size + aligned(header.n_descsz, alignment);
        if (header.n_namesz > left || header.n_descsz > left ||
            name_size + header.n_descsz > left) {
            break;
        }
        size_t bytes_at = at + sizeof(header) + name_size;
        memcpy(name, notes + at + sizeof(header),
               header.n_namesz < sizeof(name) ? header.n_namesz : sizeof(name) - 1);
        take_note(image->module, image->module->start + offset + bytes_at, name, header.n_type,
                  notes + bytes_at, header.n_descsz);
        at = whole > left ? size : at + sizeof(header) + whole;
    }
    free(notes);
}

/* ---- the header ---- */

static void take_loads(struct module *module, const Elf64_Phdr *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (headers[i].p_type == PT_LOAD && headers[i].p_offset < FIRST_PAGE) {
            module->bias = module->start - (headers[i].p_vaddr - headers[i].p_offset);
            break;
        }
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t size = headers[i].p_vaddr - (module->start - module->bias) + headers[i].p_memsz;
        if (headers[i].p_type == PT_LOAD && size < UINT64_C(1) << 40 &&
            module->start <= UINT64_MAX - size && module->start + size > module->end) {
            module->end = module->start + size;
        }
    }
}

static void read_module(struct memory *memory, struct module *module)
{
    struct image image = {.memory = memory, .module = module};
    Elf64_Ehdr header;
    Elf64_Phdr headers[MOST_HEADERS];

    if (!read_direct(memory, module->start, image.first, sizeof(image.first))) {
        return;
    }
    memcpy(&header, image.first, sizeof(header));
    size_t count = header.e_phnum < MOST_HEADERS ? header.e_phnum : MOST_HEADERS;
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_phentsize != sizeof(Elf64_Phdr) ||
        !read_image(&image, header.e_phoff, headers, count * sizeof(headers[0]))) {
        return;
    }
    module->has_header = true;
    take_loads(module, headers, count);
    for (size_t i = 0; i < count; i++) {
        if (headers[i].p_type == PT_NOTE && headers[i].p_filesz <= MOST_NOTES) {
            take_notes(&image, headers[i].p_vaddr + module->bias - module->start,
                       (size_t)headers[i].p_filesz, headers[i].p_align == 8 ? 8 : 4);
        }
    }
}

void modules_find(struct modules *modules, struct memory *memory, const struct mappings *mappings)
{
    modules->count = 0;
    for (size_t i = 0; i < mappings->count; i++) {
        const struct mapping *mapping = &mappings->items[i];
        struct module *last = modules->count == 0 ? NULL : &modules->items[modules->count - 1];
        if (mapping->offset == 0) {
            modules->items = must_grow(modules->items, modules->count, &modules->capacity,
                                       sizeof(*modules->items));
            modules->items[modules->count++] = (struct module){
                .start = mapping->start,
                .end = mapping->end,
                .bias = mapping->start,
                .path = mapping->path,
            };
        } else if (last != NULL && strcmp(last->path, mapping->path) == 0 &&
                   mapping->end > last->end) {
            last->end = mapping->end;
        }
    }
    for (size_t i = 0; i < modules->count; i++) {
        read_module(memory, &modules->items[i]);
    }
}

const struct module *modules_at(const struct modules *modules, uint64_t address)
{
    const struct module *found = NULL;

    for (size_t i = 0; i < modules->count; i++) {
        const struct module *module = &modules->items[i];
        if (module->start <= address && address < module->end &&
            (found == NULL || module->has_header)) {
            found = module;
        }
    }
    return found;
}
