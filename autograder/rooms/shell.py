"""What would a Jupyter kernel have shown? An IPython shell whose outputs are kept, not printed."""

import base64
import builtins
import getpass
import io
import os
import sys
import tempfile
import types
from contextlib import suppress
from typing import Any, NoReturn

import IPython.core.completer
import IPython.core.magics  # noqa: F401, the shell imports both late: now they are there at the fork
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets import Type
from traitlets.config import Config

with suppress(ImportError):  # Matplotlib before 3.9
    from matplotlib.backends.registry import backend_registry

    # Reads the entry points of all packages: once, and not in each room.
    backend_registry.list_all()  # type: ignore[no-untyped-call]

Output = dict[str, Any]  # as nbformat has them
INLINE = "module://matplotlib_inline.backend_inline"


class Shown:
    """The outputs since they were last taken, at most `limit` bytes of them."""

    def __init__(self) -> None:
        self.limit = 1_000_000
        self._outputs: list[Output] = []
        self._used = 0
        self._by_id: dict[str, Output] = {}
        self._clear_first = False

    def take(self) -> list[Output]:
        """What there is, and begin anew."""
        taken, self._outputs, self._by_id = self._outputs, [], {}
        self._used, self._clear_first = 0, False
        for output in taken:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return taken

    def write(self, name: str, text: str) -> None:
        """What a program wrote on "stdout" or "stderr"."""
        text = text[: max(self.limit - self._used, 0) + 1]
        if self._fits(len(text)):
            last = self._outputs[-1] if self._outputs else {}
            if last.get("name") == name:
                last["text"].append(text)
            else:
                self._outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def add(self, output: Output, display_id: str = "") -> None:
        """A picture, a result or an error."""
        size = sum(len(str(value)) for value in output.get("data", {}).values())
        if self._fits(size):
            self._outputs.append(output)
            if display_id:
                self._by_id[display_id] = output

    def update(self, output: Output, display_id: str) -> None:
        """Show something else in a picture's place."""
        if display_id in self._by_id:
            self._by_id[display_id].update(output)

    def clear(self, wait: bool = False) -> None:
        """Forget what was shown, now or when something new comes."""
        if wait:
            self._clear_first = True
        else:
            self.take()

    def _fits(self, size: int) -> bool:
        if self._clear_first:
            self.take()
        before, self._used = self._used, self._used + size
        if before <= self.limit < self._used:
            self._outputs.append({"output_type": "cut"})
        return self._used <= self.limit


class _Stream(io.TextIOBase):
    """sys.stdout and sys.stderr of the room."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, shown: Shown, name: str) -> None:
        self._shown = shown
        self.name = f"<{name}>"
        self._name = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shown.write(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True


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


class Shell(InteractiveShell):  # type: ignore[misc]
    """IPython as a kernel has it, without the kernel."""

    displayhook_class = Type(_DisplayHook)
    display_pub_class = Type(_DisplayPublisher)
    shown = Shown()

    def run(self, source: str, count: int) -> None:
        """Run a cell as number `count` of its notebook; whatever it does is in `shown`."""
        self.execution_count = count
        self.run_cell(source, store_history=True)

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def init_display_formatter(self) -> None:
        super().init_display_formatter()
        self.display_formatter.ipython_display_formatter.enabled = True

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        try:
            text = str(evalue)
        except Exception:
            text = ""  # a student's own __str__
        name = str(etype.__name__)
        self.shown.add(
            {"output_type": "error", "ename": name, "evalue": text[:10_000], "traceback": stb}
        )


def start() -> Shell:
    """The room's one shell, in a fresh __main__, with the streams and figures of a kernel."""
    config = Config()
    config.HistoryManager.enabled = False
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
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
    for name in ("stdout", "stderr"):
        setattr(sys, name, _Stream(shell.shown, name))
    builtins.input = _no_input
    getpass.getpass = _no_input
    _inline_figures()
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


def _no_input(*_: object, **__: object) -> NoReturn:
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests."
    )


def _output(kind: str, data: Output, metadata: Output | None) -> Output:
    """Pictures as text, as JSON has them."""
    texts = {
        mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for mime, value in data.items()
    }
    return {"output_type": kind, "data": texts, "metadata": dict(metadata or {})}
