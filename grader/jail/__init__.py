"""Where a student's notebook runs: in a sandbox, asked from outside, with nothing in reach that is worth reading."""
