/* Pooling of one float type: REAL, with names made by NAME.

       y[p, c] = the largest, or the divided sum, of x[p * stride + k * dilation - before, c] over k that meet a cell

   A row of windows is pooled in two steps: the rows of x that they meet into one, cell by cell, and its columns then.
   Both go through values side by side. What a maximum gives back is found window by window: the largest value first,
   then the first cell, in reading order, that holds it. A thread gives back to cells of its own: windows that reach
   beyond these are looked at by several threads. */

#define LANES ((int64_t)(VECTOR_BYTES / REAL_BYTES))
#define Vector NAME(PoolVector)
#define Mask NAME(PoolMask)
typedef REAL Vector __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));
typedef SAME_SIZE Mask __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));

/* Room for where the cells are that are pooled together: those of some rows, or those of a row. */
static size_t NAME(met_bytes)(const Layer *layer)
{
    return rounded((size_t)most(layer->kernel[0] * layer->kernel[1], layer->kernel[2]) * sizeof(const REAL *));
}

INLINE Vector NAME(chosen)(Mask mask, Vector a, Vector b) { return (Vector)(((Mask)a & mask) | ((Mask)b & ~mask)); }

/* The larger one, the first of two equal ones; NaN where either is. Compilers know the loop as one instruction, which
   would lose a NaN of b. */
INLINE Vector NAME(larger_lanes)(Vector a, Vector b)
{
    Vector larger = a;
    for (int64_t lane = 0; lane < LANES; lane++)
        larger[lane] = b[lane] > a[lane] ? b[lane] : a[lane];
    return NAME(chosen)(b != b, b, larger);
}

/* Some lanes of a vector, to and from memory. */
INLINE Vector NAME(load)(const REAL *from, int64_t lanes)
{
    Vector loaded = {0};
    memcpy(&loaded, from, (size_t)lanes * REAL_BYTES);
    return loaded;
}

INLINE void NAME(store)(REAL *to, Vector vector, int64_t lanes) { memcpy(to, &vector, (size_t)lanes * REAL_BYTES); }

/* Calls a function for all whole vectors of some values, and for what is left of one. */
#define BY_VECTORS(count, function, ...)                                                                               \
    do {                                                                                                               \
        int64_t at = 0;                                                                                                \
        for (; at + LANES <= (count); at += LANES)                                                                     \
            NAME(function)(at, LANES, __VA_ARGS__);                                                                    \
        if (at < (count))                                                                                              \
            NAME(function)(at, (count) - at, __VA_ARGS__);                                                             \
    } while (0)

/* Combine values of `many` places, which are `offset` and more from these, in their maxima or in their divided sums. */
INLINE void NAME(combine_lanes)(int64_t at, int64_t lanes, REAL *to, const REAL *const *from, int64_t offset,
                                const int64_t many, const int is_sum, const REAL divisor)
{
    Vector one = NAME(load)(from[0] + offset + at, lanes);
    if (is_sum)
        one += (REAL)0; /* as a sum begins */
    for (int64_t n = 1; n < many; n++) {
        Vector other = NAME(load)(from[n] + offset + at, lanes);
        if (is_sum)
            one += other;
        else
            one = NAME(larger_lanes)(one, other);
    }
    if (is_sum)
        one /= divisor;
    NAME(store)(to + at, one, lanes);
}

/* The same for pieces that are apart: `count` values each, `to_step` and `from_step` from one to the next. */
INLINE void NAME(combine)(REAL *to, int64_t to_step, const REAL *const *from, int64_t from_step, int64_t pieces,
                          int64_t count, int64_t many, const int is_sum, const REAL divisor)
{
    if (to_step == count && from_step == count)
        count *= pieces, pieces = 1;
    const REAL *few[3] = {from[0], from[many > 1 ? 1 : 0], from[many > 2 ? 2 : 0]}; /* kept in registers */
    for (int64_t piece = 0; piece < pieces; piece++, to += to_step)
        if (many == 2)
            BY_VECTORS(count, combine_lanes, to, few, piece * from_step, 2, is_sum, divisor);
        else if (many == 3)
            BY_VECTORS(count, combine_lanes, to, few, piece * from_step, 3, is_sum, divisor);
        else
            BY_VECTORS(count, combine_lanes, to, from, piece * from_step, many, is_sum, divisor);
}

INLINE void NAME(fill)(REAL *to, int64_t count, REAL value)
{
    for (int64_t at = 0; at < count; at++)
        to[at] = value;
}

/* Pool the rows of x that one row of windows meets into one, padding included. */
INLINE void NAME(pool_down)(const Job *job, const Tile *tile, int64_t row, const REAL **met, REAL *pooled,
                            const int is_sum)
{
    const Layer *layer = job->layer;
    const int64_t *x = job->x_strides, channels = layer->channels;
    int64_t corner[3] = {tile->plane * layer->stride[0] - layer->before[0], row * layer->stride[1] - layer->before[1],
                         tile->column * layer->stride[2] - layer->before[2]};
    int64_t columns = spanned(layer, 2, tile->columns), many = 0;
    int64_t from = most(corner[2], 0), stop = least(corner[2] + columns, layer->spatial[2]);
    Taps deep = taps_inside(layer, 0, corner[0]), high = taps_inside(layer, 1, corner[1]);
    for (int64_t plane = deep.first; plane < deep.stop; plane++)
        for (int64_t tap = high.first; tap < high.stop; tap++)
            met[many++] = (const REAL *)job->x + tile->sample * x[0] + (corner[0] + plane * layer->dilation[0]) * x[1]
                          + (corner[1] + tap * layer->dilation[1]) * x[2] + from * x[3];
    const REAL outside = is_sum ? 0 : -(REAL)INFINITY;
    if (!many || from >= stop) {
        NAME(fill)(pooled, columns * channels, outside);
        return;
    }
    const int64_t before = (from - corner[2]) * channels, inside = (stop - from) * channels;
    NAME(fill)(pooled, before, outside);
    NAME(combine)(pooled + before, channels, met, x[3], stop - from, channels, many, is_sum, 1);
    NAME(fill)(pooled + before + inside, columns * channels - before - inside, outside);
}

INLINE void NAME(pool_tile)(const Job *job, const Tile *tile, const int is_sum, const REAL divisor)
{
    const Layer *layer = job->layer;
    const int64_t *to = job->y_strides, channels = layer->channels, stride = layer->stride[2], taps = layer->kernel[2];
    const REAL **met = (const REAL **)job->scratch;
    REAL *cells = (REAL *)(job->scratch + NAME(met_bytes)(layer));
    REAL *room = cells + spanned(layer, 2, tile->columns) * channels;
    for (int64_t row = tile->row; row < tile->row + tile->rows; row++) {
        REAL *y = (REAL *)job->y + tile->sample * to[0] + tile->plane * to[1] + row * to[2] + tile->column * to[3];
        NAME(pool_down)(job, tile, row, met, cells, is_sum);
        for (int64_t tap = 0; tap < taps; tap++)
            met[tap] = cells + tap * layer->dilation[2] * channels;
        if (channels >= LANES || stride >= LANES || stride == 1) {
            NAME(combine)(y, to[3], met, stride * channels, tile->columns, channels, taps, is_sum, divisor);
            continue;
        }
        /* vectors are filled by all columns, as if the stride were 1; what there is a window for is kept */
        BY_VECTORS(((tile->columns - 1) * stride + 1) * channels, combine_lanes, room, met, 0, taps, is_sum,
                   divisor);
        const REAL *kept = room;
        for (int64_t column = 0; column < tile->columns; column++, y += to[3], kept += stride * channels)
            for (int64_t c = 0; c < channels; c++)
                y[c] = kept[c];
    }
}

/* Pool in maxima where the divisor is 0, else in sums, each divided. */
static void NAME(pool)(const Job *job, double divisor, int64_t first_tile, int64_t stop_tile)
{
    for (int64_t number = first_tile; number < stop_tile; number++) {
        Tile tile = tile_at(job->layer, number);
        if (divisor != 0)
            NAME(pool_tile)(job, &tile, 1, (REAL)divisor);
        else
            NAME(pool_tile)(job, &tile, 0, 1);
    }
}

/* Where a value takes the place of the largest one before it: NaN wins, and nothing wins against NaN. */
INLINE Mask NAME(wins)(Vector value, Vector largest) { return ~(largest >= value) & (largest == largest); }

/* Give the gradient of some lanes of a window to the first cells that hold their largest value. */
INLINE void NAME(award_lanes)(const REAL *x, REAL *y, Vector grad, const Met *met, const int64_t cells)
{
    Vector best = *(const Vector *)(x + met[0].x);
    Mask winner = {0};
    for (int64_t at = 1; at < cells; at++) {
        Vector value = *(const Vector *)(x + met[at].x);
        Mask wins = NAME(wins)(value, best);
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

/* Windows that are one cell apart and small share what is found out about a row: the largest value of a window in it,
   and its tap. The row of the largest of these gets the gradient first, its cell then. */
typedef struct {
    REAL *best;
    SAME_SIZE *tap;
    REAL *sums; /* what the row gets */
} NAME(Found);

/* The rows of x that are known at a time, each of so many values. */
static int64_t NAME(known_rows)(const Layer *layer) { return (layer->kernel[1] - 1) * layer->dilation[1] + 1; }

static int64_t NAME(known_values)(const Layer *layer)
{
    int64_t columns = least(layer->output[2], layer->tile[1] + (layer->kernel[2] - 1) * layer->dilation[2]);
    return (int64_t)rounded((size_t)(columns * layer->channels) * REAL_BYTES) / REAL_BYTES;
}

static int NAME(is_shared)(const Layer *layer)
{
    return layer->kernel[0] == 1 && layer->stride[1] == 1 && layer->stride[2] == 1 && layer->kernel[1] <= 3
           && layer->kernel[2] <= 3 && NAME(known_rows)(layer) <= MOST_KNOWN;
}

static NAME(Found) NAME(found)(const Job *job, int64_t row)
{
    const int64_t values = NAME(known_values)(job->layer);
    REAL *first = (REAL *)job->scratch + row % NAME(known_rows)(job->layer) * 3 * values;
    return (NAME(Found)){first, (SAME_SIZE *)(first + values), first + 2 * values};
}

/* The first of the largest of some values that are `step` apart, and its tap. */
INLINE void NAME(find_lanes)(int64_t at, int64_t lanes, const REAL *x, int64_t ahead, int64_t step, int64_t first,
                             REAL *best, SAME_SIZE *tap, const int taps)
{
    __builtin_prefetch(x + ahead + at);
    Vector largest = NAME(load)(x + at, lanes);
    Mask winner = (Mask){0} + (SAME_SIZE)first;
    UNROLL for (int n = 1; n < taps; n++) {
        const Vector value = NAME(load)(x + at + n * step, lanes);
        const Mask wins = NAME(wins)(value, largest);
        largest = NAME(chosen)(wins, value, largest);
        winner = (winner & ~wins) | (wins & (SAME_SIZE)(first + n));
    }
    NAME(store)(best + at, largest, lanes);
    NAME(store)((REAL *)tap + at, (Vector)winner, lanes);
}

/* Find the best of a row for the windows of some columns, and begin its sums; the next row is `ahead`. */
static void NAME(find)(const Layer *layer, const REAL *x, int64_t ahead, const Windows *meet, NAME(Found) to)
{
    const int64_t channels = layer->channels, d = layer->dilation[2], reach = (layer->kernel[2] - 1) * d;
    memset(to.sums, 0, (size_t)((meet->stop[2] - meet->first[2]) * channels) * REAL_BYTES);
    for (int64_t column = meet->first[2], many; column < meet->stop[2]; column += many) {
        const int64_t first = column - layer->before[2], at = (column - meet->first[2]) * channels;
        const Taps inside = taps_inside(layer, 2, first);
        const int64_t taps = inside.stop - inside.first;
        many = taps == layer->kernel[2] ? least(meet->stop[2] - column, layer->spatial[2] - reach - first) : 1;
        const REAL *cells = x + (first + inside.first * d) * channels;
        REAL *best = to.best + at;
        SAME_SIZE *tap = to.tap + at;
        if (taps == 3)
            BY_VECTORS(many * channels, find_lanes, cells, ahead, d * channels, inside.first, best, tap, 3);
        else if (taps == 2)
            BY_VECTORS(many * channels, find_lanes, cells, ahead, d * channels, inside.first, best, tap, 2);
        else if (taps == 1)
            BY_VECTORS(many * channels, find_lanes, cells, ahead, d * channels, inside.first, best, tap, 1);
        else
            for (int64_t c = 0; c < channels; c++)
                best[c] = 0, tap[c] = -1; /* the window meets nothing */
    }
}

/* Give the gradients of a row of windows to the first rows that hold their largest values. */
INLINE void NAME(pick_lanes)(int64_t at, int64_t lanes, const NAME(Found) *rows, const REAL *grad, int64_t ahead,
                             const int taps)
{
    __builtin_prefetch(grad + ahead + at);
    const Vector given = NAME(load)(grad + at, lanes);
    Vector largest = NAME(load)(rows[0].best + at, lanes);
    Mask winner = {0};
    UNROLL for (int n = 1; n < taps; n++) {
        const Vector value = NAME(load)(rows[n].best + at, lanes);
        const Mask wins = NAME(wins)(value, largest);
        largest = NAME(chosen)(wins, value, largest);
        winner = (winner & ~wins) | (wins & (SAME_SIZE)n);
    }
    UNROLL for (int n = 0; n < taps; n++) {
        REAL *sums = rows[n].sums + at;
        const Vector own = (Vector)((Mask)given & (winner == (SAME_SIZE)n));
        NAME(store)(sums, NAME(load)(sums, lanes) + own, lanes);
    }
}

INLINE void NAME(give_lanes)(int64_t at, int64_t lanes, const REAL *sums, const SAME_SIZE *taps, SAME_SIZE tap,
                             REAL *to)
{
    const Mask is_own = (Mask)NAME(load)((const REAL *)taps + at, lanes) == tap;
    const Vector own = (Vector)((Mask)NAME(load)(sums + at, lanes) & is_own);
    NAME(store)(to + at, NAME(load)(to + at, lanes) + own, lanes);
}

/* Give what a row got to the cells that hold the best of it. */
static void NAME(give_row)(const Layer *layer, const Tile *tile, const Windows *meet, NAME(Found) from, REAL *y)
{
    const int64_t channels = layer->channels;
    for (int64_t tap = 0; tap < layer->kernel[2]; tap++) {
        const int64_t offset = tap * layer->dilation[2] - layer->before[2];
        const int64_t first = most(meet->first[2], tile->column - offset);
        const int64_t count = (least(meet->stop[2], tile->column + tile->columns - offset) - first) * channels;
        const int64_t from_first = (first - meet->first[2]) * channels;
        REAL *to = y + (first + offset) * channels;
        BY_VECTORS(count, give_lanes, from.sums + from_first, from.tap + from_first, (SAME_SIZE)tap, to);
    }
}

/* Fill the cells of a tile of the input with what the maxima of such windows give back. */
static void NAME(award_shared)(const Job *job, const Given *given, const Tile *tile)
{
    const Layer *layer = job->layer;
    const Windows meet = windows_meeting(layer, tile);
    const int64_t *from = job->x_strides, *to = job->y_strides, *of = given->strides;
    const int64_t count = (meet.stop[2] - meet.first[2]) * layer->channels;
    if (count <= 0 || meet.first[0] >= meet.stop[0])
        return;
    const int64_t last = least(meet.stop[1] - 1 - layer->before[1] + NAME(known_rows)(layer), layer->spatial[1]);
    int64_t known = most(meet.first[1] - layer->before[1], 0), done = known;
    for (int64_t window = meet.first[1]; window < meet.stop[1]; window++) {
        const int64_t first = window - layer->before[1], stop = least(first + NAME(known_rows)(layer), last);
        for (; known < stop; known++)
            NAME(find)(layer, (const REAL *)job->x + tile->sample * from[0] + tile->plane * from[1] + known * from[2],
                       from[2], &meet, NAME(found)(job, known));
        const Taps inside = taps_inside(layer, 1, first);
        const int64_t taps = inside.stop - inside.first;
        NAME(Found) rows[3] = {{0}};
        for (int n = 0; n < 3 && taps > 0; n++)
            rows[n] = NAME(found)(job, first + (inside.first + least(n, taps - 1)) * layer->dilation[1]);
        const REAL *grad = (const REAL *)given->values + tile->sample * of[0] + meet.first[0] * of[1]
                           + window * of[2] + meet.first[2] * of[3];
        if (taps == 3)
            BY_VECTORS(count, pick_lanes, rows, grad, of[2], 3);
        else if (taps == 2)
            BY_VECTORS(count, pick_lanes, rows, grad, of[2], 2);
        else if (taps == 1)
            BY_VECTORS(count, pick_lanes, rows, grad, of[2], 1);
        for (; done < known && (done <= first || window + 1 == meet.stop[1]); done++)
            if (done >= tile->row && done < tile->row + tile->rows)
                NAME(give_row)(layer, tile, &meet, NAME(found)(job, done),
                               (REAL *)job->y + tile->sample * to[0] + tile->plane * to[1] + done * to[2]);
    }
}

/* Add values to others, cell by cell. */
static void NAME(add_cells)(REAL *to, int64_t to_step, const REAL *from, int64_t from_step, int64_t cells,
                            int64_t count)
{
    if (to_step == count && from_step == count)
        count *= cells, cells = 1;
    for (int64_t cell = 0; cell < cells; cell++, to += to_step, from += from_step)
        for (int64_t at = 0; at < count; at++)
            to[at] += from[at];
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
                NAME(add_cells)(sums, channels,
                                (const REAL *)given->values + tile->sample * given->strides[0]
                                    + plane * given->strides[1] + at * given->strides[2]
                                    + meet->first[2] * given->strides[3],
                                given->strides[3], columns, channels);
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
                NAME(add_cells)(y + (first * stride + offset) * to[3], stride * to[3],
                                (const REAL *)job->scratch + (first - meet.first[2]) * channels, channels,
                                stop - first, channels);
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
        const int64_t channels = job->layer->channels;
        const int is_dense = job->x_strides[3] == channels && given->strides[3] == channels;
        (is_sum                                    ? NAME(share_tile)
         : is_dense && NAME(is_shared)(job->layer) ? NAME(award_shared)
                                                   : NAME(award_tile))(job, given, &tile);
    }
}

static size_t NAME(pool_bytes)(const Layer *layer)
{
    int64_t columns = spanned(layer, 2, least(layer->tile[1], layer->output[2]));
    return NAME(met_bytes)(layer) + 2 * (size_t)(columns * layer->channels) * REAL_BYTES;
}

static size_t NAME(pool_gradient_bytes)(const Layer *layer)
{
    int64_t columns = least(layer->output[2], layer->tile[1] + (layer->kernel[2] - 1) * layer->dilation[2] + 1);
    size_t sums = (size_t)(columns * layer->channels) * REAL_BYTES, met = (size_t)product(layer->kernel) * sizeof(Met);
    size_t known = NAME(is_shared)(layer) ? (size_t)(NAME(known_rows)(layer) * 3 * NAME(known_values)(layer)) : 0;
    return sums + met + known * REAL_BYTES;
}

#undef BY_VECTORS
#undef LANES
#undef Vector
#undef Mask
