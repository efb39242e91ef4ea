/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Fresh entries for the reference designs: cut from chunks by a bump pointer, never given back
 * one by one. One thread at a time. All zero is a valid start: `chunks fresh{}` or thread-local
 * storage.
 *
 * Chunks are a little longer than a power of two, so that the entries of different chunks begin
 * at different offsets and do not compete for the same few cache sets; with 1 KiB entries that is
 * worth a factor of five, and a limit should have it. */
#pragma once

#include <cstddef>
#include <cstdlib>

class chunks {
public:
    void *cut(size_t size)
    {
        if (static_cast<size_t>(end_ - next_) < size) {
            grow(size);
        }
        void *entry = next_;
        next_ += size;
        return entry;
    }

    void release()
    {
        while (newest_ != nullptr) {
            chunk *older = newest_->older;
            std::free(newest_);
            newest_ = older;
        }
        next_ = end_ = nullptr;
    }

private:
    struct chunk {
        chunk *older;
    };

    void grow(size_t size)
    {
        constexpr size_t header = 64;
        size_t bytes = header + (size * 64 < 65536 - header ? 65536 - header : size * 64);
        auto *fresh = static_cast<chunk *>(aligned_alloc(64, (bytes + 63) / 64 * 64));
        if (fresh == nullptr) {
            abort();
        }
        fresh->older = newest_;
        newest_ = fresh;
        next_ = reinterpret_cast<char *>(fresh) + header;
        end_ = reinterpret_cast<char *>(fresh) + bytes;
    }

    chunk *newest_;
    char *next_;
    char *end_;
};
