"""A loop without end, which catches every alarm."""

while True:
    try:
        while True:
            pass
    except BaseException:
        pass
