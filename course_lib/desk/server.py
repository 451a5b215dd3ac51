"""How does JupyterLab show the home page? By an extension of its server."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from fsrs import Rating
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from course_lib.desk import home
from course_lib.desk.review import due_cards, rate
from course_lib.desk.standing import standings
from course_lib.errors import CourseError
from course_lib.notebooks import course_folder

ADDRESS = "/course"
T = TypeVar("T")


class PageHandler(JupyterHandler):
    """A page of the desk, for whoever may use the server. Files are read in a thread."""

    async def _show(self, page: Callable[..., str], *facts: object) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(await self._of_course(page, self.base_url, *facts))

    async def _of_course(self, function: Callable[..., T], *facts: object) -> T:
        try:
            course = course_folder(Path(self.settings["server_root_dir"]).expanduser())
            return await asyncio.to_thread(function, course, *facts)
        except CourseError as error:
            raise web.HTTPError(500, "%s", str(error)) from error


class HomeHandler(PageHandler):
    @web.authenticated
    async def get(self) -> None:
        """The home page as the notebooks are saved now."""
        await self._show(home.home_page, datetime.now().astimezone())


class ReviewHandler(PageHandler):
    @web.authenticated
    async def get(self) -> None:
        """The card that is due."""
        now = datetime.now().astimezone()
        await self._show(home.review_page, now, self.xsrf_token.decode())

    @web.authenticated
    async def post(self) -> None:
        """Keep how well a card was known, and go on to the next."""
        key, rating = self.get_body_argument("key"), self.get_body_argument("rating")
        if rating not in map(str, home.RATINGS):
            raise web.HTTPError(400, "No such rating")
        await self._of_course(_rate, key, Rating(int(rating)))
        self.redirect(self.request.path)


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


def _rate(course: Path, key: str, rating: Rating) -> None:
    """Rate the card, unless it is no longer due: somebody clicked twice."""
    now = datetime.now().astimezone()
    for flashcard in due_cards(course, standings(course), now):
        if flashcard.key == key:
            rate(course, flashcard, rating, now)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Asked by the server when it starts."""
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Called by the server when it starts."""
    address = url_path_join(app.web_app.settings["base_url"], ADDRESS)
    handlers = [
        (f"{address}/?", HomeHandler),
        (f"{address}/review", ReviewHandler),
        (f"{address}/glossary", GlossaryHandler),
        (f"{address}/search", SearchHandler),
    ]
    app.web_app.add_handlers(".*$", handlers)
