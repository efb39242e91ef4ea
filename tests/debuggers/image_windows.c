/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* See image.h. Memory is read the way a debugger reads it: what goes away meanwhile is left out. */
#include "image.h"

#include <stdio.h>
#include <string.h>

#include "support.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <psapi.h>

enum { A_MODULE = 1, MEMORY = 2 };

static void write_bytes(FILE *file, const void *bytes, size_t size)
{
    CHECK(fwrite(bytes, 1, size, file) == size, "the image cannot be written");
}

static void write_record(FILE *file, uint64_t kind, const void *address, const void *bytes,
                         size_t size)
{
    const uint64_t head[] = {kind, (uintptr_t)address, size};

    write_bytes(file, head, sizeof(head));
    write_bytes(file, bytes, size);
}

static void write_modules(FILE *file)
{
    HMODULE modules[256];
    DWORD size = 0;

    CHECK(EnumProcessModules(GetCurrentProcess(), modules, sizeof(modules), &size),
          "the modules are not told");
    for (size_t i = 0; i < COUNT_OF(modules) && i < size / sizeof(modules[0]); i++) {
        char path[MAX_PATH];
        CHECK(GetModuleFileNameA(modules[i], path, sizeof(path)) != 0, "a module has no path");
        write_record(file, A_MODULE, modules[i], path, strlen(path));
    }
}

static void write_memory(FILE *file, const char *address, size_t size)
{
    static char bytes[1 << 16];

    for (size_t done = 0; done < size; done += sizeof(bytes)) {
        size_t piece = size - done < sizeof(bytes) ? size - done : sizeof(bytes);
        SIZE_T read = 0;
        if (ReadProcessMemory(GetCurrentProcess(), address + done, bytes, piece, &read)) {
            write_record(file, MEMORY, address + done, bytes, read);
        }
    }
}

void write_image(const char *name)
{
    FILE *file = fopen(name, "wb");
    MEMORY_BASIC_INFORMATION part;

    CHECK(file != NULL, "%s cannot be made", name);
    write_modules(file);
    for (const char *at = NULL; VirtualQuery(at, &part, sizeof(part)) != 0;
         at = (const char *)part.BaseAddress + part.RegionSize) {
        if (part.State == MEM_COMMIT && (part.Protect & (PAGE_NOACCESS | PAGE_GUARD)) == 0) {
            write_memory(file, part.BaseAddress, part.RegionSize);
        }
    }
    CHECK(fclose(file) == 0, "%s cannot be written", name);
}
