/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name, for driver code that is compiled and run in user mode: names,
 * layouts and behaviour as on 64-bit Windows, for what drivers with lookaside lists touch. The
 * folder wdk/ holds one header for each topic; wdk/twin.h is what a test program adds. */
#ifndef WDK_WDM_H
#define WDK_WDM_H

#include <wdk/types.h>

#include <wdk/ntstatus.h>

#include <wdk/bugcheck.h>
#include <wdk/csq.h>
#include <wdk/dpc.h>
#include <wdk/exception.h>
#include <wdk/interlocked.h>
#include <wdk/io.h>
#include <wdk/irql.h>
#include <wdk/list_entry.h>
#include <wdk/lookaside.h>
#include <wdk/mdl.h>
#include <wdk/object.h>
#include <wdk/pool.h>
#include <wdk/print.h>
#include <wdk/resource.h>
#include <wdk/rtl.h>
#include <wdk/rundown.h>
#include <wdk/slist.h>
#include <wdk/sync.h>
#include <wdk/system_routine.h>
#include <wdk/thread.h>
#include <wdk/time.h>
#include <wdk/timer.h>
#include <wdk/work_item.h>

#endif
