"""Replaces the worker's own functions, found among all objects, by some that claim points and go for a file."""

import gc


def forged(*args):
    try:
        open("@CANARY@", "w").write("gone")
    except OSError:
        pass
    return {"value": True, "points": 2, "status": "ok"}


for thing in gc.get_objects():
    if type(thing).__name__ == "Notebook":
        for name in ("call", "value", "lookup"):
            setattr(thing, name, forged)
    if isinstance(thing, dict) and "guarded" in thing:
        thing["guarded"] = forged
        thing["codec"].dumps = lambda value: '{"value": 1, "nonce": "%s"}' % value["nonce"]

# %%
weight = pooled = why = 1
