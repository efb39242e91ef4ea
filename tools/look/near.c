/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Names are near by how many letters have to be put in, left out or replaced to make their
 * beginning of the word: whoever mistypes has often not typed all of it. */
#include "near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 64 /* letters that are compared */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *word, const char *name)
{
    size_t row[LONGEST + 1];
    size_t word_length = strnlen(word, LONGEST);
    size_t name_length = strnlen(name, LONGEST);
    size_t nearest = LONGEST;

    for (size_t i = 0; i <= name_length; i++) {
        row[i] = i;
    }
    for (size_t w = 1; w <= word_length; w++) {
        size_t diagonal = row[0];
        row[0] = w;
        for (size_t n = 1; n <= name_length; n++) {
            int differ = tolower((unsigned char)word[w - 1]) != tolower((unsigned char)name[n - 1]);
            size_t replaced = diagonal + (size_t)differ;
            diagonal = row[n];
            row[n] = least(replaced, least(row[n], row[n - 1]) + 1);
        }
    }
    for (size_t i = 0; i <= name_length; i++) {
        nearest = least(nearest, row[i]);
    }
    return nearest;
}

struct near near_to(const char *word)
{
    return (struct near){.word = word};
}

void near_consider(struct near *near, const char *name)
{
    size_t away = distance(near->word, name);
    size_t place = 0;

    if (name[0] == '\0' || away > strlen(near->word) / 3) {
        return;
    }
    while (place < NEAR_NAMES && near->names[place] != NULL && near->distances[place] <= away) {
        if (strcmp(near->names[place], name) == 0) {
            return;
        }
        place++;
    }
    for (size_t i = NEAR_NAMES - 1; i > place; i--) {
        near->names[i] = near->names[i - 1];
        near->distances[i] = near->distances[i - 1];
    }
    if (place < NEAR_NAMES) {
        near->names[place] = name;
        near->distances[place] = away;
    }
}

void near_names(const struct near *near, char *buffer, size_t size)
{
    size_t length = 0;

    buffer[0] = '\0';
    for (size_t i = 0; i < NEAR_NAMES && near->names[i] != NULL && length < size; i++) {
        int added =
            snprintf(buffer + length, size - length, "%s%s", i > 0 ? ", " : "", near->names[i]);
        length += added > 0 ? (size_t)added : 0;
    }
}
