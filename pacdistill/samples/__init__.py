"""How much data? The wing of part II.

Chapters 2 to 6 and the appendix on inequalities stand on it: classes as tables of labels,
empirical risk minimization, the frontier of targets, the game without samples, how many samples a
learner or a distiller needs when it is measured, what it pays, and the bounds that say how many
are enough.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
