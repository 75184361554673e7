"""Figures that move: each is a function of this folder, a script beside it, and its data."""

from pacdistill.figures.explorer import layer_readings, tree_explorer
from pacdistill.figures.moving import MovingFigure
from pacdistill.figures.tails import tail_explorer

__all__ = ["MovingFigure", "layer_readings", "tail_explorer", "tree_explorer"]
