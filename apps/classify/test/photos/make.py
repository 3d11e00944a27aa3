"""Writes small photos in every form, and as `expected.json` the red, green and blue that Pillow reads of each.

    pip install pillow numpy && python make.py
"""

import base64
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent
WIDTH, HEIGHT = 13, 9
y, x = np.mgrid[:HEIGHT, :WIDTH]
colours = np.stack([x * 19, y * 28, (x * y * 7) % 256], axis=-1).astype("uint8")
image = Image.fromarray(colours)
grey = image.convert("L")
alpha = Image.fromarray((x * 19 ^ y * 5).astype("uint8"))
turned = Image.Exif()
turned[0x112] = 6


def with_alpha(mode):
    copy = image.convert(mode)
    copy.putalpha(alpha)
    return copy


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, pixels, *, colour_type, passes=((0, 0, 1, 1),)):
    """A PNG of the forms that Pillow reads and does not write: 16 bits of colour, interlaced."""
    rows = [pixels[y0::dy, x0::dx] for x0, y0, dx, dy in passes]
    raw = b"".join(b"\0" + row.tobytes() for part in rows for row in part if row.size > 0)
    bits = 8 * pixels.itemsize
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour_type, 0, 0, int(len(passes) > 1))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + body)


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

image.save(HERE / "colour.png")
grey.save(HERE / "grey.png")
image.convert("1").save(HERE / "two-levels.png")
image.quantize(20).save(HERE / "palette.png")
image.save(HERE / "one-colour-transparent.png", transparency=(19, 28, 7))
with_alpha("LA").save(HERE / "grey-alpha.png")
with_alpha("RGBA").save(HERE / "alpha.png")
with_alpha("RGBA").quantize(16).save(HERE / "palette-alpha.png")
png("interlaced.png", colours, colour_type=2, passes=ADAM7)
png("deep.png", (colours.astype(">u2") * 257 - 5).astype(">u2"), colour_type=2)
image.save(HERE / "turned.png", exif=turned)
grey.save(HERE / "turned-grey.png", exif=turned)
image.save(HERE / "turned.jpg", exif=turned, quality=90)
image.save(HERE / "progressive.jpg", progressive=True, quality=80)
image.save(HERE / "halved-colours.jpg", subsampling=2, quality=60)
grey.save(HERE / "grey.jpg", quality=80)
image.convert("CMYK").save(HERE / "inks.jpg", quality=90)
image.convert("CMYK").save(HERE / "inks.tif")
image.save(HERE / "packed.tif", compression="tiff_lzw")
with_alpha("RGBA").save(HERE / "alpha.webp", lossless=True)
image.quantize(20).save(HERE / "palette.gif")
image.crop((4, 4, 5, 5)).save(HERE / "one-pixel.png")


def read(path):
    rgb = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    return {"width": rgb.width, "height": rgb.height, "data": base64.b64encode(rgb.tobytes()).decode()}


photos = sorted(path for path in HERE.iterdir() if path.suffix not in (".py", ".json"))
text = json.dumps({path.name: read(path) for path in photos}, indent=2)
(HERE / "expected.json").write_text(text + "\n")
