"""A loop without end in compiled code, which no alarm interrupts."""

def weight(sigma, tau):
    return sum(range(10**15))

# %%
pooled = sum(range(10**15))
