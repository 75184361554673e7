"""From one kind of object to another: the wing of the web.

Chapter 10 stands on it: DNF and CNF, a tree as formulas and formulas as a tree, and the gadgets
that carry hardness from one problem to the next.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
