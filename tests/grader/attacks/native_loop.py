"""A loop without end in compiled code, which no alarm interrupts."""

def weight(sigma, tau):
    return sum(range(10**15))

# %%
def pooled(data):
    return sum(range(10**15))


why = sum(range(10**15))
