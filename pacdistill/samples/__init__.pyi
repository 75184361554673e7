from .bounds import (
    coin_samples as coin_samples,
    erm_samples as erm_samples,
    half_sets_samples as half_sets_samples,
    sauer_shelah_bound as sauer_shelah_bound,
)
from .complexity import SampleComplexity as SampleComplexity, sample_complexity as sample_complexity
from .concepts import (
    check_class as check_class,
    enumerate_subsets as enumerate_subsets,
    find_shattered as find_shattered,
    is_shattered as is_shattered,
    restrict as restrict,
    vc_dimension as vc_dimension,
)
from .cost import CostMeter as CostMeter
from .erm import erm as erm
from .frontier import disagreement_sets as disagreement_sets, pareto_frontier as pareto_frontier
from .game import ZeroSampleGame as ZeroSampleGame, zero_sample_game as zero_sample_game
