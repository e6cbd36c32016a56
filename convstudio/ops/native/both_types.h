/* Compiles the kernels for float and double, and gathers them in the table of one instruction set. */
#include <stdint.h>
#include <string.h>

#include "band.h"
#include "kernels.h"

#define INLINE static inline __attribute__((always_inline))
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define REAL float
#define NAME(name) JOIN(SET(name), _float)
#include "conv.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME(name) JOIN(SET(name), _double)
#include "conv.h"
#undef REAL
#undef NAME

#define TABLE(type) {sizeof(type), JOIN(SET(packed_values), _##type), JOIN(SET(pack), _##type), \
                     JOIN(SET(scratch_bytes), _##type), JOIN(SET(conv), _##type)}

const Kernels SET(kernels)[2] = {TABLE(float), TABLE(double)};
