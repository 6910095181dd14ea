"""Exceptions whose text hangs, is huge, is markup, or goes for a file when it is asked for."""

class Slow(Exception):
    def __str__(self):
        while True:
            pass


class Huge(Exception):
    def __str__(self): return "<script>alert(1)</script>\n=1+1,\"" * 10**6


calls = []


def weight(sigma, tau):
    calls.append(1)
    raise (Slow if len(calls) > 1 else type("X" * 10**6, (Huge,), {}))()

# %%
class Grasping(Exception):
    def __str__(self):
        open("@CANARY@", "w").write("gone")
        return "gone"


raise Grasping
