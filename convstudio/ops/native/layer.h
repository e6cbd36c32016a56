/* A convolution as the kernels see it: of rank 3, with unit axes where there are fewer.

       y[n, p, f] = bias[f] + sum over k, c of x[n, p * stride + k * dilation - before, c] * weights[k, c, f]

   `plans.py` packs a Layer as int64 numbers in exactly this order; a change of either needs a new CONTRACT. */
#ifndef CONVSTUDIO_LAYER_H
#define CONVSTUDIO_LAYER_H

#include <stddef.h>
#include <stdint.h>

#define CONTRACT 7 /* `engine.py` refuses an extension that was built for another one */

enum { ZEROS, REFLECT, SYMMETRIC, REPLICATE, CIRCULAR }; /* PADDING_MODES of `shapes.py`, in its order */

typedef struct {
    int64_t samples, channels, filters, groups;
    int64_t spatial[3]; /* of the input, without padding: planes, rows, columns, as in every triple */
    int64_t kernel[3], stride[3], dilation[3];
    int64_t before[3]; /* cells of padding before the input */
    int64_t output[3];
    int64_t mode;
    int64_t tile[2]; /* rows and columns of one plane of one sample that are computed together: of the output, or of the
                        input for the gradient of a pooling */
} Layer;

/* Weights in any order: how many elements apart planes, rows, columns, channels of a group, groups, and filters of a
   group are. */
typedef struct {
    const char *values;
    int64_t planes, rows, columns, channels, groups, filters;
} Weights;

/* One call: where the arrays are. Strides count elements; channels are side by side, and so are filters in y. */
typedef struct {
    const Layer *layer;
    const char *x, *bias; /* no bias: NULL */
    Weights weights;
    char *y;
    const char *packed; /* the weights in the order of the kernels */
    int64_t x_strides[4], y_strides[4]; /* samples, planes, rows, columns */
    char *scratch;
} Job;

/* Output positions that are computed together. */
typedef struct {
    int64_t sample, plane, row, column, rows, columns;
} Tile;

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t blocks(int64_t size, int64_t of) { return (size + of - 1) / of; }

static inline int64_t product(const int64_t *sizes) { return sizes[0] * sizes[1] * sizes[2]; }
static inline size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; } /* to whole lines of the cache */

/* The cells of an axis that so many windows span. */
static inline int64_t spanned(const Layer *layer, int axis, int64_t windows)
{
    return (windows - 1) * layer->stride[axis] + (layer->kernel[axis] - 1) * layer->dilation[axis] + 1;
}

int64_t tile_count(const Layer *layer);
Tile tile_at(const Layer *layer, int64_t number);

#endif
