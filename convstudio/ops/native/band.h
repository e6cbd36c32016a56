/* The band of the input that the windows of a tile read, with its padding. */
#ifndef CONVSTUDIO_BAND_H
#define CONVSTUDIO_BAND_H

#include "layer.h"

/* Where the windows of a tile begin, and how far apart planes, rows and columns are, in elements. */
typedef struct {
    const char *cells;
    int64_t strides[3];
} Band;

/* The input cell that a place on a padded axis shows: 0 .. size - 1, or -1 for a zero. */
int64_t source_index(int64_t at, int64_t size, int64_t mode);

/* The bytes of scratch that `band` may need for one tile. */
size_t band_bytes(const Layer *layer, size_t item);

/* The input itself where a tile meets no padding, else a copy in the scratch of the job. */
Band band(const Job *job, const Tile *tile, size_t item);

/* The offsets, from the first cell of a window, of the first taps of every row of the kernel; returns how many. */
int64_t tap_offsets(const Layer *layer, const Band *seen, int64_t columns, int64_t *offsets);

/* A band whose channels are apart: (channels, planes, rows, phases, width), each phase with the columns that are a
   stride apart, so that what neighbouring windows read for one tap is side by side. */
typedef struct {
    int64_t phases, width, rows;
} Planar;

Planar planar_at(const Layer *layer, const Tile *tile, int64_t lanes);
size_t planar_values(const Layer *layer, int64_t lanes);

#endif
