/* The gradient of the weights: what both float types share. */
#ifndef CONVSTUDIO_PLACES_H
#define CONVSTUDIO_PLACES_H

#include "band.h"

/* What goes by, position by position: where it starts, and the steps to the next row and column. In elements. */
typedef struct {
    const char *values;
    int64_t row, column;
} Walk;

/* From where to read at a position, and where in the gradient its sum goes; a vector has some `lanes` that count. */
typedef struct {
    int64_t from, to, lanes;
} Place;

typedef struct {
    Place *places;
    int64_t count;
} Places;

/* What the gradients of weights, `(*kernel, channels / groups, filters)`, and of biases are added to. Filters are side
   by side; from a channel to the next it is `step` values. */
typedef struct {
    char *weights;
    int64_t step;
    double *bias;
} Totals;

/* How many rows, and how many vectors that are multiplied lane by lane, the registers hold sums of. */
#define ROWS_AT_ONCE (VECTOR_BYTES == 64 ? 12 : 6)
#define LANES_AT_ONCE 9

/* So many sums of gradients at once are quicker than one. */
#define FEW_FILTERS 8

/* Whether every filter reads a channel of its own. */
static inline int is_by_channel(const Layer *layer) { return layer->groups > 1 && layer->groups == layer->channels; }

/* How many places are listed at most. */
static inline int64_t place_count(const Layer *layer)
{
    return (product(layer->kernel) * layer->channels + layer->filters) / layer->groups;
}

/* List the places of a window, every `lanes` channels of a group, and return what is behind the list; the totals of two
   channels are `step` values apart. */
Place *window_places(const Layer *layer, const Band *seen, int64_t lanes, int64_t step, Places *listed, Place *room);

/* List the filters of a group, every `lanes` of them, and return what is behind the list. */
Place *filter_places(const Layer *layer, int64_t lanes, Places *listed, Place *room);

#endif
