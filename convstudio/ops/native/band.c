/* The band of the input that the windows of a tile read: padding is added to it alone, never to the whole input. */
#include <string.h>

#include "band.h"

static int64_t there_and_back(int64_t at, int64_t size, int64_t period, int64_t last)
{
    int64_t phase = (at % period + period) % period;
    return phase < size ? phase : last - phase;
}

int64_t source_index(int64_t at, int64_t size, int64_t mode)
{
    if (at >= 0 && at < size)
        return at;
    switch (mode) {
    case REPLICATE:
        return at < 0 ? 0 : size - 1;
    case CIRCULAR:
        return (at % size + size) % size;
    case REFLECT:
        return size == 1 ? 0 : there_and_back(at, size, 2 * (size - 1), 2 * (size - 1));
    case SYMMETRIC:
        return there_and_back(at, size, 2 * size, 2 * size - 1);
    default:
        return -1;
    }
}

size_t band_bytes(const Layer *layer, size_t item)
{
    int64_t rows = spanned(layer, 1, least(layer->tile[0], layer->output[1]));
    int64_t columns = spanned(layer, 2, least(layer->tile[1], layer->output[2]));
    return (size_t)(layer->kernel[0] * rows * columns * layer->channels) * item;
}

/* Copy `columns` cells of a row of the input, the first one at `from` of the padded axis. */
static void copy_row(const Job *job, char *to, const char *row, int64_t from, int64_t columns, size_t item)
{
    const Layer *layer = job->layer;
    size_t cell = (size_t)layer->channels * item;
    int64_t size = layer->spatial[2], step = job->x_strides[3] * (int64_t)item;
    for (int64_t at = 0; at < columns;) {
        int64_t shown = source_index(from + at, size, layer->mode), run = 1;
        if (from + at >= 0 && from + at < size && step == (int64_t)cell)
            run = least(columns - at, size - shown);
        if (shown < 0)
            memset(to, 0, cell);
        else
            memcpy(to, row + shown * step, cell * (size_t)run);
        to += cell * (size_t)run;
        at += run;
    }
}

static Band padded(const Job *job, const Tile *tile, const int64_t *first, const int64_t *spans, size_t item)
{
    const Layer *layer = job->layer;
    const int64_t *strides = job->x_strides;
    int64_t row_values = spans[2] * layer->channels;
    const char *sample = job->x + tile->sample * strides[0] * (int64_t)item;
    char *to = job->scratch;
    for (int64_t plane = 0; plane < layer->kernel[0]; plane++) {
        int64_t z = source_index(first[0] + plane * layer->dilation[0], layer->spatial[0], layer->mode);
        for (int64_t row = 0; row < spans[1]; row++, to += (size_t)row_values * item) {
            int64_t y = source_index(first[1] + row, layer->spatial[1], layer->mode);
            if (z < 0 || y < 0)
                memset(to, 0, (size_t)row_values * item);
            else
                copy_row(job, to, sample + (z * strides[1] + y * strides[2]) * (int64_t)item, first[2], spans[2], item);
        }
    }
    Band made = {job->scratch, {spans[1] * row_values, row_values, layer->channels}};
    return made;
}

Band band(const Job *job, const Tile *tile, size_t item)
{
    const Layer *layer = job->layer;
    const int64_t *strides = job->x_strides, windows[3] = {1, tile->rows, tile->columns};
    const int64_t corner[3] = {tile->plane, tile->row, tile->column};
    int64_t first[3], spans[3], inside = 1;
    for (int axis = 0; axis < 3; axis++) {
        first[axis] = corner[axis] * layer->stride[axis] - layer->before[axis];
        spans[axis] = spanned(layer, axis, windows[axis]);
        inside &= first[axis] >= 0 && first[axis] + spans[axis] <= layer->spatial[axis];
    }
    if (!inside)
        return padded(job, tile, first, spans, item);
    int64_t at = tile->sample * strides[0];
    for (int axis = 0; axis < 3; axis++)
        at += first[axis] * strides[axis + 1];
    /* the kernel's planes are `dilation` apart in the input, side by side in a copy */
    Band seen = {job->x + at * (int64_t)item, {strides[1] * layer->dilation[0], strides[2], strides[3]}};
    return seen;
}

int64_t tap_offsets(const Layer *layer, const Band *seen, int64_t columns, int64_t *offsets)
{
    int64_t many = 0;
    for (int64_t plane = 0; plane < layer->kernel[0]; plane++)
        for (int64_t row = 0; row < layer->kernel[1]; row++)
            for (int64_t column = 0; column < columns; column++)
                offsets[many++] = plane * seen->strides[0] + row * layer->dilation[1] * seen->strides[1]
                                  + column * layer->dilation[2] * seen->strides[2];
    return many;
}

Planar planar_at(const Layer *layer, const Tile *tile, int64_t lanes)
{
    int64_t last = (layer->kernel[2] - 1) * layer->dilation[2];
    Planar planar;
    planar.phases = least(layer->stride[2], last + 1);
    planar.width = blocks(tile->columns, lanes) * lanes + last / layer->stride[2];
    planar.rows = spanned(layer, 1, tile->rows);
    return planar;
}

size_t planar_values(const Layer *layer, int64_t lanes)
{
    const int64_t rows = least(layer->tile[0], layer->output[1]), columns = least(layer->tile[1], layer->output[2]);
    const Tile largest = {.rows = rows, .columns = columns};
    Planar planar = planar_at(layer, &largest, lanes);
    return (size_t)(layer->channels * layer->kernel[0] * planar.rows * planar.phases * planar.width);
}
