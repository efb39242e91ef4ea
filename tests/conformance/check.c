/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a check says when it fails, and where the checks are found. A driver has no printf that all
 * worlds share, so the few words are put together here. */
#include "check.h"

/* The end of a text that grows; what does not fit is cut. */
struct text {
    CHAR *next;
    CHAR *last; /* kept for the final 0 */
};

static void put(struct text *text, const char *words)
{
    while (*words != '\0' && text->next < text->last) {
        *text->next++ = *words++;
    }
    *text->next = '\0';
}

static void put_number(struct text *text, ULONGLONG number, ULONG base)
{
    CHAR digits[24];
    CHAR *first = digits + sizeof digits;
    *--first = '\0';
    do {
        *--first = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    put(text, first);
}

/* Small numbers read best in decimal; addresses, statuses and flags in hexadecimal. */
static void put_value(struct text *text, ULONGLONG number)
{
    if (number < 10000) {
        put_number(text, number, 10);
    } else {
        put(text, "0x");
        put_number(text, number, 16);
    }
}

static const char *file_name(const char *path)
{
    const char *name = path;
    for (; *path != '\0'; path++) {
        if (*path == '/' || *path == '\\') {
            name = path + 1;
        }
    }
    return name;
}

/* Counts a failure; true when it is the first, whose text begins here. */
static int failed_first(struct check_run *check, struct text *text, const char *file, int line,
                        const char *words)
{
    check->failures++;
    if (check->failures > 1) {
        return 0;
    }
    text->next = check->text;
    text->last = check->text + sizeof check->text - 1;
    put(text, file_name(file));
    put(text, ":");
    put_number(text, (ULONGLONG)line, 10);
    put(text, ": ");
    put(text, words);
    return 1;
}

int check_true(struct check_run *check, const char *file, int line, const char *words, int held)
{
    struct text text;
    check->expectations++;
    if (!held && failed_first(check, &text, file, line, words)) {
        put(&text, " does not hold");
    }
    return held;
}

int check_equal(struct check_run *check, const char *file, int line, const char *words,
                ULONGLONG actual, ULONGLONG wanted)
{
    struct text text;
    check->expectations++;
    if (actual != wanted && failed_first(check, &text, file, line, words)) {
        put(&text, " is ");
        put_value(&text, actual);
        put(&text, ", not ");
        put_value(&text, wanted);
    }
    return actual == wanted;
}

ULONG check_count(void)
{
    ULONG count = 0;
    while (check_at(count) != NULL) {
        count++;
    }
    return count;
}

const struct check *check_at(ULONG index)
{
    for (const struct check *const *const *table = check_tables; *table != NULL; table++) {
        for (const struct check *const *entry = *table; *entry != NULL; entry++) {
            if (index == 0) {
                return *entry;
            }
            index--;
        }
    }
    return NULL;
}
