/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Devices, and the two places where names are: \Device, and the symbolic links below \??, which
 * \DosDevices and \GLOBAL?? lead to as well. Names are compared without case.
 *
 * A device is an object: one reference is the driver's, given back by IoDeleteDevice, and one
 * belongs to each file on it. All devices are in one list, under one lock with the links; the same
 * lock guards a driver's own chain of devices and the counts of open handles. An entry of a list is
 * taken out under the lock and freed after it. */
#include "device.h"

#include <stdbool.h>
#include <stdlib.h>

#include <pthread.h>

#include <wdk/rtl.h>

#include "faults.h"
#include "irql.h"
#include "object.h"
#include "owner.h"
#include "pending.h"
#include "verifier.h"

#define LONGEST_NAME 1024u

struct name {
    SIZE_T length;
    WCHAR *text; /* terminated */
};

struct device {
    DEVICE_OBJECT object; /* first: the two have one address */
    struct name name;     /* text is NULL: without a name */
    bool exclusive;
    struct device *next;
};

struct link {
    struct name name; /* without the directory */
    struct name target;
    PDRIVER_OBJECT owner;
    struct link *next;
};

static struct {
    pthread_mutex_t lock;
    struct device *devices;
    struct link *links;
} all = {PTHREAD_MUTEX_INITIALIZER, NULL, NULL};

static void lock(void)
{
    (void)pthread_mutex_lock(&all.lock);
}

static void unlock(void)
{
    (void)pthread_mutex_unlock(&all.lock);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static bool name_make(struct name *name, PCWSTR text, SIZE_T length)
{
    name->text = calloc(length + 1, sizeof(WCHAR));
    name->length = length;
    if (name->text == NULL) {
        return false;
    }
    memcpy(name->text, text, length * sizeof(WCHAR));
    return true;
}

/* Whether a path begins with the name, and goes on with nothing or a backslash. */
static bool name_leads(const struct name *name, PCWSTR path)
{
    return name->text != NULL && wdk_wcsnicmp(path, name->text, name->length) == 0 &&
           /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a path is not NULL */
           (path[name->length] == 0 || path[name->length] == '\\');
}

static bool name_is(const struct name *name, PCWSTR text, SIZE_T length)
{
    return name->length == length && wdk_wcsnicmp(name->text, text, length) == 0;
}

/* What follows the directory of links in a path; NULL when the path is elsewhere. */
static PCWSTR below_links(PCWSTR path, SIZE_T length)
{
    static const PCWSTR directories[] = {L"\\??\\", L"\\DosDevices\\", L"\\GLOBAL??\\", L"\\\\.\\"};

    for (SIZE_T i = 0; i < RTL_NUMBER_OF(directories); i++) {
        SIZE_T directory = wdk_wcslen(directories[i]);
        if (length > directory && wdk_wcsnicmp(path, directories[i], directory) == 0) {
            return path + directory;
        }
    }
    return NULL;
}

/* ---- Devices --------------------------------------------------------------------------------- */

static void destroy(void *object)
{
    struct device *device = object;

    free(device->object.DeviceExtension);
    free(device->name.text);
}

static const OBJECT_TYPE device_type = {"Device", destroy};

static bool add(struct device *device)
{
    PDRIVER_OBJECT driver = device->object.DriverObject;

    lock();
    for (struct device *other = all.devices; other != NULL; other = other->next) {
        if (device->name.text != NULL && other->name.text != NULL &&
            name_is(&other->name, device->name.text, device->name.length)) {
            unlock();
            return false;
        }
    }
    device->next = all.devices;
    all.devices = device;
    device->object.NextDevice = driver->DeviceObject;
    driver->DeviceObject = &device->object;
    unlock();
    return true;
}

/* Takes a device out of both lists; false when it is not there. */
static bool take(PDEVICE_OBJECT object)
{
    bool found = false;

    lock();
    for (struct device **link = &all.devices; *link != NULL; link = &(*link)->next) {
        if (&(*link)->object == object) {
            *link = (*link)->next;
            found = true;
            break;
        }
    }
    if (found) {
        PDEVICE_OBJECT *link = &object->DriverObject->DeviceObject;
        while (*link != NULL && *link != object) {
            link = &(*link)->NextDevice;
        }
        if (*link != NULL) {
            *link = object->NextDevice;
        }
    }
    unlock();
    return found;
}

/* As aligned as anything that drivers put into it says it is, and not a byte too long, for
 * AddressSanitizer. */
static bool make_extension(PDEVICE_OBJECT device, ULONG size)
{
    if (size == 0) {
        return true;
    }
    if (posix_memalign(&device->DeviceExtension, SYSTEM_CACHE_ALIGNMENT_SIZE, size) != 0) {
        device->DeviceExtension = NULL;
        return false;
    }
    memset(device->DeviceExtension, 0, size);
    return true;
}

static struct device *create(PDRIVER_OBJECT driver, ULONG extension_size, PUNICODE_STRING name)
{
    struct device *device = object_create(&device_type, sizeof(*device));

    if (device == NULL) {
        return NULL;
    }
    device->object = (DEVICE_OBJECT){.Type = 3,
                                     .Size = (USHORT)(sizeof(DEVICE_OBJECT) + extension_size),
                                     .DriverObject = driver,
                                     .Flags = DO_DEVICE_INITIALIZING,
                                     .StackSize = 1};
    if (!make_extension(&device->object, extension_size) ||
        (name != NULL && !name_make(&device->name, name->Buffer, name->Length / sizeof(WCHAR)))) {
        (void)ObfDereferenceObject(device);
        return NULL;
    }
    return device;
}

NTSTATUS IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
                        PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
                        ULONG DeviceCharacteristics, BOOLEAN Exclusive,
                        PDEVICE_OBJECT *DeviceObject)
{
    irql_require_at_most(APC_LEVEL, "IoCreateDevice");
    *DeviceObject = NULL;
    if (DeviceName != NULL && DeviceName->Length == 0) {
        DeviceName = NULL;
    }
    if (DeviceName != NULL &&
        (DeviceName->Length > LONGEST_NAME || DeviceName->Buffer[0] != '\\')) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    struct device *device =
        faults_strike_here() ? NULL : create(DriverObject, DeviceExtensionSize, DeviceName);
    if (device == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    device->object.DeviceType = DeviceType;
    device->object.Characteristics = DeviceCharacteristics;
    device->object.Flags |= Exclusive ? DO_EXCLUSIVE : 0u;
    device->exclusive = Exclusive != FALSE;
    if (!add(device)) {
        (void)ObfDereferenceObject(device);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    *DeviceObject = &device->object;
    return STATUS_SUCCESS;
}

VOID IoDeleteDevice(PDEVICE_OBJECT DeviceObject)
{
    irql_require_at_most(APC_LEVEL, "IoDeleteDevice");
    if (!take(DeviceObject)) {
        verifier_report(RULE_DEVICE_DELETED_TWICE, ADDRESS(DeviceObject), 0, 0,
                        "IoDeleteDevice was called for %p, which is no device any more",
                        (void *)DeviceObject);
        return;
    }
    pending_check(DeviceObject, sizeof(*DeviceObject), "A device was deleted");
    pending_check(DeviceObject->DeviceExtension,
                  (USHORT)(DeviceObject->Size - sizeof(*DeviceObject)),
                  "A device was deleted, with its extension,");
    (void)ObfDereferenceObject(DeviceObject);
}

/* ---- Links ----------------------------------------------------------------------------------- */

static void free_link(struct link *link)
{
    if (link != NULL) {
        free(link->name.text);
        free(link->target.text);
        free(link);
    }
}

static struct link *make_link(PCWSTR name, SIZE_T length, PUNICODE_STRING target)
{
    struct link *link = calloc(1, sizeof(*link));

    if (link == NULL || !name_make(&link->name, name, length) ||
        !name_make(&link->target, target->Buffer, target->Length / sizeof(WCHAR))) {
        free_link(link);
        return NULL;
    }
    link->owner = owner_current();
    return link;
}

/* The place that points to a link of this name, or the end of the list. */
static struct link **find_link_locked(PCWSTR name, SIZE_T length)
{
    struct link **link = &all.links;

    while (*link != NULL && !name_is(&(*link)->name, name, length)) {
        link = &(*link)->next;
    }
    return link;
}

NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING SymbolicLinkName, PUNICODE_STRING DeviceName)
{
    SIZE_T length = SymbolicLinkName->Length / sizeof(WCHAR);
    PCWSTR name = below_links(SymbolicLinkName->Buffer, length);

    irql_require_at_most(PASSIVE_LEVEL, "IoCreateSymbolicLink");
    if (name == NULL || length > LONGEST_NAME) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    length -= (SIZE_T)(name - SymbolicLinkName->Buffer);
    struct link *link = faults_strike_here() ? NULL : make_link(name, length, DeviceName);
    if (link == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    lock();
    struct link **end = find_link_locked(name, length);
    bool free_name = *end == NULL;
    if (free_name) {
        *end = link;
    }
    unlock();
    if (!free_name) {
        free_link(link);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    return STATUS_SUCCESS;
}

NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING SymbolicLinkName)
{
    SIZE_T length = SymbolicLinkName->Length / sizeof(WCHAR);
    PCWSTR name = below_links(SymbolicLinkName->Buffer, length);
    struct link *link = NULL;

    irql_require_at_most(PASSIVE_LEVEL, "IoDeleteSymbolicLink");
    if (name != NULL) {
        lock();
        struct link **place =
            find_link_locked(name, length - (SIZE_T)(name - SymbolicLinkName->Buffer));
        link = *place;
        if (link != NULL) {
            *place = link->next;
        }
        unlock();
    }
    if (link == NULL) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    free_link(link);
    return STATUS_SUCCESS;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static struct device *find_device_locked(PCWSTR path, SIZE_T *length)
{
    struct device *found = NULL;

    *length = 0;
    for (struct device *device = all.devices; device != NULL; device = device->next) {
        if (name_leads(&device->name, path) && device->name.length >= *length) {
            found = device;
            *length = device->name.length;
        }
    }
    return found;
}

/* Follows a link at most once: a link leads to a device here. */
static struct device *resolve_locked(PCWSTR path, PCWSTR *rest)
{
    PCWSTR name = below_links(path, wdk_wcslen(path));
    struct device *device;
    SIZE_T length;

    if (name == NULL) {
        device = find_device_locked(path, &length);
        *rest = path + length;
        return device;
    }
    for (struct link *link = all.links; link != NULL; link = link->next) {
        if (name_leads(&link->name, name)) {
            *rest = name + link->name.length;
            device = find_device_locked(link->target.text, &length);
            return device;
        }
    }
    return NULL;
}

NTSTATUS device_open(PCWSTR path, PDEVICE_OBJECT *object, PCWSTR *rest)
{
    NTSTATUS status = STATUS_SUCCESS;

    lock();
    struct device *device = resolve_locked(path, rest);
    if (device == NULL) {
        status = STATUS_OBJECT_NAME_NOT_FOUND;
    } else if ((device->object.Flags & DO_DEVICE_INITIALIZING) != 0) {
        status = STATUS_NO_SUCH_DEVICE;
    } else if (device->exclusive && device->object.ReferenceCount != 0) {
        status = STATUS_ACCESS_DENIED;
    } else {
        device->object.ReferenceCount++;
        (void)ObfReferenceObject(device);
        *object = &device->object;
    }
    unlock();
    return status;
}

void device_close(PDEVICE_OBJECT device)
{
    lock();
    device->ReferenceCount--;
    unlock();
}

/* ---- For the loader -------------------------------------------------------------------------- */

void device_end_initializing(PDRIVER_OBJECT driver)
{
    lock();
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL;
         device = device->NextDevice) {
        device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    }
    unlock();
}

ULONG device_count(PDRIVER_OBJECT driver)
{
    ULONG count = 0;

    lock();
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL;
         device = device->NextDevice) {
        count++;
    }
    unlock();
    return count;
}

ULONG device_handle_count(PDRIVER_OBJECT driver)
{
    ULONG count = 0;

    lock();
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL;
         device = device->NextDevice) {
        count += (ULONG)device->ReferenceCount;
    }
    unlock();
    return count;
}

ULONG device_link_count(PDRIVER_OBJECT driver)
{
    ULONG count = 0;

    lock();
    for (struct link *link = all.links; link != NULL; link = link->next) {
        count += link->owner == driver;
    }
    unlock();
    return count;
}

static struct link *take_link_of(PDRIVER_OBJECT driver)
{
    lock();
    struct link **place = &all.links;
    while (*place != NULL && (*place)->owner != driver) {
        place = &(*place)->next;
    }
    struct link *link = *place;
    if (link != NULL) {
        *place = link->next;
    }
    unlock();
    return link;
}

void device_delete_all(PDRIVER_OBJECT driver)
{
    while (driver->DeviceObject != NULL) {
        IoDeleteDevice(driver->DeviceObject);
    }
    for (struct link *link; (link = take_link_of(driver)) != NULL;) {
        free_link(link);
    }
}
