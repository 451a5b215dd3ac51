"""The command `course`: the lab, the checks, the progress and the data of a student.

Everything heavy is imported inside the command that needs it, so that `course --help` is quick.
"""

import os
import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib import cli_desk
from course_lib.cli_mend import rescue, reset, update
from course_lib.errors import CourseError
from course_lib.printable import shown

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode
    from rich.console import Console

    from course_lib.outcomes import Outcome

STUDENTS = "Students"
INSTRUCTORS = "Instructors"

# What the autograder adds; without it these names still answer, with what to install.
_INSTRUCTORS_COMMANDS = (
    "build",
    "release",
    "collect",
    "grade",
    "feedback",
    "report",
    "export",
    "demo",
)
_INSTRUCTORS_LIBRARIES = ("autograder", "nbgrader", "nbconvert", "jupytext", "sqlalchemy")

app = typer.Typer(
    help="Pixels to ConvNets: deep learning for images, built by hand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
data_app = typer.Typer(help="Fetch and verify the data sets.", no_args_is_help=True)
app.add_typer(data_app, name="data", rich_help_panel=STUDENTS)


@app.command(
    rich_help_panel=STUDENTS,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def lab(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LESSON] [OPTIONS OF JUPYTERLAB]", help="Such as 01_knn, or knn."),
    ] = None,
) -> None:
    """Open the course's home page in JupyterLab, or a lesson where one is named.

    Further options go to JupyterLab: `course lab knn --no-browser`.
    """
    from course_lib.lab import command, environment
    from course_lib.notebooks import course_folder, find

    given = list(arguments or [])
    lesson = [str(find(given.pop(0)))] if given and not given[0].startswith("-") else []
    start = command(course_folder() / "notebooks", [*lesson, *given])
    around = environment(os.environ)
    if sys.platform == "win32":
        import subprocess

        raise typer.Exit(subprocess.call(start, env=around))
    os.execve(sys.executable, start, around)


@app.command(rich_help_panel=STUDENTS)
def check(
    notebook: Annotated[str, typer.Argument(help="A notebook file, or a lesson such as 01_knn.")],
    cell_seconds: Annotated[float, typer.Option(min=1, help="Time limit for each cell.")] = 30,
    total_seconds: Annotated[float, typer.Option(min=1, help="For the whole notebook.")] = 300,
    hidden: Annotated[
        bool,
        typer.Option("--hidden", help="Grade it as an instructor would: with the hidden checks."),
    ] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="With --hidden: without a locked room.")
    ] = False,
) -> None:
    """Run a notebook from top to bottom in a fresh kernel and list what its checks say.

    The file is not changed. Cells tagged "experiment" are left out. Exit code 1 where a check
    did not pass. The hidden checks are there where solutions/ is.
    """
    from tqdm import tqdm

    from course_lib.execute import run_notebook
    from course_lib.notebooks import find, read
    from course_lib.outcomes import outcomes_of
    from course_lib.progress import missing_checks
    from course_lib.runner import Limits

    path = find(notebook)
    if hidden:
        times = [f"--cell-seconds={cell_seconds}", f"--total-seconds={total_seconds}"]
        options = [*times, "--unsafe-no-sandbox"] if unsafe else times
        raise typer.Exit(0 if _all_earned(path, options) else 1)
    source = read(path)
    with tqdm(desc=f"Running {path.stem}", unit=" cells", leave=False, disable=None) as bar:

        def on_cell(done: int, total: int) -> None:
            bar.total = total
            bar.update()

        limits = Limits(cell_seconds, total_seconds)
        executed = run_notebook(source, limits, cwd=path.parent, on_cell=on_cell)
    results = outcomes_of(executed)
    missing = missing_checks(source)
    if not results:
        _console().print(f"{path.name} ran to its end; it holds no checks.", markup=False)
        return
    _show_checks(path.stem, results, _broken_cells(executed), missing)
    done = not missing and all(result.passed for result in results)
    raise typer.Exit(0 if done else 1)


for _command in (update, reset, rescue):
    app.command(rich_help_panel=STUDENTS)(_command)


@app.command("progress", rich_help_panel=STUDENTS)
def show_progress() -> None:
    """Count, lesson by lesson, the exercises whose checks passed when you last saved.

    Nothing is run.
    """
    from rich.table import Table
    from rich.text import Text

    from course_lib.notebooks import course_folder, lessons, read
    from course_lib.progress import missing_checks, progress_of

    table = Table("Lesson", "Right", "Not yet", "Not run", "", box=None, pad_edge=False)
    for column in table.columns[1:4]:
        column.justify = "right"
    course = course_folder()
    known = lessons(course)
    if not known:
        raise CourseError(f"{course / 'notebooks'} holds no lessons.")
    for lesson, path in known.items():
        try:
            notebook = read(path)
            counted, missing = progress_of(notebook), missing_checks(notebook)
        except CourseError as error:  # one broken file must not hide the other lessons
            table.add_row(lesson, "", "", "", Text(shown(str(error))))
            continue
        done = counted.exercises and counted.right == counted.exercises
        counts = map(str, (counted.right, counted.not_yet, counted.not_run))
        beside = _are_missing(len(missing), lesson) if missing else "complete" if done else ""
        table.add_row(lesson, *counts, Text(beside))
    _console().print(table)


cli_desk.add_to(app, STUDENTS)


@data_app.command("list")
def data_list() -> None:
    """What is here, and where."""
    from rich.table import Table
    from rich.text import Text

    from course_lib.data import listing

    table = Table("Name", "Here", "What and where", box=None, pad_edge=False)
    for holding in listing():
        about = Text(f"{holding.about}\n{holding.place}", overflow="fold")
        table.add_row(holding.name, "yes" if holding.present else "no", about)
    _console().print(table)


@data_app.command("get")
def data_get(name: Annotated[str, typer.Argument(help="A name from the list.")]) -> None:
    """Download or render a set; what is already here is used as it is."""
    from course_lib.data import get

    _console().print(get(name), markup=False, soft_wrap=True)


@data_app.command("verify")
def data_verify(
    name: Annotated[
        str | None, typer.Argument(help="One set; all that are here if left out.")
    ] = None,
) -> None:
    """Compare what is here with the original, byte for byte."""
    from course_lib.data import listing, verify

    for one in [name] if name else [holding.name for holding in listing() if holding.present]:
        _console().print(verify(one), markup=False, soft_wrap=True)


def main() -> None:
    """The entry point: a foreseeable failure is one sentence on stderr and exit code 2."""
    try:
        _add_plugins()
        app()
    except CourseError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        if not _instructors_library(error):
            raise
        _fail(_for_instructors(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)


def _add_plugins() -> None:
    plugins = list(entry_points(group="course.commands"))
    try:
        for plugin in plugins:
            plugin.load()(app)
    except ModuleNotFoundError as error:
        if not _instructors_library(error):
            raise
        plugins = []
    if not plugins:
        for name in _INSTRUCTORS_COMMANDS:
            _add_placeholder(name)


def _add_placeholder(name: str) -> None:
    anything = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

    @app.command(name, hidden=True, context_settings=anything)
    def placeholder(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
        raise CourseError(_for_instructors(name))


def _instructors_library(error: ModuleNotFoundError) -> bool:
    return (error.name or "").partition(".")[0] in _INSTRUCTORS_LIBRARIES


def _for_instructors(command: str) -> str:
    return (
        f"`course {command}` is an instructor's command: "
        "install with pip install -e '.[instructor]'."
    )


def _all_earned(path: "Path", options: list[str]) -> bool:
    """Grade a notebook by `course grade-one`, in its words; tell whether every point is earned."""
    from course_lib.notebooks import course_folder

    course = course_folder()
    if not (course / "solutions").is_dir():
        raise CourseError(
            f"The hidden checks stand in solutions/, which {course} does not hold. "
            "In a class, your teacher grades with them."
        )
    command = getattr(typer.main.get_command(app), "commands", {}).get("grade-one")
    missing = CourseError(
        "`course check --hidden` grades with what instructors use: "
        "install that with pip install -e '.[instructor]'."
    )
    if command is None:
        raise missing
    arguments = [str(path), "--lesson", path.stem, "--root", str(course), *options]
    try:
        return bool(command.main(arguments, "grade-one", standalone_mode=False))
    except ModuleNotFoundError as error:
        if not _instructors_library(error):
            raise
        raise missing from error


def _fail(sentence: str) -> None:
    _console(stderr=True).print(
        shown(sentence, lines=True), markup=False, highlight=False, soft_wrap=True
    )
    sys.exit(2)


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def _show_checks(
    lesson: str, results: "list[Outcome]", broken: list[str], missing: dict[str, float]
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("Exercise", "Verdict", "Points", title=lesson, show_lines=True)
    table.columns[2].justify = "right"
    for result in results:
        colour = "blue" if result.passed else "dark_orange"
        table.add_row(
            Text(shown(result.check).removesuffix("-check")),
            Text(shown(result.message), style=colour),
            f"{result.earned:g} / {result.points:g}",
        )
    console = _console()
    console.print(table)
    for sentence in broken:
        console.print(sentence, markup=False)
    earned = sum(result.earned for result in results)
    possible = sum(result.points for result in results) + sum(missing.values())
    if missing:
        names = ", ".join(check.removesuffix("-check") for check in missing)
        console.print(f"{_are_missing(len(missing), lesson)} ({names})", markup=False)
    console.print(f"{earned:g} of {possible:g} points for the checks of this lesson.")


def _are_missing(count: int, lesson: str) -> str:
    """What there is to say of checks that a student has deleted: grading has them all the same."""
    many = f"{count} checks are" if count > 1 else "1 check is"
    return f"{many} missing, and graded all the same. `course reset {lesson}` puts them back."


def _broken_cells(notebook: "NotebookNode") -> list[str]:
    """A sentence for every other cell that failed: the checks below it may fail for that alone."""
    from course_lib.cells import is_check

    sentences = []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and not is_check(cell):
            text = shown(f"{errors[-1].ename}: {errors[-1].evalue}"[:300])
            sentences.append(f"Code cell {number}, which is no check, failed. {text}")
    return sentences
