/* Compiles the kernels for float and double, and gathers them in the table of one instruction set. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "band.h"
#include "kernels.h"
#include "places.h"
#include "rows.h"
#include "windows.h"

/* 64-byte vectors and 64-bit Arm have 32 vector registers, the others 16. */
#if VECTOR_BYTES == 64 || defined(__aarch64__)
#define MANY_REGISTERS 1
#define WIDE 4 /* vectors of columns whose sums stay in registers, for each of four rows */
#else
#define MANY_REGISTERS 0
#define WIDE 2
#endif

/* Compilers that may read memory again instead of keeping a vector are kept from it. */
#if VECTOR_BYTES == 64
#define IN_REGISTER(vector) __asm__("" : "+v"(vector))
#elif defined(__x86_64__) || defined(__i386__)
#define IN_REGISTER(vector) __asm__("" : "+x"(vector))
#else
#define IN_REGISTER(vector) (void)(vector)
#endif

#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#define GLUE_(a, b) a##_##b
#define GLUE(a, b) GLUE_(a, b)
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define REAL float
#define SAME_SIZE int32_t
#define REAL_BYTES 4
#define NAME(name) JOIN(SET(name), _float)
#include "conv.h"
#include "gather.h"
#include "pool.h"
#undef REAL
#undef SAME_SIZE
#undef REAL_BYTES
#undef NAME

#define REAL double
#define SAME_SIZE int64_t
#define REAL_BYTES 8
#define NAME(name) JOIN(SET(name), _double)
#include "conv.h"
#include "gather.h"
#include "pool.h"
#undef REAL
#undef SAME_SIZE
#undef REAL_BYTES
#undef NAME

#define TABLE(type) {sizeof(type), JOIN(SET(packed_values), _##type), JOIN(SET(pack), _##type), \
                     JOIN(SET(scratch_bytes), _##type), JOIN(SET(conv), _##type), \
                     JOIN(SET(gather_bytes), _##type), JOIN(SET(gather), _##type), \
                     JOIN(SET(pool_bytes), _##type), JOIN(SET(pool), _##type), \
                     JOIN(SET(pool_gradient_bytes), _##type), JOIN(SET(pool_gradient), _##type)}

const Kernels SET(kernels)[2] = {TABLE(float), TABLE(double)};
