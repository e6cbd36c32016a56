/* The forward convolution of one float type: REAL, with names made by NAME. Each tile is computed row by row. */
#include "pack.h"

#define MOST_SHARED 5
#define LANE(name) NAME(GLUE(name, WIDTH))
#define WIDTH full
#define LANES (VECTOR_BYTES / REAL_BYTES)
#include "filters.h"
#include "depthwise.h"
#undef WIDTH
#undef LANES
#if VECTOR_BYTES >= 32
#define WIDTH half
#define LANES (VECTOR_BYTES / REAL_BYTES / 2)
#include "filters.h"
#include "depthwise.h"
#undef WIDTH
#undef LANES
#endif
#if VECTOR_BYTES >= 64
#define WIDTH quarter
#define LANES (VECTOR_BYTES / REAL_BYTES / 4)
#include "filters.h"
#include "depthwise.h"
#undef WIDTH
#undef LANES
#endif
#undef LANE
#include "columns.h"

/* Calls the kernel that was compiled for so many lanes. */
#if VECTOR_BYTES == 64
#define WITH(lanes, name, ...)                                                                                         \
    ((lanes) * REAL_BYTES == 64   ? NAME(name##_full)(__VA_ARGS__)                                                     \
     : (lanes) * REAL_BYTES == 32 ? NAME(name##_half)(__VA_ARGS__)                                                     \
                                  : NAME(name##_quarter)(__VA_ARGS__))
#elif VECTOR_BYTES == 32
#define WITH(lanes, name, ...)                                                                                         \
    ((lanes) * REAL_BYTES == 32 ? NAME(name##_full)(__VA_ARGS__) : NAME(name##_half)(__VA_ARGS__))
#else
#define WITH(lanes, name, ...) NAME(name##_full)(__VA_ARGS__)
#endif

/* The parts of the scratch of a job. */
typedef struct {
    int64_t *offsets;
    REAL *zeros, *kept, *flat;
    size_t bytes;
} NAME(Scratch);

static NAME(Scratch) NAME(scratch)(const Layer *layer, char *memory)
{
    NAME(Scratch) parts;
    const uintptr_t start = (uintptr_t)memory;
    uintptr_t at = start;
    at += rounded(band_bytes(layer, REAL_BYTES));
    parts.offsets = (int64_t *)at;
    at += rounded((size_t)(product(layer->kernel) * layer->channels / layer->groups) * sizeof(int64_t));
    parts.zeros = (REAL *)at;
    at += rounded((size_t)layer->filters * REAL_BYTES);
    parts.kept = (REAL *)at;
    at += rounded((size_t)(least(layer->tile[1], layer->output[2]) + 12) * 2 * VECTOR_BYTES);
    parts.flat = (REAL *)at;
    at += NAME(way)(layer) == BY_COLUMNS ? rounded(planar_values(layer, VECTOR_BYTES / REAL_BYTES) * REAL_BYTES) : 0;
    parts.bytes = (size_t)(at - start);
    return parts;
}

static size_t NAME(scratch_bytes)(const Layer *layer)
{
    return NAME(scratch)(layer, NULL).bytes;
}

/* The positions of a block that computes so many columns soonest. */
INLINE int NAME(positions)(int64_t columns, int vectors)
{
    static const int sizes[] = {12, 8, 6, 4, 2, 1};
    const int registers = MANY_REGISTERS ? 24 : 12;
    int64_t soonest = INT64_MAX;
    int chosen = 1;
    for (int at = 0; at < 6; at++) {
        int positions = sizes[at];
        if (positions > columns || positions * vectors > registers || (positions == 6 && vectors == 1))
            continue;
        int64_t time = blocks(columns, positions) * (most(positions * vectors, 8) + 2);
        if (time < soonest)
            soonest = time, chosen = positions;
    }
    return chosen;
}

/* Bytes of weights that stay in the cache nearest to a core while a row is computed. */
#define CACHED_WEIGHTS 24576

/* One row of a tile, for one block of filters: the terms in parts, so that the weights of a part stay in the cache. */
static void NAME(filter_terms)(FilterRow row, int64_t lanes, int vectors, const int64_t *offsets, int64_t taps,
                               int64_t terms)
{
    const int64_t width = lanes * vectors, all = taps * terms;
    const int64_t parts = blocks(all * width * REAL_BYTES, CACHED_WEIGHTS), part = blocks(all, parts);
    const int positions = NAME(positions)(row.columns, vectors);
    const char *weights = row.weights, *x = row.x;
    for (int64_t first = 0, stop; first < all; first = stop) {
        int64_t inside = first % terms, tap = first / terms;
        stop = terms > part ? least(first + part, (tap + 1) * terms) : least(first + part / terms * terms, all);
        row.x = x + inside * (int64_t)REAL_BYTES;
        row.offsets = offsets + tap;
        row.terms = least(stop - first, terms);
        row.taps = (stop - first) / row.terms;
        row.weights = weights + first * width * (int64_t)REAL_BYTES;
        row.is_first = first == 0;
        row.is_last = stop == all;
        WITH(lanes, filter_rows, &row, positions, vectors);
    }
}

/* All filters, block by block: the weights of one serve all rows of the tile. */
static void NAME(filter_tile)(const Job *job, const Tile *tile, const Band *seen, const NAME(Scratch) *scratch)
{
    const Layer *layer = job->layer;
    const int64_t channels = layer->channels / layer->groups, together = layer->filters / layer->groups;
    const int64_t lanes = NAME(lanes)(together), *to = job->y_strides;
    const int is_run = layer->groups == 1 && layer->dilation[2] == 1 && seen->strides[2] == channels;
    const int64_t terms = is_run ? channels * layer->kernel[2] : channels;
    const int64_t taps = tap_offsets(layer, seen, is_run ? 1 : layer->kernel[2], scratch->offsets);
    const REAL *packed = (const REAL *)job->packed, *bias = job->bias ? (const REAL *)job->bias : scratch->zeros;
    REAL *y = (REAL *)job->y + tile->sample * to[0] + tile->plane * to[1] + tile->row * to[2] + tile->column * to[3];
    for (int64_t group = 0; group < layer->groups; group++)
        for (int64_t filter = 0, width; filter < together; filter += width, packed += taps * terms * width) {
            const int vectors = NAME(vectors)(together, lanes, &filter);
            const int64_t at = group * together + filter;
            width = vectors * lanes;
            FilterRow row = {.step = layer->stride[2] * seen->strides[2], .weights = packed, .bias = bias + at,
                             .columns = tile->columns, .y_step = to[3], .kept = scratch->kept};
            for (int64_t down = 0; down < tile->rows; down++) {
                row.x = (const REAL *)seen->cells + down * layer->stride[1] * seen->strides[1] + group * channels;
                row.y = y + down * to[2] + at;
                NAME(filter_terms)(row, lanes, vectors, scratch->offsets, taps, terms);
            }
        }
}

/* All channels of every row. */
static void NAME(depthwise_tile)(const Job *job, const Tile *tile, const Band *seen, const NAME(Scratch) *scratch)
{
    const Layer *layer = job->layer;
    const int64_t *to = job->y_strides;
    const int64_t taps = tap_offsets(layer, seen, layer->kernel[2], scratch->offsets);
    FilterRow row = {.step = layer->stride[2] * seen->strides[2], .ahead = spanned(layer, 1, 1) * seen->strides[1],
                     .offsets = scratch->offsets, .taps = taps, .terms = layer->channels, .weights = job->packed,
                     .bias = job->bias ? job->bias : (const char *)scratch->zeros, .columns = tile->columns,
                     .y_step = to[3]};
    const int64_t shared = layer->stride[2] == layer->dilation[2] ? layer->kernel[2] : 1;
    for (int64_t down = 0; down < tile->rows; down++) {
        row.x = (const REAL *)seen->cells + down * layer->stride[1] * seen->strides[1];
        row.y = (REAL *)job->y + tile->sample * to[0] + tile->plane * to[1] + (tile->row + down) * to[2]
                + tile->column * to[3];
        WITH(NAME(lanes)(layer->channels), depthwise_row, &row, shared);
    }
}

/* Puts the cells of each channel side by side, those that one tap reads; see `Planar`. */
static void NAME(flatten)(const Layer *layer, const Tile *tile, const Band *seen, const Planar *planar, REAL *to)
{
    const int64_t rows = spanned(layer, 1, tile->rows), columns = spanned(layer, 2, tile->columns);
    const REAL *from = (const REAL *)seen->cells;
    for (int64_t channel = 0; channel < layer->channels; channel++)
        for (int64_t plane = 0; plane < layer->kernel[0]; plane++)
            for (int64_t row = 0; row < rows; row++) {
                const REAL *cells = from + channel + plane * seen->strides[0] + row * seen->strides[1];
                for (int64_t phase = 0; phase < planar->phases; phase++, to += planar->width)
                    for (int64_t at = phase, column = 0; column < planar->width; column++, at += layer->stride[2])
                        to[column] = at < columns ? cells[at * seen->strides[2]] : 0;
            }
}

/* One filter after the other; where windows step by one row, four rows at a time, the last ones overlapping. */
static void NAME(column_tile)(const Job *job, const Tile *tile, const Band *seen, const NAME(Scratch) *scratch)
{
    const Layer *layer = job->layer;
    const int64_t channels = layer->channels / layer->groups, together = layer->filters / layer->groups;
    const int64_t taps = product(layer->kernel) * channels, *to = job->y_strides;
    const int is_flat = layer->channels == 1 && layer->stride[2] == 1 && seen->strides[2] == 1
                        && tile->columns * REAL_BYTES >= VECTOR_BYTES;
    const Planar planar = planar_at(layer, tile, VECTOR_BYTES / REAL_BYTES);
    const int64_t row_step = is_flat ? seen->strides[1] : planar.phases * planar.width;
    const int64_t plane_step = is_flat ? seen->strides[0] : planar.rows * row_step;
    const int is_shared = layer->stride[1] == 1 && layer->dilation[1] == 1;
    const REAL *x = is_flat ? (const REAL *)seen->cells : scratch->flat;
    if (!is_flat)
        NAME(flatten)(layer, tile, seen, &planar, scratch->flat);
    const int64_t channel_step = layer->kernel[0] * plane_step;
    for (int64_t term = 0; term < layer->kernel[2] * channels; term++) {
        int64_t at = term / channels * layer->dilation[2];
        scratch->offsets[term] = is_flat ? at : at % planar.phases * planar.width + at / layer->stride[2];
        scratch->offsets[term] += term % channels * channel_step;
    }
    for (int64_t filter = 0; filter < layer->filters; filter++) {
        ColumnRows rows = {.plane_step = plane_step, .row_step = row_step * layer->dilation[1],
                           .offsets = scratch->offsets, .planes = layer->kernel[0], .high = layer->kernel[1],
                           .terms = layer->kernel[2] * channels, .weights = (const REAL *)job->packed + filter * taps,
                           .bias = (job->bias ? (const REAL *)job->bias : scratch->zeros) + filter,
                           .columns = tile->columns, .y_row = to[2], .y_step = to[3]};
        const REAL *read = x + filter / together * channels * channel_step;
        REAL *y = (REAL *)job->y + filter + tile->sample * to[0] + tile->plane * to[1] + tile->row * to[2]
                  + tile->column * to[3];
        const int by_four = is_shared && tile->rows >= ROWS;
        for (int64_t down = 0; down < tile->rows; down += by_four ? ROWS : 1) {
            int64_t at = by_four ? least(down, tile->rows - ROWS) : down;
            rows.x = read + at * layer->stride[1] * row_step;
            rows.y = y + at * to[2];
            (by_four ? NAME(four_rows) : NAME(one_row))(&rows);
        }
    }
}

static void NAME(conv)(const Job *job, int64_t first_tile, int64_t stop_tile)
{
    const NAME(Scratch) scratch = NAME(scratch)(job->layer, job->scratch);
    const int way = NAME(way)(job->layer);
    memset(scratch.zeros, 0, (size_t)job->layer->filters * REAL_BYTES);
    for (int64_t number = first_tile; number < stop_tile; number++) {
        const Tile tile = tile_at(job->layer, number);
        const Band seen = band(job, &tile, REAL_BYTES);
        (way == BY_FILTERS    ? NAME(filter_tile)
         : way == BY_CHANNELS ? NAME(depthwise_tile)
                              : NAME(column_tile))(job, &tile, &seen, &scratch);
    }
}
#undef WITH
#undef ROWS
