"""Every figure that moves.

A figure is a function of this folder, a script and a style beside it, and its data. All chapters
have some; they need no kernel.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
