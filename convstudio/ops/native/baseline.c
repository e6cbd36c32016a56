/* The kernels for every processor of this architecture: SSE2 on x86-64, NEON on 64-bit Arm. */
#ifdef __GNUC__
#define SET(name) name##_baseline
#define VECTOR_BYTES 16
#include "both_types.h"
#endif
