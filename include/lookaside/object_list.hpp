/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::object_list<T>: objects of one type, built in entries of one list.
 *
 *     lookaside::object_list<session> sessions(lookaside::options{});
 *     auto session = sessions.make("10.0.0.1");        a unique_ptr; its end is the object's
 *
 * The unique_ptr is two pointers: the object, and in its deleter the list. So the list may not move
 * and must outlive its objects; that it does is checked when it ends, by the count of entries that
 * every list keeps. In a driver the count costs one interlocked instruction a call. */
#ifndef LOOKASIDE_OBJECT_LIST_HPP
#define LOOKASIDE_OBJECT_LIST_HPP

#include <lookaside/failure.hpp>
#include <lookaside/list.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace lookaside {

template <typename T> class object_list : private list {
    static_assert(std::is_object_v<T> && !std::is_array_v<T> &&
                      std::is_same_v<T, std::remove_cv_t<T>>,
                  "an object_list holds objects of one type that can be built in place");

public:
    /* Ends an object and gives its entry back to the list it came from. */
    class deleter {
    public:
        deleter() noexcept = default; /* of no list: for an empty unique_ptr */
        explicit deleter(object_list &home) noexcept : home_(&home) {}

        void operator()(T *object) const noexcept
        {
            object->~T();
            home_->list::free(object);
        }

    private:
        object_list *home_ = nullptr;
    };

    using unique_ptr = std::unique_ptr<T, deleter>;

    /* A list that is not yet initialised. */
    object_list() noexcept = default;

    /* An initialised list. Throws error with what is wrong, bad_alloc when there is no memory. */
    template <typename Failure = detail::failure> explicit object_list(const options &wanted)
    {
        static_assert(Failure::throws, "without exceptions, use object_list() and init()");
        lookaside_status status = init(wanted);
        if (status != LOOKASIDE_OK) {
            Failure::refuse(status);
        }
    }

    /* As lookaside_init. Entries are aligned as T; in a driver, where the pool aligns to 16 bytes, a
     * T that wants more is LOOKASIDE_NOT_SUPPORTED without an allocate callback. */
    [[nodiscard]] lookaside_status init(const options &wanted = {}) noexcept
    {
        options all = wanted;
        all.flags |= LOOKASIDE_COUNT_OUTSTANDING;
        if (all.alignment < alignof(T)) {
            all.alignment = alignof(T);
        }
        return list::init(sizeof(T), all);
    }

    /* ---- Objects: any thread may make one, and any thread end it ------------------------------- */

    /* A new T from the arguments, in parentheses, or in braces where T has no constructor for them.
     * Throws bad_alloc when there is no entry, and what the constructor throws, once the entry is
     * back in the list. */
    template <typename... Args, typename Failure = detail::failure>
    [[nodiscard]] unique_ptr make(Args &&...args)
    {
        static_assert(Failure::throws, "without exceptions, use try_make()");
        void *entry = list::alloc<Failure>();
        return construct<Failure>(entry, std::forward<Args>(args)...);
    }

    /* The same, but an empty unique_ptr when there is no entry. Throws what the constructor throws,
     * and as list::try_alloc, nothing else. */
    template <typename... Args, typename Failure = detail::failure>
    [[nodiscard]] unique_ptr try_make(Args &&...args)
    {
        void *entry = list::try_alloc();
        if (LOOKASIDE_UNLIKELY(entry == nullptr)) {
            return unique_ptr();
        }
        return construct<Failure>(entry, std::forward<Args>(args)...);
    }

    /* Takes an object back that a unique_ptr of this list had released. */
    [[nodiscard]] unique_ptr adopt(T *object) noexcept
    {
        return unique_ptr(object, deleter(*this));
    }

    /* ---- As in list ----------------------------------------------------------------------------
     * destroy() is LOOKASIDE_IN_USE while objects are alive; abandon() ends none of them. */

    using list::abandon;
    using list::destroy;
    using list::flush;
    using list::handle;
    using list::query;
    using list::report;
    using list::reserve;
    using list::trim;

private:
    /* Gives an entry back in which no object came to life. */
    class unused_entry {
    public:
        unused_entry(list &home, void *entry) noexcept : home_(home), entry_(entry) {}
        unused_entry(const unused_entry &) = delete;
        unused_entry &operator=(const unused_entry &) = delete;
        ~unused_entry()
        {
            if (entry_ != nullptr) {
                home_.free(entry_);
            }
        }
        void is_used() noexcept { entry_ = nullptr; }

    private:
        list &home_;
        void *entry_;
    };

    template <typename Failure, typename... Args> unique_ptr construct(void *entry, Args &&...args)
    {
        static_assert(sizeof(unique_ptr) == 2 * sizeof(void *), "the object and its list");
        static_assert(std::is_nothrow_destructible_v<T>, "the end of an object cannot throw");
        unused_entry guard(*this, entry);
        T *object;
        if constexpr (std::is_constructible_v<T, Args...>) {
            object = ::new (entry) T(std::forward<Args>(args)...);
        } else {
            object = ::new (entry) T{std::forward<Args>(args)...};
        }
        guard.is_used();
        return unique_ptr(object, deleter(*this));
    }
};

} // namespace lookaside

#endif
