"""How does a page of the desk become HTML? By its template; whatever is put in is escaped."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **facts: object) -> str:
    """The page of a template, in course_lib/desk/templates."""
    return _templates().get_template(template).render(**facts)


@cache
def _templates() -> Environment:
    loader = PackageLoader("course_lib.desk")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
