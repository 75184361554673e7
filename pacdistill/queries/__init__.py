"""How much time? The wing of part III.

Chapters 7 to 10 stand on it: Fourier analysis of the cube, statistical queries and their
adversary, membership queries and what they buy (influences, juntas, heavy coefficients, trees),
the keyed function that nobody learns, and their bounds.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
