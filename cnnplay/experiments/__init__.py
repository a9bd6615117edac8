"""Experiments: a question to training runs, with several seeds. `run(Experiment(...))` answers it."""

from .experiment import Experiment as Experiment
from .running import run as run
