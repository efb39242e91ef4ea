/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the pool knows of each block, kept beside the memory. */
#ifndef WDK_POOL_BLOCK_H
#define WDK_POOL_BLOCK_H

#include <wdk/pool.h>

#include "trace.h"

enum block_state { BLOCK_UNKNOWN, BLOCK_LIVE, BLOCK_FREED };

struct block {
    char *address;
    SIZE_T size; /* as the driver asked for it */
    ULONG type;  /* POOL_TYPE and its bits */
    ULONG tag;
    BOOLEAN is_protected; /* may be freed with its tag only */
    void *owner;
    struct trace trace; /* the calls that allocated it */
};

/* Memory for block->size bytes, with the alignment that the type and the size ask for, noted as
 * live. Sets block->address. FALSE when there is none. */
BOOLEAN block_create(struct block *block);

/* What is known of the block at exactly this address; *found is set unless it is unknown. */
enum block_state block_find(const void *address, struct block *found);

/* From live to freed: what was there is overwritten, and the memory is kept for a while, until some
 * later block takes its place. BLOCK_LIVE when that was done; otherwise what it was. */
enum block_state block_destroy(const void *address);

/* The first byte behind the block that was overwritten, or NULL. */
const void *block_overrun(const struct block *block);

/* A freed block into which somebody wrote, each once; FALSE when there is none. It looks at those
 * whose wait is over, or everywhere, which takes longer. */
BOOLEAN block_find_modified(struct block *found, BOOLEAN everywhere);

/* Calls visit for each live block, under the lock of this room, until it returns FALSE. */
typedef BOOLEAN block_visitor(struct block *block, void *context);
void block_visit(block_visitor *visit, void *context);

/* The live block that contains an address, if any. */
BOOLEAN block_around(const void *address, struct block *found);

#endif
