"""The day as a drawing: one lane a job, the starts of each minute below, in colours for light and dark."""

from collections.abc import Iterator
from html import escape

from oneplan.timeline.crowding import starts_a_minute, taken
from oneplan.timeline.day import Day, Row

_WIDTH, _PAD, _LABELS = 1200, 20, 200
_LANE, _BAR, _TOP, _HISTOGRAM = 22, 10, 64, 70
_PLOT = _WIDTH - _LABELS - 2 * _PAD
_LONGEST_LABEL = 27

_STYLE = """\
svg{--ink:#1c2733;--dim:#64707d;--line:#dde3e9;--ground:#fff;--run:#2f6fd0;--may:#bcd3f5;--always:#9aa7b4;--over:#c8371e}
@media (prefers-color-scheme:dark){svg{--ink:#e6ebf0;--dim:#93a0ad;--line:#2b3640;--ground:#12181f;--run:#6ea3f5;\
--may:#274468;--always:#5a6875;--over:#ff7a61}}
text{font:12px system-ui,sans-serif;fill:var(--ink)}.dim{fill:var(--dim)}.head{font-size:16px;font-weight:600}
.ground{fill:var(--ground)}.grid{stroke:var(--line);fill:none}.may{fill:var(--may)}.run{fill:var(--run)}
.always{fill:var(--always)}.over{fill:var(--over)}.limit{stroke:var(--over);stroke-dasharray:4 3;fill:none}"""


def svg(day: Day, title: str) -> str:
    """Returns the drawing as the text of an SVG file, readable aloud: a title, a description, a tip for each lane."""
    foot = _TOP + _LANE * len(day.rows)
    height = foot + _HISTOGRAM + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{_text(title)}</title>',
        f'<desc id="d">{_text(_description(day))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{height}"/>',
        f'<text class="head" x="{_PAD}" y="28">{_text(title)}</text>',
        *_hours(day, foot + _HISTOGRAM + 14),
        *_lanes(day),
        *_histogram(day, foot + 14),
        *_legend(day, foot + _HISTOGRAM + 40),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _description(day: Day) -> str:
    """What the drawing shows, for who cannot see it."""
    counts = starts_a_minute(day)
    peak = max(counts, default=0)
    if not peak:
        return f"{_count(len(day.rows), 'job')}; none starts on this day."
    at = day.clock(counts.index(peak))
    crowded = sum(count > day.cores for count in counts)
    return (
        f"{_count(len(day.rows), 'job')} on {_count(day.cores, 'core')}; at most {peak} start in the same minute, "
        f"first at {at}; more start than there are cores in {_count(crowded, 'minute')}."
    )


def _x(day: Day, minute: int) -> float:
    return _PAD + _LABELS + minute * _PLOT / max(day.length, 1)


def _hours(day: Day, bottom: int) -> Iterator[str]:
    for minute in range(0, day.length + 1, 60):
        x = _x(day, minute)
        yield f'<path class="grid" d="M{x:.1f} {_TOP - 8}V{bottom}"/>'
        if minute % 120 == 0 and minute < day.length:
            yield f'<text class="dim" x="{x:.1f}" y="{_TOP - 14}" text-anchor="middle">{day.clock(minute)}</text>'


def _lanes(day: Day) -> Iterator[str]:
    """Each lane, its runs drawn once for all jobs that have the same."""
    drawn: dict[tuple[tuple[int, ...], int], str] = {}
    for number, row in enumerate(day.rows):
        top, key = _TOP + _LANE * number, (row.starts, row.minutes)
        label = row.job if len(row.job) <= _LONGEST_LABEL else f"{row.job[: _LONGEST_LABEL - 1]}…"
        yield f"<g><title>{_text(f'{row.job} ({row.app}): {_told(row)}')}</title>"
        yield f'<text x="{_PAD}" y="{top + 12}">{_text(label)}</text>'
        if row.is_continuous:
            yield f'<rect class="always" x="{_x(day, 0):.1f}" y="{top + 6}" width="{_PLOT}" height="4" rx="2"/>'
        elif key in drawn:
            yield f'<use href="#{drawn[key]}" y="{top + 3}"/>'
        else:
            drawn[key] = f"r{len(drawn)}"
            yield f'<defs><g id="{drawn[key]}">{_runs(day, row)}</g></defs><use href="#{drawn[key]}" y="{top + 3}"/>'
        yield "</g>"


def _runs(day: Day, row: Row) -> str:
    """What a job may be busy with, its starts, and small those that are skipped, at the height 0."""
    kept = taken(row)
    skipped = sorted(set(row.starts).difference(kept))
    busy = "".join(_box(day, start, start + row.minutes, 0) for start in kept)
    ticks = "".join(f"M{_x(day, start):.1f} 0h2.5v{_BAR}h-2.5z" for start in kept)
    missed = "".join(f"M{_x(day, start):.1f} 3h2.5v4h-2.5z" for start in skipped)
    return f'<path class="may" d="{busy}"/><path class="run" d="{ticks}"/><path class="over" d="{missed}"/>'


def _box(day: Day, start: int, end: int, y: int) -> str:
    left, right = _x(day, start), _x(day, min(end, day.length))
    return f"M{left:.1f} {y}H{right:.1f}v{_BAR}H{left:.1f}z"


def _told(row: Row) -> str:
    if row.is_continuous:
        return f"{row.text}, runs all day"
    length = "" if row.source == "unknown" else f", up to {row.minutes} min each ({row.source})"
    return f"{row.text}, {_count(len(row.starts), 'start')}{length}"


def _histogram(day: Day, top: int) -> Iterator[str]:
    """Starts in each minute, and a line at the number of cores."""
    counts = starts_a_minute(day)
    peak = max(*counts, day.cores, 1)
    bottom = top + _HISTOGRAM - 14
    unit = (bottom - top) / peak
    yield f'<text class="dim" x="{_PAD}" y="{top + 12}">starts in a minute</text>'
    for name, is_over in (("run", False), ("over", True)):
        boxes = (
            f"M{_x(day, minute):.1f} {bottom}v{-count * unit:.1f}h1.6v{count * unit:.1f}z"
            for minute, count in enumerate(counts)
            if count and (count > day.cores) is is_over
        )
        yield f'<path class="{name}" d="{"".join(boxes)}"/>'
    y = bottom - day.cores * unit
    yield f'<path class="limit" d="M{_x(day, 0):.1f} {y:.1f}h{_PLOT}"/>'
    peak_told = f"dashed: {_count(day.cores, 'core')}; peak {max(counts, default=0)}"
    yield f'<text class="dim" x="{_PAD}" y="{top + 28}">{peak_told}</text>'


def _legend(day: Day, y: int) -> Iterator[str]:
    entries = (
        ("run", "a start"),
        ("may", "may run this long"),
        ("always", "runs all day"),
        ("over", "skipped, or more than cores"),
    )
    for number, (name, words) in enumerate(entries):
        x = _PAD + _LABELS + number * 170
        yield f'<rect class="{name}" x="{x}" y="{y - 9}" width="10" height="10"/>'
        yield f'<text class="dim" x="{x + 16}" y="{y}">{words}</text>'
    yield f'<text class="dim" x="{_WIDTH - _PAD}" y="{y}" text-anchor="end">{_text(day.zone)}</text>'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _text(text: str) -> str:
    """Text for XML: escaped, and without the control characters that XML forbids."""
    return escape("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text))
