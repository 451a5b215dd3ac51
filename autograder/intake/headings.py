"""What do the columns of a learning system's list of people mean?

The headings are those of Canvas (instructure/canvas-lms, lib/gradebook_exporter.rb), Moodle
(gradebook export, list of participants, and the grading worksheet of
mod/assign/feedback/offline), Brightspace and Blackboard (gradebook exports as public scripts read
them) and Gradescope (its help, "Adding students and staff"); the other languages were read about.
"""

from dataclasses import dataclass

from autograder.intake.people import parted, spelled
from autograder.intake.sheet import Sheet
from course_lib.errors import CourseError

# What a column holds, and its headings: as `spelled` writes them, without spaces and signs.
MEANINGS = {
    "name": "student,fullname,name,studentname,vollständigername,nomcomplet,nombrecompleto,"
    "volledigenaam,nomecompleto",
    "first": "firstname,vorname,prénom,prenom,nombre,voornaam,givenname,nome",
    "last": "lastname,surname,nachname,nom,apellidos,apellido,achternaam,familyname,cognome",
    "email": "email,emailaddress,emailadresse,mail,adressedecourriel,correoelectrónico,emailadres,"
    "direcciónemail,direccióndecorreo,indirizzoemail",
    "number": "sisuserid,idnumber,studentid,sid,orgdefinedid,matrikelnummer,studentnumber,idnummer",
    "login": "sisloginid,username,loginid,login,benutzername,anmeldename,gebruikersnaam,usuario,"
    "nomdutilisateur,githubusername",
    "section": "section,sections",
    "group": "group,groups,groupname,gruppe,gruppen,gruppenname",
    "participant": "identifier,identifikator,identificador,identifiant",
    "handed_in": "lastmodifiedsubmission",
    "lms": "lmsuserid",
}
_MEANING = {word: field for field, words in MEANINGS.items() for word in words.split(",")}
# A system is known by headings that it alone has; the first that fits.
_SYSTEMS = (
    ("canvas", {"student", "id"}),
    ("canvas", {"lastname", "firstname", "id", "sisloginid"}),
    ("brightspace", {"orgdefinedid"}),
    ("gradescope", {"sid"}),
    ("blackboard", {"lastname", "username", "availability"}),
    ("worksheet", {"identifier", "grade"}),
    ("moodle", {"emailaddress"}),
)
_TITLES = {"worksheet": "Moodle grading worksheet", "": "List"}


@dataclass(frozen=True)
class Entry:
    """One person of a list. `line` counts from 1, the headings included."""

    line: int
    first: str
    last: str
    fields: dict[str, str]  # by meaning; only what is not empty

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}".strip()


@dataclass(frozen=True)
class People:
    """Who stands in a table. `system` is "" for a plain one; `columns` says what each means."""

    system: str
    columns: list[str]
    heading: int  # index of the row of headings
    entries: list[Entry]

    @property
    def title(self) -> str:
        """What kind of list it is."""
        return _TITLES.get(self.system, f"{self.system.capitalize()} list")


def people_in(sheet: Sheet) -> People:
    """The people of a table.

    raises: CourseError where no column tells who they are
    """
    heading, columns, system = _heading(sheet)
    entries = []
    for index, row in enumerate(sheet.rows[heading + 1 :], heading + 1):
        fields: dict[str, str] = {}
        for meaning, cell in zip(columns, row):
            if meaning and cell.strip() and meaning not in fields:
                fields[meaning] = cell.strip()
        if entry := _entry(index + 1, fields, system):
            entries.append(entry)
    return People(system, columns, heading, entries)


def _heading(sheet: Sheet) -> tuple[int, list[str], str]:
    for index, row in enumerate(sheet.rows[:5]):
        words = [spelled(cell) for cell in row]
        system = next((name for name, marks in _SYSTEMS if marks <= set(words)), "")
        columns = [_MEANING.get(word, "") for word in words]
        if "id" in words:
            lists_keys = "first_name" in [cell.strip() for cell in row] or "lmsuserid" in words
            meant = "canvas" if system == "canvas" else "key" if lists_keys else "number"
            columns[words.index("id")] = meant
        if {"name", "last", "email", "login", "participant", "key"} & set(columns):
            return index, columns, system
    raise CourseError(
        "No column of this table tells who people are. It needs one of the headings "
        "Name, Last name, Email, Username or Student."
    )


def _entry(line: int, fields: dict[str, str], system: str) -> Entry | None:
    if system == "canvas" and ("canvas" not in fields or not fields["canvas"].isdecimal()):
        return None  # the lines of points possible, and of what is posted by hand
    if fields.get("name") == "Student, Test":  # what Canvas calls its own test student
        return None
    if system == "brightspace":  # which writes # before what a spreadsheet would take for a number
        fields = {meaning: cell.removeprefix("#") for meaning, cell in fields.items()}
    first, last = fields.get("first", ""), fields.get("last", "")
    if not (first or last):
        first, last = parted(fields.get("name", ""))
    known = {"name", "first", "last", "email", "number", "login", "participant", "key", "lms"}
    return Entry(line, first, last, fields) if known & fields.keys() else None
