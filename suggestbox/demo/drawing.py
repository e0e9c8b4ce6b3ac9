"""Pictures of the demo, drawn: a demonstration shows no photos of other people's halls."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1280, 800
FINE = 2
"""Drawn so many times larger and made smaller afterwards, so that slopes are smooth."""

INK, PAPER, GREEN, AMBER, BLUE, RED = "#1b2438", "#faf8f4", "#17694f", "#d9932f", "#2b5fa8", "#a8382a"


def picture(name: str) -> bytes:
    """Give one of the pictures as a JPEG file. A wrong name raises KeyError."""
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    image = PICTURES[name](image)
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(out, "JPEG", quality=88)
    return out.getvalue()


def _pen(image: Image.Image) -> ImageDraw.ImageDraw:
    return ImageDraw.Draw(image)


def _box(pen: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float, fill: str, r: float = 0) -> None:
    pen.rounded_rectangle((x * FINE, y * FINE, (x + w) * FINE, (y + h) * FINE), radius=r * FINE, fill=fill)


def _shape(pen: ImageDraw.ImageDraw, fill: str, *points: tuple[float, float]) -> None:
    pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, r: float, fill: str) -> None:
    pen.ellipse(((x - r) * FINE, (y - r) * FINE, (x + r) * FINE, (y + r) * FINE), fill=fill)


def _glow(image: Image.Image, colour: str, x: float, y: float, rx: float, ry: float, blur: float) -> Image.Image:
    """The picture with a soft light on it. Worked out small: what is blurred needs no fine dots."""
    part = 8
    mask = Image.new("L", (WIDTH // part, HEIGHT // part), 0)
    box = tuple(v / part for v in (x - rx, y - ry, x + rx, y + ry))
    ImageDraw.Draw(mask).ellipse(box, fill=255)  # type: ignore[arg-type]
    mask = mask.filter(ImageFilter.GaussianBlur(blur / part)).resize(image.size)
    return Image.composite(Image.new("RGB", image.size, colour), image, mask)


def _blue_light(image: Image.Image) -> Image.Image:
    """A forklift comes out of an aisle at night, its blue spot runs ahead."""
    pen = _pen(image)
    _box(pen, 0, 0, WIDTH, 520, "#2a3550")
    _box(pen, 0, 520, WIDTH, 280, "#3b4763")
    _shape(pen, "#46536f", (0, 800), (520, 520), (760, 520), (1280, 800))
    for x in (40, 180, 960, 1110):
        _box(pen, x, 90, 14, 440, "#18203a")
        _box(pen, x + 116, 90, 14, 440, "#18203a")
        for row, tint in enumerate(("#8a6d46", "#6f8f7f", "#9a7c55", "#7c6a90")):
            _box(pen, x, 185 + row * 108, 130, 10, "#c0763a")
            _box(pen, x + 22, 125 + row * 108, 86, 60, tint, 4)
    image = _glow(image, "#3f8cff", 520, 690, 150, 42, 26)
    image = _glow(image, "#a8d0ff", 520, 690, 70, 20, 14)
    pen = _pen(image)
    _box(pen, 690, 300, 190, 190, "#d9932f", 18)
    _box(pen, 720, 215, 150, 110, "#1b2438", 14)
    _box(pen, 734, 229, 122, 84, "#93bcf3", 8)
    _disc(pen, 792, 275, 22, "#e9c7a4")
    _box(pen, 768, 296, 52, 34, GREEN, 12)
    _box(pen, 650, 190, 16, 330, "#18203a")
    _box(pen, 672, 190, 16, 330, "#18203a")
    _box(pen, 560, 500, 130, 12, "#18203a")
    _box(pen, 570, 410, 100, 90, "#b98b56", 4)
    _disc(pen, 730, 505, 38, "#10172a")
    _disc(pen, 848, 505, 38, "#10172a")
    _disc(pen, 730, 505, 15, "#aeb7c7")
    _disc(pen, 848, 505, 15, "#aeb7c7")
    _disc(pen, 700, 222, 11, "#a8d0ff")
    return image


def _boxes(image: Image.Image) -> Image.Image:
    """Green folding boxes in a stack, ready for the van."""
    pen = _pen(image)
    _box(pen, 0, 0, WIDTH, 560, "#e7ded0")
    _box(pen, 0, 560, WIDTH, 240, "#cfc4b2")
    _box(pen, 70, 150, 470, 430, "#fdfbf7", 18)
    _box(pen, 100, 180, 410, 370, "#55607a", 8)
    _box(pen, 306, 150, 8, 430, "#d0c9bc")
    for column, count in enumerate((4, 5, 3)):
        for row in range(count):
            x, y = 585 + column * 208, 505 - row * 98
            _box(pen, x, y, 192, 90, GREEN, 8)
            _box(pen, x, y, 192, 18, "#0f523d", 8)
            _box(pen, x + 62, y + 34, 68, 16, "#0f523d", 8)
            for slot in range(5):
                _box(pen, x + 20 + slot * 33, y + 62, 20, 12, "#2b8467", 3)
    for row in range(3):
        _box(pen, 150, 455 - row * 88, 170, 80, "#2b8467", 8)
        _box(pen, 212, 485 - row * 88, 46, 14, "#0f523d", 7)
    _box(pen, 560, 604, 660, 22, "#a9824f", 3)
    for x in (580, 860, 1150):
        _box(pen, x, 626, 46, 30, "#8a6a3f", 3)
    return image


def _code(image: Image.Image) -> Image.Image:
    """The rating plate of a heat pump with its code, and a phone that reads it."""
    pen = _pen(image)
    _box(pen, 0, 0, WIDTH, HEIGHT, "#dfe6ea")
    _box(pen, 60, 60, 760, 680, "#f7f8f9", 26)
    for row in range(9):
        _box(pen, 110, 110 + row * 22, 280, 8, "#c3ccd4", 4)
    _disc(pen, 600, 210, 110, "#c3ccd4")
    _disc(pen, 600, 210, 92, "#9daab6")
    for dx, dy in ((0, -48), (42, 24), (-42, 24)):
        _disc(pen, 600 + dx, 210 + dy, 34, "#c3ccd4")
    _box(pen, 130, 400, 620, 270, "#b9c2cb", 14)
    _box(pen, 140, 410, 600, 250, "#e9edf0", 10)
    for row, width in enumerate((260, 210, 240, 180, 225)):
        _box(pen, 175, 450 + row * 38, width, 14, "#55607a", 4)
    _pattern(pen, 520, 436, 9, INK)
    _box(pen, 880, 130, 320, 600, INK, 44)
    _box(pen, 898, 160, 284, 540, PAPER, 26)
    _pattern(pen, 962, 220, 7, INK)
    _box(pen, 930, 420, 220, 16, GREEN, 8)
    for row, width in enumerate((200, 170, 215, 150)):
        _box(pen, 930, 460 + row * 34, width, 12, "#aeb7c7", 6)
    _disc(pen, 1040, 640, 34, GREEN)
    pen.line([(1024 * FINE, 640 * FINE), (1036 * FINE, 653 * FINE), (1058 * FINE, 626 * FINE)], fill=PAPER, width=8 * FINE)
    return image


def _pattern(pen: ImageDraw.ImageDraw, x: float, y: float, dot: float, ink: str) -> None:
    """Something that looks like such a code, and leads nowhere."""
    _box(pen, x - dot, y - dot, dot * 23, dot * 23, "#ffffff")
    for row in range(21):
        for column in range(21):
            corner = (row < 7 or row > 13) and (column < 7 or (column > 13 and row < 7))
            if not corner and (row * 7 + column * 5 + row * column) % 3 == 0:
                _box(pen, x + column * dot, y + row * dot, dot, dot, ink)
    for cx, cy in ((0, 0), (14, 0), (0, 14)):
        _box(pen, x + cx * dot, y + cy * dot, 7 * dot, 7 * dot, ink)
        _box(pen, x + (cx + 1) * dot, y + (cy + 1) * dot, 5 * dot, 5 * dot, "#ffffff")
        _box(pen, x + (cx + 2) * dot, y + (cy + 2) * dot, 3 * dot, 3 * dot, ink)


def _sheet(image: Image.Image) -> Image.Image:
    """A sheet of metal from above: large parts, and small ones nested into what was scrap."""
    pen = _pen(image)
    _box(pen, 0, 0, WIDTH, HEIGHT, "#2c3440")
    for x in range(0, WIDTH, 64):
        _box(pen, x, 0, 10, HEIGHT, "#232a35")
    _box(pen, 90, 90, 1100, 620, "#aab4bf", 6)
    for x in (120, 480, 840):
        _box(pen, x, 120, 320, 250, "#2c3440", 12)
        _box(pen, x + 50, 170, 220, 150, "#aab4bf", 8)
        for column in range(3):
            _shape(pen, AMBER, (x + 66 + column * 68, 186), (x + 120 + column * 68, 186), (x + 120 + column * 68, 202),
                   (x + 82 + column * 68, 202), (x + 82 + column * 68, 300), (x + 66 + column * 68, 300))
    for column in range(9):
        x = 120 + column * 116
        _box(pen, x, 400, 96, 124, "#2c3440", 48)
        _disc(pen, x + 48, 446, 20, "#aab4bf")
        _box(pen, x, 548, 96, 60, AMBER, 8)
        _disc(pen, x + 24, 578, 10, "#2c3440")
        _disc(pen, x + 72, 578, 10, "#2c3440")
        _box(pen, x, 628, 96, 52, AMBER, 26)
        _disc(pen, x + 48, 654, 12, "#2c3440")
    image = _glow(image, "#fff3c4", 1086, 654, 26, 26, 18)
    _disc(_pen(image), 1086, 654, 8, "#ffffff")
    return image


def _letter(image: Image.Image) -> Image.Image:
    """One page with three pictures on a kitchen table, a cup of tea beside it, the thick manual far away."""
    pen = _pen(image)
    _box(pen, 0, 0, WIDTH, HEIGHT, "#d8b98c")
    for row in range(8):
        _box(pen, 0, row * 104, WIDTH, 4, "#c8a676")
    _shape(pen, "#b7925f", (402, 78), (846, 108), (800, 744), (352, 712))
    _shape(pen, PAPER, (390, 60), (836, 92), (790, 728), (342, 696))
    for row, (tint, top) in enumerate(((RED, 190), (BLUE, 340), (GREEN, 490))):
        _disc(pen, 450 - row * 11, top + 46, 50, tint)
        for line, width in enumerate((230, 190, 210)):
            _box(pen, 536 - row * 11, top + 16 + line * 26, width, 12, "#aeb7c7", 6)
    _box(pen, 440, 118, 300, 26, INK, 8)
    _shape(pen, PAPER, (428, 252), (450, 204), (472, 252))
    _box(pen, 430, 366, 18, 40, PAPER, 9)
    _disc(pen, 428, 536, 18, PAPER)
    _disc(pen, 1040, 470, 150, "#eef1f6")
    _disc(pen, 1040, 470, 118, "#ffffff")
    _disc(pen, 1040, 470, 100, "#b5652c")
    _box(pen, 1150, 440, 70, 60, "#ffffff", 26)
    _box(pen, 60, 90, 200, 270, "#55607a", 8)
    _box(pen, 60, 340, 200, 40, "#eef1f6", 6)
    _box(pen, 90, 140, 140, 18, "#aeb7c7", 6)
    _box(pen, 90, 174, 100, 12, "#7a8498", 6)
    return image


PICTURES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "blue_light": _blue_light, "boxes": _boxes, "code": _code, "sheet": _sheet, "letter": _letter,
}
"""{name: what draws it}."""
