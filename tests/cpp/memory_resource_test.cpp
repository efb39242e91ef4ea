/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::memory_resource, where the standard library has std::pmr. */
#include "cpp_test.hpp"

#if LOOKASIDE_HAS_MEMORY_RESOURCE

#include <array>
#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

/* new_delete_resource that remembers what it was asked for. */
class upstream_of_test : public std::pmr::memory_resource {
public:
    std::size_t out = 0; /* blocks */
    std::size_t bytes = 0;
    std::size_t alignment = 0;

private:
    void *do_allocate(std::size_t size, std::size_t align) override
    {
        out++;
        bytes = size;
        alignment = align;
        return std::pmr::new_delete_resource()->allocate(size, align);
    }

    void do_deallocate(void *block, std::size_t size, std::size_t align) override
    {
        out--;
        std::pmr::new_delete_resource()->deallocate(block, size, align);
    }

    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override
    {
        return this == &other;
    }
};

std::size_t rounded_up(std::size_t size, std::size_t multiple)
{
    return (size + multiple - 1) / multiple * multiple;
}

} // namespace

TEST_SUITE_BEGIN("memory_resource");

TEST_CASE("every size and alignment has a list whose entries are no larger than they must be")
{
    upstream_of_test upstream;
    lookaside::memory_resource memory(&upstream);
    for (std::size_t alignment = 1; alignment <= 64; alignment *= 2) {
        for (std::size_t size = 1; size <= 1024; size++) {
            void *block = memory.allocate(size, alignment);
            REQUIRE(is_aligned(block, alignment));
            lookaside::list *home = memory.list_of(size, alignment);
            REQUIRE(home != nullptr);
            lookaside_statistics s = home->query();
            REQUIRE(s.size == rounded_up(size, alignment < 8 ? 8 : alignment));
            REQUIRE(s.live_bytes == s.size);
            REQUIRE(s.alignment >= alignment);
            memory.deallocate(block, size, alignment);
        }
    }
    CHECK(upstream.out == 0);
    CHECK(upstream.bytes == 0);
}

TEST_CASE("every block of a list is aligned, not only the first")
{
    lookaside::memory_resource memory;
    for (int i = 0; i < 1000; i++) {
        REQUIRE(is_aligned(memory.allocate(24, 8), 8));
        REQUIRE(is_aligned(memory.allocate(40, 16), 16));
        REQUIRE(is_aligned(memory.allocate(96, 32), 32));
        REQUIRE(is_aligned(memory.allocate(64, 64), 64));
    }
}

TEST_CASE("what is larger or more aligned comes from upstream, as it was asked for")
{
    upstream_of_test upstream;
    lookaside::memory_resource memory(&upstream);
    const std::size_t asked[][2] = {{1025, 8}, {64, 128}, {8, 4096}, {1 << 20, 1}};
    for (auto [size, alignment] : asked) {
        void *block = memory.allocate(size, alignment);
        CHECK(upstream.out == 1);
        CHECK(upstream.bytes == size);
        CHECK(upstream.alignment == alignment);
        CHECK(is_aligned(block, alignment));
        CHECK(memory.list_of(size, alignment) == nullptr);
        memory.deallocate(block, size, alignment);
        CHECK(upstream.out == 0);
    }
    CHECK(memory.query().total_allocates == 0);
    CHECK(memory.upstream_resource() == &upstream);
    CHECK(lookaside::memory_resource().upstream_resource() == std::pmr::get_default_resource());
}

TEST_CASE("nothing at all is a block, too")
{
    lookaside::memory_resource memory;
    void *nothing = memory.allocate(0);
    CHECK(nothing != nullptr);
    CHECK(memory.query().live_entries == 1);
    memory.deallocate(nothing, 0);
    CHECK(memory.query().live_entries == 0);
}

TEST_CASE("the lists have the options' name, tag, pool type, depth and cache")
{
    char name[] = "passing name";
    lookaside::options wanted;
    wanted.name = name;
    wanted.tag = lookaside::tag("Pmr1");
    wanted.pool_type = LOOKASIDE_NONPAGED;
    wanted.maximum_depth = 77;
    wanted.cache = LOOKASIDE_CACHE_NONE;
    wanted.alignment = 4096;            /* the lists choose their own ... */
    wanted.allocate = backing_allocate; /* ... and have slabs */
    lookaside::memory_resource memory(wanted);
    name[0] = '?';
    memory.deallocate(memory.allocate(24, 8), 24, 8);
    lookaside_statistics s = memory.list_of(24, 8)->query();
    CHECK(std::string(s.name) == "passing name");
    CHECK(s.tag == lookaside::tag("Pmr1"));
    CHECK(s.type == LOOKASIDE_NONPAGED);
    CHECK(s.maximum_depth == 77);
    CHECK(s.cache == LOOKASIDE_CACHE_NONE);
    CHECK(s.alignment < 4096);
}

TEST_CASE("the query adds up what the lists say")
{
    lookaside::memory_resource memory;
    std::pmr::list<int> small(100, 0, &memory);
    std::pmr::list<std::array<char, 200>> large(10, std::array<char, 200>(), &memory);
    lookaside_statistics s = memory.query();
    CHECK(s.live_entries == 110);
    CHECK(s.live_bytes == 100 * 24 + 10 * 216);
    CHECK(s.mapped_bytes ==
          s.live_bytes + s.magazine_bytes + s.depot_bytes + s.slab_free_bytes + s.metadata_bytes);
    CHECK(s.mapped_bytes > s.live_bytes);
    small.clear();
    large.clear();
    s = memory.query();
    CHECK(s.live_entries == 0);
    CHECK(s.total_frees == 110);
    CHECK(s.current_depth + s.free_misses == s.allocate_misses);
}

TEST_CASE("release gives all blocks back, and the resource can be used again")
{
    lookaside::memory_resource memory;
    for (int i = 0; i < 10000; i++) {
        (void)memory.allocate(100);
    }
    CHECK(memory.query().live_entries == 10000);
    memory.release();
    CHECK(memory.query().mapped_bytes == 0);
    CHECK(memory.list_of(100, 8) == nullptr);
    CHECK(memory.allocate(100) != nullptr);
    CHECK(memory.query().live_entries == 1);
}

TEST_CASE("a resource that ends gives all blocks back")
{
    std::size_t before = mapped_bytes();
    for (int i = 0; i < 20; i++) {
        lookaside::memory_resource memory;
        for (int j = 0; j < 10000; j++) {
            (void)memory.allocate(1000);
        }
    }
    CHECK(mapped_bytes() < before + 20 * 10000 * 1000 / 2);
}

TEST_CASE("a resource is equal to itself alone")
{
    lookaside::memory_resource one;
    lookaside::memory_resource other;
    CHECK(one == one);
    CHECK(one != other);
}

TEST_CASE("containers of std::pmr work")
{
    lookaside::memory_resource memory;
    std::pmr::map<int, std::pmr::string> map(&memory);
    std::pmr::set<int> set(&memory);
    std::pmr::vector<int> vector(&memory);
    for (int i = 0; i < 1000; i++) {
        map[i] = std::pmr::string("a text that is longer than a string keeps in itself");
        set.insert(i);
        vector.push_back(i);
    }
    CHECK(map[999].get_allocator().resource() == &memory);
    CHECK(vector[999] == 999);
    /* Nodes of both containers, and the texts. */
    CHECK(memory.query().live_entries >= 3000);
}

TEST_SUITE_END();

#endif
