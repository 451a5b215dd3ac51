"""What the loop is given: the functions that the lesson's exercises ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from course_lib.errors import CourseError
from course_lib.speed.recipe import Recipe

UNWRITTEN: Any = None


@dataclass(frozen=True)
class Parts:
    """The functions of lesson 15, under their own names; None where one is not written yet.

    Their arguments and results are in the exercises' docstrings. The course's library holds none of
    them: a recipe whose trick is on takes the function from here.
    """

    random_flip: Callable[..., Any] = UNWRITTEN
    alternating_flip: Callable[..., Any] = UNWRITTEN
    random_shift: Callable[..., Any] = UNWRITTEN
    whitening_filters: Callable[..., Any] = UNWRITTEN
    identity_init: Callable[..., Any] = UNWRITTEN
    parameter_groups: Callable[..., Any] = UNWRITTEN
    learning_rate: Callable[..., Any] = UNWRITTEN
    smoothed_cross_entropy: Callable[..., Any] = UNWRITTEN
    average_weights: Callable[..., Any] = UNWRITTEN
    predict: Callable[..., Any] = UNWRITTEN
    accumulated_step: Callable[..., Any] = UNWRITTEN
    mixed_precision_step: Callable[..., Any] = UNWRITTEN

    @classmethod
    def of(cls, names: Mapping[str, Any]) -> "Parts":
        """Takes from `names`, such as `globals()`, each function that has the name of a part."""
        return cls(**{field.name: names.get(field.name, UNWRITTEN) for field in fields(cls)})

    def check(self, recipe: Recipe) -> None:
        """Raises CourseError where the recipe needs a part that is None."""
        needs = {
            "random_flip": recipe.flip == "random",
            "alternating_flip": recipe.flip == "alternating",
            "random_shift": recipe.shift > 0,
            "whitening_filters": recipe.whitening,
            "identity_init": recipe.identity,
            "parameter_groups": recipe.groups,
            "learning_rate": recipe.triangular,
            "smoothed_cross_entropy": recipe.smoothing > 0,
            "average_weights": recipe.averaging,
            "predict": recipe.views > 1,
            "accumulated_step": recipe.pieces > 1,
            "mixed_precision_step": recipe.precision == "fp16",
        }
        missing = [name for name, needed in needs.items() if needed and not getattr(self, name)]
        if missing:
            raise CourseError(
                f"The recipe {recipe.name!r} needs {', '.join(missing)}: hand them to speed.Parts, "
                "or turn the trick off with recipe.without(...)."
            )
