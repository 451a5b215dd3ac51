"""Every data set of the course: pictures as `Images`, texts as `Text`."""

from course_lib.data.captioned import CaptionedPictures, draw_captioned
from course_lib.data.choice import course_images
from course_lib.data.cifar10_archive import cifar10_download, cifar10_verify
from course_lib.data.cifar10_files import cifar10, cifar10_folder
from course_lib.data.counts import table_bits
from course_lib.data.date_words import Dates, dates
from course_lib.data.handwriting import digits
from course_lib.data.holdings import Holding, get, listing, verify
from course_lib.data.images import Images
from course_lib.data.object_pictures import ObjectPictures, draw_object_pictures
from course_lib.data.predictions import read_predictions, write_predictions
from course_lib.data.renderer import Rendered, render
from course_lib.data.scenes import Scenes, draw_scenes
from course_lib.data.shape_images import shapes, shapes_verify
from course_lib.data.text import (
    Text,
    code_labels,
    python_source,
    python_source_verify,
    tiny_shakespeare,
    tiny_shakespeare_download,
    tiny_shakespeare_file,
    tiny_shakespeare_verify,
    tokenises,
)
from course_lib.data.to_predict import Unlabelled, unlabelled

__all__ = [
    "CaptionedPictures",
    "Dates",
    "Holding",
    "Images",
    "ObjectPictures",
    "Rendered",
    "Scenes",
    "Text",
    "Unlabelled",
    "cifar10",
    "cifar10_download",
    "cifar10_folder",
    "cifar10_verify",
    "code_labels",
    "course_images",
    "dates",
    "digits",
    "draw_captioned",
    "draw_object_pictures",
    "draw_scenes",
    "get",
    "listing",
    "python_source",
    "python_source_verify",
    "read_predictions",
    "render",
    "shapes",
    "shapes_verify",
    "table_bits",
    "tiny_shakespeare",
    "tiny_shakespeare_download",
    "tiny_shakespeare_file",
    "tiny_shakespeare_verify",
    "tokenises",
    "unlabelled",
    "verify",
    "write_predictions",
]
