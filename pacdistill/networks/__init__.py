"""The networks that the book opens.

All parts use them: a residual network and its file, how it is trained, and networks that are
written down from a tree or a formula. They need torch, the extra `pacdistill[torch]`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
