"""How does JupyterLab show the home page? By an extension of its server."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from course_lib.desk import home
from course_lib.errors import CourseError
from course_lib.notebooks import course_folder

ADDRESS = "/course"


class PageHandler(JupyterHandler):
    """A page of the desk, for whoever may use the server. Files are read in a thread."""

    async def _show(self, page: Callable[..., str], *facts: object) -> None:
        try:
            course = course_folder(Path(self.settings["server_root_dir"]).expanduser())
            text = await asyncio.to_thread(page, course, self.base_url, *facts)
        except CourseError as error:
            raise web.HTTPError(404, "%s", str(error), reason="No course here") from error
        self.set_header("Cache-Control", "no-store")
        self.finish(text)


class HomeHandler(PageHandler):
    @web.authenticated
    async def get(self) -> None:
        """The home page as the notebooks are saved now."""
        await self._show(home.home_page, datetime.now().astimezone())


class GlossaryHandler(PageHandler):
    @web.authenticated
    async def get(self) -> None:
        """The glossary."""
        await self._show(home.glossary_page)


class SearchHandler(PageHandler):
    @web.authenticated
    async def get(self) -> None:
        """The places in the lessons that hold the words asked for."""
        await self._show(home.search_page, self.get_argument("words", ""))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Asked by the server when it starts."""
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Called by the server when it starts."""
    address = url_path_join(app.web_app.settings["base_url"], ADDRESS)
    handlers = [
        (f"{address}/?", HomeHandler),
        (f"{address}/glossary", GlossaryHandler),
        (f"{address}/search", SearchHandler),
    ]
    app.web_app.add_handlers(".*$", handlers)
