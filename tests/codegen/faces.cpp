/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a user's compiler makes of the C++ face, for count_instructions.py. */

#include <lookaside/lookaside.hpp>

namespace {

/* Constructed and destroyed by no instruction at all. */
struct context {
    context() {}
    long words[8];
};

/* Whatever a program does with it. */
void use(void *memory)
{
    __asm__ volatile("" : : "r"(memory) : "memory");
}

} // namespace

extern "C" {

void entry_pair(lookaside_list *list);
void object_pair(lookaside::object_list<context> *list);
void *node_alloc();
void node_free(void *node);

void entry_pair(lookaside_list *list)
{
    void *entry = lookaside_alloc(list);
    use(entry);
    lookaside_free(list, entry);
}

void object_pair(lookaside::object_list<context> *list)
{
    auto object = list->make();
    use(object.get());
}

void *node_alloc()
{
    return lookaside::allocator<context>().allocate(1);
}

void node_free(void *node)
{
    lookaside::allocator<context>().deallocate(static_cast<context *>(node), 1);
}
}

int main()
{
    lookaside::object_list<context> list(lookaside::options{});
    object_pair(&list);
    entry_pair(list.handle());
    node_free(node_alloc());
}
