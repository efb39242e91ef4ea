/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* All forms of operator new and delete, over malloc. The plain ones cannot fail in a test. */
#include "counting_new.hpp"

#include <cstdint>
#include <cstdlib>
#include <new>
#include <thread>

std::atomic<std::size_t> counting_new::calls{0};
std::atomic<bool> counting_new::refusing{false};
std::atomic<int> counting_new::to_meet{0};

namespace {

void *give(std::size_t size, std::size_t alignment) noexcept
{
    /* Room to align by hand, and for the address that malloc gave. */
    void *block = std::malloc(size + alignment + sizeof(void *));
    if (block == nullptr) {
        std::abort();
    }
    counting_new::calls++;
    auto address = reinterpret_cast<std::uintptr_t>(block) + sizeof(void *);
    auto *aligned = reinterpret_cast<void **>((address + alignment - 1) & ~(alignment - 1));
    aligned[-1] = block;
    return aligned;
}

void meet() noexcept
{
    if (counting_new::to_meet > 0) {
        counting_new::to_meet--;
        while (counting_new::to_meet > 0) {
            std::this_thread::yield();
        }
    }
}

void take(void *memory) noexcept
{
    if (memory != nullptr) {
        std::free(static_cast<void **>(memory)[-1]);
    }
}

constexpr std::size_t plain = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

} // namespace

void *operator new(std::size_t size)
{
    return give(size, plain);
}

void *operator new(std::size_t size, std::align_val_t alignment)
{
    return give(size, static_cast<std::size_t>(alignment));
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    meet();
    return counting_new::refusing ? nullptr : give(size, plain);
}

void *operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t &) noexcept
{
    meet();
    return counting_new::refusing ? nullptr : give(size, static_cast<std::size_t>(alignment));
}

void operator delete(void *memory) noexcept
{
    take(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    take(memory);
}

void operator delete(void *memory, std::align_val_t) noexcept
{
    take(memory);
}

void operator delete(void *memory, std::size_t, std::align_val_t) noexcept
{
    take(memory);
}
