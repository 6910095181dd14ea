"""A million empty files."""

for i in range(1_000_000):
    try:
        open(f"/tmp/{i}", "x").close()
    except OSError:
        break
