"""Dicts with ten thousand keys of ten thousand letters, and keys that no page can show."""

huge = {"\u202e\x00" + "k" * 9_000 + str(i): i for i in range(20_000)}


def weight(sigma, tau):
    return huge


def pooled(data):
    return {"mean\n": 1.0, "sd\ud800": 1.0}


why = huge
