"""Every way to leave Python politely."""

import sys
sys.exit(0)

# %%
raise SystemExit

# %%
raise KeyboardInterrupt

# %%
quit()

# %%
def weight(sigma, tau):
    sys.exit('ok')
