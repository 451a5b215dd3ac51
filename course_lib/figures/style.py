"""The look of every figure, and how it reaches the page with its caption and alt text."""

import base64
import html
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart with every common kind of colour blindness
# (https://jfly.uni-koeln.de/color/). Markers and line styles are the second cue.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

_STYLE: Any = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "axes.grid": False,
    "font.size": 10.0,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


def line(index: int) -> dict[str, Any]:
    """Colour and dashes of the line with this number: what Matplotlib's `plot` takes."""
    colours = (*COLOURS[:6], COLOURS[7])  # yellow is too pale for a line
    return {"color": colours[index % len(colours)], "linestyle": LINES[index % len(LINES)]}


def new_figure(
    width: float = 7.0, height: float = 3.5, rows: int = 1, columns: int = 1, **grid: Any
) -> tuple["Figure", list["Axes"]]:
    """An empty figure in the course's style, and its axes row by row.

    width, height: inches
    grid: passed on to `Figure.subplots`, for example `sharey=True`

    The figure does not belong to pyplot: nothing has to be closed.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False, **grid)
    return figure, list(axes.flat)


def log_scale(axes: "Axes", side: str) -> None:
    """Make the x or the y axis logarithmic, with plain numbers at 1, 2, 5, 10, ...

    side: "x" or "y"
    """
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axes.set(**{f"{side}scale": "log"})
    axis = axes.xaxis if side == "x" else axes.yaxis
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axis.set_minor_locator(NullLocator())


@dataclass(frozen=True)
class Svg:
    """A figure that is a drawing in SVG, where Matplotlib is not the tool."""

    markup: str


# In a dark theme a white figure is a card with round corners, and less bright than paper.
_CARD = (
    "<style>.course-figure img { max-width: 100%; height: auto; border-radius: 6px } "
    '[data-jp-theme-light="false"] .course-figure img { filter: brightness(0.85) }</style>'
)


@dataclass(frozen=True)
class Captioned:
    """A figure as a notebook shows it: the picture, its alt text, and a caption below.

    values: where sliders stood when it was drawn; for those who see it without them
    """

    figure: "Figure | Svg"
    caption: str
    alt: str
    values: str = ""

    def picture(self) -> tuple[str, bytes]:
        """Its kind, as browsers name it, and its bytes: a PNG of 110 dots an inch, or SVG."""
        if isinstance(self.figure, Svg):
            return "image/svg+xml", self.figure.markup.encode()
        from matplotlib import rc_context

        buffer = io.BytesIO()
        with rc_context(_STYLE):
            # Without a software tag the same figure gives the same bytes.
            self.figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
        return "image/png", buffer.getvalue()

    def markup(self) -> str:
        """The figure in HTML."""
        kind, content = self.picture()
        picture = base64.b64encode(content).decode()
        values = f'<div class="course-values">{html.escape(self.values)}</div>'
        return (
            f'{_CARD}<figure class="course-figure" style="margin: 0.5em 0">'
            f'<img style="max-width: 100%" alt="{html.escape(self.alt, quote=True)}" '
            f'src="data:{kind};base64,{picture}">'
            '<figcaption style="max-width: 46em; font-size: 0.95em; padding-top: 0.3em">'
            f"{html.escape(self.caption)}{values if self.values else ''}</figcaption></figure>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        lines = [f"[Figure: {self.alt}]", self.caption, self.values]
        return {"text/html": self.markup(), "text/plain": "\n".join(filter(None, lines))}


def show(figure: "Figure | Svg", *, caption: str, alt: str) -> None:
    """Show a figure in a notebook. The caption says what to see; alt what is drawn."""
    from IPython.display import display

    display(Captioned(figure, caption, alt))
