from . import (
    extraction as extraction,
    figures as figures,
    learners as learners,
    networks as networks,
    queries as queries,
    reductions as reductions,
    samples as samples,
    studies as studies,
    tables as tables,
)
from .cube import Clause as Clause, enumerate_cube as enumerate_cube, sample_cube as sample_cube
from .drawing import plot_tree as plot_tree
from .extraction.diagnosis import diagnose as diagnose
from .extraction.distiller import TreeDistiller as TreeDistiller
from .extraction.extract import extract_tree as extract_tree
from .extraction.fidelity import measure_fidelity as measure_fidelity
from .extraction.sklearn_source import SklearnSource as SklearnSource
from .extraction.source import CallableSource as CallableSource, Source as Source
from .extraction.torch_source import TorchSource as TorchSource
from .networks.training import Phase as Phase, train_network as train_network
from .networks.written import tree_network as tree_network
from .planted import (
    parity_tree as parity_tree,
    random_hard_tree as random_hard_tree,
    random_tree as random_tree,
)
from .tables.literals import make_literals as make_literals
from .tree import DecisionTree as DecisionTree, disagreement as disagreement

__version__: str
