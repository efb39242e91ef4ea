/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The entry point of the Windows DLL, in that library alone.
 *
 * Once loaded, the DLL stays: FreeLibrary leaves it where it is until the process ends, as dlclose
 * does with the library on Linux. Its memory holds the registry and the threads' tables; lists lie
 * in the programs' memory and would be of an engine that is gone, and a second load would start
 * another. A plug-in that links the static library can be unloaded; its lists are then to be
 * destroyed before. What the library keeps for itself then stays mapped, about 1 MB committed for
 * each load. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        HMODULE stays;
        return GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN |
                                      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                                  (LPCWSTR)(const void *)library, &stays);
    }
    return TRUE;
}
