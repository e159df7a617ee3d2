"""What a screen shows on a school day: a page of posts, text and photographs, drawn from a seed."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageChops, ImageDraw, ImageFont

_TALK = """
anyone seen what the new teacher did in period four today honestly cannot believe nobody said anything
about the trip letter it was on the board all week and the whole class laughed when she dropped her
papers share this before it gets taken down again same account as last year I think
"""


def draw(seed: int, width: int, height: int) -> Image.Image:
    """An RGB picture of the size of the screen."""
    rng = random.Random(seed)
    page = Image.new("RGB", (width, height), (250, 250, 252))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, width, 110), fill=(222, 225, 230))
    pen.rounded_rectangle((260, 48, width - 400, 100), 24, fill="white")
    pen.text((290, 56), "https://chirrup.example/@larkmere_truth", font=_font(30), fill=(32, 33, 36))
    column, gap = (width - 200) // 3, 50
    for number in range(3):
        left, top = 50 + number * (column + gap), 150
        while top < height - 300:
            top = _post(page, pen, rng, left, top, column) + 40
    return page


def bgrx(picture: Image.Image) -> bytes:
    """The pixels as an X server holds them."""
    return picture.tobytes("raw", "BGRX")


def _post(
    page: Image.Image, pen: ImageDraw.ImageDraw, rng: random.Random, left: int, top: int, width: int
) -> int:
    """One post; returns where it ends."""
    pen.rounded_rectangle((left, top, left + width, top + 20_000), 18, fill="white", outline=(220, 222, 226))
    page.paste(_photograph(rng, 72, 72), (left + 24, top + 24))
    pen.text(
        (left + 116, top + 26), f"Larkmere Truth {rng.randint(1, 99)}", font=_font(30), fill=(15, 20, 25)
    )
    pen.text((left + 116, top + 64), "@larkmere_truth · 2h", font=_font(24), fill=(83, 100, 113))
    at = top + 120
    for _ in range(rng.randint(3, 8)):
        line = " ".join(rng.choices(_TALK.split(), k=12))
        pen.text((left + 24, at), line[: width // 16], font=_font(30), fill=(15, 20, 25))
        at += 42
    if rng.random() < 0.7:
        tall = rng.randint(400, 700)
        page.paste(_photograph(rng, width - 48, tall), (left + 24, at + 16))
        at += tall + 32
    pen.text((left + 24, at), "12 replies     48 shared     206 likes", font=_font(24), fill=(83, 100, 113))
    return at + 60


def _photograph(rng: random.Random, width: int, height: int) -> Image.Image:
    """Clouds of colour at all scales, through a JPEG as every picture of the web has been."""
    planes = []
    shapes = _clouds(rng, width, height)
    for _ in range(3):
        tint = _clouds(rng, width, height).point([value // 3 for value in range(256)])
        planes.append(ImageChops.add(shapes.point([value * 2 // 3 for value in range(256)]), tint))
    packed = io.BytesIO()
    Image.merge("RGB", planes).save(packed, "JPEG", quality=85)
    return Image.open(packed).convert("RGB")


def _clouds(rng: random.Random, width: int, height: int) -> Image.Image:
    """Noise of ever finer grain and ever less weight, in grey."""
    found = Image.new("L", (width, height), 128)
    for step, weight in ((256, 0.6), (64, 0.4), (16, 0.2), (4, 0.12), (1, 0.05)):
        size = (max(2, width // step), max(2, height // step))
        noise = Image.frombytes("L", size, rng.randbytes(size[0] * size[1]))
        found = Image.blend(found, noise.resize((width, height), Image.Resampling.BICUBIC), weight)
    return found


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
