"""A choice of all letters at once."""

why = ['a', 'b', 'i', 'ii']
