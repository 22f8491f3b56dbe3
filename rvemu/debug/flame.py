"""Flame graphs: call paths as an SVG file that needs nothing else; a click goes into a frame, one on `all` back."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from rvemu.debug.profile import Node

WIDTH, ROW, TOP = 1200, 17, 40
_LETTER = 7.2
_NARROWEST = 0.2
"""Frames of less than so many pixels are left out."""

_STYLE = """
text { font: 12px monospace; fill: #1a1a1a; pointer-events: none }
#title { font: bold 15px sans-serif } #told { font: 12px sans-serif }
rect { stroke: #fffaf2; stroke-width: 0.7; cursor: pointer } rect:hover { stroke: #000 }
.past { opacity: 0.45 }
"""
_SCRIPT = """
const W = %(width)d, LETTER = %(letter)s, frames = [...document.querySelectorAll("g.f")];
const told = document.getElementById("told");
function place(g, x, w, past) {
  const r = g.querySelector("rect"), t = g.querySelector("text"), n = Math.floor((w - 6) / LETTER);
  const name = g.dataset.n;
  g.style.display = w < 0.2 ? "none" : "";
  r.setAttribute("x", x); r.setAttribute("width", Math.max(w, 0)); t.setAttribute("x", x + 3);
  t.textContent = n < 3 ? "" : name.length <= n ? name : name.slice(0, n - 2) + "..";
  g.classList.toggle("past", past);
}
function zoom(to) {
  const x0 = +to.dataset.x, w0 = +to.dataset.w, d0 = +to.dataset.d, k = W / w0;
  for (const g of frames) {
    const x = +g.dataset.x, w = +g.dataset.w, d = +g.dataset.d;
    if (d < d0 && x <= x0 + 1e-6 && x + w >= x0 + w0 - 1e-6) place(g, 0, W, true);
    else if (d < d0 || x + w <= x0 + 1e-6 || x >= x0 + w0 - 1e-6) g.style.display = "none";
    else place(g, (x - x0) * k, w * k, false);
  }
}
for (const g of frames) {
  g.addEventListener("click", () => zoom(g));
  g.addEventListener("mouseover", () => { told.textContent = g.querySelector("title").textContent; });
  g.addEventListener("mouseout", () => { told.textContent = ""; });
}
"""


@dataclass(frozen=True)
class _Frame:
    node: Node
    x: float
    width: float
    depth: int


def _frames(root: Node) -> Iterator[_Frame]:
    """Yield the frames that are wide enough to be seen."""
    scale = WIDTH / max(root.total, 1)
    stack = [_Frame(root, 0.0, float(WIDTH), 0)]
    while stack:
        frame = stack.pop()
        yield frame
        x = frame.x
        for child in sorted(frame.node.children.values(), key=lambda node: node.name):
            width = child.total * scale
            if width >= _NARROWEST:
                stack.append(_Frame(child, x, width, frame.depth + 1))
            x += width


def _colour(name: str) -> str:
    """Return a warm colour, always the same for a name."""
    mixed = zlib.crc32(name.encode(errors="replace"))
    return f"rgb({205 + mixed % 50},{90 + (mixed >> 8) % 120},{40 + (mixed >> 16) % 50})"


def _shown(name: str, width: float) -> str:
    letters = int((width - 6) / _LETTER)
    if letters < 3:
        return ""
    return name if len(name) <= letters else name[: letters - 2] + ".."


def _drawn(frame: _Frame, total: int, height: int) -> str:
    node, y = frame.node, height - 8 - (frame.depth + 1) * ROW
    share = f"{node.total:,} instructions, {100 * node.total / max(total, 1):.2f} %; {node.own:,} of its own"
    name = escape(node.name)
    return (
        f'<g class="f" data-n="{name}" data-x="{frame.x:.3f}" data-w="{frame.width:.3f}" data-d="{frame.depth}">'
        f"<title>{name}: {share}</title>"
        f'<rect x="{frame.x:.3f}" y="{y}" width="{frame.width:.3f}" height="{ROW}" rx="2" fill="{_colour(node.name)}"/>'
        f'<text x="{frame.x + 3:.3f}" y="{y + 12.5}">{escape(_shown(node.name, frame.width))}</text></g>\n'
    )


def flame_graph(root: Node, title: str = "Instructions by call path") -> str:
    """Return the SVG text of call paths, callers below; widths are instructions."""
    frames = list(_frames(root))
    height = TOP + 16 + ROW * (1 + max(frame.depth for frame in frames))
    script = _SCRIPT % {"width": WIDTH, "letter": _LETTER}
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
        f'height="{height}" viewBox="0 0 {WIDTH} {height}">\n<style>{_STYLE}</style>\n'
        f'<rect width="100%" height="100%" fill="#fffaf2" style="cursor: default"/>\n'
        f'<text id="title" x="{WIDTH / 2}" y="20" text-anchor="middle">{escape(title)}</text>\n'
        f'<text id="told" x="6" y="35"> </text>\n'
        + "".join(_drawn(frame, root.total, height) for frame in frames)
        + f"<script><![CDATA[{script}]]></script>\n</svg>\n"
    )
