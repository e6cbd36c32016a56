/* Pooling: which windows and cells meet. */
#include "windows.h"

Taps taps_inside(const Layer *layer, int axis, int64_t first)
{
    int64_t size = layer->spatial[axis], dilation = layer->dilation[axis];
    int64_t stop = first < size ? blocks(size - first, dilation) : 0;
    return (Taps){first < 0 ? blocks(-first, dilation) : 0, least(stop, layer->kernel[axis])};
}

/* The same layer, whose tiles are those of its input. */
static Layer turned(const Layer *layer)
{
    Layer made = *layer;
    for (int axis = 0; axis < 3; axis++)
        made.output[axis] = layer->spatial[axis];
    return made;
}

Tile input_tile_at(const Layer *layer, int64_t number)
{
    Layer made = turned(layer);
    return tile_at(&made, number);
}

int64_t input_tile_count(const Layer *layer)
{
    Layer made = turned(layer);
    return tile_count(&made);
}

Windows windows_meeting(const Layer *layer, const Tile *tile)
{
    const int64_t first[3] = {tile->plane, tile->row, tile->column}, cells[3] = {1, tile->rows, tile->columns};
    Windows met;
    for (int axis = 0; axis < 3; axis++) {
        int64_t place = first[axis] + layer->before[axis], reach = (layer->kernel[axis] - 1) * layer->dilation[axis];
        met.first[axis] = most(least_window(place - reach, layer->stride[axis]), 0);
        met.stop[axis] = least((place + cells[axis] - 1) / layer->stride[axis] + 1, layer->output[axis]);
    }
    return met;
}

int meets(const Layer *layer, int axis, int64_t window, int64_t cell)
{
    int64_t offset = cell + layer->before[axis] - window * layer->stride[axis];
    return offset >= 0 && offset % layer->dilation[axis] == 0 && offset / layer->dilation[axis] < layer->kernel[axis];
}

/* The first cell of a window along an axis. */
static int64_t first_cell(const Layer *layer, int axis, const int64_t *window)
{
    return window[axis] * layer->stride[axis] - layer->before[axis];
}

Origin window_origin(const Job *job, const Given *given, const Tile *tile, const int64_t *window)
{
    const int64_t sample = tile->sample;
    Origin origin = {sample * job->x_strides[0], sample * job->y_strides[0], sample * given->strides[0]};
    for (int axis = 0; axis < 3; axis++) {
        origin.x += first_cell(job->layer, axis, window) * job->x_strides[axis + 1];
        origin.y += first_cell(job->layer, axis, window) * job->y_strides[axis + 1];
        origin.grad += window[axis] * given->strides[axis + 1];
    }
    return origin;
}

int64_t windows_alike(const Layer *layer, const Tile *tile, int64_t column)
{
    int64_t place = tile->column + layer->before[2], reach = (layer->kernel[2] - 1) * layer->dilation[2];
    int64_t first = least_window(place, layer->stride[2]);
    int64_t stop = least(least_window(place + tile->columns - reach, layer->stride[2]), layer->output[2]);
    return column >= first && column < stop ? stop - column : 1;
}

int64_t cells_of_window(const Job *job, const Tile *tile, const int64_t *window, Met *met)
{
    const Layer *layer = job->layer;
    const int64_t *d = layer->dilation, *x = job->x_strides, *y = job->y_strides;
    int64_t first[3];
    Taps inside[3];
    Met *listed = met;
    for (int axis = 0; axis < 3; axis++) {
        first[axis] = first_cell(layer, axis, window);
        inside[axis] = taps_inside(layer, axis, first[axis]);
    }
    for (int64_t plane = inside[0].first; plane < inside[0].stop; plane++)
        for (int64_t row = inside[1].first; row < inside[1].stop; row++)
            for (int64_t column = inside[2].first; column < inside[2].stop; column++) {
                int64_t beyond[3] = {plane * d[0], row * d[1], column * d[2]};
                int64_t below = first[1] + beyond[1] - tile->row, beside = first[2] + beyond[2] - tile->column;
                met->x = beyond[0] * x[1] + beyond[1] * x[2] + beyond[2] * x[3];
                met->y = beyond[0] * y[1] + beyond[1] * y[2] + beyond[2] * y[3];
                met->is_own = first[0] + beyond[0] == tile->plane && below >= 0 && below < tile->rows && beside >= 0
                              && beside < tile->columns;
                met++;
            }
    return met - listed;
}
