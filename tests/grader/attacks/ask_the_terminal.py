"""Waits for somebody to type something."""

answer = input("password: ")

# %%
open('/dev/tty').read()

# %%
import getpass
getpass.getpass()

# %%
import sys
sys.stdin.read()

# %%
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSTI, b'x')
