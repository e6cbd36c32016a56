/* The forward convolution of one float type: REAL, with names made by NAME. */

static int64_t NAME(packed_values)(const Layer *layer)
{
    return layer->kernel[0] * layer->kernel[1] * layer->kernel[2] * layer->channels / layer->groups * layer->filters;
}

static void NAME(pack)(const Layer *layer, const void *weights, void *packed)
{
    memcpy(packed, weights, (size_t)NAME(packed_values)(layer) * sizeof(REAL));
}

static size_t NAME(scratch_bytes)(const Layer *layer)
{
    return band_bytes(layer, sizeof(REAL));
}

/* One output: its terms are added in the order of planes, rows, columns and channels, from +0. */
INLINE REAL NAME(dot)(const Layer *layer, const Band *seen, const REAL *x, const REAL *w, int64_t channels)
{
    REAL sum = 0;
    for (int64_t plane = 0; plane < layer->kernel[0]; plane++)
        for (int64_t row = 0; row < layer->kernel[1]; row++)
            for (int64_t column = 0; column < layer->kernel[2]; column++) {
                const REAL *at = x + plane * seen->strides[0] + row * layer->dilation[1] * seen->strides[1]
                                 + column * layer->dilation[2] * seen->strides[2];
                for (int64_t c = 0; c < channels; c++, w += layer->filters)
                    sum += at[c] * *w;
            }
    return sum;
}

static void NAME(conv_tile)(const Job *job, const Tile *tile)
{
    const Layer *layer = job->layer;
    const int64_t *to = job->y_strides, channels = layer->channels / layer->groups;
    const int64_t together = layer->filters / layer->groups;
    Band seen = band(job, tile, sizeof(REAL));
    for (int64_t row = 0; row < tile->rows; row++)
        for (int64_t column = 0; column < tile->columns; column++) {
            const REAL *x = (const REAL *)seen.cells + row * layer->stride[1] * seen.strides[1]
                            + column * layer->stride[2] * seen.strides[2];
            REAL *y = (REAL *)job->y + tile->sample * to[0] + tile->plane * to[1] + (tile->row + row) * to[2]
                      + (tile->column + column) * to[3];
            for (int64_t f = 0; f < layer->filters; f++)
                y[f] = NAME(dot)(layer, &seen, x + f / together * channels, (const REAL *)job->packed + f, channels)
                       + (job->bias ? ((const REAL *)job->bias)[f] : 0);
        }
}

static void NAME(conv)(const Job *job, int64_t first_tile, int64_t stop_tile)
{
    for (int64_t number = first_tile; number < stop_tile; number++) {
        Tile tile = tile_at(job->layer, number);
        NAME(conv_tile)(job, &tile);
    }
}
