"""The one table of limits: what the program takes at most. Files, edits, fields and the command line read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convstudio.ops.limits import MOST_VALUES


@dataclass(frozen=True)
class Limits:
    """The largest values that the program takes; checked before anything is allocated."""

    number: float
    axis_length: int
    input_values: int
    input_channels: int
    channel_name: int
    kernel_length: int
    stride: int
    dilation: int
    padding: int
    filters: int
    filter_name: int
    weights: int
    layers: int
    layer_values: int
    computed_values: int
    output_values: int
    map_bytes: int
    undo_bytes: int
    seed: int
    brush: int
    zoom: tuple[int, int]
    digits: tuple[int, int]
    changed_keys: int
    bank_steps: int
    window_rank: int
    grid_length: int
    table_length: int
    factor_length: int
    copied_weights: int
    lens_multiplications: int
    lens_length: int
    lens_shift: int
    lens_classes: int
    lens_padding_cells: int
    clip: int
    alpha: int
    leading_axis: int
    detective_entries: int
    lab_filters: int
    detective_products: int
    file_bytes: int
    kernel_bytes: int
    settings_bytes: int
    image_pixels: int
    framed_pixels: int
    decoded_bytes: int
    band_bytes: int
    file_pages: int
    folder_pictures: int
    data_samples: int
    data_values: int
    data_levels: int
    data_problems: int
    data_source: int
    pattern_side: int
    patterns: int
    pattern_shift: int
    pattern_noise: int
    file_arrays: int
    file_names_bytes: int
    file_levels: int
    npy_header_bytes: int
    array_axes: int
    project_text_bytes: int
    xml_bytes: int
    nested_levels: int
    xml_levels: int
    sample_code_values: int
    animation_pixels: int
    animation_speed: int
    sheet_rows: int
    sheet_columns: int
    recent_files: int
    put_aside: int
    put_aside_bytes: int
    class_names: int
    class_name: int
    class_names_text: int
    presets: int
    preset_tags: int
    preset_tag: int
    preset_text: int
    deleted_presets: int
    fault_reports: int
    preset_archive_bytes: int
    jobs: int
    epochs: int
    updates: int
    batch_size: int
    study_cells: int
    study_seeds: int


LIMITS = Limits(
    number=float(np.finfo(np.float32).max),
    axis_length=16384,  # the longest side that a texture of common graphics drivers takes
    input_values=2**26,  # 256 MiB of float32, or a 22-megapixel RGB photograph: input, map and undo fit into 2 GB
    input_channels=64,  # the widest layers that the panes can list; hyperspectral pictures have more and are rare
    channel_name=40,  # letters
    kernel_length=31,  # the largest kernels of published networks, and the smallest cell that can still be read
    stride=64,  # beyond the largest stride of published networks (16 for vision transformers, 10 for raw audio)
    dilation=64,  # a 31-long kernel then spans 1,921 cells, more than the rows of a full-HD picture
    padding=256,  # more than half the span of the largest useful kernel, and it cannot swell an input without notice
    filters=512,  # the upper end of "32 to 512 filters in parallel are common"
    filter_name=60,  # letters
    weights=2**22,  # 16 MiB of float32, 512 filters of 512 kernels 3×3 and more: an undo step may hold them all
    layers=64,  # VGG-19 has 44 with its activations; the ribbon scrolls, and the maps of all have a limit of their own
    layer_values=2**26,  # 256 MiB of float32: a dense layer of 10 units on 224×224 maps of 64 filters fits
    computed_values=2**20,  # by one node of a file out of stored arrays: shapes, and the numbers of channels
    output_values=MOST_VALUES,
    map_bytes=2**31,  # the maps of all layers: two of the largest; while new ones are computed, the old are still there
    undo_bytes=512 * 2**20,  # besides the document of now and the last step: the largest input twice
    seed=999_999,  # as many digits as can be read to somebody
    digits=(2, 7),  # of numbers in the window: a float32 holds seven
    zoom=(75, 200),  # percent: from what can just be read to what a class reads from a projector
    changed_keys=1000,  # commands of the window: five times what it has
    brush=64,  # cells a side
    bank_steps=64,  # filters along one number of a rule: directions 3° apart
    window_rank=2,  # the window has no pane for volumes
    grid_length=24,  # the largest side whose numbers can all be read at once in a third of a 1366×768 screen
    table_length=64,  # the longest side of a map that is read as a table: a screen reader still walks through it
    factor_length=64,  # the longest side of what dropout multiplies with, shown as a table
    copied_weights=250_000,  # as text they are what a clipboard takes in an instant
    lens_multiplications=60_000_000,  # about a twentieth of a second
    lens_length=64,  # cells a side of the part of an input on which a lens works
    lens_shift=16,  # cells to each side
    lens_classes=10,
    lens_padding_cells=24,  # cells a side of the sizes that can be tried
    clip=65_536,  # where an activation cuts values off: beyond the largest grey of 16 bits
    alpha=100,  # from 0 on, as Keras takes them: a hundred times the slope that leaves values as they are
    leading_axis=8,
    lab_filters=16,  # of which every kernel can still be seen beside the others
    detective_entries=2**23,  # of the matrix of all windows: 64 MiB of float64, a 512×512 RGB picture under 3×3
    detective_products=4_000_000_000,  # entries times unknowns: a few seconds
    file_bytes=512 * 2**20,  # twice the largest input in float32, so that a float64 file of it still opens
    kernel_bytes=8 * 2**20,  # a kernel file as text: over 100 signs for each of the most weights, 31×31 of 64 channels
    settings_bytes=2**20,  # a hundred times what the window keeps between two starts
    framed_pixels=178_000_000,  # of which a part or a smaller size is taken: Pillow refuses from 178,956,970 on
    decoded_bytes=3 * 2**28,  # of samples that a decoder makes all at once: what its process may take is a little more
    band_bytes=2**28,  # of a row of strips or tiles of a TIFF, unpacked: with the file it is all that is held
    image_pixels=64_000_000,  # above the 61 megapixels of today's full-frame cameras, decoded in under a second
    file_pages=65_536,  # of a TIFF file
    folder_pictures=100_000,  # of a folder to leaf through: their names take 20 MB, sorted in half a second
    data_samples=200_000,  # of a data set: three times the 60,000 of MNIST, in a tenth of a second to sort
    data_values=2**28,  # of all samples of a data set: 1 GiB of float32, the 60,000 pictures of CIFAR-10 and more
    data_levels=8,  # of folders in the folder of a class
    data_problems=100,  # broken pictures that are named; the others are counted
    data_source=200,  # letters: all settings of patterns take half of them
    pattern_side=64,  # cells of a drawn pattern: one epoch of a thousand of them takes seconds
    patterns=10_000,  # of each class
    pattern_shift=16,  # cells from the middle: a quarter of the largest side
    pattern_noise=10,  # ten times the contrast of a line: nothing is left to see
    file_arrays=10_000,  # of a file of weights: more than the largest published networks have
    file_levels=32,  # of groups in groups, where the largest published networks have 12
    file_names_bytes=4 * 2**20,  # the list of names, types and shapes of 10,000 arrays
    npy_header_bytes=4096,
    array_axes=32,  # as many as NumPy took when the formats were made
    project_text_bytes=8 * 2**20,  # 64 layers with 512 names of 60 letters each, and every list that is not cut out
    xml_bytes=2 * 2**20,  # 31×31 weights of 64 channels; an element of a million attributes stays within memory
    xml_levels=256,  # of elements in elements: many times what drawings have
    nested_levels=8,  # of lists in lists, as a text of numbers has them
    sample_code_values=2**18,  # an input that is written into a program as numbers
    animation_pixels=2**27,  # of the input in all frames: 200 steps of the largest size, of which a GIF takes 256 MiB
    animation_speed=60,  # steps in a second: as often as most screens show a picture
    sheet_rows=2**20,  # of a workbook: what its format allows
    sheet_columns=2**14,
    recent_files=10,
    put_aside=10,  # recoveries that were put aside: the newest ones
    put_aside_bytes=2**30,  # the newest one stays whatever it takes
    class_names=25_000,  # more than the 21,841 of the largest usual set of pictures
    class_name=60,  # letters
    class_names_text=1_800_000,  # letters: every name with a number, quotes and a comma around it
    presets=5_000,  # files in a folder of presets: five times a large library, read in about a second
    preset_tags=16,
    preset_tag=40,  # letters
    preset_text=2_000,  # letters of a preset's note, of its source and of what it detects
    deleted_presets=100,  # the newest ones: what undo can bring back
    fault_reports=20,  # the newest ones: one fault may come again with every paint
    preset_archive_bytes=64 * 2**20,  # unpacked, all files of an archive of presets together
    jobs=256,  # processes of one command: the cores of the largest common machines
    updates=10_000,  # of gradient descent as one step: those of one small picture take seconds
    epochs=100_000,  # of one picture of 8×8 they take some minutes
    study_cells=10_000,  # networks of one study: hours of work
    study_seeds=100,  # of each size of network: what its spread is known from within a few percent
    batch_size=65_536,  # larger than any that is trained with; the memory is checked besides
)
