/* Channels as lanes: a layer whose filters read one channel each, and each channel has one filter.

       sums[p] += x[position p, tap, channels] * weights[tap, channels]      for every tap

   Included for each float type and number of LANES. */

/* P positions at a time. Where windows are as far apart as the taps of a row, K of them, they share what they read. */
INLINE void LANE(depthwise_block)(const FilterRow *row, int64_t column, const int P, const int K)
{
    typedef LANE(vector) vector;
    const int64_t step = row->step;
    for (int64_t at = 0; at < row->terms; at += LANES) {
        const int64_t channel = least(at, row->terms - LANES);
        const REAL *x = (const REAL *)row->x + column * step + channel, *weights = (const REAL *)row->weights + channel;
        REAL *y = (REAL *)row->y + column * row->y_step + channel;
        vector sums[8], w[MOST_SHARED];
        UNROLL for (int p = 0; p < P; p++)
            sums[p] = (vector){0};
        for (int64_t tap = 0; tap < row->taps; tap += K, weights += K * row->terms) {
            const REAL *cells = x + row->offsets[tap];
            UNROLL for (int k = 0; k < K; k++)
                w[k] = *(const vector *)(weights + k * row->terms);
            UNROLL for (int cell = 0; cell < P + K - 1; cell++) {
                const vector value = *(const vector *)(cells + cell * step);
                UNROLL for (int k = most(0, cell - P + 1); k <= least(cell, K - 1); k++)
                    sums[cell - k] += value * w[k];
            }
        }
        UNROLL for (int p = 0; p < P; p++)
            *(vector *)(y + p * row->y_step) = sums[p] + *(const vector *)((const REAL *)row->bias + channel);
    }
}

INLINE void LANE(depthwise_blocks)(const FilterRow *row, const int K)
{
    int64_t column = 0;
    for (; column + 8 <= row->columns; column += 8)
        LANE(depthwise_block)(row, column, 8, K);
    for (; column < row->columns; column++)
        LANE(depthwise_block)(row, column, 1, K);
}

static void LANE(depthwise_row)(const FilterRow *row, int64_t shared)
{
    if (shared == 3)
        LANE(depthwise_blocks)(row, 3);
    else if (shared == 5)
        LANE(depthwise_blocks)(row, 5);
    else
        LANE(depthwise_blocks)(row, 1);
}
