"""Every mode, depth, byte order and sample format of a picture is read exactly, or refused by the name of its kind."""

import io
import struct
import zlib

import imagecodecs
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from convstudio.files.images import decode_image
from convstudio.files.problems import FileProblem

TYPES = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")
PACKINGS = (None, "lzw", "zlib", "packbits", "lzma", "zstd")
COLOURS = {"minisblack": 1, "miniswhite": 1, "rgb": 3, "separated": 4}


def random_samples(draw, shape, dtype):
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if np.dtype(dtype).kind == "f":
        return (generator.normal(size=shape) * 100).astype(dtype)
    limits = np.iinfo(dtype)
    samples = generator.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    ends = draw(st.sampled_from([limits.min, limits.max, 0, 1]))
    samples.flat[0] = ends
    return samples


def as_shares(samples, most=None):
    """What the numbers should be, in float64 and without this program's code."""
    if samples.dtype.kind == "u":
        return samples.astype(np.float64) / float(most or np.iinfo(samples.dtype).max)
    return samples.astype(np.float64)


def turned(values, orientation):
    return {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: np.flipud(np.rot90(a)),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: np.flipud(np.rot90(a, -1)),
        8: np.rot90,
    }[orientation](values)


def assert_same(data, want, page=1):
    values = decode_image(data, "“x”", page=page).values
    assert values.shape == want.shape
    np.testing.assert_allclose(values, want.astype(np.float32), rtol=3e-7, atol=1e-7)


@st.composite
def tiffs(draw):
    """A TIFF file, its samples, and how it was written."""
    photometric = draw(st.sampled_from(sorted(COLOURS)))
    dtype = draw(st.sampled_from(TYPES))
    extra = draw(st.sampled_from([(), (), ("assocalpha",), ("unassalpha",), ("unspecified",), ("unspecified",) * 2]))
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    channels = COLOURS[photometric] + len(extra)
    samples = random_samples(draw, (rows, columns, channels), dtype)
    planar = draw(st.sampled_from(["contig", "separate"])) if channels > 1 else "contig"
    orientation = draw(st.integers(1, 8))
    compression = draw(st.sampled_from(PACKINGS))
    predictor = compression is not None and channels < 5 and draw(st.booleans()) and dtype not in ("u8", "i8")
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        np.moveaxis(samples, -1, 0) if planar == "separate" else samples if channels > 1 else samples[..., 0],
        byteorder=draw(st.sampled_from("<>")),
        bigtiff=draw(st.booleans()),
        photometric=photometric,
        planarconfig=planar if channels > 1 else None,
        extrasamples=extra or None,
        compression=compression,
        predictor=predictor,
        tile=(16, 16) if draw(st.booleans()) else None,
        extratags=[(274, 3, 1, orientation, True)],
        metadata=None,
    )
    return buffer.getvalue(), samples, photometric, extra, orientation


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(tiffs())
def test_a_tiff_is_exact_or_refused_by_the_name_of_its_kind(tiff):
    data, samples, photometric, extra, orientation = tiff
    kind, has_alpha = samples.dtype.kind, extra in (("assocalpha",), ("unassalpha",))
    refusal = None
    if has_alpha and kind == "i":
        refusal = "signed pixels with transparency"
    elif photometric == "separated" and extra:
        refusal = "a palette or CMYK with further channels"
    elif photometric in ("miniswhite", "separated") and kind != "u":
        refusal = "with signed or floating-point pixels"
    if refusal is not None:
        with pytest.raises(FileProblem, match=refusal):
            decode_image(data, "“x”")
        return
    values = as_shares(samples)
    if photometric == "miniswhite":
        values[..., 0] = 1 - values[..., 0]
    if photometric == "separated":
        values = (1 - values[..., :3]) * (1 - values[..., 3:])
    if has_alpha:
        alpha, colours = values[..., -1:], values[..., :-1]
        values = (colours if extra == ("assocalpha",) else colours * alpha) + 1 - alpha
    want = turned(values, orientation)
    got = decode_image(data, "“x”").values
    assert got.shape == want.shape
    scale = np.abs(as_shares(samples)).max() ** (2 if has_alpha else 1) + 1
    np.testing.assert_allclose(got, want.astype(np.float32), rtol=3e-7, atol=3e-7 * scale if has_alpha else 1e-7)


@given(st.data(), st.sampled_from("<>"), st.sampled_from([1, 2, 4, 8, 16]))
def test_a_tiff_of_few_bits_counts_in_its_own_steps(data, byteorder, bits):
    generator = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    samples = generator.integers(0, 2**bits, (data.draw(st.integers(1, 5)), 8)).astype("u2" if bits > 8 else "u1")
    assert_same(packed_tiff(samples, bits, byteorder), (samples / (2**bits - 1))[..., np.newaxis])


@given(st.data(), st.sampled_from("<>"), st.sampled_from([10, 12, 14]))
def test_a_tiff_of_packed_odd_bits_is_exact(data, byteorder, bits):
    generator = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    samples = generator.integers(0, 2**bits, (data.draw(st.integers(1, 5)), 8)).astype("u2")
    assert_same(packed_tiff(samples, bits, byteorder), (samples / (2**bits - 1))[..., np.newaxis])


def packed_tiff(samples, bits, byteorder, photometric=1, extra=()):
    """One strip of one channel, whose samples are packed into bits with nothing between them; each row is whole."""
    rows, columns = samples.shape
    if bits == 16:
        strip = samples.astype(f"{byteorder}u2").tobytes()
    else:
        lines = ("".join(f"{sample:0{bits}b}" for sample in row) for row in samples.tolist())
        strip = b"".join(int(line, 2).to_bytes(len(line) // 8, "big") for line in lines)
    tags = [(256, 4, columns), (257, 4, rows), (258, 3, bits), (259, 3, 1), (262, 3, photometric)]
    tags += [(273, 4, 8), (277, 3, 1), (278, 4, rows), (279, 4, len(strip)), *extra]
    head = struct.pack(f"{byteorder}2sHI", b"II" if byteorder == "<" else b"MM", 42, 8 + len(strip))
    entries = b"".join(
        struct.pack(f"{byteorder}HHI", tag, kind, 1)
        + (struct.pack(f"{byteorder}HH", value, 0) if kind == 3 else struct.pack(f"{byteorder}I", value))
        for tag, kind, value in sorted(tags)
    )
    return head + strip + struct.pack(f"{byteorder}H", len(tags)) + entries + bytes(4)


@settings(max_examples=settings.default.max_examples // 5)  # each begins a helper process; there are four kinds
@given(st.data(), st.sampled_from("<>"), st.sampled_from(["u1", "u2"]))
def test_a_palette_of_a_tiff_keeps_its_sixteen_bits(data, byteorder, dtype):
    generator = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    table = generator.integers(0, 65536, (3, 2 ** (8 * np.dtype(dtype).itemsize))).astype(np.uint16)
    samples = generator.integers(0, table.shape[1], (3, 4)).astype(dtype)
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, photometric="palette", colormap=table, byteorder=byteorder, metadata=None)
    assert_same(buffer.getvalue(), np.moveaxis(table[:, samples], 0, -1) / 65535)


@pytest.mark.parametrize("step", [256, 1])
def test_a_palette_of_eight_bits_in_a_tiff_reaches_white(step):
    table = np.tile(np.arange(256, dtype=np.uint16) * step, (3, 1))
    table[0] = table[0][::-1]
    samples = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, photometric="palette", colormap=table, metadata=None)
    assert_same(buffer.getvalue(), np.moveaxis(table[:, samples] // step, 0, -1) / 255)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"dtype": "c8"}, "complex numbers"),
        ({"dtype": "c16"}, "complex numbers"),
        ({"channels": 3, "photometric": "cielab"}, "colours of the kind CIE Lab"),
        ({"channels": 3, "photometric": "ycbcr"}, "colours of the kind YCBCR"),
        ({"channels": 3, "photometric": "icclab"}, "colours of the kind ICC Lab"),
        ({"dtype": "u2", "photometric": "cfa"}, "colours of the kind a raw colour filter"),
        ({"dtype": "f4", "photometric": "miniswhite"}, "white as zero with signed or floating-point pixels"),
        ({"compression": "jpeg2000"}, "pixels packed by"),
        ({"compression": "webp", "channels": 3, "photometric": "rgb"}, "pixels packed by WEBP"),
        (
            {"channels": 5, "photometric": "rgb", "extrasamples": ("unassalpha", "unspecified")},
            "transparency beside other channels",
        ),
        ({"depth": 2, "volumetric": True}, "a volume in one page"),
    ],
)
def test_a_tiff_of_another_kind_is_refused_by_its_name(options, kind):
    dtype, channels, depth = options.pop("dtype", "u1"), options.pop("channels", 1), options.pop("depth", 1)
    shape = (*([depth] if depth > 1 else []), 16, 16, *([channels] if channels > 1 else []))
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.ones(shape, dtype), metadata=None, **{"photometric": "minisblack"} | options)
    with pytest.raises(FileProblem, match=f"^“x” holds {kind}[^\n]*, which is not read: convert it to RGB or grey"):
        decode_image(buffer.getvalue(), "“x”")


@pytest.mark.parametrize(
    ("bits", "extra", "kind"),
    [
        (8, [(339, 3, 4)], "undefined pixels of 8 bits"),
        (8, [(339, 3, 3)], "floating-point pixels of 8 bits"),
        (8, [(259, 3, 6)], "pixels packed by OJPEG"),
        (8, [(317, 3, 77)], "pixels predicted by 77"),
        (8, [(284, 3, 3)], "planes arranged in the way 3"),
    ],
)
def test_a_tiff_with_an_unknown_tag_is_refused_by_what_it_says(bits, extra, kind):
    own = {tag for tag, _kind, _value in extra}
    samples = np.ones((2, 8), np.uint8)
    rest = [tag for tag in extra if tag[0] != 259]
    data = packed_tiff(samples, bits, "<", extra=rest)
    if 259 in own:
        data = data.replace(struct.pack("<HHIHH", 259, 3, 1, 1, 0), struct.pack("<HHIHH", 259, 3, 1, 6, 0))
    with pytest.raises(FileProblem, match=kind):
        decode_image(data, "“x”")


def test_a_jpeg_in_a_tiff_is_read_as_its_colours():
    colours = np.full((16, 16, 3), (200, 30, 90), np.uint8)
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, colours, photometric="rgb", compression="jpeg", metadata=None)
    assert np.abs(decode_image(buffer.getvalue(), "“x”").values - colours / 255).max() < 0.02


@pytest.mark.parametrize("packing", ["group3", "group4"])
def test_a_fax_in_a_tiff_is_read_exactly(packing):
    bits = np.random.default_rng(5).integers(0, 2, (9, 17)).astype(bool)
    buffer = io.BytesIO()
    Image.fromarray(bits).save(buffer, "TIFF", compression=packing)
    np.testing.assert_array_equal(decode_image(buffer.getvalue(), "“x”").values[..., 0], bits)


# --- PNG -------------------------------------------------------------------------------------------------------------

_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def png(samples, colour, depth, *chunks, interlaced=False):
    rows, columns = samples.shape[:2]
    parts = [samples[down::by, across::over] for down, across, by, over in _PASSES] if interlaced else [samples]
    raw = b"".join(b"\0" + line(row, depth) for part in parts if part.size for row in part)
    head = struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, int(interlaced))
    whole = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in whole
    )


def line(row, depth):
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype("u1").tobytes()
    bits = "".join(f"{sample:0{depth}b}" for sample in row.ravel().tolist())
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


KINDS = [(0, depth) for depth in (1, 2, 4, 8, 16)] + [(2, 8), (2, 16), (4, 8), (4, 16), (6, 8), (6, 16)]
SAMPLES = {0: 1, 2: 3, 4: 2, 6: 4}


@given(st.data(), st.sampled_from(KINDS), st.booleans(), st.booleans())
def test_a_png_of_any_depth_is_exact(data, kind, has_key, is_interlaced):
    colour, depth = kind
    generator = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    shape = (data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9)), SAMPLES[colour])
    samples = generator.integers(0, 2**depth, shape)
    values = samples / (2**depth - 1)
    chunks = []
    if colour in (4, 6):
        values = values[..., :-1] * values[..., -1:] + 1 - values[..., -1:]
    elif has_key:
        key = samples[0, 0]
        chunks = [(b"tRNS", key.astype(">u2").tobytes())]
        values[(samples == key).all(axis=-1)] = 1
    assert_same(png(samples, colour, depth, *chunks, interlaced=is_interlaced), values)


@given(st.data(), st.sampled_from([1, 2, 4, 8]), st.booleans(), st.booleans())
def test_a_png_with_a_palette_is_exact(data, depth, has_alpha, is_interlaced):
    generator = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    table = generator.integers(0, 256, (2**depth, 3))
    samples = generator.integers(0, 2**depth, (data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))))
    colours = table[samples] / 255
    assume(not (colours == colours[..., :1]).all())
    chunks = [(b"PLTE", table.astype("u1").tobytes())]
    if has_alpha:
        opacity = generator.integers(0, 256, 2**depth)
        chunks.append((b"tRNS", opacity.astype("u1").tobytes()))
        shares = (opacity[samples] / 255)[..., np.newaxis]
        colours = colours * shares + 1 - shares
        assume(not (colours == colours[..., :1]).all())
    assert_same(png(samples, 3, depth, *chunks, interlaced=is_interlaced), colours)


def test_a_later_frame_of_a_deep_animation_is_refused_by_its_kind():
    data = png(np.zeros((2, 2, 3), int), 2, 16, (b"acTL", struct.pack(">II", 3, 0)))
    assert decode_image(data, "“x”").pages == 3
    with pytest.raises(FileProblem, match="is an animated PNG of 16 bits a channel, of which only frame 1 is read"):
        decode_image(data, "“x”", page=2)


# --- BMP, GIF, WebP, JPEG --------------------------------------------------------------------------------------------


def bmp(rows, bits, compression=0, masks=(), palette=b""):
    """A BMP of rows of packed bytes, each as long as a multiple of 4, from the lowest row on."""
    height, width = len(rows), len(rows[0]) * 8 // bits
    extra = struct.pack(f"<{len(masks)}I", *masks) + palette
    pixels = b"".join(rows)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(pixels), 0, 0, len(palette) // 4, 0)
    start = 14 + len(info) + len(extra)
    return struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + info + extra + pixels


@pytest.mark.parametrize(("masks", "shifts"), [((), (10, 5, 0)), ((0xF800, 0x7E0, 0x1F), (11, 5, 0))])
def test_a_bmp_of_sixteen_bits_a_pixel_counts_in_its_own_steps(masks, shifts):
    pixels = np.random.default_rng(2).integers(0, 2**15, (2, 64)).astype("<u2")
    data = bmp([row.tobytes() for row in pixels[::-1]], 16, 3 if masks else 0, masks)
    steps = (31, 63 if masks else 31, 31)
    want = np.stack([((pixels >> at) & most) / most for at, most in zip(shifts, steps, strict=True)], -1)
    assert_same(data, want)


@pytest.mark.parametrize("bits", [1, 4, 8])
def test_a_bmp_with_a_palette_is_exact(bits):
    generator = np.random.default_rng(bits)
    table = generator.integers(0, 256, (2**bits, 4)).astype(np.uint8)
    samples = generator.integers(0, 2**bits, (3, 32))
    rows = [line(row, bits) for row in samples[::-1]]
    assert_same(bmp(rows, bits, palette=table.tobytes()), table[samples][..., 2::-1] / 255)


@pytest.mark.parametrize(("kind", "options"), [("GIF", {}), ("WEBP", {"lossless": True}), ("BMP", {}), ("TIFF", {})])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_every_mode_that_pillow_writes_without_loss_is_exact(kind, options, mode):
    generator = np.random.default_rng(7)
    colours = np.zeros((6, 6, 4), np.uint8)
    colours[..., :3] = generator.choice([0, 85, 170, 255], (6, 6, 3))
    colours[..., 3] = 255
    picture = Image.fromarray(colours).convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    want = np.asarray(picture.convert("L" if mode in "1L" and kind != "WEBP" else "RGB")) / 255
    assert_same(buffer.getvalue(), want.reshape(6, 6, -1))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("is_progressive", [False, True])
def test_a_jpeg_of_any_mode_is_read_within_its_loss(mode, is_progressive):
    plain = Image.new(mode, (16, 16), {"L": 90, "RGB": (200, 30, 90), "CMYK": (20, 200, 90, 40)}[mode])
    buffer = io.BytesIO()
    plain.save(buffer, "JPEG", quality=100, progressive=is_progressive)
    shares = np.asarray(plain).reshape(16, 16, -1) / 255
    want = (1 - shares[..., :3]) * (1 - shares[..., 3:]) if mode == "CMYK" else shares
    assert np.abs(decode_image(buffer.getvalue(), "“x”").values - want).max() < 0.03


def test_a_jpeg_of_twelve_bits_is_refused_by_its_name():
    data = imagecodecs.jpeg8_encode(np.full((16, 16), 300, np.uint16), bitspersample=12)
    with pytest.raises(FileProblem, match=r"^“x” is a JPEG of 12 bits a channel, which is not read: save it as PNG"):
        decode_image(data, "“x”")


def test_a_lossless_jpeg_is_exact():
    samples = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert_same(imagecodecs.jpeg8_encode(samples, lossless=True), samples[..., np.newaxis] / 255)
