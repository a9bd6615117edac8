"""Experiments: a question to many runs, with several seeds, and an answer that says how sure it is."""

from cnnplay.ui.experiments.builder import builder
from cnnplay.ui.experiments.files import files
from cnnplay.ui.experiments.findings import findings
from cnnplay.ui.experiments.plan import plan
from cnnplay.ui.experiments.questions import questions
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head

enter()

head(
    "Experiments",
    "One run proves nothing: with another seed, its number changes. Ask a question of many runs, and see whether the "
    "answer is more than luck.",
)
questions()
builder()
plan()
findings()
files()
