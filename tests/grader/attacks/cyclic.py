"""A list that contains itself."""

pooled = []
pooled.append(pooled)
why = {"a": pooled}


def weight(sigma, tau):
    return pooled
