/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Names of addresses: "server+0x11a3 (main+0x31)".
 *
 * The module and the offset come from the target's memory. The name comes from elfutils' libdw, out
 * of the module's file as it is now: its symbol table, or its debug information in the file or
 * where Debian's -dbgsym packages put it. A file that has another build id than the memory has been
 * replaced, and its names would be wrong: then there is none. Files are opened when the first name
 * in them is asked for, and nothing but files: a path out of a core may be that of a pipe or a
 * device. */
#include "target.h"

#include "basics.h"
#include "printable.h"

#include <elfutils/libdwfl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct opened {
    const struct module *module;
    Dwfl *dwfl;
    Dwfl_Module *file; /* NULL: it cannot be read, or is another one */
    struct opened *next;
};

struct symbols {
    struct opened *opened;
};

static char *debuginfo_path;

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .debuginfo_path = &debuginfo_path,
};

static bool is_a_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool is_the_same(Dwfl_Module *file, const struct module *module)
{
    const unsigned char *id;
    GElf_Addr address;
    int size = dwfl_module_build_id(file, &id, &address);

    return size <= 0 ? module->build_id_size == 0
                     : (size_t)size == module->build_id_size &&
                           memcmp(id, module->build_id, (size_t)size) == 0;
}

static struct opened *open_module(struct symbols *symbols, const struct module *module)
{
    struct opened *opened = symbols->opened;
    GElf_Addr bias;

    while (opened != NULL && opened->module != module) {
        opened = opened->next;
    }
    if (opened != NULL) {
        return opened;
    }
    opened = must_allocate(1, sizeof(*opened));
    *opened = (struct opened){.module = module, .next = symbols->opened};
    symbols->opened = opened;
    opened->dwfl = is_a_file(module->path) ? dwfl_begin(&callbacks) : NULL;
    if (opened->dwfl != NULL) {
        dwfl_report_begin(opened->dwfl);
        opened->file = dwfl_report_elf(opened->dwfl, module->path, module->path, -1, 0, true);
        dwfl_report_end(opened->dwfl, NULL, NULL);
    }
    /* The build id is known once the file has been read. */
    if (opened->file != NULL &&
        (dwfl_module_getelf(opened->file, &bias) == NULL || !is_the_same(opened->file, module))) {
        opened->file = NULL;
    }
    return opened;
}

void symbols_forget(struct inspect_target *target)
{
    struct opened *next;

    if (target->symbols == NULL) {
        return;
    }
    for (struct opened *opened = target->symbols->opened; opened != NULL; opened = next) {
        next = opened->next;
        if (opened->dwfl != NULL) {
            dwfl_end(opened->dwfl);
        }
        free(opened);
    }
    free(target->symbols);
    target->symbols = NULL;
}

void inspect_describe_address(struct inspect_target *target, uint64_t address, char *text,
                              size_t size)
{
    const struct module *module = modules_at(&target->modules, address);
    GElf_Off inside = 0;
    GElf_Sym symbol;

    if (size == 0) {
        return;
    }
    text[0] = '\0';
    if (module == NULL || module->path[0] == '\0') {
        return;
    }
    if (target->symbols == NULL) {
        target->symbols = must_allocate(1, sizeof(*target->symbols));
    }
    const char *slash = strrchr(module->path, '/');
    uint64_t offset = address - module->bias;
    struct opened *opened = open_module(target->symbols, module);
    const char *name = opened->file == NULL ? NULL
                                            : dwfl_module_addrinfo(opened->file, offset, &inside,
                                                                   &symbol, NULL, NULL, NULL);
    int length =
        snprintf(text, size, "%s+0x%" PRIx64, slash != NULL ? slash + 1 : module->path, offset);
    if (name != NULL && inside < symbol.st_size && (size_t)length < size) {
        snprintf(text + length, size - (size_t)length, " (%s+0x%" PRIx64 ")", name,
                 (uint64_t)inside);
    }
    printable_make(text);
}
