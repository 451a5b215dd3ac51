"""A sentence for every scene, written from what the scene is made of."""

from course_lib.data.scenes import CLASSES, COLOUR_NAMES, PATTERNS, Scenes


def captions(scenes: Scenes) -> tuple[str, ...]:
    """One a scene, such as "a small striped red star on blue, partly hidden"."""
    conditions = (
        scenes.labels,
        scenes.pattern,
        scenes.colour,
        scenes.backdrop,
        scenes.size,
        scenes.occlusion,
    )
    return tuple(_caption(*row) for row in zip(*(values.tolist() for values in conditions)))


def _caption(
    label: int, pattern: int, colour: int, backdrop: int, size: float, occlusion: float
) -> str:
    words = [
        "small" if size < 9 else "large" if size > 11 else "",
        PATTERNS[pattern] if PATTERNS[pattern] != "plain" else "",
        COLOUR_NAMES[colour],
        CLASSES[label],
    ]
    text = " ".join(word for word in words if word)
    article = "an" if text[0] in "aeiou" else "a"
    hidden = ", partly hidden" if occlusion > 0.15 else ""
    return f"{article} {text} on {COLOUR_NAMES[backdrop]}{hidden}"
