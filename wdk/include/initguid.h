/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: from here on, DEFINE_GUID defines a GUID where it otherwise declares
 * it. One source of a driver includes this. */
#ifndef WDK_INITGUID_H
#define WDK_INITGUID_H

#include <wdk/types.h>

#ifndef INITGUID
#define INITGUID
#endif
#undef DEFINE_GUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                               \
    WDK_DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)

#endif
