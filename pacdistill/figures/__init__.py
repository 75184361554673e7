"""Figures that move: each is a function of this folder, a script beside it, and its data."""

from pacdistill.figures.access_ladder import access_ladder
from pacdistill.figures.beam_levels import beam_levels
from pacdistill.figures.explorer import layer_readings, tree_explorer
from pacdistill.figures.failure_gallery import failure_gallery
from pacdistill.figures.frontier_editor import frontier_editor
from pacdistill.figures.influence_board import influence_board
from pacdistill.figures.moving import MovingFigure
from pacdistill.figures.probe_spectrum import probe_spectrum
from pacdistill.figures.rates import rate_explorer
from pacdistill.figures.reduction_web import reduction_web
from pacdistill.figures.reproduction_plot import reproduction_plot
from pacdistill.figures.shattering import shattering_board
from pacdistill.figures.sq_adversary import sq_adversary
from pacdistill.figures.tails import tail_explorer
from pacdistill.figures.tree_frontier import TreeCase, tree_frontier
from pacdistill.figures.twisted_board import twisted_board
from pacdistill.figures.two_players import two_players
from pacdistill.figures.zero_game import zero_game

__all__ = [
    "MovingFigure",
    "TreeCase",
    "access_ladder",
    "beam_levels",
    "failure_gallery",
    "frontier_editor",
    "influence_board",
    "layer_readings",
    "probe_spectrum",
    "rate_explorer",
    "reduction_web",
    "reproduction_plot",
    "shattering_board",
    "sq_adversary",
    "tail_explorer",
    "tree_explorer",
    "tree_frontier",
    "twisted_board",
    "two_players",
    "zero_game",
]
