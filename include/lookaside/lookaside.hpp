/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The C++ face: lists of entries, of objects, and for containers. C++17, header only; links with
 * the C library alone.
 *
 *     lookaside::list             entries of one size; the C list, with a destructor
 *     lookaside::object_list<T>   objects of one type, each behind a unique_ptr
 *     lookaside::allocator<T>     for the standard containers
 *     lookaside::memory_resource  for std::pmr, where the standard library has it
 *
 * Exceptions are used where they are on, and needed nowhere: what throws has a form beside it that
 * returns a status or NULL, and those are all there is with -fno-exceptions. Code compiled with and
 * code compiled without may be linked together and pass the same lists around.
 *
 * In a driver there are list and object_list. Nobody runs the constructors and destructors of its
 * globals there: DriverEntry builds a list in nonpaged memory, by placement new for instance, and
 * unload ends it. */
#ifndef LOOKASIDE_LOOKASIDE_HPP
#define LOOKASIDE_LOOKASIDE_HPP

#include <lookaside/list.hpp>
#include <lookaside/object_list.hpp>

#if !LOOKASIDE_IN_DRIVER
#include <lookaside/allocator.hpp>
#include <lookaside/memory_resource.hpp>
#endif

#endif
