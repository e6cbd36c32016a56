/* The gradient of the weights: where the values of a window and of the filters are. */
#include "places.h"

Place *window_places(const Layer *layer, const Band *seen, int64_t lanes, int64_t step, Places *listed, Place *room)
{
    const int64_t *kernel = layer->kernel, channels = layer->channels / layer->groups;
    int64_t to = 0;
    listed->places = room;
    for (int64_t plane = 0; plane < kernel[0]; plane++)
        for (int64_t row = 0; row < kernel[1]; row++)
            for (int64_t column = 0; column < kernel[2]; column++, to += channels * step) {
                int64_t from = plane * seen->strides[0] + row * layer->dilation[1] * seen->strides[1]
                               + column * layer->dilation[2] * seen->strides[2];
                for (int64_t c = 0; c < channels; c += lanes)
                    *room++ = (Place){from + c, to + c * step, least(lanes, channels - c)};
            }
    listed->count = room - listed->places;
    return room;
}

Place *filter_places(const Layer *layer, int64_t lanes, Places *listed, Place *room)
{
    int64_t together = layer->filters / layer->groups;
    listed->places = room;
    for (int64_t f = 0; f < together; f += lanes)
        *room++ = (Place){f, f, least(lanes, together - f)};
    listed->count = room - listed->places;
    return room;
}
