/* Channels as lanes: a layer whose filters read one channel each, and each channel has one filter.

       sums[p] += x[position p, tap, channels] * weights[tap, channels]      for every tap

   Included for each float type and number of LANES. */

/* P positions and V vectors at a time. Where windows are as far apart as the taps of a row, K of them, they share what
   they read. */
INLINE void LANE(depthwise_block)(const FilterRow *row, int64_t column, const int P, const int V, const int K)
{
    typedef LANE(vector) vector;
    const int64_t step = row->step;
    for (int64_t at = 0; at < row->terms; at += V * LANES) {
        const int64_t channel = least(at, row->terms - V * LANES);
        const REAL *x = (const REAL *)row->x + column * step + channel, *weights = (const REAL *)row->weights + channel;
        REAL *y = (REAL *)row->y + column * row->y_step + channel;
        vector sums[8][2], w[MOST_SHARED][2];
        UNROLL for (int p = 0; p < P; p++)
            UNROLL for (int v = 0; v < V; v++)
                sums[p][v] = (vector){0};
        UNROLL for (int p = 0; p < P; p++)
            UNROLL for (int v = 0; v < V; v++)
                __builtin_prefetch(x + row->ahead + p * step + v * LANES);
        for (int64_t tap = 0; tap < row->taps; tap += K, weights += K * row->terms) {
            const REAL *cells = x + row->offsets[tap];
            UNROLL for (int k = 0; k < K; k++)
                UNROLL for (int v = 0; v < V; v++)
                    w[k][v] = *(const vector *)(weights + k * row->terms + v * LANES);
            UNROLL for (int cell = 0; cell < P + K - 1; cell++)
                UNROLL for (int v = 0; v < V; v++) {
                    vector value = *(const vector *)(cells + cell * step + v * LANES);
                    IN_REGISTER(value);
                    UNROLL for (int k = cell < P ? 0 : cell - P + 1; k < K && k <= cell; k++)
                        sums[cell - k][v] += value * w[k][v];
                }
        }
        UNROLL for (int p = 0; p < P; p++)
            UNROLL for (int v = 0; v < V; v++)
                *(vector *)(y + p * row->y_step + v * LANES)
                    = sums[p][v] + *(const vector *)((const REAL *)row->bias + channel + v * LANES);
    }
}

INLINE void LANE(depthwise_blocks)(const FilterRow *row, const int P, const int V, const int K)
{
    int64_t column = 0;
    for (; column + P <= row->columns; column += P)
        LANE(depthwise_block)(row, column, P, V, K);
    for (; column < row->columns; column++)
        LANE(depthwise_block)(row, column, 1, V, K);
}

static void LANE(depthwise_row)(const FilterRow *row, int64_t shared)
{
    if (shared == 3 && MANY_REGISTERS && row->terms >= 2 * LANES)
        LANE(depthwise_blocks)(row, 8, 2, 3);
    else if (shared == 3)
        LANE(depthwise_blocks)(row, 8, 1, 3);
    else if (shared == 5)
        LANE(depthwise_blocks)(row, 8, 1, 5);
    else
        LANE(depthwise_blocks)(row, 8, 1, 1);
}
