"""An object that agrees to everything that is asked of it, and one that goes for a file when it is asked to be a number."""

class Yes:
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __eq__(self, other): return True
    def __bool__(self): return True
    def __float__(self): return 0.5
    def __iter__(self): return iter([self])
    def __len__(self): return 1
    def __array__(self, *args, **kwargs): return self
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __sub__ = __rsub__ = __add__ = __abs__ = lambda self, *other: self
    __class__ = float
    __hash__ = None


weight = pooled = why = Yes()

# %%
class Grasping:
    __class__ = float

    def __float__(self):
        open("@CANARY@", "w").write("gone")
        return 0.5


why = Grasping()


def pooled(data):
    return Grasping()
