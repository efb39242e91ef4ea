/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The driver as a program sees it: on Windows through its device, on Linux through the twin. */
#ifndef CHECKSUM_DEVICE_H
#define CHECKSUM_DEVICE_H

#include <stdint.h>

/* The driver is there, or made so. 0 on failure, with a sentence on standard error. */
int driver_begin(void);

/* Nobody has the device open any more. */
void driver_end(void);

/* Each thread opens its own. NULL on failure, with a sentence on standard error. */
void *device_open(void);
void device_close(void *device);

/* One device control; blocks until it is complete. Returns how many bytes were answered, or
 * UINT32_MAX when the request failed. */
uint32_t device_control(void *device, uint32_t code, const void *in, uint32_t in_size, void *out,
                        uint32_t out_size);

#endif
