"""A child that comes back into the worker, and answers as well."""

import os

os.fork()
os.fork()

# %%
def weight(sigma, tau):
    os.fork()
    return 0.0
