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

/* For every group and block of filters: all terms in the order of the formula, each with the filters of the block. */
static void NAME(pack)(const Layer *layer, const void *weights, void *packed)
{
    int64_t together = layer->filters / layer->groups, lanes = NAME(lanes)(together);
    int64_t terms = product(layer->kernel) * layer->channels / layer->groups;
    REAL *to = packed;
    if (NAME(way)(layer) == BY_CHANNELS)
        memcpy(packed, weights, (size_t)(terms * layer->filters) * REAL_BYTES);
    else for (int64_t group = 0; group < layer->groups; group++)
        for (int64_t filter = 0, width; filter < together; filter += width) {
            width = lanes ? NAME(vectors)(together, lanes, &filter) * lanes : 1;
            const REAL *from = (const REAL *)weights + group * together + filter;
            for (int64_t term = 0; term < terms; term++, from += layer->filters, to += width)
                memcpy(to, from, (size_t)width * sizeof(REAL));
        }
}
