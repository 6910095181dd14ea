"""Makes folders in folders, and names for one file, in every place that can be written."""

import os

places = ["/tmp", "/student", "/dev/shm"]
for place in places:
    open(f"{place}/file", "w").close()
number = 0
while True:
    for place in places:
        os.link(f"{place}/file", f"{place}/{number}")
        os.mkdir(f"{place}/folder {number}")
    number += 1
