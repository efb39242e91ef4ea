/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What does it cost on Windows to find the calling thread's table of magazines? The hit path of
 * hit_path.h, over four ways to find the table, and over none at all:
 *
 *     floor      a plain static variable: no thread has its own (what the other ways are held against)
 *     emulated   gcc's __thread on Windows: a call, and memory from malloc
 *     native     the loader's thread-local storage, as clang and MSVC compile it; gcc needs assembler
 *     slot       a slot of TlsAlloc read from the thread's block, where a new thread has NULL: the
 *                slot holds the table's distance from the common one
 *
 * Each is timed in two shapes: inline in a loop, where the compiler may find the place once, and
 * with every operation in a function of its own. Rounds of all ways alternate; the median and the
 * quartiles of each are printed, in ns for one allocation and its free.
 *
 * Build and run: bench/tls/run.sh */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define ROUNDS 41
#define PAIRS 4000000u

struct magazine {
    uint64_t word;
    void **entries;
    uint64_t capacity;
    void *account;
};

static struct magazine common_table[64];
static struct magazine own_table[64];

/* ---- The ways to find the table ---- */

static char *floor_table = (char *)own_table;

static inline char *floor_find(void)
{
    return *(char *volatile *)&floor_table;
}

static __thread char *emulated_table = (char *)common_table;

static inline char *emulated_find(void)
{
    return emulated_table;
}

static char *native_table __attribute__((section(".tls$"), used)) = (char *)common_table;

/* As LOOKASIDE_OWN in platform.h. */
static inline char **native_place(void)
{
    char **place;
    uint64_t scratch;

    __asm__("mov _tls_index(%%rip), %k1\n\t"
            "mov %%gs:0x58, %0\n\t"
            "mov (%0,%1,8), %0\n\t"
            "lea native_table@SECREL32(%0), %0"
            : "=&r"(place), "=&r"(scratch));
    return place;
}

static inline char *native_find(void)
{
    return *native_place();
}

static uint64_t slot_offset; /* of the slot in the thread's block */

static inline char *slot_find(void)
{
    char *distance;
    __asm__ volatile("movq %%gs:(%1), %0" : "=r"(distance) : "r"(slot_offset));
    return (char *)common_table + (uintptr_t)distance;
}

static void set_tables(void)
{
    DWORD slot = TlsAlloc();

    if (slot >= 64) {
        fprintf(stderr, "the slot is not one of the first 64\n");
        exit(1);
    }
    slot_offset = 0x1480 + 8 * (uint64_t)slot;
    TlsSetValue(slot, (void *)((char *)own_table - (char *)common_table));
    emulated_table = (char *)own_table;
    *native_place() = (char *)own_table;
}

/* ---- The hit path over each ---- */

__attribute__((noinline)) void *slow(void)
{
    fprintf(stderr, "the magazine was not found\n");
    exit(1);
}

static inline void *take(char *table, size_t offset)
{
    char *address = table + offset;
    __asm__("" : "+r"(address));
    struct magazine *magazine = (struct magazine *)(void *)address;
    uint64_t word = __atomic_load_n(&magazine->word, __ATOMIC_RELAXED);
    uint64_t depth = word & 0xffff;
    if (__builtin_expect(depth == 0, 0)) {
        return slow();
    }
    void *entry = magazine->entries[depth - 1];
    __atomic_store_n(&magazine->word, word + 0xffff, __ATOMIC_RELEASE);
    return entry;
}

static inline void give(char *table, size_t offset, void *entry)
{
    char *address = table + offset;
    __asm__("" : "+r"(address));
    struct magazine *magazine = (struct magazine *)(void *)address;
    uint64_t word = __atomic_load_n(&magazine->word, __ATOMIC_RELAXED);
    uint64_t depth = word & 0xffff;
    uint64_t capacity = __atomic_load_n(&magazine->capacity, __ATOMIC_RELAXED);
    if (__builtin_expect(depth >= capacity, 0)) {
        slow();
        return;
    }
    magazine->entries[depth] = entry;
    __atomic_store_n(&magazine->word, word + 1, __ATOMIC_RELEASE);
}

static volatile size_t list_offset = 2 * sizeof(struct magazine);

#define WAY(way)                                                                                   \
    static void way##_inline(void)                                                                 \
    {                                                                                              \
        for (unsigned i = 0; i < PAIRS; i++) {                                                     \
            void *entry = take(way##_find(), list_offset);                                         \
            __asm__ volatile("" : "+r"(entry) : : "memory");                                       \
            give(way##_find(), list_offset, entry);                                                \
        }                                                                                          \
    }                                                                                              \
    __attribute__((noinline)) void *way##_take(size_t offset)                                      \
    {                                                                                              \
        return take(way##_find(), offset);                                                         \
    }                                                                                              \
    __attribute__((noinline)) void way##_give(size_t offset, void *entry)                          \
    {                                                                                              \
        give(way##_find(), offset, entry);                                                         \
    }                                                                                              \
    static void way##_called(void)                                                                 \
    {                                                                                              \
        for (unsigned i = 0; i < PAIRS; i++) {                                                     \
            void *entry = way##_take(list_offset);                                                 \
            __asm__ volatile("" : "+r"(entry) : : "memory");                                       \
            way##_give(list_offset, entry);                                                        \
        }                                                                                          \
    }

WAY(floor)
WAY(emulated)
WAY(native)
WAY(slot)

/* ---- The measurement ---- */

static const struct {
    const char *name;
    void (*run)(void);
} ways[] = {
    {"floor     inline", floor_inline},  {"emulated  inline", emulated_inline},
    {"native    inline", native_inline}, {"slot      inline", slot_inline},
    {"floor     called", floor_called},  {"emulated  called", emulated_called},
    {"native    called", native_called}, {"slot      called", slot_called},
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static double time_once(void (*run)(void))
{
    LARGE_INTEGER start;
    LARGE_INTEGER end;
    LARGE_INTEGER frequency;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&start);
    run();
    QueryPerformanceCounter(&end);
    return (double)(end.QuadPart - start.QuadPart) * 1e9 / (double)frequency.QuadPart / PAIRS;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return a < b ? -1 : a > b;
}

int main(void)
{
    static double figures[WAYS][ROUNDS];
    static void *entries[64];
    struct magazine *magazine = &own_table[2];

    set_tables();
    *magazine = (struct magazine){.word = 32, .entries = entries, .capacity = 64};
    for (int round = 0; round < ROUNDS; round++) {
        for (int way = 0; way < WAYS; way++) {
            figures[way][round] = time_once(ways[way].run);
        }
    }
    printf("%-20s %8s %8s %8s\n", "ns a pair", "quarter", "median", "quarter");
    for (int way = 0; way < WAYS; way++) {
        qsort(figures[way], ROUNDS, sizeof(double), by_value);
        printf("%-20s %8.2f %8.2f %8.2f\n", ways[way].name, figures[way][ROUNDS / 4],
               figures[way][ROUNDS / 2], figures[way][ROUNDS * 3 / 4]);
    }
    return 0;
}
