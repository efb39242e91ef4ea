/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Objects that are made in Rust, in the way that RUST_WAY names: rust/src/lib.rs has the other side
 * of these functions. */
#pragma once

#include "../peer.hpp"

extern "C" {
struct bench_rust_objects;
bench_rust_objects *bench_rust_open(const char *way, size_t count);
size_t bench_rust_pairs(bench_rust_objects *);
size_t bench_rust_replacements(bench_rust_objects *);
uint64_t bench_rust_mismatches(const bench_rust_objects *);
void bench_rust_close(bench_rust_objects *);
}

struct peer : bench::peer_defaults {
    class objects {
    public:
        explicit objects(size_t count) : objects_(bench_rust_open(RUST_WAY, count))
        {
            if (objects_ == nullptr) {
                bench::fail("rust/src/lib.rs knows no such way to make objects");
            }
        }
        ~objects() { bench_rust_close(objects_); }
        objects(const objects &) = delete;
        objects &operator=(const objects &) = delete;

        size_t pairs() { return bench_rust_pairs(objects_); }
        size_t replacements() { return bench_rust_replacements(objects_); }
        uint64_t mismatches() const { return bench_rust_mismatches(objects_); }

    private:
        bench_rust_objects *objects_;
    };
};
