"""Figures that move: each is a function of this folder, a script beside it, and its data."""

from pacdistill.figures.explorer import layer_readings, tree_explorer
from pacdistill.figures.frontier_editor import frontier_editor
from pacdistill.figures.moving import MovingFigure

__all__ = ["MovingFigure", "frontier_editor", "layer_readings", "tree_explorer"]
