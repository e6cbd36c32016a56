/* Filters as lanes: a vector holds neighbouring filters, and the sums of several positions stay in registers.

       sums[p][v] += x[position p, term] * weights[term, filters of v]      for every term, in the order of the formula

   Included for each float type and number of LANES. */

typedef REAL LANE(vector) __attribute__((vector_size(LANES * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));

/* P positions at a time and V vectors of filters. The last block of a row overlaps the one before, so all are whole. */
INLINE void LANE(filter_row)(const FilterRow *row, const int P, const int V)
{
    typedef LANE(vector) vector;
    const int64_t step = row->step;
    REAL *kept = row->kept;
    for (int64_t at = 0; at < row->columns; at += P, kept += P * V * LANES) {
        const int64_t column = least(at, row->columns - P);
        const REAL *x = (const REAL *)row->x + column * step, *weights = row->weights;
        vector sums[12][2];
        UNROLL for (int p = 0; p < P; p++)
            UNROLL for (int v = 0; v < V; v++)
                sums[p][v] = row->is_first ? (vector){0} : *(const vector *)(kept + (p * V + v) * LANES);
        if (row->is_last)
            UNROLL for (int p = 0; p < P; p++)
                UNROLL for (int v = 0; v < V; v++)
                    __builtin_prefetch((REAL *)row->y + (column + p) * row->y_step + v * LANES, 1);
        for (int64_t tap = 0; tap < row->taps; tap++) {
            const REAL *cells = x + row->offsets[tap];
            for (int64_t term = 0; term < row->terms; term++, weights += V * LANES)
                UNROLL for (int p = 0; p < P; p++)
                    UNROLL for (int v = 0; v < V; v++)
                        sums[p][v] += cells[p * step + term] * *(const vector *)(weights + v * LANES);
        }
        UNROLL for (int p = 0; p < P; p++)
            UNROLL for (int v = 0; v < V; v++)
                if (row->is_last)
                    *(vector *)((REAL *)row->y + (column + p) * row->y_step + v * LANES)
                        = sums[p][v] + *(const vector *)((const REAL *)row->bias + v * LANES);
                else
                    *(vector *)(kept + (p * V + v) * LANES) = sums[p][v];
    }
}

#define SHAPE(P, V)                                                                                                    \
    case P * 4 + V:                                                                                                    \
        LANE(filter_row)(row, P, V);                                                                                   \
        break

/* One shape of block each: the compiler keeps all sums of it in registers. */
static void LANE(filter_rows)(const FilterRow *row, int positions, int vectors)
{
    switch (positions * 4 + vectors) {
#if LANES * REAL_BYTES == VECTOR_BYTES
#if MANY_REGISTERS
        SHAPE(12, 2);
        SHAPE(8, 2);
#endif
        SHAPE(6, 2);
        SHAPE(4, 2);
        SHAPE(2, 2);
        SHAPE(1, 2);
#endif
        SHAPE(12, 1);
        SHAPE(8, 1);
        SHAPE(4, 1);
        SHAPE(2, 1);
        SHAPE(1, 1);
    }
}
#undef SHAPE
