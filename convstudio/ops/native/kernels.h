/* The kernels for one float type, compiled once for each instruction set and chosen when the program runs. */
#ifndef CONVSTUDIO_KERNELS_H
#define CONVSTUDIO_KERNELS_H

#include "places.h"
#include "windows.h"

typedef struct {
    size_t item; /* bytes of a value */
    int64_t (*packed_values)(const Layer *layer);
    void (*pack)(const Layer *layer, const Weights *weights, void *packed);
    size_t (*scratch_bytes)(const Layer *layer);
    void (*conv)(const Job *job, int64_t first_tile, int64_t stop_tile);
    size_t (*gather_bytes)(const Layer *layer);
    void (*gather)(const Job *job, const Totals *totals, int64_t first_tile, int64_t stop_tile);
    size_t (*pool_bytes)(const Layer *layer);
    void (*pool)(const Job *job, double divisor, int64_t first_tile, int64_t stop_tile);
    size_t (*pool_gradient_bytes)(const Layer *layer);
    void (*pool_gradient)(const Job *job, const Given *given, int is_sum, int64_t first_tile, int64_t stop_tile);
} Kernels;

/* One for float32, one for float64. */
extern const Kernels kernels_baseline[2];
#if defined(__x86_64__) || defined(__i386__)
extern const Kernels kernels_avx2[2], kernels_avx512[2];
#endif

#endif
