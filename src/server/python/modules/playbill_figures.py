"""A matplotlib backend whose `show()` keeps the open figures as PNG."""

import sys

from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas
from matplotlib.backend_bases import FigureManagerBase as FigureManager

import playbill_runner


def show(*args, **kwargs):
    playbill_runner.keep_figures(sys.modules["matplotlib.pyplot"])
