/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* All initialised lists of the process. */
#ifndef LA_REGISTRY_H
#define LA_REGISTRY_H

#include "list.h"

/* Sets up what all lists share, at the first call. Returns false when the system cannot promise to
 * call us around forks. Any thread. */
bool registry_start(void);

void registry_add(struct lookaside_state *list);
void registry_remove(struct lookaside_state *list);

#endif
