"""What would a Jupyter kernel have shown? An IPython shell whose outputs are kept, not printed."""

import asyncio
import base64
import builtins
import getpass
import itertools
import os
import re
import signal
import sys
import tempfile
import types
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import IPython.core.completer
import IPython.core.magics  # noqa: F401, the shell imports both late: now they are there at the fork
from IPython.core.async_helpers import get_asyncio_loop
from IPython.core.autocall import ExitAutocall
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from IPython.extensions.storemagic import StoreMagics
from IPython.utils.path import get_home_dir
from traitlets import Instance, Type, default
from traitlets.config import Config

from autograder.rooms.inside.shown import STREAMS, Output, Shown, Stream

INLINE = "module://matplotlib_inline.backend_inline"

_LOOP = {"asyncio.base_events", "asyncio.events", "asyncio.unix_events", "selectors"}

_ROOMS = str(Path(__file__).parents[1]) + os.sep
# Installers take seconds to find out that there is no network.
_INSTALLS = re.compile(
    r"\s*(sudo\s+)?((\S*/)?python[\d.]*\s+-m\s+)?(\S*/)?"
    r"(pip[\d.]*|uv\s+pip|conda|mamba|apt|apt-get|brew)\s(.*\s)?(install|download)(\s|$)"
)
NO_INSTALL = (
    "Nothing is installed when a notebook is graded: its room has no network. "
    "What the lesson allows is there already.\n"
)
NO_EXIT = "exit() and quit() do nothing here: the notebook runs on to its end.\n"


class _DisplayHook(DisplayHook):  # type: ignore[misc]
    """Keeps what the last line of a cell came to."""

    def start_displayhook(self) -> None:
        pass

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Output, md_dict: Output | None = None) -> None:
        result = _output("execute_result", format_dict, md_dict)
        self.shell.shown.add(result | {"execution_count": self.prompt_count})

    def finish_displayhook(self) -> None:
        pass


class _DisplayPublisher(DisplayPublisher):  # type: ignore[misc]
    """Keeps what display() and figures show."""

    def publish(
        self,
        data: Output,
        metadata: Output | None = None,
        *,
        transient: Output | None = None,
        update: bool = False,
        **_: object,
    ) -> None:
        output = _output("display_data", data, metadata)
        name = str((transient or {}).get("display_id", ""))
        if update:
            self.shell.shown.update(output, name)
        else:
            self.shell.shown.add(output, name)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.shown.clear(wait)


class _Exit(ExitAutocall):  # type: ignore[misc]
    """What `exit` and `quit` stand for."""

    def __call__(self, *_: object, **__: object) -> None:
        self._ip.ask_exit()


class Shell(InteractiveShell):  # type: ignore[misc]
    """IPython as a kernel has it, without the kernel."""

    displayhook_class = Type(_DisplayHook)
    display_pub_class = Type(_DisplayPublisher)
    exiter = Instance(_Exit)
    shown = Shown()
    _transformed = ("", "")  # the text of the last cell, and what became of it

    def run(self, source: str, count: int) -> None:
        """Run a cell as number `count` of its notebook; whatever it does is in `shown`."""
        self.execution_count = count
        self._told_error, self._transformed = False, ("", "")
        loop = get_asyncio_loop()
        running = loop.create_task(self._run(source))

        def interrupt(number: int, frame: types.FrameType | None) -> None:
            # Raised in the loop's own code, it would lose the step that is due: nothing would ever
            # wake the cell again, not even to end it.
            if frame and frame.f_globals.get("__name__") in _LOOP:
                running.cancel()
                loop.call_soon_threadsafe(lambda: None)
            else:
                signal.default_int_handler(number, frame)

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            error = loop.run_until_complete(running)
        except BaseException:  # an interrupt in a callback: nothing goes on by itself
            running.cancel()
            loop.run_until_complete(asyncio.wait([running]))
            raise
        finally:
            signal.signal(signal.SIGINT, before)
        if error is not None and not self._told_error:  # a magic that does not exist, say
            self._show_error(type(error), error, [_text(error)])

    async def _run(self, source: str) -> BaseException | None:
        """As a kernel does: within a loop, so that tasks can be made; returns the cell's error."""
        transformed, failed = source, None
        try:
            transformed = self.transform_cell(source)
        except Exception:
            failed = sys.exc_info()
        code = {"transformed_cell": transformed, "preprocessing_exc_tuple": failed}
        if self.should_run_async(source, **code):
            result = await self.run_cell_async(source, store_history=True, **code)
            self.events.trigger("post_execute")
            self.events.trigger("post_run_cell", result)
        else:
            result = self.run_cell(source, store_history=True)
        return result.error_before_exec or result.error_in_exec  # type: ignore[no-any-return]

    def transform_cell(self, raw_cell: str) -> str:
        """As IPython does it, once: it asks again as it runs what it has transformed."""
        if self._transformed[0] is not raw_cell:
            self._transformed = raw_cell, super().transform_cell(raw_cell)
        return self._transformed[1]

    def ask_exit(self) -> None:
        """What exit() and quit() do: a kernel would end with all that it holds."""
        self.shown.write("stderr", NO_EXIT)

    def system(self, cmd: str) -> None:
        """Run a shell line in a terminal, as a kernel does. What it leaves running is hung up.

        The terminal would see to it, but no room lets one begin a session: see `locks.syscalls`.
        """
        if _INSTALLS.match(cmd):
            self.shown.write("stderr", NO_INSTALL)
            self.user_ns["_exit_code"] = 1
            return
        before = _descendants()
        try:
            self.system_piped(cmd)
        finally:
            _hang_up(before)

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def init_environment(self) -> None:
        """Programs that a cell starts are told of the same terminal as under a kernel."""
        os.environ.update(dict.fromkeys(("CLICOLOR", "FORCE_COLOR", "CLICOLOR_FORCE"), "1"))
        os.environ.update(TERM="xterm-color", PAGER="cat", GIT_PAGER="cat")

    def init_display_formatter(self) -> None:
        super().init_display_formatter()
        self.display_formatter.ipython_display_formatter.enabled = True

    @default("exiter")  # type: ignore[untyped-decorator]
    def _default_exiter(self) -> _Exit:
        return _Exit(self)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        # One entry for each frame; those of this package are the grader's, not the student's.
        lines = [entry for entry in stb if _ROOMS not in entry.partition("\n")[0]]
        self._show_error(etype, evalue, lines)

    def _show_error(self, kind: type, error: BaseException, lines: list[str]) -> None:
        self._told_error = True
        output = {"output_type": "error", "ename": str(kind.__name__), "evalue": _text(error)}
        self.shown.add(output | {"traceback": [line[:10_000] for line in lines[-50:]]})


# By this name libraries know that they are in a notebook.
Shell.__name__ = "ZMQInteractiveShell"


def prepare() -> Shell:
    """The shell, made once in the warm parent: every room begins with a copy of it."""
    config = Config()
    config.HistoryManager.enabled = False
    main = types.ModuleType("__main__")
    folder = tempfile.mkdtemp(prefix="ipython-")
    os.environ["MPLBACKEND"] = INLINE
    shell: Shell = Shell.instance(
        config=config,
        ipython_dir=folder,
        profile_dir=ProfileDir(location=folder),
        user_module=main,
        user_ns=main.__dict__,
    )
    shell.set_hook(
        "show_in_pager", lambda *_, **__: None, 0
    )  # help opens beside a notebook, not in it
    shell.register_magics(StoreMagics)
    _inline_figures()
    shell.transform_cell("None")  # compiles what every first cell needs
    return shell


def start() -> Shell:
    """The room's one shell, in a fresh __main__, with the streams and figures of a kernel."""
    shell: Shell = Shell.instance() if Shell.initialized() else prepare()
    sys.modules["__main__"] = shell.user_module
    # The room's disk is another than its parent's.
    shell.starting_dir = os.getcwd()
    shell.home_dir = shell.logger.home_dir = get_home_dir()
    os.makedirs(shell.profile_dir.location, exist_ok=True)
    shell.profile_dir.check_dirs()
    shell.shown.watch_descriptors()
    for name in STREAMS:
        setattr(sys, name, Stream(shell.shown, name))
    builtins.input, getpass.getpass = _no_input("raw_input"), _no_input("getpass")
    return shell


def _inline_figures() -> None:
    """Let figures appear under their cells, also where pyplot was imported before the shell."""
    if "matplotlib" not in sys.modules:
        return  # MPLBACKEND will see to it
    import matplotlib

    matplotlib.use(INLINE)
    if "matplotlib.pyplot" in sys.modules:
        from matplotlib import pyplot
        from matplotlib_inline import backend_inline

        backend_inline._enable_matplotlib_integration()  # type: ignore[no-untyped-call]
        pyplot._REPL_DISPLAYHOOK = pyplot._ReplDisplayHook.NONE
        pyplot.install_repl_displayhook()


def _no_input(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise StdinNotImplementedError(
            f"{name} was called, but this frontend does not support input requests."
        )

    return refuse


def _descendants() -> set[int]:
    """The processes that this one has started, and those that they have."""
    parents: dict[int, int] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            stat = Path("/proc", name, "stat").read_bytes()
            parents[int(name)] = int(stat.rpartition(b")")[2].split()[1])
    found, own = set[int](), {os.getpid()}
    while own:
        own = {process for process, parent in parents.items() if parent in own}
        found |= own
    return found


def _hang_up(before: set[int]) -> None:
    """End the processes that are new since; stopped first, lest one start another meanwhile."""
    stopped = set[int]()
    while new := _descendants() - before - stopped:
        for process in new:
            with suppress(OSError):
                os.kill(process, signal.SIGSTOP)
        stopped |= new
    for process, number in itertools.product(stopped, (signal.SIGHUP, signal.SIGCONT)):
        with suppress(OSError):
            os.kill(process, number)


def _text(error: BaseException) -> str:
    try:
        return str(error)[:10_000]
    except BaseException:
        return ""  # a student's own __str__


def _output(kind: str, data: Output, metadata: Output | None) -> Output:
    """Pictures as text, as JSON has them."""
    texts = {
        mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for mime, value in data.items()
    }
    return {"output_type": kind, "data": texts, "metadata": dict(metadata or {})}
