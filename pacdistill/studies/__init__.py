"""What is too long for a chapter.

A study is one function of many cases, on one core or on a cluster, with a report that names the
machine. The scripts in the repository's own folder `studies` stand on it.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
