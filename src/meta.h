/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory for the library's own records: lists, magazines, slabs' bitmaps. Never for entries. */
#ifndef LA_META_H
#define LA_META_H

#include <stddef.h>

/* The bytes that a block for size bytes really takes. */
size_t meta_size(size_t size);

/* A zeroed block, aligned to a cache line, or NULL when there is no memory. Any thread. */
void *meta_alloc(size_t size);

/* Gives back a block that meta_alloc(size) returned; NULL is ignored. Any thread. */
void meta_free(void *block, size_t size);

/* Around a fork: nobody is inside between the two. */
void meta_before_fork(void);
void meta_after_fork(void);

#endif
