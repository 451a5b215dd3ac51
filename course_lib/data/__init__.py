"""Every data set of the course, each in one form: `Images`."""

from course_lib.data.cifar10 import cifar10, cifar10_folder
from course_lib.data.cifar10_download import cifar10_download, cifar10_verify
from course_lib.data.course_images import course_images
from course_lib.data.digits import digits
from course_lib.data.holdings import Holding, get, listing, verify
from course_lib.data.images import Images
from course_lib.data.render import Rendered, render
from course_lib.data.scenes import Scenes, draw_scenes
from course_lib.data.shapes import shapes, shapes_verify

__all__ = [
    "Holding",
    "Images",
    "Rendered",
    "Scenes",
    "cifar10",
    "cifar10_download",
    "cifar10_folder",
    "cifar10_verify",
    "course_images",
    "digits",
    "draw_scenes",
    "get",
    "listing",
    "render",
    "shapes",
    "shapes_verify",
    "verify",
]
