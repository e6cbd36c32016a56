/* The gradient of the weights of one float type: REAL, with names made by NAME.

       total[k, c, f] += sum over positions p of x[p * stride + k * dilation - before, c] * grad[p, f]

   A block of sums stays in registers while the positions of a tile go by: some rows, whose values are broadcast, times
   two columns, which are vectors. The rows are the places of a window in x, the columns filters of grad; the other way
   round where the filters fill no vector and the channels do. Where every filter reads a channel of its own, or there
   is but one channel and one filter, the vectors of both are multiplied lane by lane. What does not fill whole vectors
   is copied beside zeros first. The positions of a tile are added in reading order, then tile is added to tile. */

#define LANES ((int64_t)(VECTOR_BYTES / REAL_BYTES))
#define Vector NAME(Vector)
typedef REAL Vector __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));

/* Sum up `high` rows times `wide` columns over the positions of a tile. */
INLINE void NAME(sum_block)(const Tile *tile, Walk rows, Walk columns, const int64_t *at, const int64_t *beside,
                            Vector sums[][2], const int high, const int wide)
{
    Vector held[ROWS_AT_ONCE][2];
    for (int i = 0; i < high; i++)
        for (int j = 0; j < wide; j++)
            held[i][j] = (Vector){0};
    for (int64_t row = 0; row < tile->rows; row++) {
        const REAL *a = (const REAL *)rows.values + row * rows.row;
        const REAL *b = (const REAL *)columns.values + row * columns.row;
        for (int64_t column = 0; column < tile->columns; column++, a += rows.column, b += columns.column) {
            Vector met[2];
            for (int j = 0; j < wide; j++)
                met[j] = *(const Vector *)(b + beside[j]);
            for (int i = 0; i < high; i++)
                for (int j = 0; j < wide; j++)
                    held[i][j] += a[at[i]] * met[j];
        }
    }
    for (int i = 0; i < high; i++)
        for (int j = 0; j < wide; j++)
            sums[i][j] = held[i][j];
}

/* Add all rows times all columns to the total, where the lanes of a column are `apart`. */
static void NAME(add_blocks)(const Tile *tile, Walk rows, Walk columns, const Places *row, const Places *column,
                             int64_t apart, REAL *total)
{
    for (int64_t j = 0; j < column->count; j += 2)
        for (int64_t i = 0; i < row->count; i += ROWS_AT_ONCE) {
            const Place *here = row->places + i, *there = column->places + j;
            const int high = (int)least(row->count - i, ROWS_AT_ONCE), wide = (int)least(column->count - j, 2);
            int64_t at[ROWS_AT_ONCE], beside[2] = {there[0].from, there[wide - 1].from};
            for (int n = 0; n < ROWS_AT_ONCE; n++)
                at[n] = here[n < high ? n : 0].from; /* rows that are too many are computed, and left */
            Vector sums[ROWS_AT_ONCE][2];
#define SUM(rows_at_once, columns_at_once) \
    NAME(sum_block)(tile, rows, columns, at, beside, sums, rows_at_once, columns_at_once)
            if (high > ROWS_AT_ONCE / 2)
                wide == 2 ? SUM(ROWS_AT_ONCE, 2) : SUM(ROWS_AT_ONCE, 1);
            else if (high > ROWS_AT_ONCE / 4)
                wide == 2 ? SUM(ROWS_AT_ONCE / 2, 2) : SUM(ROWS_AT_ONCE / 2, 1);
            else
                wide == 2 ? SUM(ROWS_AT_ONCE / 4, 2) : SUM(ROWS_AT_ONCE / 4, 1);
#undef SUM
            for (int n = 0; n < high; n++)
                for (int m = 0; m < wide; m++) {
                    REAL *to = total + here[n].to + there[m].to;
                    if (apart == 1 && there[m].lanes == LANES)
                        *(Vector *)to += sums[n][m];
                    else
                        for (int64_t lane = 0; lane < there[m].lanes; lane++)
                            to[lane * apart] += sums[n][m][lane];
                }
        }
}

/* Sum up the products, lane by lane, of some places of x and of grad over the positions of a tile. */
INLINE void NAME(sum_lanes)(const Tile *tile, Walk x, Walk grad, const Place *at, Vector *sums, const int places)
{
    Vector held[LANES_AT_ONCE];
    for (int t = 0; t < places; t++)
        held[t] = (Vector){0};
    for (int64_t row = 0; row < tile->rows; row++) {
        const REAL *a = (const REAL *)x.values + row * x.row, *b = (const REAL *)grad.values + row * grad.row;
        for (int64_t column = 0; column < tile->columns; column++, a += x.column, b += grad.column)
            for (int t = 0; t < places; t++)
                held[t] += *(const Vector *)(a + at[t].from) * *(const Vector *)b;
    }
    for (int t = 0; t < places; t++)
        sums[t] = held[t];
}

/* Sum up as many places as are left, or as fit into the registers; returns how many. */
static int NAME(sum_some_lanes)(const Tile *tile, Walk x, Walk grad, const Places *window, int64_t first, Vector *sums)
{
    const Place *at = window->places + first;
    int64_t left = window->count - first;
    if (left >= 9)
        return NAME(sum_lanes)(tile, x, grad, at, sums, 9), 9;
    if (left >= 5)
        return NAME(sum_lanes)(tile, x, grad, at, sums, 5), 5;
    if (left >= 3)
        return NAME(sum_lanes)(tile, x, grad, at, sums, 3), 3;
    return NAME(sum_lanes)(tile, x, grad, at, sums, 1), 1;
}

/* Every filter reads a channel of its own: the channels are the lanes. */
static void NAME(add_channels)(const Layer *layer, const Tile *tile, Walk x, Walk grad, const Places *window,
                               REAL *total)
{
    for (int64_t f = 0; f < layer->filters; f += LANES) {
        Walk own = {(const char *)((const REAL *)x.values + f), x.row, x.column};
        Walk given = {(const char *)((const REAL *)grad.values + f), grad.row, grad.column};
        int64_t lanes = least(LANES, layer->filters - f);
        Vector sums[LANES_AT_ONCE];
        for (int64_t first = 0, many; first < window->count; first += many) {
            many = NAME(sum_some_lanes)(tile, own, given, window, first, sums);
            for (int64_t t = 0; t < many; t++)
                for (int64_t lane = 0; lane < lanes; lane++)
                    total[window->places[first + t].to + f + lane] += sums[t][lane];
        }
    }
}

/* One channel and one filter: columns of positions, side by side in both, are the lanes. */
static void NAME(add_columns)(const Tile *tile, Walk x, Walk grad, const Places *window, REAL *total)
{
    Tile narrow = *tile;
    narrow.columns = 1;
    int64_t column = 0;
    for (; column + LANES <= tile->columns; column += LANES) {
        Walk own = {(const char *)((const REAL *)x.values + column), x.row, 0};
        Walk given = {(const char *)((const REAL *)grad.values + column), grad.row, 0};
        Vector sums[LANES_AT_ONCE];
        for (int64_t first = 0, many; first < window->count; first += many) {
            many = NAME(sum_some_lanes)(&narrow, own, given, window, first, sums);
            for (int64_t t = 0; t < many; t++)
                for (int64_t lane = 0; lane < LANES; lane++)
                    total[window->places[first + t].to] += sums[t][lane];
        }
    }
    for (int64_t t = 0; t < window->count; t++) {
        REAL sum = 0;
        for (int64_t row = 0; row < tile->rows; row++)
            for (int64_t at = column; at < tile->columns; at++)
                sum += ((const REAL *)x.values)[row * x.row + at + window->places[t].from]
                       * ((const REAL *)grad.values)[row * grad.row + at];
        total[window->places[t].to] += sum;
    }
}

/* Copy cells that are `*walk` apart, so that groups of `count` values fill whole vectors, zeros after them; each value
   several times. Afterwards `*walk` goes through the copies. */
static REAL *NAME(widen)(Walk *walk, int64_t rows, int64_t columns, int64_t groups, int64_t count, int64_t repeats,
                         REAL *room)
{
    int64_t wide = blocks(count * repeats, LANES) * LANES;
    const REAL *values = (const REAL *)walk->values;
    REAL *to = room;
    for (int64_t row = 0; row < rows; row++)
        for (int64_t column = 0; column < columns; column++) {
            const REAL *from = values + row * walk->row + column * walk->column;
            for (int64_t group = 0; group < groups; group++, from += count) {
                REAL *end = to + wide;
                for (int64_t at = 0; at < count; at++)
                    for (int64_t again = 0; again < repeats; again++)
                        *to++ = from[at];
                while (to < end)
                    *to++ = 0;
            }
        }
    *walk = (Walk){(const char *)room, columns * groups * wide, groups * wide};
    return to;
}

/* Add up the gradients of each filter in double: the sum of many has no larger error than that of few. */
static void NAME(gather_bias)(const Tile *tile, Walk grad, int64_t filters, double *bias)
{
    const int64_t together = filters < FEW_FILTERS ? FEW_FILTERS / filters : 1, wide = together * filters;
    double few[FEW_FILTERS] = {0}, *sums = together > 1 ? few : bias;
    for (int64_t row = 0; row < tile->rows; row++)
        for (int64_t column = 0, many; column < tile->columns; column += many) {
            const REAL *from = (const REAL *)grad.values + row * grad.row + column * grad.column;
            many = grad.column == filters ? least(together, tile->columns - column) : 1;
            for (int64_t at = 0; at < many * filters; at++)
                sums[at] += from[at];
        }
    for (int64_t at = 0; together > 1 && at < wide; at++)
        bias[at % filters] += few[at];
}

static size_t NAME(gather_bytes)(const Layer *layer)
{
    int64_t together = layer->filters / layer->groups, whole = blocks(layer->filters, LANES) * LANES;
    int64_t positions = least(layer->tile[0], layer->output[1]) * least(layer->tile[1], layer->output[2]);
    int64_t widened = positions * most(layer->groups * blocks(together, LANES) * LANES, whole);
    size_t cells = band_bytes(layer, REAL_BYTES);
    if (is_by_channel(layer))
        cells += cells / (size_t)layer->channels * (size_t)whole;
    return (size_t)place_count(layer) * sizeof(Place) + cells + (size_t)widened * REAL_BYTES;
}

static void NAME(gather_by_channel)(const Layer *layer, const Tile *tile, Band seen, Walk grad, REAL *room,
                                    Place *places, const Totals *totals)
{
    int64_t repeats = layer->filters / layer->channels;
    if (repeats > 1 || layer->filters % LANES) {
        int64_t rows = spanned(layer, 1, tile->rows), columns = spanned(layer, 2, tile->columns);
        const REAL *made = room;
        int64_t wide = blocks(layer->filters, LANES) * LANES;
        for (int64_t plane = 0; plane < layer->kernel[0]; plane++) {
            Walk cells = {seen.cells + plane * seen.strides[0] * REAL_BYTES, seen.strides[1], seen.strides[2]};
            room = NAME(widen)(&cells, rows, columns, 1, layer->channels, repeats, room);
        }
        room = NAME(widen)(&grad, tile->rows, tile->columns, 1, layer->filters, 1, room);
        seen = (Band){(const char *)made, {rows * columns * wide, columns * wide, wide}};
    }
    Walk x = {seen.cells, layer->stride[1] * seen.strides[1], layer->stride[2] * seen.strides[2]};
    Places window;
    window_places(layer, &seen, 1, totals->step, &window, places);
    NAME(add_channels)(layer, tile, x, grad, &window, (REAL *)totals->weights);
}

static void NAME(gather_by_group)(const Layer *layer, const Tile *tile, Band seen, Walk grad, REAL *room, Place *places,
                                  const Totals *totals)
{
    int64_t channels = layer->channels / layer->groups, together = layer->filters / layer->groups, next = together;
    int is_turned = together < LANES && channels % LANES == 0;
    if (together % LANES && !is_turned) {
        NAME(widen)(&grad, tile->rows, tile->columns, layer->groups, together, 1, room);
        next = blocks(together, LANES) * LANES;
    }
    Places window, filters;
    places = window_places(layer, &seen, is_turned ? LANES : 1, totals->step, &window, places);
    filter_places(layer, is_turned ? 1 : LANES, &filters, places);
    for (int64_t group = 0; group < layer->groups; group++) {
        const REAL *first = (const REAL *)seen.cells + group * channels;
        Walk x = {(const char *)first, layer->stride[1] * seen.strides[1], layer->stride[2] * seen.strides[2]};
        Walk given = {(const char *)((const REAL *)grad.values + group * next), grad.row, grad.column};
        REAL *total = (REAL *)totals->weights + group * together;
        if (is_turned)
            NAME(add_blocks)(tile, given, x, &filters, &window, totals->step, total);
        else
            NAME(add_blocks)(tile, x, given, &window, &filters, 1, total);
    }
}

static void NAME(gather_tile)(const Job *job, const Tile *tile, const Totals *totals)
{
    const Layer *layer = job->layer;
    const int64_t *of = job->y_strides;
    Job own = *job;
    own.scratch += (size_t)place_count(layer) * sizeof(Place);
    Place *places = (Place *)job->scratch;
    Band seen = band(&own, tile, REAL_BYTES);
    REAL *room = (REAL *)(own.scratch + band_bytes(layer, REAL_BYTES));
    const REAL *first = (const REAL *)job->y + tile->sample * of[0] + tile->plane * of[1] + tile->row * of[2]
                        + tile->column * of[3];
    Walk grad = {(const char *)first, of[2], of[3]};
    NAME(gather_bias)(tile, grad, layer->filters, totals->bias);
    int is_flat = layer->channels == 1 && layer->filters == 1 && layer->stride[2] == 1;
    if (is_by_channel(layer))
        NAME(gather_by_channel)(layer, tile, seen, grad, room, places, totals);
    else if (is_flat && seen.strides[2] == 1 && of[3] == 1) {
        Walk x = {seen.cells, layer->stride[1] * seen.strides[1], 1};
        Places window;
        window_places(layer, &seen, 1, totals->step, &window, places);
        NAME(add_columns)(tile, x, grad, &window, (REAL *)totals->weights);
    } else
        NAME(gather_by_group)(layer, tile, seen, grad, room, places, totals);
}

/* Add what some tiles give to the totals; the job's y is the gradient. */
static void NAME(gather)(const Job *job, const Totals *totals, int64_t first_tile, int64_t stop_tile)
{
    for (int64_t number = first_tile; number < stop_tile; number++) {
        Tile tile = tile_at(job->layer, number);
        NAME(gather_tile)(job, &tile, totals);
    }
}

#undef LANES
#undef Vector
