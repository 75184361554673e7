from .residual import (
    Network as Network,
    ResidualNetwork as ResidualNetwork,
    load_network as load_network,
    save_network as save_network,
)
from .training import Phase as Phase, Training as Training, train_network as train_network
from .written import dnf_network as dnf_network, tree_network as tree_network
