/* The kernels for processors with AVX2 and FMA. */
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define SET(name) name##_avx2
#define VECTOR_BYTES 32
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#include "both_types.h"
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
