/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A queue of pointers between threads, bounded, behind one mutex: it hands entries over with the
 * ordering that programs have, and nothing more. */
#ifndef LOOKASIDE_TESTS_QUEUE_H
#define LOOKASIDE_TESTS_QUEUE_H

#include <pthread.h>
#include <stddef.h>

enum { QUEUE_ROOM = 256 };

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t head;
    size_t count;
    void *items[QUEUE_ROOM];
};

#define QUEUE_INIT                                                                                 \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0,                                 \
        {                                                                                          \
            NULL                                                                                   \
        }                                                                                          \
    }

static inline void queue_put(struct queue *queue, void *item)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == QUEUE_ROOM) {
        pthread_cond_wait(&queue->changed, &queue->mutex);
    }
    queue->items[(queue->head + queue->count++) % QUEUE_ROOM] = item;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->mutex);
}

static inline void *queue_take(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0) {
        pthread_cond_wait(&queue->changed, &queue->mutex);
    }
    void *item = queue->items[queue->head];
    queue->head = (queue->head + 1) % QUEUE_ROOM;
    queue->count--;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->mutex);
    return item;
}

#endif
