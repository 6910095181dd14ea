"""Lists of rows that a careless reader would make one great array of."""

row = [[0.5] * 300] * 300


def weight(sigma, tau):
    return [*row, [0.5], "x" * 19_999]


def pooled(data):
    return {"mean": [row[0], "x" * 19_999, *row], "sd": [[[[[[["x" * 9_999]]]]]]] * 50}


why = [["a"] * 300] * 300
