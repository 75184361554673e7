"""pacdistill: the theory of model distillation, as code.

This door shows what a person with a network needs, and what all chapters share; the wings hold the
rest, one for each part of the book. A wing, and what it needs, is loaded when it is used.

The data flows one way: network -> activations -> probe basis -> search -> dynamic program ->
tree. One verb, `extract_tree`, does all of it.
"""

import lazy_loader as lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
