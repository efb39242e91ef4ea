/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

#include "image.h"

#include "support.h"

void write_image(const char *name)
{
    CHECK(false, "%s: images are written on Windows; here there are cores", name);
}
