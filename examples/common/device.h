/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* An example driver as a program sees it: on Windows through its device, on Linux through the twin,
 * into which the driver is linked. */
#ifndef EXAMPLES_DEVICE_H
#define EXAMPLES_DEVICE_H

#include <stdint.h>

#define DEVICE_LONGEST_NAME 63

/* The driver is there, or made so; its device is called \\.\NAME. Returns 0 on failure, with a
 * sentence on standard error. */
int driver_begin(const char *name);

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
