"""Objects and exit handlers that never let Python end."""

import atexit
import time


class Stay:
    def __del__(self): time.sleep(1000)


stay = Stay()
atexit.register(time.sleep, 1000)

# %%
def weight(sigma, tau):
    return 0.0
