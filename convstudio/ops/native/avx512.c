/* The kernels for processors with AVX-512. Vectors of 64 bytes are asked for: compilers prefer 32 by themselves. */
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define SET(name) name##_avx512
#define VECTOR_BYTES 64
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma")
#endif
#include "both_types.h"
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
