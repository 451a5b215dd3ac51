"""What a net makes of images it has not seen: logits and accuracy, from one view or several."""

from dataclasses import dataclass

import torch
from torch import Tensor

from course_lib.speed import devices
from course_lib.speed.augment import laid_out, normalise
from course_lib.speed.net import Net
from course_lib.speed.parts import Parts
from course_lib.speed.recipe import Recipe

VIEWS = [(mirrored, move, move) for move in (0, 1, -1) for mirrored in (False, True)]
AT_A_TIME = 2000  # images


@dataclass(frozen=True)
class Evaluation:
    """A net with all that it needs to look at raw images.

    mean, std: (C,) float32 of the images that it was trained on
    """

    net: Net
    mean: Tensor
    std: Tensor
    recipe: Recipe
    parts: Parts

    @torch.no_grad()
    def logits(self, images: Tensor, views: int | None = None) -> Tensor:
        """(N, C, H, W) uint8 -> (N, classes) float32: means over the recipe's views, or so many."""
        chosen, results = VIEWS[: views or self.recipe.views], []
        self.net.eval()
        with devices.autocast(images.device, self.recipe.precision):
            for part in torch.split(images, AT_A_TIME):
                batch = laid_out(normalise(part, self.mean, self.std), self.recipe)
                if len(chosen) == 1:
                    results.append(self.net(batch))
                else:
                    results.append(self.parts.predict(self.net, batch, chosen))
        return torch.cat(results).float()

    def accuracy(self, images: Tensor, labels: Tensor, views: int | None = None) -> float:
        """The share that is right, 0 to 1; several processes divide the images among them."""
        devices.same_buffers(self.net)
        rank, world = devices.rank_and_world()
        right = self.logits(images[rank::world], views).argmax(1) == labels[rank::world]
        return int(devices.summed(right.sum())) / len(labels)
