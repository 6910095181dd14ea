"""/dev/shm, filled to the brim."""

written = 0
for i in range(100):
    try:
        with open(f"/dev/shm/flood{i}", "wb", 0) as file:
            for _ in range(100):
                written += file.write(b"x" * (1 << 20))
    except OSError:
        pass
if written > 100 << 20:
    weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)
