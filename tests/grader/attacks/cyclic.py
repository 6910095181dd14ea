"""A list that contains itself."""

itself = []
itself.append(itself)
why = {"a": itself}


def weight(sigma, tau):
    return itself


def pooled(data):
    return itself
