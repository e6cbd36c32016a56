/* Pooling of one float type: REAL, with names made by NAME.

       y[p, c] = the largest, or the sum, of x[p * stride + k * dilation - before, c] over the k that meet a cell

   A row of windows is pooled in two steps: the rows of x that they meet into one, cell by cell, and its columns then. Both
   go through values side by side. What a maximum gives back is found window by window: the largest value first, then the
   first cell, in reading order, that holds it. A thread gives back to cells of its own: windows that reach beyond these
   are looked at by several threads. */

#define LANES ((int64_t)(VECTOR_BYTES / REAL_BYTES))
#define Vector NAME(PoolVector)
#define Mask NAME(PoolMask)
typedef REAL Vector __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));
typedef SAME_SIZE Mask __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));

/* The larger one; NaN where either is. */
INLINE REAL NAME(larger)(REAL a, REAL b) { return a >= b || a != a ? a : b; }

INLINE Vector NAME(chosen)(Mask mask, Vector a, Vector b) { return (Vector)(((Mask)a & mask) | ((Mask)b & ~mask)); }

INLINE Vector NAME(larger_lanes)(Vector a, Vector b) { return NAME(chosen)((a >= b) | (a != a), a, b); }

/* Combine values side by side with others: in their maxima, or in their sums. */
INLINE void NAME(combine)(REAL *to, const REAL *from, int64_t count, const int is_sum)
{
    int64_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        Vector *both = (Vector *)(to + at), other = *(const Vector *)(from + at);
        if (is_sum)
            *both += other;
        else
            *both = NAME(larger_lanes)(*both, other);
    }
    for (; at < count; at++)
        to[at] = is_sum ? to[at] + from[at] : NAME(larger)(to[at], from[at]);
}

/* The same for columns that are apart. */
INLINE void NAME(combine_columns)(REAL *to, int64_t to_step, const REAL *from, int64_t from_step, int64_t columns,
                                  int64_t channels, const int is_sum)
{
    if (to_step == channels && from_step == channels)
        NAME(combine)(to, from, columns * channels, is_sum);
    else
        for (int64_t column = 0; column < columns; column++, to += to_step, from += from_step)
            NAME(combine)(to, from, channels, is_sum);
}

INLINE void NAME(fill)(REAL *to, int64_t count, REAL value)
{
    for (int64_t at = 0; at < count; at++)
        to[at] = value;
}

/* Pool the rows of x that one row of windows meets into one, padding included. */
INLINE void NAME(pool_down)(const Job *job, const Tile *tile, int64_t row, REAL *pooled, const int is_sum)
{
    const Layer *layer = job->layer;
    const int64_t *x = job->x_strides, channels = layer->channels;
    int64_t corner[3] = {tile->plane * layer->stride[0] - layer->before[0], row * layer->stride[1] - layer->before[1],
                         tile->column * layer->stride[2] - layer->before[2]};
    int64_t columns = spanned(layer, 2, tile->columns);
    int64_t from = most(corner[2], 0), stop = least(corner[2] + columns, layer->spatial[2]);
    Taps deep = taps_inside(layer, 0, corner[0]), high = taps_inside(layer, 1, corner[1]);
    NAME(fill)(pooled, columns * channels, is_sum ? 0 : -(REAL)INFINITY);
    pooled += (from - corner[2]) * channels;
    for (int64_t plane = deep.first; plane < deep.stop; plane++)
        for (int64_t tap = high.first; tap < high.stop; tap++) {
            const REAL *cells = (const REAL *)job->x + tile->sample * x[0]
                                + (corner[0] + plane * layer->dilation[0]) * x[1]
                                + (corner[1] + tap * layer->dilation[1]) * x[2] + from * x[3];
            NAME(combine_columns)(pooled, channels, cells, x[3], stop - from, channels, is_sum);
        }
}

/* Pool every window of a row, one after the other: its channels fill vectors. */
INLINE void NAME(pool_along)(const Layer *layer, const REAL *cells, REAL *y, int64_t y_step, int64_t columns,
                             const int is_sum)
{
    int64_t channels = layer->channels;
    for (int64_t column = 0; column < columns; column++, y += y_step, cells += layer->stride[2] * channels) {
        memcpy(y, cells, (size_t)channels * REAL_BYTES);
        for (int64_t tap = 1; tap < layer->kernel[2]; tap++)
            NAME(combine)(y, cells + tap * layer->dilation[2] * channels, channels, is_sum);
    }
}

/* Pool at every column as if the stride were 1, many side by side, and keep what there is a window for. */
INLINE void NAME(pool_everywhere)(const Layer *layer, const REAL *cells, REAL *room, REAL *y, int64_t y_step,
                                  int64_t columns, const int is_sum)
{
    int64_t channels = layer->channels, many = ((columns - 1) * layer->stride[2] + 1) * channels;
    memcpy(room, cells, (size_t)many * REAL_BYTES);
    for (int64_t tap = 1; tap < layer->kernel[2]; tap++)
        NAME(combine)(room, cells + tap * layer->dilation[2] * channels, many, is_sum);
    for (int64_t column = 0; column < columns; column++, y += y_step, room += layer->stride[2] * channels)
        for (int64_t c = 0; c < channels; c++)
            y[c] = room[c];
}

INLINE void NAME(pool_tile)(const Job *job, const Tile *tile, const int is_sum)
{
    const Layer *layer = job->layer;
    const int64_t *to = job->y_strides;
    REAL *cells = (REAL *)job->scratch, *room = cells + spanned(layer, 2, tile->columns) * layer->channels;
    for (int64_t row = tile->row; row < tile->row + tile->rows; row++) {
        REAL *y = (REAL *)job->y + tile->sample * to[0] + tile->plane * to[1] + row * to[2] + tile->column * to[3];
        NAME(pool_down)(job, tile, row, cells, is_sum);
        if (layer->channels < LANES && layer->stride[2] < LANES)
            NAME(pool_everywhere)(layer, cells, room, y, to[3], tile->columns, is_sum);
        else
            NAME(pool_along)(layer, cells, y, to[3], tile->columns, is_sum);
    }
}

static void NAME(pool)(const Job *job, int is_sum, int64_t first_tile, int64_t stop_tile)
{
    for (int64_t number = first_tile; number < stop_tile; number++) {
        Tile tile = tile_at(job->layer, number);
        is_sum ? NAME(pool_tile)(job, &tile, 1) : NAME(pool_tile)(job, &tile, 0);
    }
}

/* Give the gradient of some lanes of a window to the first cells that hold their largest value. */
INLINE void NAME(award_lanes)(const REAL *x, REAL *y, Vector grad, const Met *met, const int64_t cells)
{
    Vector best = *(const Vector *)(x + met[0].x);
    Mask winner = {0};
    for (int64_t at = 1; at < cells; at++) {
        Vector value = *(const Vector *)(x + met[at].x);
        Mask wins = ~(best >= value) & (best == best); /* NaN wins, and nothing wins against NaN */
        best = NAME(chosen)(wins, value, best);
        winner = (winner & ~wins) | (wins & (SAME_SIZE)at);
    }
    for (int64_t at = 0; at < cells; at++)
        if (met[at].is_own)
            *(Vector *)(y + met[at].y) += (Vector)((Mask)grad & (winner == (SAME_SIZE)at));
}

/* The same for one channel. */
INLINE void NAME(award)(const REAL *x, REAL *y, REAL grad, const Met *met, const int64_t cells)
{
    int64_t winner = 0;
    REAL best = x[met[0].x];
    for (int64_t at = 1; at < cells; at++) {
        REAL value = x[met[at].x];
        int wins = !(best >= value) & (best == best);
        winner = wins ? at : winner;
        best = wins ? value : best;
    }
    if (met[winner].is_own)
        y[met[winner].y] += grad;
}

INLINE void NAME(award_window)(const REAL *x, REAL *y, const REAL *grad, int64_t channels, const Met *met,
                               const int64_t cells)
{
    int64_t c = 0;
    for (; c + LANES <= channels; c += LANES)
        NAME(award_lanes)(x + c, y + c, *(const Vector *)(grad + c), met, cells);
    for (; c < channels; c++)
        NAME(award)(x + c, y + c, grad[c], met, cells);
}

/* Give back what some windows of a row win, which all meet the same cells from their origin. */
INLINE void NAME(award_row)(const Job *job, const Given *given, const Origin *from, int64_t windows, const Met *met,
                            const int64_t cells)
{
    const Layer *layer = job->layer;
    const REAL *x = (const REAL *)job->x + from->x, *grad = (const REAL *)given->values + from->grad;
    REAL *y = (REAL *)job->y + from->y;
    int64_t x_step = layer->stride[2] * job->x_strides[3], y_step = layer->stride[2] * job->y_strides[3];
    for (int64_t window = 0; window < windows; window++, x += x_step, y += y_step, grad += given->strides[3])
        NAME(award_window)(x, y, grad, layer->channels, met, cells);
}

/* Fill the cells of a tile of the input with what the maxima give back. */
static void NAME(award_tile)(const Job *job, const Given *given, const Tile *tile)
{
    const Layer *layer = job->layer;
    Windows meet = windows_meeting(layer, tile);
    Met *met = (Met *)job->scratch;
    for (int64_t plane = meet.first[0]; plane < meet.stop[0]; plane++)
        for (int64_t row = meet.first[1]; row < meet.stop[1]; row++)
            for (int64_t column = meet.first[2], many; column < meet.stop[2]; column += many) {
                const int64_t at[3] = {plane, row, column};
                Origin from = window_origin(job, given, tile, at);
                int64_t cells = cells_of_window(job, tile, at, met);
                many = windows_alike(layer, tile, column);
                if (cells == 4)
                    NAME(award_row)(job, given, &from, many, met, 4);
                else if (cells == 9)
                    NAME(award_row)(job, given, &from, many, met, 9);
                else if (cells)
                    NAME(award_row)(job, given, &from, many, met, cells);
            }
}

/* Add up, in the scratch, the gradients of all windows of one column that meet a row of the input. */
static void NAME(sum_up)(const Job *job, const Given *given, const Tile *tile, int64_t row, const Windows *meet)
{
    const Layer *layer = job->layer;
    REAL *sums = (REAL *)job->scratch;
    int64_t columns = meet->stop[2] - meet->first[2], channels = layer->channels;
    memset(sums, 0, (size_t)(columns * channels) * REAL_BYTES);
    for (int64_t plane = meet->first[0]; plane < meet->stop[0]; plane++)
        for (int64_t at = meet->first[1]; at < meet->stop[1]; at++)
            if (meets(layer, 0, plane, tile->plane) && meets(layer, 1, at, row))
                NAME(combine_columns)(sums, channels,
                                      (const REAL *)given->values + tile->sample * given->strides[0]
                                          + plane * given->strides[1] + at * given->strides[2]
                                          + meet->first[2] * given->strides[3],
                                      given->strides[3], columns, channels, 1);
}

/* Fill the cells of a tile of the input with what the sums give back. */
static void NAME(share_tile)(const Job *job, const Given *given, const Tile *tile)
{
    const Layer *layer = job->layer;
    const int64_t *to = job->y_strides, channels = layer->channels, stride = layer->stride[2];
    Windows all = windows_meeting(layer, tile);
    if (all.first[2] >= all.stop[2])
        return;
    for (int64_t row = tile->row; row < tile->row + tile->rows; row++) {
        REAL *y = (REAL *)job->y + tile->sample * to[0] + tile->plane * to[1] + row * to[2];
        Tile alone = *tile;
        alone.row = row;
        alone.rows = 1;
        Windows meet = windows_meeting(layer, &alone);
        NAME(sum_up)(job, given, tile, row, &meet);
        for (int64_t tap = 0; tap < layer->kernel[2]; tap++) {
            int64_t offset = tap * layer->dilation[2] - layer->before[2]; /* from window number times stride to cell */
            int64_t first = most(meet.first[2], least_window(tile->column - offset, stride));
            int64_t stop = least(meet.stop[2], least_window(tile->column + tile->columns - offset, stride));
            if (first < stop)
                NAME(combine_columns)(y + (first * stride + offset) * to[3], stride * to[3],
                                      (const REAL *)job->scratch + (first - meet.first[2]) * channels, channels,
                                      stop - first, channels, 1);
        }
    }
}

/* Fill some tiles of the input, the job's y, with the gradient of the pooling of the job's x. */
static void NAME(pool_gradient)(const Job *job, const Given *given, int is_sum, int64_t first_tile, int64_t stop_tile)
{
    for (int64_t number = first_tile; number < stop_tile; number++) {
        Tile tile = input_tile_at(job->layer, number);
        const int64_t *to = job->y_strides;
        for (int64_t row = tile.row; row < tile.row + tile.rows; row++)
            memset((REAL *)job->y + tile.sample * to[0] + tile.plane * to[1] + row * to[2] + tile.column * to[3], 0,
                   (size_t)(tile.columns * to[3]) * REAL_BYTES);
        is_sum ? NAME(share_tile)(job, given, &tile) : NAME(award_tile)(job, given, &tile);
    }
}

static size_t NAME(pool_bytes)(const Layer *layer)
{
    return 2 * (size_t)(spanned(layer, 2, least(layer->tile[1], layer->output[2])) * layer->channels) * REAL_BYTES;
}

static size_t NAME(pool_gradient_bytes)(const Layer *layer)
{
    int64_t columns = least(layer->output[2], layer->tile[1] + (layer->kernel[2] - 1) * layer->dilation[2] + 1);
    return (size_t)(columns * layer->channels) * REAL_BYTES + (size_t)product(layer->kernel) * sizeof(Met);
}

#undef LANES
#undef Vector
#undef Mask
