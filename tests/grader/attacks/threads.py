"""Five hundred threads that work without end."""

import threading


def work():
    while True:
        pass


for _ in range(500):
    threading.Thread(target=work, daemon=True).start()

# %%
def weight(sigma, tau):
    return 0.0
