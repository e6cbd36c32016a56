"""The same operations in C, used where they were built: `engine` loads them, `plans` and `room` prepare a call.

Each other file hands over one operation. It returns None where NumPy is to compute instead, and `spread`, which fills
an output, whether it did.

The C side, one subject a file: `layer` says what a layer is and cuts it into tiles, which the threads of `crew` share;
`band` finds the input cells of a tile with their padding, `conv.h` computes; `gather.h` adds up the gradients of
weights, from what `places` lists; `pool.h` pools, and gives back to the cells that `windows` finds; `baseline`, `avx2`
and `avx512` compile it, each for its instruction set; `module` is the door to Python.
"""
