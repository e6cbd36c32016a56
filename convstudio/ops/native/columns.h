/* Columns as lanes: for few filters, one at a time. Rows that are neighbours share what they read.

       sums[r][v] += x[row r + tap row, columns of v + tap column] * weights[tap]      for every tap and channel

   The cells of a channel that neighbouring windows read for one tap must be side by side: see `planar`. */

#define ROWS 4
#define LANES (VECTOR_BYTES / REAL_BYTES)

typedef REAL NAME(wide) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));

/* One row of cells, read by the windows of the output rows `first` to `stop`. */
INLINE void NAME(cell_row)(NAME(wide) sums[ROWS][2 * WIDE], const ColumnRows *rows, const REAL *x, const REAL *weights,
                           const int first, const int stop, const int V)
{
    for (int64_t term = 0; term < rows->terms; term++, weights++) {
        const REAL *cells = x + rows->offsets[term];
        UNROLL for (int v = 0; v < V; v++) {
            NAME(wide) value = *(const NAME(wide) *)(cells + v * LANES);
            IN_REGISTER(value);
            UNROLL for (int r = first; r < stop; r++)
                sums[r][v] += value * weights[-r * rows->terms];
        }
    }
}

#define CELL_ROW(first, stop)                                                                                          \
    case first * 8 + stop:                                                                                             \
        NAME(cell_row)(sums, rows, cells, weights, first, stop, V);                                                    \
        break

/* R rows of the output and V vectors of its columns, the first one at `column`. */
INLINE void NAME(column_block)(const ColumnRows *rows, int64_t column, const int R, const int V)
{
    const int64_t terms = rows->terms, high = rows->high;
    NAME(wide) sums[ROWS][2 * WIDE];
    UNROLL for (int r = 0; r < R; r++)
        UNROLL for (int v = 0; v < V; v++)
            sums[r][v] = (NAME(wide)){0};
    UNROLL for (int r = 0; r < R; r++)
        UNROLL for (int v = 0; v < V; v++)
            __builtin_prefetch((const REAL *)rows->x + (high - 1 + R + r) * rows->row_step + column + v * LANES);
    for (int64_t plane = 0; plane < rows->planes; plane++)
        for (int64_t row = 0; row < high + R - 1; row++) {
            const REAL *cells = (const REAL *)rows->x + plane * rows->plane_step + row * rows->row_step + column;
            const REAL *weights = (const REAL *)rows->weights + (plane * high + row) * terms;
            if (R == 1)
                NAME(cell_row)(sums, rows, cells, weights, 0, 1, V);
            else
                switch (most(0, row - high + 1) * 8 + least(row + 1, R)) {
                    CELL_ROW(0, 1);
                    CELL_ROW(0, 2);
                    CELL_ROW(0, 3);
                    CELL_ROW(0, 4);
                    CELL_ROW(1, 2);
                    CELL_ROW(1, 3);
                    CELL_ROW(1, 4);
                    CELL_ROW(2, 3);
                    CELL_ROW(2, 4);
                    CELL_ROW(3, 4);
                }
        }
    const REAL bias = *(const REAL *)rows->bias;
    UNROLL for (int r = 0; r < R; r++)
        UNROLL for (int v = 0; v < V; v++) {
            const NAME(wide) made = sums[r][v] + bias;
            REAL *y = (REAL *)rows->y + r * rows->y_row + (column + v * LANES) * rows->y_step;
            if (rows->y_step == 1 && column + (v + 1) * LANES <= rows->columns)
                *(NAME(wide) *)y = made;
            else
                for (int64_t lane = 0; lane < LANES && column + v * LANES + lane < rows->columns; lane++)
                    y[lane * rows->y_step] = made[lane];
        }
}
#undef CELL_ROW

static void NAME(four_rows)(const ColumnRows *rows)
{
    int64_t column = 0;
    for (; column + WIDE * LANES <= rows->columns; column += WIDE * LANES)
        NAME(column_block)(rows, column, ROWS, WIDE);
    for (; column < rows->columns; column += LANES)
        NAME(column_block)(rows, rows->columns >= LANES ? least(column, rows->columns - LANES) : 0, ROWS, 1);
}

static void NAME(one_row)(const ColumnRows *rows)
{
    int64_t column = 0;
    for (; column + 2 * WIDE * LANES <= rows->columns; column += 2 * WIDE * LANES)
        NAME(column_block)(rows, column, 1, 2 * WIDE);
    for (; column < rows->columns; column += LANES)
        NAME(column_block)(rows, rows->columns >= LANES ? least(column, rows->columns - LANES) : 0, 1, 1);
}
#undef LANES
