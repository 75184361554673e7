"""Raw tables, for chapter 15 and for data of one's own.

The questions about a table's columns that serve as bits, and trees that ask them.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
