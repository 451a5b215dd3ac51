"""What does a cell say that needs an exercise nobody has written yet? One sentence, in place of a
traceback.

It has failed all the same: whoever runs it, or grades it, sees its error.
"""

import hashlib
import re
import textwrap
import traceback
from types import TracebackType
from typing import Any

from course_lib.checks import session, table
from course_lib.checks.blame import is_library, is_stub
from course_lib.checks.borrowed import split

# As the build names the cells of a lesson that have no name of their own: by kind and text.
_BUILT = re.compile(r"(?:code|experiment)-([0-9a-f]{12})(?:-\d+)?")


class Waiting:
    """Follows what a notebook's shell runs, and words the errors that are nobody's mistake."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._source = self._cell_id = ""  # of the cell that runs
        self._exercises: dict[str, str] = {}  # titles of exercises by the names they define
        self._unmade: dict[str, str] = {}  # what waits for which function, by the names not made
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)
        shell.set_custom_exc((NotImplementedError, NameError), self._show)

    def sentence(self, error: BaseException) -> str:
        """What the running cell waits for; "" where the error is of another kind."""
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        codes = [frame.f_code for frame in frames if not is_library(frame.f_code)]
        if codes and is_stub(error) and codes[-1].co_name != "<module>":
            function = self._named(codes[-1].co_qualname)
            self._unmade.update(dict.fromkeys(self._names(), function))
            return f"This cell waits for {function}, which is not written yet."
        name = getattr(error, "name", None)
        if not (codes and name):
            return ""
        if function := self._unmade.get(name, ""):
            self._unmade.update(dict.fromkeys(self._names(), function))
            return (
                f"This cell waits for {function}, which is not written yet: "
                f"the cell that makes {name} needs it."
            )
        if session.is_broken(name):
            return session.BROKEN.format(name)
        # In a function of another cell the traceback says more.
        if codes[-1].co_filename == codes[0].co_filename and self._is_unchanged():
            return (
                f"{name} is not defined yet: the cell that defines it stands above and has not "
                "run, has failed, or is gone. In the menu Run, choose Run All Above Selected Cell."
            )
        return ""

    def _named(self, function: str) -> str:
        """The function, as its reader knows it, with the title of its exercise."""
        function = function.removesuffix(".__init__")
        title = self._exercises.get(function.partition(".")[0], "")
        return f'{function} of the exercise "{title}"' if title else function

    def _is_unchanged(self) -> bool:
        """Is the running cell one of the lesson's, with the lesson's text?"""
        built = _BUILT.fullmatch(self._cell_id)
        text = hashlib.sha256(self._source.encode()).hexdigest()
        return built is not None and text.startswith(built[1])

    def _names(self) -> set[str]:
        """What the running cell defines."""
        try:
            return split(self._shell.transform_cell(self._source))[1]
        except Exception:  # a transformer of the student's may fail
            return set()

    def _before(self, info: Any) -> None:
        self._source = str(getattr(info, "raw_cell", "") or "")
        # JupyterLab tells the kernel which cell it runs; other programs do not.
        self._cell_id = str(getattr(info, "cell_id", "") or "")

    def _after(self, result: Any) -> None:
        if result.success:
            names = self._names()
            for name in names:
                self._unmade.pop(name, None)
            if title := table.title_of(self._cell_id):
                self._exercises.update(dict.fromkeys(names, title))

    def _show(
        self,
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        tb_offset: int | None = None,
    ) -> None:
        if sentence := self.sentence(error):
            # IPython asks an error for its own traceback. JupyterLab breaks lines within words.
            lines = textwrap.wrap(sentence, 80)
            error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def watch() -> None:
    """Begin to follow the notebook that imports this; does nothing elsewhere."""
    shell = session.running_shell()
    if shell is not None and getattr(shell, "course_waiting", None) is None:
        shell.course_waiting = Waiting(shell)
