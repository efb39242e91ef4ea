/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One thread makes 20000 messages of 64 bytes, another frees them; both also have notes of 32 bytes
 * of their own, 20000 each. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT 20000
#define RING 64

struct message {
    long number;
    char bytes[56];
};

static _Atomic(struct message *) ring[RING];

static __attribute__((noinline)) struct message *make_message(long number)
{
    struct message *message = malloc(sizeof(*message));

    message->number = number;
    return message;
}

static __attribute__((noinline)) char *make_note(void)
{
    char *note = malloc(32);

    note[0] = 1;
    return note;
}

static void *produce(void *unused)
{
    (void)unused;
    for (long i = 0; i < COUNT; i++) {
        while (atomic_load(&ring[i % RING]) != NULL) {
            sched_yield();
        }
        atomic_store(&ring[i % RING], make_message(i));
        free(make_note());
    }
    return NULL;
}

static void *consume(void *sum)
{
    for (long i = 0; i < COUNT; i++) {
        struct message *message;
        while ((message = atomic_exchange(&ring[i % RING], NULL)) == NULL) {
            sched_yield();
        }
        *(long *)sum += message->number;
        free(message);
        free(make_note());
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[2];
    long sum = 0;

    pthread_create(&threads[0], NULL, produce, NULL);
    pthread_create(&threads[1], NULL, consume, &sum);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    printf("%ld\n", sum);
    return 0;
}
