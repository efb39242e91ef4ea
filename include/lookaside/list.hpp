/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::list: a C list that ends with its scope.
 *
 *     lookaside::options wanted;
 *     wanted.tag = lookaside::tag("Sess");
 *     wanted.name = "sessions";
 *     lookaside::list sessions(sizeof(session), wanted);
 *     void *entry = sessions.alloc();
 *     sessions.free(entry);
 *
 * or in C++20, lookaside::list sessions(sizeof(session), {.tag = lookaside::tag("Sess")}).
 *
 * Every member is one call of lookaside.h, where its promise, its threads and its IRQL stand; here
 * stands what C++ adds. The list is its own storage, so it is neither copied nor moved. Nothing that
 * gives entries back throws: no callback but allocate may. */
#ifndef LOOKASIDE_LIST_HPP
#define LOOKASIDE_LIST_HPP

#include <lookaside/failure.hpp>
#include <lookaside/lookaside.h>

#include <cstddef>
#include <cstdint>

namespace lookaside {

/* A tag from its four characters. */
constexpr std::uint32_t tag(const char (&text)[5]) noexcept
{
    return LOOKASIDE_TAG(text[0], text[1], text[2], text[3]);
}

/* How a list differs from the default; lookaside_options tells what each member means. The pool
 * type is that of most lists: paged, in a driver nonpaged and not executable. */
struct options {
    std::uint32_t tag = LOOKASIDE_DEFAULT_TAG;
    const char *name = "";
    lookaside_pool_type pool_type = LOOKASIDE_IN_DRIVER ? LOOKASIDE_NONPAGED_NX : LOOKASIDE_PAGED;
    std::uint32_t flags = 0;
    std::uint32_t maximum_depth = LOOKASIDE_DEFAULT_MAXIMUM_DEPTH;
    lookaside_cache cache = LOOKASIDE_CACHE_THREAD;
    std::size_t alignment = LOOKASIDE_DEFAULT_ALIGNMENT;
    lookaside_allocate_callback *allocate = nullptr;
    lookaside_free_callback *free = nullptr;
    lookaside_construct_callback *construct = nullptr;
    lookaside_destruct_callback *destruct = nullptr;
    void *context = nullptr;
};

class list {
public:
    /* A list that is not yet initialised. */
    list() noexcept = default;

    /* An initialised list. Throws error with what is wrong, bad_alloc when there is no memory. */
    template <typename Failure = detail::failure>
    explicit list(std::size_t size, const options &wanted = {})
    {
        static_assert(Failure::throws, "without exceptions, use list() and init()");
        lookaside_status status = init(size, wanted);
        if (status != LOOKASIDE_OK) {
            Failure::refuse(status);
        }
    }

    list(const list &) = delete;
    list &operator=(const list &) = delete;

    /* Destroys the list. While entries are out: bugcheck DESTROYED_IN_USE with their number, in a
     * driver only with LOOKASIDE_COUNT_OUTSTANDING. A handler that returns from it may have freed
     * them; otherwise they are abandoned; where they cannot be, the bugcheck comes again without the
     * handler, because the list's storage is about to end. */
    ~list()
    {
        if (destroy() == LOOKASIDE_IN_USE) {
            end_in_use();
        }
    }

    /* ---- Life: as in C, a list may be destroyed and initialised again ------------------------- */

    [[nodiscard]] lookaside_status init(std::size_t size, const options &wanted = {}) noexcept
    {
        lookaside_options all = LOOKASIDE_OPTIONS_INIT;
        all.tag = wanted.tag;
        all.flags = wanted.flags;
        all.maximum_depth = wanted.maximum_depth;
        all.cache = wanted.cache;
        all.alignment = wanted.alignment;
        all.name = wanted.name;
        all.allocate = wanted.allocate;
        all.free = wanted.free;
        all.construct = wanted.construct;
        all.destruct = wanted.destruct;
        all.context = wanted.context;
        return lookaside_init(&list_, size, wanted.pool_type, &all);
    }

    lookaside_status destroy() noexcept { return lookaside_destroy(&list_); }
    lookaside_status abandon() noexcept { return lookaside_abandon(&list_); }

    /* ---- Entries ------------------------------------------------------------------------------ */

    /* Throws bad_alloc with the reason when there is no entry. */
    template <typename Failure = detail::failure> [[nodiscard]] void *alloc()
    {
        static_assert(Failure::throws, "without exceptions, use try_alloc()");
        void *entry = lookaside_alloc(&list_);
        if (LOOKASIDE_UNLIKELY(entry == nullptr)) {
            Failure::no_entry(&list_);
        }
        return entry;
    }

    /* NULL when there is no entry. Throws only what the list's allocate callback, or the raise
     * handler, throws. */
    [[nodiscard]] void *try_alloc() { return lookaside_alloc(&list_); }

    void free(void *entry) noexcept { lookaside_free(&list_, entry); }

    /* How many entries were taken; throws as try_alloc. */
    [[nodiscard]] std::size_t alloc_bulk(void **entries, std::size_t count)
    {
        return lookaside_alloc_bulk(&list_, entries, count);
    }

    void free_bulk(void *const *entries, std::size_t count) noexcept
    {
        lookaside_free_bulk(&list_, entries, count);
    }

    /* ---- Memory ------------------------------------------------------------------------------- */

    lookaside_status flush() noexcept { return lookaside_flush(&list_); }

    /* How many bytes went back; 0 for a list that is not initialised. */
    std::size_t trim(std::size_t keep = 0) noexcept
    {
        std::size_t released = 0;
        (void)lookaside_trim(&list_, keep, &released);
        return released;
    }

    /* Throws as try_alloc. */
    [[nodiscard]] lookaside_status reserve(std::size_t count)
    {
        return lookaside_reserve(&list_, count);
    }

    /* ---- Looking inside ----------------------------------------------------------------------- */

    /* All zero for a list that is not initialised. */
    [[nodiscard]] lookaside_statistics query() const noexcept
    {
        lookaside_statistics statistics{};
        (void)lookaside_query(&list_, &statistics);
        return statistics;
    }

    /* Calls write(text, length) for each piece of the report; it must not throw. */
    template <typename Write> lookaside_status report(Write &&write) const noexcept
    {
        auto piece = [&write](const char *text, std::size_t length) { write(text, length); };
        return lookaside_report(
            &list_,
            [](void *context, const char *text, std::size_t length) noexcept {
                (*static_cast<decltype(piece) *>(context))(text, length);
            },
            &piece);
    }

    /* For the calls of lookaside.h. */
    [[nodiscard]] lookaside_list *handle() const noexcept { return &list_; }

private:
    LOOKASIDE_COLD void end_in_use() noexcept
    {
        lookaside_bugcheck(LOOKASIDE_BUGCHECK_DESTROYED_IN_USE, &list_, nullptr);
        if (destroy() == LOOKASIDE_IN_USE && abandon() != LOOKASIDE_OK) {
            lookaside_set_bugcheck_handler(nullptr, nullptr);
            lookaside_bugcheck(LOOKASIDE_BUGCHECK_DESTROYED_IN_USE, &list_, nullptr);
        }
    }

    mutable lookaside_list list_ = LOOKASIDE_LIST_INIT; /* its state changes behind const queries */
};

} // namespace lookaside

#endif
