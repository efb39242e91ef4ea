/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A program or a library in the target, as its ELF header in memory tells. */
#ifndef INSPECT_MODULE_H
#define INSPECT_MODULE_H

#include "memory.h"

#define BUILD_ID_SIZE 32u

struct module {
    uint64_t start;
    uint64_t end;
    uint64_t bias;       /* what its addresses in memory exceed those in its file by */
    const char *path;    /* of a mapping; "" when not known */
    bool has_header;     /* its header could be read: bias and what follows are known */
    uint64_t inspection; /* where the note says that the lists are described; 0: it has none */
    uint32_t format;     /* as the note says */
    uint8_t build_id[BUILD_ID_SIZE];
    size_t build_id_size;
};

struct modules {
    struct module *items;
    size_t count, capacity;
};

/* Finds the modules in the mappings, which have to live as long. */
void modules_find(struct modules *modules, struct memory *memory, const struct mappings *mappings);

/* The module that an address is in, or NULL. */
const struct module *modules_at(const struct modules *modules, uint64_t address);

#endif
