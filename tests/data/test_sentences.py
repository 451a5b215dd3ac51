from dataclasses import replace

from course_lib import data
from course_lib.data.scenes import CLASSES, COLOUR_NAMES, PATTERNS
from course_lib.data.sentences import captions


def test_captions_say_what_is_there():
    """Does a caption hold size, pattern, colour, class, backdrop and what is hidden?"""
    star = data.draw_scenes(1, 0)
    star = replace(
        star,
        labels=CLASSES.index("star"),
        colour=COLOUR_NAMES.index("orange"),
        backdrop=COLOUR_NAMES.index("blue"),
        pattern=PATTERNS.index("plain"),
        size=10,
        occlusion=0,
    )
    assert captions(star) == ("an orange star on blue",)
    far = replace(star, size=8, pattern=PATTERNS.index("striped"), occlusion=0.3)
    assert captions(far) == ("a small striped orange star on blue, partly hidden",)
