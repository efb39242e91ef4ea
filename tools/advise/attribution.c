/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* malloc's caller is often a wrapper: operator new, strdup, a program's own xmalloc. To advise a
 * list there is of no use, because it asks for all sizes; the place to change is above it. The
 * recorder keeps a few return addresses, and this chooses among them, from the innermost:
 *
 *   1. a frame in the C or C++ library is passed over;
 *   2. a function whose name speaks of allocating is passed over, unless it always asks for one size;
 *   3. a frame that nearly always asks for one size is the call site;
 *   4. otherwise, when the frame above nearly always asks for one size, that one is the call site; for
 *      a function without a name, which may be the first of several wrappers, any frame above;
 *   5. otherwise it is this one.
 *
 * "One size" is judged for each location over all processes, in size classes, with the largest
 * counters of a Misra-Gries summary: it never overstates a share. */
#include "attribution.h"

#include "../tool.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNTERS 8
#define NEARLY_ALWAYS 0.9
#define ALWAYS 1.0

/* The most frequent size classes of a location. */
struct size_mix {
    uint64_t total;
    struct {
        uint32_t class;
        uint64_t count;
    } most[COUNTERS];
};

struct attribution {
    size_t images;
    struct location ***chosen; /* for each image, for each site */
    struct location *unknown;
    struct size_mix *mixes; /* by location id, while choosing */
    size_t mix_count;
};

static void mix_add(struct size_mix *mix, uint32_t class, uint64_t count)
{
    size_t least = 0;

    mix->total += count;
    for (size_t i = 0; i < COUNTERS; i++) {
        if (mix->most[i].count > 0 && mix->most[i].class == class) {
            mix->most[i].count += count;
            return;
        }
        if (mix->most[i].count < mix->most[least].count) {
            least = i;
        }
    }
    uint64_t lost = mix->most[least].count < count ? mix->most[least].count : count;
    for (size_t i = 0; i < COUNTERS; i++) {
        mix->most[i].count -= lost;
    }
    if (count > lost) {
        mix->most[least].class = class;
        mix->most[least].count = count - lost;
    }
}

/* Whether at least that share of what the location asks for has one size. */
static bool asks_one_size(const struct attribution *attribution, const struct location *location,
                          double share)
{
    static const struct size_mix nothing;
    const struct size_mix *mix =
        location->id < attribution->mix_count ? &attribution->mixes[location->id] : &nothing;
    uint64_t most = 0;

    for (size_t i = 0; i < COUNTERS; i++) {
        most = mix->most[i].count > most ? mix->most[i].count : most;
    }
    return mix->total > 0 && (double)most >= share * (double)mix->total;
}

/* ---- Collecting -------------------------------------------------------------------------------- */

static struct size_mix *mix_of(struct attribution *attribution, const struct symbols *symbols,
                               size_t id)
{
    if (id >= attribution->mix_count) {
        size_t count = symbols_count(symbols) * 2;
        struct size_mix *mixes = tool_allocate(count, sizeof(*mixes));
        if (attribution->mix_count > 0) {
            memcpy(mixes, attribution->mixes, attribution->mix_count * sizeof(*mixes));
        }
        free(attribution->mixes);
        attribution->mixes = mixes;
        attribution->mix_count = count;
    }
    return &attribution->mixes[id];
}

/* Adds what one site asked for to all locations above it. */
static void add_site(struct attribution *attribution, const struct recording *recording,
                     const struct image *image, size_t site, const struct size_mix *asked)
{
    for (size_t frame = 0; frame < RECORDING_FRAMES; frame++) {
        uint64_t address = image->sites[site].frames[frame];
        if (address == 0) {
            return;
        }
        size_t id = symbols_find(recording->symbols, image, address)->id;
        struct size_mix *mix = mix_of(attribution, recording->symbols, id);
        uint64_t counted = 0;
        for (size_t i = 0; i < COUNTERS; i++) {
            counted += asked->most[i].count;
            if (asked->most[i].count > 0) {
                mix_add(mix, asked->most[i].class, asked->most[i].count);
            }
        }
        mix->total += asked->total - counted;
    }
}

static void collect(struct attribution *attribution, const struct recording *recording,
                    const struct image *image)
{
    struct size_mix *asked = tool_allocate(RECORDING_SITES, sizeof(*asked));
    struct timeline *timeline = timeline_begin(image);
    struct happening happening;

    while (timeline_next(timeline, &happening)) {
        if (happening.type < EVENT_FREE) {
            mix_add(&asked[happening.site], size_class(happening.size), 1);
        }
    }
    timeline_end(timeline);
    for (size_t site = 0; site < RECORDING_SITES; site++) {
        if (asked[site].total > 0) {
            add_site(attribution, recording, image, site, &asked[site]);
        }
    }
    free(asked);
}

/* ---- Choosing ---------------------------------------------------------------------------------- */

static bool is_library(const char *module)
{
    static const char *const prefixes[] = {"libc.so",   "libc-",    "libstdc++.so",
                                           "libc++.so", "ld-linux", "libgcc_s.so"};
    const char *slash = strrchr(module, '/');
    const char *name = slash != NULL ? slash + 1 : module;

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool speaks_of_allocating(const char *function)
{
    return function != NULL &&
           (strcasestr(function, "alloc") != NULL || strstr(function, "operator new") != NULL ||
            strstr(function, "strdup") != NULL || strstr(function, "strndup") != NULL);
}

/* The nearest of the frames, up to most of them, that nearly always asks for one size; or NULL. */
static struct location *one_size_above(const struct attribution *attribution,
                                       const struct recording *recording, const struct image *image,
                                       const uint64_t *frames, size_t most)
{
    for (size_t i = 0; i < most && frames[i] != 0; i++) {
        struct location *above = symbols_find(recording->symbols, image, frames[i]);
        if (!is_library(above->module) && asks_one_size(attribution, above, NEARLY_ALWAYS)) {
            return above;
        }
    }
    return NULL;
}

static struct location *choose(const struct attribution *attribution,
                               const struct recording *recording, const struct image *image,
                               size_t site)
{
    const uint64_t *frames = image->sites[site].frames;
    struct location *last = NULL;

    for (size_t i = 0; i < RECORDING_FRAMES && frames[i] != 0; i++) {
        struct location *here = symbols_find(recording->symbols, image, frames[i]);
        if (is_library(here->module)) {
            last = last == NULL ? here : last;
            continue;
        }
        last = here;
        symbols_name(recording->symbols, here);
        bool wrapper = speaks_of_allocating(here->function);
        if (asks_one_size(attribution, here, wrapper ? ALWAYS : NEARLY_ALWAYS)) {
            return here;
        }
        if (wrapper) {
            continue;
        }
        size_t rest = RECORDING_FRAMES - 1 - i;
        size_t most = here->function != NULL && rest > 0 ? 1 : rest;
        struct location *above =
            one_size_above(attribution, recording, image, frames + i + 1, most);
        return above != NULL ? above : here;
    }
    return last != NULL ? last : attribution->unknown;
}

struct attribution *attribution_new(const struct recording *recording)
{
    struct attribution *attribution = tool_allocate(1, sizeof(*attribution));
    static const struct image nowhere;

    attribution->images = recording->image_count;
    attribution->unknown = symbols_find(recording->symbols, &nowhere, 0);
    attribution->chosen = tool_allocate(recording->image_count, sizeof(*attribution->chosen));
    for (size_t i = 0; i < recording->image_count; i++) {
        collect(attribution, recording, &recording->images[i]);
    }
    for (size_t i = 0; i < recording->image_count; i++) {
        const struct image *image = &recording->images[i];
        attribution->chosen[i] = tool_allocate(RECORDING_SITES, sizeof(struct location *));
        for (size_t site = 0; site < RECORDING_SITES; site++) {
            bool used = image->sites[site].frames[0] != 0;
            attribution->chosen[i][site] =
                used ? choose(attribution, recording, image, site) : attribution->unknown;
        }
    }
    free(attribution->mixes);
    attribution->mixes = NULL;
    return attribution;
}

struct location *attribution_of(const struct attribution *attribution, size_t image, uint32_t site)
{
    return attribution->chosen[image][site];
}

void attribution_free(struct attribution *attribution)
{
    for (size_t i = 0; i < attribution->images; i++) {
        free(attribution->chosen[i]);
    }
    free(attribution->chosen);
    free(attribution);
}
