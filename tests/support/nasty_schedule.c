/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Linked with --wrap=os_lock and --wrap=os_unlock: before and after each lock operation of the
 * library the thread may lose its CPU or sleep, so that orders come up that are rare by nature. */
#include "os.h"

#include <lookaside/platform.h>

#include <sched.h>
#include <unistd.h>

void real_lock(struct os_lock *lock) __asm__("__real_os_lock");
void real_unlock(struct os_lock *lock) __asm__("__real_os_unlock");
void nasty_lock(struct os_lock *lock) __asm__("__wrap_os_lock");
void nasty_unlock(struct os_lock *lock) __asm__("__wrap_os_unlock");

static LOOKASIDE_THREAD_LOCAL uint32_t random_state;

static void disturb(void)
{
    uint32_t *random = &LOOKASIDE_OWN(random_state);
    if (*random == 0) {
        *random = (uint32_t)(uintptr_t)random | 1;
    }
    *random = *random * 1664525 + 1013904223;
    uint32_t dice = *random >> 22;
    if (dice == 0) {
        usleep(50);
    } else if (dice < 16) {
        sched_yield();
    }
}

void nasty_lock(struct os_lock *lock)
{
    disturb();
    real_lock(lock);
    disturb();
}

void nasty_unlock(struct os_lock *lock)
{
    disturb();
    real_unlock(lock);
    disturb();
}
