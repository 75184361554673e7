"""torch, for what runs networks; where it is missing, the error says how to install it."""

from pacdistill.extras import missing

try:
    import torch
    from torch import Tensor, nn
except ModuleNotFoundError as error:
    raise missing("torch", "torch", "running a network") from error

__all__ = ["Tensor", "nn", "torch"]
