"""A drawing of each watch, for the time before it has a photo: its dial, bezel and hands follow from its name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup, escape

CENTRE = 200


@dataclass(frozen=True)
class Look:
    """The colours of a drawing."""

    dial: str
    dial_edge: str
    ink: str
    strap: str
    metal: tuple[str, str, str]
    """Light, middle and dark of the case."""


STEEL = ("#f6f7f9", "#b9c0c8", "#7d8690")
GOLD = ("#f8e6bd", "#cfa75f", "#8d6a2c")
BRONZE = ("#ecc9a2", "#b47f4f", "#764a28")

LOOKS = (
    Look("#23395b", "#101d33", "#f3f5f8", "#3a2a20", STEEL),
    Look("#f6f1e5", "#ddd3bd", "#2a2723", "#5c3a22", GOLD),
    Look("#1d4238", "#0d231d", "#f2f5f1", "#26302c", STEEL),
    Look("#25272b", "#0f1013", "#f2f2f0", "#1c1d20", STEEL),
    Look("#5b2430", "#321119", "#f7eeee", "#2f1b1a", GOLD),
    Look("#eceff2", "#c9d0d7", "#25303c", "#2b3a4d", STEEL),
)


def watch_drawing(sku: str, brand: str, name: str) -> Markup:
    """The drawing as inline SVG."""
    words = set(name.casefold().split())
    look = LOOKS[sha256(sku.encode()).digest()[0] % len(LOOKS)]
    if "bronze" in words:
        look = Look(look.dial, look.dial_edge, look.ink, look.strap, BRONZE)
    parts = [_gradients(sku, look), _strap(look), _case(sku), *_bezel(words, look), _dial(sku), *_indices(look, brand)]
    parts += _complications(words, look)
    parts += _hands(words, look)
    label = escape(f"Drawing of the {brand} {name}" if name else "Drawing of a watch")
    return Markup(  # noqa: S704 - numbers and constants; what comes from outside is escaped
        f'<svg class="drawing" viewBox="40 20 320 360" role="img" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _gradients(sku: str, look: Look) -> str:
    light, middle, dark = look.metal
    name = escape(sku)
    return (
        f'<defs><linearGradient id="metal-{name}" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{light}"/>'
        f'<stop offset=".5" stop-color="{middle}"/><stop offset="1" stop-color="{dark}"/></linearGradient>'
        f'<radialGradient id="dial-{name}" cx=".42" cy=".36" r=".75"><stop offset="0" stop-color="{look.dial}"/>'
        f'<stop offset="1" stop-color="{look.dial_edge}"/></radialGradient></defs>'
    )


def _strap(look: Look) -> str:
    strap = (
        '<path d="M150 20h100l6 82h-112z" fill="{0}"/><path d="M144 298h112l-6 82h-100z" fill="{0}"/>'
        '<path d="M157 20l-5 80M243 20l5 80M152 300l5 80M248 300l-5 80" stroke="#fff" stroke-opacity=".22" '
        'stroke-width="1.5" stroke-dasharray="5 4" fill="none"/>'
    )
    return strap.format(look.strap)


def _case(sku: str) -> str:
    metal = f"url(#metal-{escape(sku)})"
    lugs = "".join(
        f'<rect x="{x}" y="{y}" width="22" height="60" rx="9" fill="{metal}"/>' for x in (124, 254) for y in (72, 268)
    )
    crown = f'<rect x="316" y="186" width="20" height="28" rx="5" fill="{metal}" stroke="#0003"/>'
    return f'{lugs}{crown}<circle cx="200" cy="200" r="120" fill="{metal}" stroke="#0002"/>'


def _bezel(words: set[str], look: Look) -> list[str]:
    if not words & {"diver", "gmt"}:
        return ['<circle cx="200" cy="200" r="108" fill="none" stroke="#0002" stroke-width="2"/>']
    ring = f'<circle cx="200" cy="200" r="109" fill="none" stroke="{look.dial_edge}" stroke-width="17"/>'
    night = '<path d="M91 200a109 109 0 0 0 218 0" fill="none" stroke="#8c2f39" stroke-width="17"/>'
    marks = [_tick(step * 30, 104, 114, look.ink, 2) for step in range(1, 12)]
    pip = f'<path d="M193 84h14l-7 12z" fill="{look.ink}"/>'
    return [ring, *([night] if "gmt" in words else []), *marks, pip]


def _dial(sku: str) -> str:
    return f'<circle cx="200" cy="200" r="99" fill="url(#dial-{escape(sku)})" stroke="#0004"/>'


def _indices(look: Look, brand: str) -> list[str]:
    hours = [_tick(step * 30, 78, 91, look.ink, 7 if step % 3 == 0 else 4) for step in range(12)]
    minutes = [_tick(step * 6, 93, 96, look.ink, 1) for step in range(60) if step % 5]
    maker = escape(brand.split(maxsplit=1)[0].upper()) if brand else ""
    text = (
        f'<text x="200" y="152" fill="{look.ink}" fill-opacity=".85" font-family="Georgia, serif" font-size="11" '
        f'letter-spacing="2.5" text-anchor="middle">{maker}</text>'
    )
    return [*hours, *minutes, text]


def _complications(words: set[str], look: Look) -> list[str]:
    parts: list[str] = []
    if "chrono" in words:
        parts += [_subdial(x, y, 23, look) for x, y in ((160, 200), (240, 200), (200, 242))]
        parts += [_pusher(136, -32), _pusher(246, 32)]
    if words & {"seconde", "reserve"}:
        parts.append(_subdial(200, 240, 27, look))
    if "moonphase" in words:
        parts.append(
            '<path d="M172 248a28 28 0 0 1 56 0z" fill="#14213f" stroke="#0005"/><circle cx="206" cy="238" r="11" '
            'fill="#f3dfa4"/><path d="M183 240h2m5-9h2m-3 13h1" stroke="#fff" stroke-width="2"/>'
        )
    if words & {"officer", "solar"}:
        parts.append(f'<rect x="252" y="192" width="22" height="16" rx="2" fill="#fff" stroke="{look.dial_edge}"/>')
        parts.append('<text x="263" y="204" font-size="12" font-family="Georgia, serif" text-anchor="middle">24</text>')
    return parts


def _pusher(y: int, angle: int) -> str:
    turn = f'transform="rotate({angle} 315 {y + 9})"'
    return f'<rect x="306" y="{y}" width="18" height="18" rx="4" fill="#9aa2ab" {turn}/>'


def _subdial(x: int, y: int, radius: int, look: Look) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{look.dial_edge}" fill-opacity=".55" stroke="{look.ink}" '
        f'stroke-opacity=".5"/><path d="M{x} {y}v{-radius + 5}" stroke="{look.ink}" stroke-width="1.6"/>'
        f'<circle cx="{x}" cy="{y}" r="2" fill="{look.ink}"/>'
    )


def _hands(words: set[str], look: Look) -> list[str]:
    hour = f'<path d="M196 206l2-62 2-8 2 8 2 62z" fill="{look.ink}" stroke="#0003" transform="rotate(-56 200 200)"/>'
    minute = f'<path d="M197 210l2-90 1-6 1 6 2 90z" fill="{look.ink}" stroke="#0003" transform="rotate(52 200 200)"/>'
    second = '<path d="M200 224V112" stroke="#c8963e" stroke-width="1.8" transform="rotate(212 200 200)"/>'
    red = 'stroke="#d0413f" fill="#d0413f" stroke-width="2"'
    zone = f'<path d="M200 200V118m-6 12l6-14 6 14z" {red} transform="rotate(128 200 200)"/>'
    pin = f'<circle cx="200" cy="200" r="5" fill="#c8963e" stroke="{look.dial_edge}"/>'
    small_seconds = bool(words & {"seconde", "reserve", "chrono"})
    return [*([zone] if "gmt" in words else []), hour, minute, *([] if small_seconds else [second]), pin]


def _tick(degrees: int, inner: int, outer: int, colour: str, width: int) -> str:
    angle = math.radians(degrees)
    across, up = math.sin(angle), -math.cos(angle)
    start = f"{CENTRE + inner * across:.1f} {CENTRE + inner * up:.1f}"
    end = f"{CENTRE + outer * across:.1f} {CENTRE + outer * up:.1f}"
    return f'<path d="M{start}L{end}" stroke="{colour}" stroke-width="{width}" stroke-linecap="butt"/>'
