"""A cell that does not end."""

while True:
    pass
