"""The course's figures. Those of one panel take ``ax=None`` and return the axes they drew on; the others return a figure.

Further keywords go to matplotlib, to what is the plot's own (the data, the estimates, the curve): a label, a color. Nothing
here samples, and nothing calls plt.show(). One color stands for one idea, here and in the sliders alike, and a marker, a line
style or a label always says the same once more.
"""

from .chains import corner, trace
from .checks import discrepancy, pit, replications
from .posteriors import conditional_theta, measurements, shrinkage, tau_posterior
from .style import COLORS, SYMBOLS, use_style

__all__ = [
    "COLORS",
    "SYMBOLS",
    "conditional_theta",
    "corner",
    "discrepancy",
    "measurements",
    "pit",
    "replications",
    "shrinkage",
    "tau_posterior",
    "trace",
    "use_style",
]
