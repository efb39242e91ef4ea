/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

#include "library.hpp"

void fill(numbers &list)
{
    list.assign(1000, 1);
}

void empty(numbers &list)
{
    list.clear();
}

void make_a_list_of_size_zero()
{
    lookaside::list impossible(0);
}
