/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Objects with a reference count, and handles to them. In the twin these are threads, files,
 * devices and drivers. */
#ifndef WDK_OBJECT_PUBLIC_H
#define WDK_OBJECT_PUBLIC_H

#include <wdk/ntstatus.h>
#include <wdk/types.h>

typedef struct _OBJECT_TYPE OBJECT_TYPE, *POBJECT_TYPE;

typedef struct _OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;

typedef struct _OBJECT_HANDLE_INFORMATION {
    ULONG HandleAttributes;
    ACCESS_MASK GrantedAccess;
} OBJECT_HANDLE_INFORMATION, *POBJECT_HANDLE_INFORMATION;

#define OBJ_INHERIT 0x00000002
#define OBJ_CASE_INSENSITIVE 0x00000040
#define OBJ_KERNEL_HANDLE 0x00000200
#define InitializeObjectAttributes(attributes, name, bits, root, security)                         \
    ((void)((attributes)->Length = sizeof(OBJECT_ATTRIBUTES),                                      \
            (attributes)->RootDirectory = (root), (attributes)->Attributes = (bits),               \
            (attributes)->ObjectName = (name), (attributes)->SecurityDescriptor = (security),      \
            (attributes)->SecurityQualityOfService = NULL))

#define DELETE 0x00010000
#define READ_CONTROL 0x00020000
#define SYNCHRONIZE 0x00100000
#define STANDARD_RIGHTS_REQUIRED 0x000F0000
#define STANDARD_RIGHTS_ALL 0x001F0000
#define GENERIC_ALL 0x10000000
#define GENERIC_EXECUTE 0x20000000
#define GENERIC_WRITE 0x40000000
#define GENERIC_READ 0x80000000
#define THREAD_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xFFFF)

WDK_BEGIN

extern POBJECT_TYPE *PsThreadType;
extern POBJECT_TYPE *IoFileObjectType;

/* The object behind a handle, with a reference that the caller gives back with ObDereferenceObject.
 * ObjectType may be NULL: any. STATUS_OBJECT_TYPE_MISMATCH; bugcheck 0xC4: 0xF5 for a NULL handle,
 * 0x3C for one that is not open, 0x2001B above PASSIVE_LEVEL. */
NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation);
NTSTATUS ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK DesiredAccess,
                                    POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode);

/* Return the count afterwards; at 0 the object is gone. IRQL <= DISPATCH_LEVEL. Bugcheck 0xC4, 0x3F
 * when the count was 0, or when this is no object. */
LONG_PTR ObfReferenceObject(PVOID Object);
LONG_PTR ObfDereferenceObject(PVOID Object);
#define ObReferenceObject(object) ObfReferenceObject(object)
#define ObDereferenceObject(object) ObfDereferenceObject(object)
#define ObDereferenceObjectDeferDelete(object) ObfDereferenceObject(object)

/* Closes a handle. Bugcheck 0xC4, 0x2001F above PASSIVE_LEVEL; 0x93 for a handle that is not open. */
NTSTATUS ZwClose(HANDLE Handle);

WDK_END

#endif
