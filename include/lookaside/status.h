/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Every way to fail, in two tables: a status is a failure that a correct program can meet and is
 * returned; a bugcheck is a broken contract and ends the program. Names, codes, sentences and
 * documentation all come from here. */
#ifndef LOOKASIDE_STATUS_H
#define LOOKASIDE_STATUS_H

#include <lookaside/platform.h>

LOOKASIDE_BEGIN_DECLARATIONS

/* X(name, value, NTSTATUS, errno, sentence) */
#define LOOKASIDE_STATUS_TABLE(X)                                                                  \
    X(OK, 0, 0x00000000, 0, "The operation succeeded.")                                            \
    X(NOT_INITIALIZED, 1, 0xC0000184, EINVAL,                                                      \
      "The list is not initialised; call lookaside_init first.")                                   \
    X(ALREADY_INITIALIZED, 2, 0xC0000510, EALREADY,                                                \
      "The list is already initialised; call lookaside_destroy before initialising it again.")     \
    X(IN_USE, 3, 0x80000011, EBUSY,                                                                \
      "Entries of the list are still out; free them, or call lookaside_abandon.")                  \
    X(NULL_ARGUMENT, 4, 0xC000000D, EINVAL, "A pointer that must not be NULL is NULL.")            \
    X(BAD_OPTIONS, 5, 0xC000000D, EINVAL,                                                          \
      "The options do not begin with a known size; start from LOOKASIDE_OPTIONS_INIT.")            \
    X(SIZE_ZERO, 6, 0xC00000F4, EINVAL, "An entry must have at least 1 byte.")                     \
    X(SIZE_TOO_LARGE, 7, 0xC00000F4, EOVERFLOW,                                                    \
      "An entry may have at most 16 MiB, rounded up to its alignment.")                            \
    X(BAD_POOL_TYPE, 8, 0xC00000F2, EINVAL,                                                        \
      "The pool type must be LOOKASIDE_NONPAGED, LOOKASIDE_NONPAGED_NX or LOOKASIDE_PAGED.")       \
    X(FLAGS_EXCLUSIVE, 9, 0xC00000F3, EINVAL,                                                      \
      "LOOKASIDE_RAISE_ON_FAIL and LOOKASIDE_FAIL_NO_RAISE exclude each other.")                   \
    X(FLAGS_UNKNOWN, 10, 0xC00000F3, EINVAL, "The flags contain a bit that has no meaning.")       \
    X(BAD_MAXIMUM_DEPTH, 11, 0xC00000F6, EINVAL,                                                   \
      "The maximum depth must be 0 (for the default of 256) or 4 to 1023.")                        \
    X(BAD_ALIGNMENT, 12, 0xC000000D, EINVAL,                                                       \
      "The alignment must be 0 (for the default of 16) or a power of two up to the OS page.")      \
    X(BAD_CACHE_POLICY, 13, 0xC000000D, EINVAL,                                                    \
      "The cache policy must be LOOKASIDE_CACHE_THREAD or LOOKASIDE_CACHE_NONE.")                  \
    X(NO_MEMORY, 14, 0xC000009A, ENOMEM, "The system has no memory to give.")                      \
    X(LOCKED_MEMORY_LIMIT, 15, 0xC00000A1, ENOMEM,                                                 \
      "The system refused to lock memory for a nonpaged list; raise RLIMIT_MEMLOCK (ulimit -l), "  \
      "on Windows the limit of the process's working set.")                                        \
    X(ALLOCATE_FAILED, 16, 0xC000009A, ENOMEM, "The list's allocate callback returned NULL.")      \
    X(CONSTRUCT_FAILED, 17, 0xC0000001, ECANCELED,                                                 \
      "The list's construct callback refused the entry.")                                          \
    X(NOT_SUPPORTED, 18, 0xC00000BB, ENOTSUP,                                                      \
      "The operation has no meaning for a list made with these options.")                          \
    X(WRONG_IRQL, 19, 0xC0000148, EPERM,                                                           \
      "A driver's first list must be initialised at PASSIVE_LEVEL, others up to DISPATCH_LEVEL.")  \
    X(MISALIGNED_LIST, 20, 0x80000002, EFAULT,                                                     \
      "The list's own memory must be aligned to 16 bytes in a driver.")

typedef enum lookaside_status {
#define LOOKASIDE_STATUS_ENUMERATOR(name, value, ntstatus, error, sentence)                        \
    LOOKASIDE_##name = (value),
    LOOKASIDE_STATUS_TABLE(LOOKASIDE_STATUS_ENUMERATOR)
#undef LOOKASIDE_STATUS_ENUMERATOR
} lookaside_status;

/* X(name, code, sentence). Where Driver Verifier has a code for the fault (bug check 0xC4, first
 * parameter), it is that code; ours begin at 0x1001. */
#define LOOKASIDE_BUGCHECK_TABLE(X)                                                                \
    X(FREE_NOT_AN_ENTRY, 0x10, "the pointer that was freed is not an entry of any list")           \
    X(DOUBLE_FREE, 0x13, "the entry was freed twice")                                              \
    X(NOT_INITIALIZED, 0xCB, "the list is used before lookaside_init")                             \
    X(WRONG_LIST, 0x1001, "the entry that was freed belongs to another list")                      \
    X(INTERIOR_POINTER, 0x1002, "the pointer that was freed is not the start of an entry")         \
    X(NEVER_ALLOCATED, 0x1003, "the entry that was freed has never been allocated")                \
    X(USED_AFTER_DESTROY, 0x1004, "the list is used after lookaside_destroy")                      \
    X(CORRUPTED_LIST, 0x1005, "the list's own memory was overwritten or moved")                    \
    X(ALLOCATION_RAISED, 0x1006, "an allocation failed and the list was made to raise")            \
    X(DESTROYED_IN_USE, 0x1007, "the list's life ended while entries of it are out")

typedef enum lookaside_bugcheck_code {
#define LOOKASIDE_BUGCHECK_ENUMERATOR(name, code, sentence) LOOKASIDE_BUGCHECK_##name = (code),
    LOOKASIDE_BUGCHECK_TABLE(LOOKASIDE_BUGCHECK_ENUMERATOR)
#undef LOOKASIDE_BUGCHECK_ENUMERATOR
} lookaside_bugcheck_code;

/* The status's name, for instance "LOOKASIDE_IN_USE".
 *
 * Returns a constant string, "LOOKASIDE_UNKNOWN_STATUS" for a value that is no status. Any thread,
 * any IRQL. */
LOOKASIDE_API const char *lookaside_status_name(lookaside_status status);

/* One sentence for a person: what happened, and where it helps, what to do.
 *
 * Returns a constant string, never NULL. Any thread, any IRQL. */
LOOKASIDE_API const char *lookaside_status_message(lookaside_status status);

/* The NTSTATUS that a kernel routine would return for the same failure; STATUS_UNSUCCESSFUL
 * (0xC0000001) for a value that is no status. Any thread, any IRQL. */
LOOKASIDE_API uint32_t lookaside_ntstatus(lookaside_status status);

/* The errno equivalent, 0 for LOOKASIDE_OK, EINVAL for a value that is no status. Any thread, any
 * IRQL. */
LOOKASIDE_API int lookaside_errno(lookaside_status status);

/* The bugcheck's sentence without list or entry. Returns a constant string, never NULL. Any thread,
 * any IRQL. */
LOOKASIDE_API const char *lookaside_bugcheck_message(lookaside_bugcheck_code code);

LOOKASIDE_END_DECLARATIONS

#endif
