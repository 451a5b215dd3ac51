"""Shows files of the instructor's as pictures, links and videos, embedded where it works."""

# %% squares
from IPython.display import FileLink, IFrame, Image, Markdown, Video, display

for make in (
    lambda: Image(filename="@OUTSIDE/secret.txt", format="png"),
    lambda: Video("@OUTSIDE/secret.txt", embed=True),
    lambda: FileLink("@OUTSIDE/secret.txt"),
    lambda: IFrame("file://@OUTSIDE/secret.txt", 100, 100),
    lambda: Markdown(filename="@OUTSIDE/secret.txt"),
):
    try:
        display(make())
    except Exception as error:
        print(type(error).__name__)
