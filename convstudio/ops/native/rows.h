/* What the kernels are told about one row, or four rows, of a tile. */
#ifndef CONVSTUDIO_ROWS_H
#define CONVSTUDIO_ROWS_H

#include <stdint.h>

enum { BY_FILTERS, BY_COLUMNS, BY_CHANNELS }; /* what the lanes of a vector hold, or are read as */

/* A row of the output, for a block of filters (`filters.h`) or all channels (`depthwise.h`). */
typedef struct {
    const void *x;          /* the first cell of the first window */
    int64_t step;           /* from a window to the next one */
    int64_t ahead;          /* from a window to the cells that the next row reads first */
    const int64_t *offsets; /* of every tap, from the first cell of a window */
    int64_t taps, terms;    /* terms that are side by side at every tap; for depthwise the channels */
    const void *weights, *bias;
    void *y;
    int64_t columns, y_step;
    void *kept; /* the sums, between the first part of the terms and the last */
    int is_first, is_last;
} FilterRow;

/* Rows of the output, for one filter (`columns.h`). */
typedef struct {
    const void *x;
    int64_t plane_step, row_step; /* between cells, in the planes and rows that a tap reads */
    const int64_t *offsets;       /* of every tap and channel of a row of the kernel */
    int64_t planes, high, terms;  /* of the kernel; the terms of one row of it */
    const void *weights, *bias;
    void *y;
    int64_t columns, y_row, y_step;
} ColumnRows;

#endif
