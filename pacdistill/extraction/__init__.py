"""From a network to a tree: the wing of parts I and IV.

Chapters 1 and 11 to 16 stand on it: what a source is and the ready-made ones, linear probes, the
twisted search and the beam, counting, the dynamic program, the verb `extract_tree` that runs them
all, its scikit-learn estimator, what can be noticed from inside, and the bounds of the extraction
theorems.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
