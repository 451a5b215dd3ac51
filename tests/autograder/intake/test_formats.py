"""What do the names in a download say? A table of names as learning systems write them."""
# ruff: noqa: E501

import pytest

from autograder.intake.filenames import Fit, fit
from autograder.intake.formats import FORMATS, Lasts, format_of, recognised
from course_lib.errors import CourseError

LESSON = "01_knn"
UUID = "1c8b2f3a-90ab-4cde-8f01-23456789abcd"
EXCHANGE = "2024-11-05 14:30:00.123456 UTC"
# (format, path, name, id, is it this lesson's notebook under its own name?). Sources by format:
#   canvas        instructure/canvas-lms lib/content_zipper.rb (get_filename, sanitize_user_name),
#                 mikewesthad/canvas-unzipper README (smithbob_340934_208490284_...)
#   moodle        moodle/moodle mod/assign/classes/downloader.php (get_student_prefix);
#                 feedback/file/importziplib.php for the two endings; names such as
#                 Participant_6028356_assignsubmission_file_ in public scripts
#   blackboard    nbgrader docs, zip_collect (ps1_bitdiddle_attempt_2016-01-30-15-30-10_...);
#                 kwurst/bb-file-cleanup README; bb-gradebook scripts for gradebook_COURSE_...
#   brightspace   public parsers of <user>-<folder> - <name> - <date>/<file>; older flat downloads
#   gradescope    public readers of assignment_<n>_export/submission_<n>/ and its YAML
#   nbgrader      nbgrader exchange/default/submit.py; ngshare keeps the same
#   cocalc, ilias, github, jupyterhub: documentation of CoCalc's course files, of ILIAS' exercise
#                 (ilifau/ExerciseStatusFile: Lastname_Firstname_Login_ID), gh-classroom, TLJH
NAMES = [
    # Canvas
    ("canvas", "smithbob_340934_208490284_01_knn.ipynb", "smithbob", "340934", True),
    ("canvas", "smithbob_LATE_340934_208490284_01_knn.ipynb", "smithbob", "340934", True),
    ("canvas", "smithbob_340934_208490284_01_knn-1.ipynb", "smithbob", "340934", True),
    ("canvas", "smithbob_340934_208490284_01_knn-12.ipynb", "smithbob", "340934", True),
    ("canvas", "doejohn_987122_46871556_01_knn (1).ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_01_knn(1).ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_01_knn (1)-2.ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_01_knn-Copy1.ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_Copy of 01_knn.ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_Copy_of_01_knn.ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_01_KNN.IPYNB", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_01_knn.ipynb.txt", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_01_knn.ipynb.json", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_01_knn/01_knn.ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_homework.zip/01_knn.ipynb", "doejohn", "987122", True),
    ("canvas", "doejohn_987122_46871556_homework.ipynb", "doejohn", "987122", False),
    ("canvas", "doejohn_987122_46871556_knn.ipynb", "doejohn", "987122", False),
    ("canvas", "group1_5501_77_01_knn.ipynb", "group1", "5501", True),
    ("canvas", "group_1_5501_77_01_knn.ipynb", "group_1", "5501", True),
    ("canvas", "王小明_340934_208490284_01_knn.ipynb", "王小明", "340934", True),
    ("canvas", "nováková_LATE_340_208_01_knn.ipynb", "nováková", "340", True),
    ("canvas", "submissions/smithbob_340934_208490284_01_knn.ipynb", "smithbob", "340934", True),
    ("canvas-anonymous", "anon_Ab3xZ_208490284_01_knn.ipynb", "anon", "Ab3xZ", True),
    ("canvas-anonymous", "LATE_anon_Ab3xZ_208490284_01_knn.ipynb", "anon", "Ab3xZ", True),
    # Moodle
    ("moodle", "Ada Li_77_assignsubmission_file_/01_knn.ipynb", "Ada Li", "77", True),
    ("moodle", "Ada Li_77_assignsubmission_file/01_knn.ipynb", "Ada Li", "77", True),
    ("moodle", "Ada Li_77_assignsubmission_file_01_knn.ipynb", "Ada Li", "77", True),
    ("moodle", "Ada Li_77_assignsubmission_file_/01_knn/01_knn.ipynb", "Ada Li", "77", True),
    ("moodle", "Ada Li_77_assignsubmission_file_/knn/final.ipynb", "Ada Li", "77", False),
    ("moodle", "[CJ] Li_55_assignsubmission_file_/01_knn.ipynb", "[CJ] Li", "55", True),
    ("moodle", "Participant_6028356_assignsubmission_file_/01_knn.ipynb", "Participant", "6028356", True),
    ("moodle", "Teilnehmerin_902_assignsubmission_file/01_knn.ipynb", "Teilnehmerin", "902", True),
    ("moodle", "Deelnemer_12_assignsubmission_file_01_knn.ipynb", "Deelnemer", "12", True),
    ("moodle", "איימן שפסו_7085_assignsubmission_file_/01_knn.ipynb", "איימן שפסו", "7085", True),
    ("moodle", "Gruppe 3_41_assignsubmission_file_/01_knn.ipynb", "Gruppe 3", "41", True),
    ("moodle", "Default group_assignsubmission_file_/01_knn.ipynb", "Default group", "", True),
    ("moodle", "CS-01-4711/Ada Li_77_assignsubmission_file_/01_knn.ipynb", "Ada Li", "77", True),
    # Blackboard
    ("blackboard", "ps1_bitdiddle_attempt_2016-01-30-15-30-10_01_knn.ipynb", "", "bitdiddle", True),
    ("blackboard", "Homework 1_jdoe12_attempt_2023-10-01-12-34-56_01_knn.ipynb", "", "jdoe12", True),
    ("blackboard", "gradebook_CS231N-2023_01_knn_asmith3_attempt_2023-10-01-12-34-56_01_knn.ipynb", "", "asmith3", True),
    ("blackboard", "Inleveren 1 (kans 1)_x@y.nl_poging_2023-10-01-12-34-56_01_knn.ipynb", "", "x@y.nl", True),
    ("blackboard", "Aufgabe_mmuster_Versuch_2023-10-01-12-34-56_01_knn.ipynb", "", "mmuster", True),
    ("blackboard", "Tarea_jperez_intento_2023-10-01-12-34-56_01_knn.ipynb", "", "jperez", True),
    ("blackboard", "Devoir_jdupont_tentative_2023-10-01-12-34-56_01_knn.ipynb", "", "jdupont", True),
    # Brightspace
    ("brightspace", "123456-78901 - Ada Li - Sep 12, 2023 1159 PM/01_knn.ipynb", "Ada Li", "123456", True),
    ("brightspace", "123456-78901 - Ann-Marie O'Neil - September 12, 2023 901 AM/01_knn.ipynb", "Ann-Marie O'Neil", "123456", True),
    ("brightspace", "123456-78901 - Ada Li - 12 September, 2023 2359/01_knn.ipynb", "Ada Li", "123456", True),
    ("brightspace", "123456-78901 - Ada Li - Sep 12, 2023 1159 PM - 01_knn.ipynb", "Ada Li", "123456", True),
    ("brightspace", "123456-78901 - Ada Li - Sep 12, 2023 1159 PM/work/01_knn.ipynb", "Ada Li", "123456", True),
    # Gradescope
    ("gradescope", "assignment_3141592_export/submission_123/01_knn.ipynb", "submission", "123", True),
    ("gradescope", "submission_123/notebooks/01_knn/01_knn.ipynb", "submission", "123", True),
    # nbgrader's exchange, ngshare
    ("nbgrader", f"ada+01_knn+{EXCHANGE}+abcd/01_knn.ipynb", "ada", "", True),
    ("nbgrader", "ada+01_knn+2024-11-05 14:30:00 UTC/01_knn.ipynb", "ada", "", True),
    ("nbgrader", f"inbound/ada+01_knn+{EXCHANGE}+/01_knn.ipynb", "ada", "", True),
    # CoCalc, ILIAS, GitHub Classroom, JupyterHub
    ("cocalc", f"01_knn-collect/{UUID}/01_knn.ipynb", "", UUID, True),
    ("ilias", "Li_Ada_ada.li_4711/01_knn.ipynb", "Li_Ada", "4711", True),
    ("ilias", "Exercise 1/Abgaben/Li_Ada_al12_4711/01_knn.ipynb", "Li_Ada", "4711", True),
    ("ilias", "Li_Ada_al_12_4711/20240101120000_01_knn.ipynb", "Li_Ada", "4711", True),
    ("github", "01-knn-submissions/01-knn-ada-li/01_knn.ipynb", "ada-li", "", True),
    ("github", "hw1-submissions/hw1-ada-li/notebooks/01_knn/01_knn.ipynb", "ada-li", "", True),
    ("jupyterhub", "jupyter-ada/01_knn.ipynb", "ada", "", True),
    ("jupyterhub", "home/jupyter-ada/pixels-to-convnets/notebooks/01_knn/01_knn.ipynb", "ada", "", True),
    # Folders and files that people named
    ("folders", "ada/01_knn.ipynb", "ada", "", True),
    ("folders", "ada/01_knn/01_knn.ipynb", "ada", "", True),
    ("folders", "submitted/ada/01_knn/01_knn.ipynb", "ada", "", True),
    ("folders", "home/ada/pixels-to-convnets/notebooks/01_knn/01_knn.ipynb", "ada", "", True),
    ("folders", "ada/Copy of 01_knn.ipynb", "ada", "", True),
    ("folders", "ada/01_knn.ipynb.ipynb", "ada", "", True),
    ("folders", "ada/Kopie von 01_knn.ipynb", "ada", "", True),
    ("folders", "ada/01_knn - Kopie (2).ipynb", "ada", "", True),
    ("folders", "ada/01_knn copy 2.ipynb", "ada", "", True),
    ("folders", "ada_l/01 knn.ipynb", "ada_l", "", True),
    ("folders", "ada/homework.ipynb", "ada", "", False),
    ("folders", "ada.zip/01_knn.ipynb", "ada", "", True),
    ("folders", "ada_01_knn.zip/notebooks/01_knn/01_knn.ipynb", "ada", "", True),
    ("flat", "ada_01_knn.ipynb", "ada", "", True),
    ("flat", "Wei_Li_01_knn.ipynb", "Wei_Li", "", True),
    ("flat", "ada_1_01_knn.ipynb", "ada_1", "", True),
    # The same systems in other languages, and what programs and people do to names
    ("canvas", "garciamarquezgabriel_LATE_88231_9917723_01_knn-3.ipynb", "garciamarquezgabriel", "88231", True),
    ("canvas", "oneilannmarie_5521_771_01_knn (2)-1.ipynb", "oneilannmarie", "5521", True),
    ("canvas", "이민준_12_34_01_knn.ipynb", "이민준", "12", True),
    ("canvas", "vandenbergjan_77_88_Kopie van 01_knn.ipynb", "vandenbergjan", "77", True),
    ("canvas", "dupontlea_77_88_Copie de 01_knn.ipynb", "dupontlea", "77", True),
    ("canvas", "rossimarco_77_88_Copia di 01_knn.ipynb", "rossimarco", "77", True),
    ("canvas", "perezana_77_88_Copia de 01_knn.ipynb", "perezana", "77", True),
    ("canvas", "silvajoao_77_88_Cópia de 01_knn.ipynb", "silvajoao", "77", True),
    ("canvas", "tanakayuki_77_88_01_knn のコピー.ipynb", "tanakayuki", "77", True),
    ("canvas", "wangwei_77_88_01_knn的副本.ipynb", "wangwei", "77", True),
    ("canvas", "wangwei_77_88_“01_knn.ipynb”的副本.ipynb", "wangwei", "77", True),
    ("canvas", "kowalskajan_77_88_Kopia 01_knn.ipynb", "kowalskajan", "77", True),
    ("canvas", "hansenper_77_88_Kopi av 01_knn.ipynb", "hansenper", "77", True),
    ("canvas", "smithbob_340934_208490284_01_knn_final.ipynb", "smithbob", "340934", False),
    ("canvas", "smithbob_340934_208490284_01_knn (1) (2).ipynb", "smithbob", "340934", True),
    ("canvas", "smithbob_340934_208490284_01-knn.ipynb", "smithbob", "340934", True),
    ("canvas", "smithbob_340934_208490284_01 knn.ipynb", "smithbob", "340934", True),
    ("canvas", "smithbob_340934_208490284_01_knn.zip/01_knn/01_knn.ipynb", "smithbob", "340934", True),
    ("canvas", "3_340934_208490284_01_knn.ipynb", "3", "340934", True),
    ("canvas", "smith-jonesamy_340934_208490284_01_knn.ipynb", "smith-jonesamy", "340934", True),
    ("canvas", "projectteam12_LATE_5501_77_01_knn.ipynb", "projectteam12", "5501", True),
    ("canvas-anonymous", "anon_x9Y2k_11_01_knn-2.ipynb", "anon", "x9Y2k", True),
    ("moodle", "María José Núñez_1903_assignsubmission_file_/01_knn.ipynb", "María José Núñez", "1903", True),
    ("moodle", "Participante_771_assignsubmission_file_/01_knn.ipynb", "Participante", "771", True),
    ("moodle", "Osallistuja_771_assignsubmission_file/01_knn.ipynb", "Osallistuja", "771", True),
    ("moodle", "参加者_771_assignsubmission_file_01_knn.ipynb", "参加者", "771", True),
    ("moodle", "van_der_Berg Jan_771_assignsubmission_file_/01_knn.ipynb", "van_der_Berg Jan", "771", True),
    ("moodle", "Li, Ada_77_assignsubmission_file_/01_knn.ipynb", "Li, Ada", "77", True),
    ("moodle", "Ada Li_77_assignsubmission_file_/01_knn.zip/01_knn.ipynb", "Ada Li", "77", True),
    ("moodle", "Ada Li_77_assignsubmission_onlinetext_/onlinetext.html", "Ada Li", "77", False),
    ("moodle", "Group A - Ada Li_77_assignsubmission_file_/01_knn.ipynb", "Group A - Ada Li", "77", True),
    ("moodle", "Müller-Lüdenscheidt, Ö._9_assignsubmission_file_/01_knn.ipynb", "Müller-Lüdenscheidt, Ö.", "9", True),
    ("moodle", "CS231N-01_knn-55012/Ada Li_77_assignsubmission_file_/01_knn.ipynb", "Ada Li", "77", True),
    ("blackboard", "gradebook_2023FA-CS-231_Lab201_knn_b1234567_attempt_2023-09-30-23-59-59_01_knn.ipynb", "", "b1234567", True),
    ("blackboard", "Lab_mrossi_tentativo_2023-10-01-12-34-56_01_knn.ipynb", "", "mrossi", True),
    ("blackboard", "Trabalho_jsilva_tentativa_2023-10-01-12-34-56_01_knn.ipynb", "", "jsilva", True),
    ("blackboard", "Oppgave_ohansen_forsøk_2023-10-01-12-34-56_01_knn.ipynb", "", "ohansen", True),
    ("blackboard", "作业_zwang_尝试_2023-10-01-12-34-56_01_knn.ipynb", "", "zwang", True),
    ("blackboard", "Ödev_ayilmaz_deneme_2023-10-01-12-34-56_01_knn.ipynb", "", "ayilmaz", True),
    ("blackboard", "Homework 1_jdoe.12_attempt_2023-10-01-12-34-56_01_knn (1).ipynb", "", "jdoe.12", True),
    ("blackboard", "Homework 1_jdoe12_attempt_2023-10-01-12-34-56.txt", "", "jdoe12", False),
    ("brightspace", "123456-78901 - Ada Li - 12 sept. 2023 2359/01_knn.ipynb", "Ada Li", "123456", True),
    ("brightspace", "123456-78901 - Ada Li - 12 september 2023 23:59/01_knn.ipynb", "Ada Li", "123456", True),
    ("brightspace", "5-6 - Jean-Luc Picard - oct. 3, 2024 1204 AM/01_knn.ipynb", "Jean-Luc Picard", "5", True),
    ("brightspace", "123456-78901 - Group 3 - Sep 12, 2023 1159 PM/01_knn.ipynb", "Group 3", "123456", True),
    ("brightspace", "Lab 1 Download Sep 13, 2023 800 AM/123456-78901 - Ada Li - Sep 12, 2023 1159 PM/01_knn.ipynb", "Ada Li", "123456", True),
    ("brightspace", "123456-78901 - 王 小明 - 2023年9月12日 2359/01_knn.ipynb", "王 小明", "123456", True),
    ("gradescope", "assignment_42_export/submission_9/01_knn (1).ipynb", "submission", "9", True),
    ("gradescope", "submission_9/01_knn/01_knn.ipynb", "submission", "9", True),
    ("nbgrader", "ada.li@uni.example+01_knn+2025-02-28 23:59:59.000001 UTC+ff/01_knn.ipynb", "ada.li@uni.example", "", True),
    ("nbgrader", "srv/nbgrader/exchange/cs231n/inbound/ada+01_knn+2025-02-28 23:59:59.000001 UTC+r/01_knn.ipynb", "ada", "", True),
    ("cocalc", f"cs231n/01_knn-collect/{UUID}/01_knn.ipynb", "", UUID, True),
    ("cocalc", f"{UUID}/01_knn/01_knn.ipynb", "", UUID, True),
    ("ilias", "Müller_Jörg_jmueller_99123/01_knn.ipynb", "Müller_Jörg", "99123", True),
    ("ilias", "Übung 1/Abgaben/Team_7/Li_Ada_al12_4711/20240101120000_01_knn.ipynb", "Li_Ada", "4711", True),
    ("ilias", "von Berg_Anna Maria_avberg_4712/01_knn.ipynb", "von Berg_Anna Maria", "4712", True),
    ("github", "knn-lab-submissions/knn-lab-octo-cat-1/01_knn.ipynb", "octo-cat-1", "", True),
    ("github", "knn-lab-submissions/knn-lab-octo-cat-1/notebooks/01_knn/01_knn.ipynb", "octo-cat-1", "", True),
    ("jupyterhub", "jupyter-ada-li-3f2a/01_knn/01_knn.ipynb", "ada-li-3f2a", "", True),
    ("jupyterhub", "home/jupyter-ada.li/01_knn.ipynb", "ada.li", "", True),
    ("folders", "Ada Li (12345)/01_knn.ipynb", "Ada Li (12345)", "", True),
    ("folders", "李明/01_knn.ipynb", "李明", "", True),
    ("folders", "ada/knn_01.ipynb", "ada", "", False),
    ("folders", "ada/work/notebooks/01_knn/01_knn.ipynb", "ada", "", True),
    ("folders", "ada/01_knn - Copie.ipynb", "ada", "", True),
    ("folders", "ada/01_knn – Kopie.ipynb", "ada", "", True),
    ("folders", "ada/01_knn - копия.ipynb", "ada", "", True),
    ("folders", "ada/01_knn - 複製.ipynb", "ada", "", True),
    ("folders", "ada/01_knn 2.ipynb", "ada", "", True),
    ("folders", "ada/01_knn~.ipynb", "ada", "", False),
    ("folders", "ada/01_knn.ipynb.html", "ada", "", False),
    ("flat", "müller_01_knn.ipynb", "müller", "", True),
    ("flat", "O'Brien_01_knn-Copy2.ipynb", "O'Brien", "", True),
    ("flat", "ada@uni.example_01_knn.ipynb", "ada@uni.example", "", True),
    ("flat", "s1234567_01_knn.ipynb", "s1234567", "", True),
    ("flat", "li-ada_01_knn(3).ipynb", "li-ada", "", True),
    ("folders", "ada/01_knn-checkpoint.ipynb", "ada", "", False),
    ("folders", "ada/01_knn_.ipynb", "ada", "", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "path", "name", "number", "exact"), NAMES, ids=lambda one: str(one)
)
def test_names(key: str, path: str, name: str, number: str, exact: bool) -> None:
    """Is the system recognised, and whose the file is?"""
    others = [path.replace(name, "bo")] if key == "github" else []
    reading = recognised([path, *others], LESSON)
    place = reading.places[path]
    assert (reading.format.key, place.name, place.id) == (key, name, number)
    assert (fit(place.file, f"{LESSON}.ipynb") is Fit.NAME) is exact


def test_the_table_is_long_enough() -> None:
    """Are there a hundred names and more, of every format?"""
    assert len(NAMES) >= 100
    assert {key for key, *_ in NAMES} == {format_.key for format_ in FORMATS}


@pytest.mark.parametrize(
    "path",
    ["01_knn.ipynb", "01_knn/01_knn.ipynb", "notebooks/01_knn/01_knn.ipynb", ".x/01_knn.ipynb"],
)
def test_nobody(path: str) -> None:
    """Does a lesson's own name, or a hidden folder, tell nobody?"""
    assert recognised([path], LESSON).places.get(path) is None


def test_the_whole_decides() -> None:
    """Is one odd file among many read as the others are, not the others as it is?"""
    canvas = [f"name{n}_{n}00_{n}11_01_knn.ipynb" for n in range(3, 9)]
    reading = recognised([*canvas, "bo_01_knn.ipynb", "eve/01_knn.ipynb"], LESSON)
    assert reading.format.key == "canvas"
    assert set(reading.places) == set(canvas)


def test_a_name_that_ends_in_a_number() -> None:
    """Are `ada_1` and `ada_2` two people, though Canvas might have written so?"""
    names = ["ada_1_01_knn.ipynb", "ada_2_01_knn.ipynb", "bo_01_knn.ipynb"]
    reading = recognised(names, LESSON)
    assert [reading.places[name].name for name in names] == ["ada_1", "ada_2", "bo"]


def test_one_students_folder_is_not_around_a_class() -> None:
    """Is nobody called `old` whose folder lies in a student's?"""
    assert recognised(["ada/old/01_knn.ipynb"], LESSON).places["ada/old/01_knn.ipynb"].name == "ada"
    assert recognised(["ada/my_01_knn.ipynb"], LESSON).places["ada/my_01_knn.ipynb"].name == "ada"


def test_sections_and_versions() -> None:
    """Where folders may be sections or a student's versions, is nobody's name guessed?"""
    names = [f"{one}/01_knn.ipynb" for one in ("secA/ada", "secA/bo", "secB/cy")]
    places = recognised(names, LESSON).places
    assert all(fit(places[name].file, f"{LESSON}.ipynb") is Fit.KIND for name in names)


def test_a_format_that_is_named() -> None:
    """Does the instructor's word decide, and is a wrong one answered with the right ones?"""
    name = "smithbob_340934_208490284_01_knn.ipynb"
    place = recognised([name], LESSON, format_of("flat")).places[name]
    assert place.name == "smithbob_340934_208490284"
    with pytest.raises(CourseError, match="one of canvas, "):
        format_of("kanvas")


def test_numbers_that_do_not_last() -> None:
    """Is it known that Moodle draws a number for each assignment, and Canvas one for a person?"""
    assert format_of("moodle").lasts is Lasts.LESSON
    assert format_of("canvas").lasts is Lasts.COURSE
