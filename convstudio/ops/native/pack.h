/* Which kernel computes a layer, and the weights in the order in which it reads them. */

/* The widest vectors that one group fills; 0 where not even the shortest ones are filled. */
INLINE int64_t NAME(lanes)(int64_t filters)
{
    for (int64_t bytes = VECTOR_BYTES; bytes >= 16; bytes /= 2)
        if (filters * REAL_BYTES >= bytes)
            return bytes / REAL_BYTES;
    return 0;
}

/* Which kernel computes a layer. */
INLINE int NAME(way)(const Layer *layer)
{
    if (layer->groups == layer->channels && layer->filters == layer->channels && NAME(lanes)(layer->channels))
        return BY_CHANNELS;
    return NAME(lanes)(layer->filters / layer->groups) ? BY_FILTERS : BY_COLUMNS;
}

/* The vectors of the block that begins at a filter of a group; the last block may begin earlier to be whole. */
INLINE int NAME(vectors)(int64_t filters, int64_t lanes, int64_t *first)
{
    if (lanes * REAL_BYTES == VECTOR_BYTES && filters - *first >= 2 * lanes)
        return 2;
    *first = least(*first, filters - lanes);
    return 1;
}

static int64_t NAME(packed_values)(const Layer *layer)
{
    int64_t together = layer->filters / layer->groups, lanes = NAME(lanes)(together), packed = 0;
    if (!lanes)
        packed = together;
    for (int64_t filter = 0, vectors; lanes && filter < together; filter += vectors * lanes, packed += vectors * lanes)
        vectors = NAME(vectors)(together, lanes, &filter);
    return product(layer->kernel) * layer->channels * packed;
}

/* Values of a line of the cache, which are read together where the channels are side by side. */
#define LINE (64 / REAL_BYTES)

/* The weights of a tap that some filters have for some channels, filters innermost; `from` is the first one. */
INLINE void NAME(pack_tap)(const Weights *weights, const REAL *from, int64_t channels, int64_t width, REAL *to)
{
    if (weights->filters == 1 && width > 1)
        for (int64_t c = 0; c < channels; c++, from += weights->channels, to += width)
            memcpy(to, from, (size_t)width * REAL_BYTES);
    else
        for (int64_t first = 0; first < channels; first += LINE)
            for (int64_t filter = 0; filter < width; filter++)
                for (int64_t c = first; c < least(first + LINE, channels); c++)
                    to[c * width + filter] = from[c * weights->channels + filter * weights->filters];
}

/* For every group and block of filters: all terms in the order of the formula, each with the filters of the block.
   Where every filter reads a channel of its own, the groups are such a block. */
static void NAME(pack)(const Layer *layer, const Weights *weights, void *packed)
{
    const int is_by_channel = NAME(way)(layer) == BY_CHANNELS;
    const int64_t groups = is_by_channel ? 1 : layer->groups, channels = layer->channels / layer->groups;
    const int64_t together = layer->filters / groups, lanes = is_by_channel ? together : NAME(lanes)(together);
    Weights read = *weights;
    if (is_by_channel)
        read.filters = weights->groups;
    REAL *to = packed;
    for (int64_t group = 0; group < groups; group++)
        for (int64_t filter = 0, width; filter < together; filter += width) {
            width = is_by_channel ? together : lanes ? NAME(vectors)(together, lanes, &filter) * lanes : 1;
            const REAL *first = (const REAL *)read.values + group * read.groups + filter * read.filters;
            for (int64_t plane = 0; plane < layer->kernel[0]; plane++)
                for (int64_t row = 0; row < layer->kernel[1]; row++)
                    for (int64_t column = 0; column < layer->kernel[2]; column++, to += channels * width)
                        NAME(pack_tap)(&read, first + plane * read.planes + row * read.rows + column * read.columns,
                                       channels, width, to);
        }
}
#undef LINE
