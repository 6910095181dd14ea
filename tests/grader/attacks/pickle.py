"""An object that runs a command when it is unpickled."""

import os


class Bomb:
    def __reduce__(self): return os.system, ("echo gone > @CANARY@",)


def weight(sigma, tau):
    return Bomb()


def pooled(data):
    return {"mean": Bomb(), "sd": [Bomb()]}


why = Bomb()
