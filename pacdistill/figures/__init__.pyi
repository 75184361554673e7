from .access_ladder import access_ladder as access_ladder
from .beam_levels import beam_levels as beam_levels
from .explorer import layer_readings as layer_readings, tree_explorer as tree_explorer
from .failure_gallery import failure_gallery as failure_gallery
from .frontier_editor import frontier_editor as frontier_editor
from .influence_board import influence_board as influence_board
from .moving import MovingFigure as MovingFigure
from .probe_spectrum import probe_spectrum as probe_spectrum
from .rates import rate_explorer as rate_explorer
from .reduction_web import reduction_web as reduction_web
from .reproduction_plot import reproduction_plot as reproduction_plot
from .shattering import shattering_board as shattering_board
from .sq_adversary import sq_adversary as sq_adversary
from .tails import tail_explorer as tail_explorer
from .tree_frontier import TreeCase as TreeCase, tree_frontier as tree_frontier
from .twisted_board import twisted_board as twisted_board
from .two_players import two_players as two_players
from .zero_game import zero_game as zero_game
