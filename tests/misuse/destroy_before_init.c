/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Destroys a list that was never initialised: a status, harmless.
 * Prints: LOOKASIDE_NOT_INITIALIZED */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    print_status(lookaside_destroy(&list));
    return 0;
}
