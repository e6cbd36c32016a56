/* Pooling: which windows and cells meet, for both float types. */
#ifndef CONVSTUDIO_WINDOWS_H
#define CONVSTUDIO_WINDOWS_H

#include "band.h"

/* The most rows that are known at a time, so that they stay close to a core. */
#define MOST_KNOWN 9

/* Some taps of a window along one axis: the first, and the one after the last. */
typedef struct {
    int64_t first, stop;
} Taps;

/* A cell of a window, from its origin: where it is in x and in y, and whether it is one of the tile's own. */
typedef struct {
    int64_t x, y, is_own;
} Met;

/* Where the first cell of a window would be in x and in y, and where its gradient is. */
typedef struct {
    int64_t x, y, grad;
} Origin;

/* Some windows: the first along every axis, and the one after the last. */
typedef struct {
    int64_t first[3], stop[3];
} Windows;

/* The gradient of every window: strides of samples, planes, rows and columns count elements. */
typedef struct {
    const char *values;
    int64_t strides[4];
} Given;

/* The first window, counted without an end, whose number times the stride is not below a place. */
static inline int64_t least_window(int64_t place, int64_t stride)
{
    return place > 0 ? (place + stride - 1) / stride : -(-place / stride);
}

/* The taps that meet a cell of the input, where the first tap of the window is at `first`. */
Taps taps_inside(const Layer *layer, int axis, int64_t first);

/* A tile of the input, as `tile_at` is one of the output. */
Tile input_tile_at(const Layer *layer, int64_t number);
int64_t input_tile_count(const Layer *layer);

/* The windows that may meet a tile of the input. */
Windows windows_meeting(const Layer *layer, const Tile *tile);

/* Whether a window meets a cell of an axis. */
int meets(const Layer *layer, int axis, int64_t window, int64_t cell);

Origin window_origin(const Job *job, const Given *given, const Tile *tile, const int64_t *window);

/* How many windows of a row, from one on, meet as many cells of the tile: those whose columns are all in it, or one. */
int64_t windows_alike(const Layer *layer, const Tile *tile, int64_t column);

/* List the cells of a window that are in the input, and return how many. */
int64_t cells_of_window(const Job *job, const Tile *tile, const int64_t *window, Met *met);

#endif
