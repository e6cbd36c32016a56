/* The Python module `_kernels`: it checks the arrays of a call, lets go of the interpreter, and calls a kernel.

   It keeps to the limited API of Python 3.11 and to the buffer protocol, so that one build serves every later Python
   and every NumPy. Compilers without vector extensions build it without kernels, and it says so. */
#define PY_SSIZE_T_CLEAN
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "kernels.h"

#ifdef __GNUC__

typedef struct {
    const char *name;
    const Kernels *kernels;
} Choice;

static const Choice *chosen;

static const Choice *choices(void)
{
    static Choice found[4];
    int many = 0;
    if (found[0].name)
        return found;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma"))
        found[many++] = (Choice){"AVX-512", kernels_avx512};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        found[many++] = (Choice){"AVX2", kernels_avx2};
#endif
    found[many] = (Choice){"baseline", kernels_baseline};
    return found;
}

static PyObject *instruction_sets(PyObject *self, PyObject *unused)
{
    PyObject *names = PyList_New(0);
    for (const Choice *one = choices(); names && one->name; one++) {
        PyObject *name = PyUnicode_FromString(one->name);
        if (!name || PyList_Append(names, name) < 0)
            Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyObject *choose(PyObject *self, PyObject *name)
{
    for (const Choice *one = choices(); one->name; one++)
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, one->name) == 0) {
            chosen = one;
            Py_RETURN_NONE;
        }
    return PyErr_Format(PyExc_ValueError, "this processor has no instruction set %R", name);
}

/* Takes a buffer of `values` floats that are side by side; returns the kernels of its type, NULL with an error set. */
static const Kernels *take(PyObject *array, Py_buffer *view, int flags, int64_t values, const char *name)
{
    if (PyObject_GetBuffer(array, view, flags | PyBUF_FORMAT) < 0) {
        view->obj = NULL;
        return NULL;
    }
    if (!chosen)
        chosen = choices();
    for (int type = 0; type < 2; type++)
        if (strcmp(view->format, type ? "d" : "f") == 0 && view->len == values * view->itemsize)
            return &chosen->kernels[type];
    PyErr_Format(PyExc_ValueError, "%s must hold %lld native floats", name, (long long)values);
    return NULL;
}

/* Reads the strides of `(samples, planes, rows, columns, channels)` in elements; 0 with an error set. */
static int take_strides(const Py_buffer *view, const int64_t *shape, int64_t *strides, const char *name)
{
    int fits = view->ndim == 5 && (view->shape[4] <= 1 || view->strides[4] == view->itemsize);
    for (int axis = 0; fits && axis < 5; axis++)
        fits = view->shape[axis] == shape[axis] && view->strides[axis] % view->itemsize == 0;
    for (int axis = 0; fits && axis < 4; axis++)
        strides[axis] = view->strides[axis] / view->itemsize;
    if (!fits)
        PyErr_Format(PyExc_ValueError, "%s has not the shape or the strides of the plan", name);
    return fits;
}

static int take_layer(PyObject *plan, Layer *layer)
{
    char *bytes;
    Py_ssize_t length;
    if (PyBytes_AsStringAndSize(plan, &bytes, &length) < 0)
        return 0;
    if (length != (Py_ssize_t)sizeof(Layer)) {
        PyErr_SetString(PyExc_ValueError, "a plan of another size");
        return 0;
    }
    memcpy(layer, bytes, sizeof(Layer));
    return 1;
}

/* Where vectors begin in memory that has room for 64 bytes more. */
static char *aligned(void *memory)
{
    return (char *)(((uintptr_t)memory + 63) / 64 * 64);
}

static PyObject *refused(void)
{
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "the arrays have several float types");
    return NULL;
}

static int64_t weight_values(const Layer *layer)
{
    return product(layer->kernel) * layer->channels / layer->groups * layer->filters;
}

/* Takes weights as `(planes, rows, columns, channels of a group, groups, filters of a group)`, in any order in memory;
   returns the kernels of their type, NULL with an error set. */
static const Kernels *take_weights(PyObject *array, Py_buffer *view, const Layer *layer, Weights *weights)
{
    const int64_t *kernel = layer->kernel, groups = layer->groups, filters = layer->filters / groups;
    const int64_t shape[6] = {kernel[0], kernel[1], kernel[2], layer->channels / groups, groups, filters};
    int64_t strides[6];
    const Kernels *kernels = take(array, view, PyBUF_STRIDES, weight_values(layer), "weights");
    int fits = kernels && view->ndim == 6;
    for (int axis = 0; fits && axis < 6; axis++) {
        fits = view->shape[axis] == shape[axis] && view->strides[axis] % view->itemsize == 0;
        strides[axis] = view->strides[axis] / view->itemsize;
    }
    if (kernels && !fits)
        PyErr_SetString(PyExc_ValueError, "weights have not the shape or the strides of the plan");
    if (!fits)
        return NULL;
    *weights = (Weights){view->buf, strides[0], strides[1], strides[2], strides[3], strides[4], strides[5]};
    return kernels;
}

/* packed_bytes(plan, is float64): the memory that `pack` needs */
static PyObject *packed_bytes(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Layer layer;
    if (count != 2 || !take_layer(args[0], &layer))
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "packed_bytes(plan, is float64)");
    if (!chosen)
        chosen = choices();
    const Kernels *kernels = &chosen->kernels[PyObject_IsTrue(args[1]) == 1];
    return PyLong_FromLongLong(kernels->packed_values(&layer) * (int64_t)kernels->item + 64);
}

/* pack(plan, weights, packed): the weights in the order in which the kernels read them, into a bytearray */
static PyObject *pack(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Layer layer;
    Weights weights;
    Py_buffer view = {0};
    if (count != 3 || !take_layer(args[0], &layer))
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "pack(plan, weights, packed)");
    const Kernels *kernels = take_weights(args[1], &view, &layer, &weights);
    if (kernels && PyByteArray_Check(args[2])
        && PyByteArray_Size(args[2]) >= kernels->packed_values(&layer) * (int64_t)kernels->item + 64)
        kernels->pack(&layer, &weights, aligned(PyByteArray_AsString(args[2])));
    else if (kernels)
        PyErr_SetString(PyExc_ValueError, "packed weights take a bytearray of packed_bytes");
    PyBuffer_Release(&view);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

#define MOST_PARTS (1 << 20)

/* The tiles of a call, and how they are dealt: the threads take one part after the other. */
typedef struct {
    int64_t first, stop, parts, threads;
} Deal;

/* Takes the first tile and the one after the last, and where there are 4 arguments the parts and the threads. */
static int take_deal(Deal *deal, PyObject *const *args, int many)
{
    deal->first = most(PyLong_AsLongLong(args[0]), 0);
    deal->stop = PyLong_AsLongLong(args[1]);
    deal->parts = many < 4 ? 1 : most(least(PyLong_AsLongLong(args[2]), MOST_PARTS), 1);
    deal->threads = many < 4 ? 1 : most(least(least(PyLong_AsLongLong(args[3]), deal->parts), MOST_THREADS), 1);
    return !PyErr_Occurred();
}

/* What the threads share: a job, of which each has a copy with scratch of its own, and what its kernel takes besides. */
typedef struct {
    const Job *job;
    const Kernels *kernels;
    const Deal *deal;
    size_t scratch;
    const Given *more;
    double divisor;
    int is_sum;
} Shared;

/* Where a part begins, and the one before it ends. */
static int64_t edge(const Deal *deal, int64_t part)
{
    const int64_t whole = (deal->stop - deal->first) / deal->parts, rest = (deal->stop - deal->first) % deal->parts;
    return deal->first + whole * part + rest * part / deal->parts;
}

static Job job_of(const Shared *shared, int64_t thread)
{
    Job job = *shared->job;
    job.scratch += (size_t)thread * shared->scratch;
    return job;
}

static void conv_part(const void *task, int64_t thread, int64_t part)
{
    const Shared *shared = task;
    const Job job = job_of(shared, thread);
    shared->kernels->conv(&job, edge(shared->deal, part), edge(shared->deal, part + 1));
}

static void pool_part(const void *task, int64_t thread, int64_t part)
{
    const Shared *shared = task;
    const Job job = job_of(shared, thread);
    shared->kernels->pool(&job, shared->divisor, edge(shared->deal, part), edge(shared->deal, part + 1));
}

static void pool_gradient_part(const void *task, int64_t thread, int64_t part)
{
    const Shared *shared = task;
    const Job job = job_of(shared, thread);
    const int64_t first = edge(shared->deal, part), stop = edge(shared->deal, part + 1);
    shared->kernels->pool_gradient(&job, shared->more, shared->is_sum, first, stop);
}

/* Computes the tiles of a job; the weights are packed here unless that was done before. */
static PyObject *compute(Job *job, const Kernels *kernels, Deal *deal)
{
    const size_t packed = job->packed ? 0 : rounded((size_t)kernels->packed_values(job->layer) * kernels->item);
    const Shared shared = {job, kernels, deal, rounded(kernels->scratch_bytes(job->layer)), NULL, 0, 0};
    char *memory = malloc(packed + shared.scratch * (size_t)deal->threads + 64);
    if (!memory)
        return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS;
    job->scratch = aligned(memory) + packed;
    if (!job->packed) {
        kernels->pack(job->layer, &job->weights, aligned(memory));
        job->packed = aligned(memory);
    }
    deal->stop = least(deal->stop, tile_count(job->layer));
    share_parts(conv_part, &shared, deal->parts, deal->threads);
    Py_END_ALLOW_THREADS;
    free(memory);
    return Py_NewRef(Py_None);
}

/* conv(plan, x, weights, bias or None, y, packed weights or None, first tile, stop tile, parts, threads) */
static PyObject *conv(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    enum { X, WEIGHTS, BIAS, Y };
    Layer layer;
    Py_buffer views[4] = {{0}};
    PyObject *result = NULL;
    Deal deal;
    if (count != 10 || !take_layer(args[0], &layer))
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "conv takes 10 arguments");
    if (!take_deal(&deal, &args[6], 4))
        return NULL;
    const int64_t x_shape[5] = {layer.samples, layer.spatial[0], layer.spatial[1], layer.spatial[2], layer.channels};
    const int64_t y_shape[5] = {layer.samples, layer.output[0], layer.output[1], layer.output[2], layer.filters};
    const int64_t x_values = product(layer.spatial) * layer.samples * layer.channels;
    const int64_t y_values = product(layer.output) * layer.samples * layer.filters;
    Job job = {.layer = &layer};
    const Kernels *kernels = take(args[1], &views[X], PyBUF_STRIDES, x_values, "x");
    if (kernels && kernels == take_weights(args[2], &views[WEIGHTS], &layer, &job.weights)
        && (args[3] == Py_None || kernels == take(args[3], &views[BIAS], PyBUF_C_CONTIGUOUS, layer.filters, "the bias"))
        && kernels == take(args[4], &views[Y], PyBUF_STRIDES | PyBUF_WRITABLE, y_values, "the output")
        && take_strides(&views[X], x_shape, job.x_strides, "x")
        && take_strides(&views[Y], y_shape, job.y_strides, "the output")) {
        job.x = views[X].buf;
        job.bias = views[BIAS].buf;
        job.y = views[Y].buf;
        if (args[5] == Py_None)
            result = compute(&job, kernels, &deal);
        else if (PyByteArray_Check(args[5])
                 && PyByteArray_Size(args[5]) >= kernels->packed_values(&layer) * (int64_t)kernels->item + 64) {
            job.packed = aligned(PyByteArray_AsString(args[5]));
            result = compute(&job, kernels, &deal);
        } else
            PyErr_SetString(PyExc_ValueError, "packed weights take a bytearray of packed_bytes");
    }
    for (int at = 0; at < 4; at++)
        PyBuffer_Release(&views[at]);
    return result ? result : refused();
}

/* A call of a kernel with two or three arrays of rank 5: the job's x, its y, and one more. */
typedef struct {
    Layer layer;
    Job job;
    Given more;
    const Kernels *kernels;
    Py_buffer views[4];
    Deal deal;
    size_t scratch;
} Call;

/* Takes what all such calls begin and end with: the layer, and `many` numbers of the deal. */
static int take_call(Call *call, PyObject *const *args, Py_ssize_t count, Py_ssize_t expected, int many)
{
    memset(call, 0, sizeof(Call));
    call->job.layer = &call->layer;
    if (count != expected) {
        PyErr_Format(PyExc_TypeError, "%zd arguments instead of %zd", count, expected);
        return 0;
    }
    return take_deal(&call->deal, &args[count - many], many) && take_layer(args[0], &call->layer);
}

/* Takes an array of as many cells as the input has, or as the output has; all arrays of a call have one type. */
static char *take_cells(Call *call, int at, PyObject *array, int flags, int is_output, int64_t *strides)
{
    const Layer *layer = &call->layer;
    const int64_t *sizes = is_output ? layer->output : layer->spatial;
    const int64_t last = is_output ? layer->filters : layer->channels;
    const int64_t shape[5] = {layer->samples, sizes[0], sizes[1], sizes[2], last};
    const char *name = is_output ? "what belongs to the output" : "what belongs to the input";
    const int64_t values = product(sizes) * layer->samples * last;
    const Kernels *kernels = take(array, &call->views[at], PyBUF_STRIDES | flags, values, name);
    if (!kernels || !take_strides(&call->views[at], shape, strides, name))
        return NULL;
    if (call->kernels && kernels != call->kernels) {
        PyErr_SetString(PyExc_ValueError, "the arrays have several float types");
        return NULL;
    }
    call->kernels = kernels;
    return call->views[at].buf;
}

static PyObject *end_call(Call *call, PyObject *result)
{
    for (int at = 0; at < 4; at++)
        PyBuffer_Release(&call->views[at]);
    free(call->job.scratch);
    return result;
}

/* Makes room for every thread; the kernels look for where vectors begin in it. */
static int take_scratch(Call *call, size_t bytes)
{
    call->scratch = rounded(bytes) + 64;
    call->job.scratch = malloc(call->scratch * (size_t)call->deal.threads);
    if (!call->job.scratch)
        PyErr_NoMemory();
    return call->job.scratch != NULL;
}

/* Takes gradients of weights, `(*kernel, channels / groups, filters)`; the filters may be some of those of an array. */
static int take_totals(Call *call, PyObject *array, Py_buffer *view, Totals *totals)
{
    const Layer *layer = &call->layer;
    const int64_t *kernel = layer->kernel, channels = layer->channels / layer->groups;
    const int64_t shape[5] = {kernel[0], kernel[1], kernel[2], channels, layer->filters};
    int64_t strides[4];
    const char *name = "the gradient of the weights";
    const Kernels *kernels = take(array, view, PyBUF_STRIDES | PyBUF_WRITABLE, weight_values(layer), name);
    if (!kernels || !take_strides(view, shape, strides, name))
        return 0;
    totals->weights = view->buf;
    totals->step = strides[3];
    int fits = kernels == call->kernels && strides[3] >= layer->filters && strides[2] == strides[3] * channels
               && strides[1] == strides[2] * kernel[2] && strides[0] == strides[1] * kernel[1];
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "the gradient of the weights is of another type or order");
    return fits;
}

/* gather(plan, x, grad, weights, bias in float64, first tile, stop tile): adds to the gradients of weights and bias */
static PyObject *gather(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Call call;
    Job *job = &call.job;
    Totals totals;
    if (!take_call(&call, args, count, 7, 2) || !(job->x = take_cells(&call, 0, args[1], 0, 0, job->x_strides))
        || !(job->y = take_cells(&call, 1, args[2], 0, 1, job->y_strides))
        || !take_totals(&call, args[3], &call.views[2], &totals))
        return end_call(&call, NULL);
    const Kernels *of_bias =
        take(args[4], &call.views[3], PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE, call.layer.filters, "the bias");
    if (of_bias && of_bias != &chosen->kernels[1])
        of_bias = (PyErr_SetString(PyExc_ValueError, "the gradient of the bias is no float64"), NULL);
    if (!of_bias || !take_scratch(&call, call.kernels->gather_bytes(&call.layer)))
        return end_call(&call, NULL);
    totals.bias = call.views[3].buf;
    Py_BEGIN_ALLOW_THREADS;
    call.kernels->gather(job, &totals, call.deal.first, least(call.deal.stop, tile_count(&call.layer)));
    Py_END_ALLOW_THREADS;
    return end_call(&call, Py_NewRef(Py_None));
}

/* pool(plan, x, y, divisor of sums or 0 for maxima, first tile, stop tile, parts, threads) */
static PyObject *pool(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Call call;
    Job *job = &call.job;
    if (!take_call(&call, args, count, 8, 4) || !(job->x = take_cells(&call, 0, args[1], 0, 0, job->x_strides))
        || !(job->y = take_cells(&call, 1, args[2], PyBUF_WRITABLE, 1, job->y_strides))
        || !take_scratch(&call, call.kernels->pool_bytes(&call.layer)))
        return end_call(&call, NULL);
    const double divisor = PyFloat_AsDouble(args[3]);
    if (PyErr_Occurred())
        return end_call(&call, NULL);
    call.deal.stop = least(call.deal.stop, tile_count(&call.layer));
    const Shared shared = {job, call.kernels, &call.deal, call.scratch, NULL, divisor, 0};
    Py_BEGIN_ALLOW_THREADS;
    share_parts(pool_part, &shared, call.deal.parts, call.deal.threads);
    Py_END_ALLOW_THREADS;
    return end_call(&call, Py_NewRef(Py_None));
}

/* pool_gradient(plan, x, grad_x, grad_y, whether of sums, first tile, stop tile, parts, threads): the tiles are those of
   the input */
static PyObject *pool_gradient(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    Call call;
    Job *job = &call.job;
    if (!take_call(&call, args, count, 9, 4) || !(job->x = take_cells(&call, 0, args[1], 0, 0, job->x_strides))
        || !(job->y = take_cells(&call, 1, args[2], PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE, 0, job->y_strides))
        || !(call.more.values = take_cells(&call, 2, args[3], 0, 1, call.more.strides))
        || !take_scratch(&call, call.kernels->pool_gradient_bytes(&call.layer)))
        return end_call(&call, NULL);
    call.deal.stop = least(call.deal.stop, input_tile_count(&call.layer));
    const int is_sum = PyObject_IsTrue(args[4]) == 1;
    const Shared shared = {job, call.kernels, &call.deal, call.scratch, &call.more, 0, is_sum};
    Py_BEGIN_ALLOW_THREADS;
    share_parts(pool_gradient_part, &shared, call.deal.parts, call.deal.threads);
    Py_END_ALLOW_THREADS;
    return end_call(&call, Py_NewRef(Py_None));
}

static PyMethodDef methods[] = {
    {"instruction_sets", instruction_sets, METH_NOARGS, "instruction_sets(): what this processor has, best first"},
    {"choose", choose, METH_O, "choose(name): use the kernels of one instruction set"},
    {"packed_bytes", (PyCFunction)(void (*)(void))packed_bytes, METH_FASTCALL, "packed_bytes(plan, is float64)"},
    {"pack", (PyCFunction)(void (*)(void))pack, METH_FASTCALL, "pack(plan, weights, packed)"},
    {"conv", (PyCFunction)(void (*)(void))conv, METH_FASTCALL,
     "conv(plan, x, weights, bias, y, packed, first, stop, parts, threads)"},
    {"gather", (PyCFunction)(void (*)(void))gather, METH_FASTCALL, "gather(plan, x, grad, weights, bias, first, stop)"},
    {"pool", (PyCFunction)(void (*)(void))pool, METH_FASTCALL,
     "pool(plan, x, y, divisor, first, stop, parts, threads)"},
    {"pool_gradient", (PyCFunction)(void (*)(void))pool_gradient, METH_FASTCALL,
     "pool_gradient(plan, x, grad_x, grad_y, is_sum, first, stop, parts, threads)"},
    {NULL, NULL, 0, NULL},
};

#else /* no vector extensions, no kernels */

static PyObject *instruction_sets(PyObject *self, PyObject *unused)
{
    return PyList_New(0);
}

static PyMethodDef methods[] = {
    {"instruction_sets", instruction_sets, METH_NOARGS, "instruction_sets(): none, this compiler built no kernels"},
    {NULL, NULL, 0, NULL},
};

#endif

static int add_contract(PyObject *module)
{
    return PyModule_AddIntConstant(module, "CONTRACT", CONTRACT);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, add_contract}, {0, NULL}};

static PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_kernels",
    .m_doc = "Convolutions in C.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__kernels(void)
{
    return PyModuleDef_Init(&definition);
}
