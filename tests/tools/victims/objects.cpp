// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// C++ objects: 5000 shapes with new, 5000 entries of a std::map, a new that throws.
#include <cstdint>
#include <cstdio>
#include <map>
#include <new>

namespace house {

struct shape {
    double corners[9];
};

__attribute__((noinline)) shape *make_shape()
{
    return new shape();
}

} // namespace house

static __attribute__((noinline)) void fill(std::map<int, int> &map)
{
    for (int i = 0; i < 5000; i++) {
        map[i] = i;
    }
}

int main()
{
    std::map<int, int> map;
    volatile std::size_t too_much = SIZE_MAX / 4;

    for (int i = 0; i < 5000; i++) {
        delete house::make_shape();
    }
    fill(map);
    try {
        char *never = new char[too_much];
        std::printf("%p?\n", static_cast<void *>(never));
        return 1;
    } catch (const std::bad_alloc &) {
        std::printf("caught, %zu in the map\n", map.size());
    }
    return 0;
}
