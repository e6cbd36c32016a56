/* How a layer is cut into tiles: sample by sample, plane by plane, rows, then columns. */
#include "layer.h"

int64_t tile_count(const Layer *layer)
{
    const int64_t *output = layer->output, *tile = layer->tile;
    return layer->samples * output[0] * blocks(output[1], tile[0]) * blocks(output[2], tile[1]);
}

Tile tile_at(const Layer *layer, int64_t number)
{
    const int64_t *output = layer->output, *tile = layer->tile;
    int64_t across = blocks(output[2], tile[1]), down = blocks(output[1], tile[0]);
    Tile at;
    at.column = number % across * tile[1];
    at.row = number / across % down * tile[0];
    at.plane = number / across / down % output[0];
    at.sample = number / across / down / output[0];
    at.rows = least(tile[0], output[1] - at.row);
    at.columns = least(tile[1], output[2] - at.column);
    return at;
}
