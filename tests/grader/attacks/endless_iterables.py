"""Lists and mappings without an end."""

class Endless(list):
    def __iter__(self):
        while True:
            yield 0.5


class Mapping(dict):
    def items(self):
        while True:
            yield "mean", 0.5


def weight(sigma, tau):
    return Endless([1])


def pooled(data):
    return Mapping(mean=1)


why = (letter for letter in iter(lambda: "a", "b"))
