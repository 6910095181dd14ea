"""A loop without end, after the alarm was turned off."""

import signal

def weight(sigma, tau):
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
    while True:
        pass
