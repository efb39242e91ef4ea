/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the driver and its users agree on. */
#ifndef COURIER_H
#define COURIER_H

#define COURIER_LONGEST_LETTER 256

/* Takes up to 256 bytes and gives them back in capitals. */
#define IOCTL_COURIER_SHOUT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

#endif
