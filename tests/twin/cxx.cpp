/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The twin in C++, beside the C++ library: a driver's class with a list, and a raise that a test
 * catches. */
#include <ntddk.h>

#include <wdk/twin.h>

#include <cstdio>
#include <memory>
#include <vector>

namespace {

class Contexts {
public:
    Contexts()
    {
        status_ =
            ExInitializeLookasideListEx(&list_, nullptr, nullptr, NonPagedPoolNx,
                                        EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, 64, 'Test', 0);
    }
    ~Contexts() { ExDeleteLookasideListEx(&list_); }
    Contexts(const Contexts &) = delete;
    Contexts &operator=(const Contexts &) = delete;

    NTSTATUS status() const { return status_; }
    PVOID allocate() { return ExAllocateFromLookasideListEx(&list_); }
    void free(PVOID entry) { ExFreeToLookasideListEx(&list_, entry); }
    ULONG misses() const { return list_.L.AllocateMisses; }

private:
    LOOKASIDE_LIST_EX list_;
    NTSTATUS status_;
};

void allocates(void *contexts)
{
    wdk_fail_allocation(1);
    static_cast<Contexts *>(contexts)->allocate();
}

bool check(bool condition, const char *sentence)
{
    if (!condition) {
        std::printf("not so: %s\n", sentence);
    }
    return condition;
}

} // namespace

int main()
{
    auto contexts = std::make_unique<Contexts>();
    std::vector<PVOID> entries(6);
    bool fine = check(NT_SUCCESS(contexts->status()), "the list is initialised");

    for (auto &entry : entries) {
        entry = contexts->allocate();
    }
    wdk_fault_everyone(TRUE);
    fine &= check(wdk_catch(allocates, contexts.get()) == STATUS_INSUFFICIENT_RESOURCES,
                  "the raise reaches the test");
    fine &= check(contexts->misses() == 7, "each allocation missed");
    for (auto *entry : entries) {
        contexts->free(entry);
    }
    contexts.reset();
    fine &= check(wdk_pool_blocks('Test') == 0, "everything went back");
    return fine ? 0 : 1;
}
