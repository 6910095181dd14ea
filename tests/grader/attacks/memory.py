"""All the memory that there is, in one process."""

blocks = []
while True:
    blocks.append(bytearray(1 << 24))

# %%
more = [b'x' * (1 << 24) for _ in range(10_000)]

# %%
def weight(sigma, tau):
    return [0] * 10**9
