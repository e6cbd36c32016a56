/* Channels as lanes: a layer whose filters read one channel each, and each channel has one filter.

       sums[p] += x[position p, tap, channels] * weights[tap, channels]      for every tap

   Included for each float type and number of LANES. */

INLINE void LANE(depthwise_block)(const FilterRow *row, int64_t column, const int P)
{
    typedef LANE(vector) vector;
    const REAL *bias = row->bias;
    for (int64_t at = 0; at < row->terms; at += LANES) {
        const int64_t channel = least(at, row->terms - LANES);
        const REAL *x = (const REAL *)row->x + column * row->step + channel;
        const REAL *weights = (const REAL *)row->weights + channel;
        REAL *y = (REAL *)row->y + column * row->y_step + channel;
        vector sums[8];
        UNROLL for (int p = 0; p < P; p++)
            sums[p] = (vector){0};
        for (int64_t tap = 0; tap < row->taps; tap++, weights += row->terms) {
            const REAL *cells = x + row->offsets[tap];
            UNROLL for (int p = 0; p < P; p++)
                sums[p] += *(const vector *)(cells + p * row->step) * *(const vector *)weights;
        }
        UNROLL for (int p = 0; p < P; p++)
            *(vector *)(y + p * row->y_step) = sums[p] + *(const vector *)(bias + channel);
    }
}

static void LANE(depthwise_row)(const FilterRow *row)
{
    int64_t column = 0;
    for (; column + 8 <= row->columns; column += 8)
        LANE(depthwise_block)(row, column, 8);
    for (; column < row->columns; column++)
        LANE(depthwise_block)(row, column, 1);
}
