"""The shape table as texts says what the table says."""

import csv
import io

import pytest

from cnnplay.export.tables import COLUMNS, shape_text, to_csv, to_markdown, words
from cnnplay.network.architecture import Architecture
from cnnplay.network.presets import PRESETS

NETWORKS = [preset.net for preset in PRESETS.values()] + [
    "conv3k3x5s2x1p1.2-gelu-mean3s2same-min2-flatten-dropout25-dense10",
    "flatten-dense10",
]


@pytest.mark.parametrize("net", NETWORKS)
def test_the_csv_has_the_numbers_of_the_table(net):
    rows = Architecture.parse(net).table()
    read = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert [(cell["layer"], int(cell["parameters"]), int(cell["macs"]), cell["formula"]) for cell in read] == [
        (row.layer, row.parameters, row.macs, row.formula) for row in rows
    ]
    assert [cell["output_shape"] for cell in read] == ["×".join(map(str, row.output_shape)) for row in rows]
    assert [cell["unread"] for cell in read] == ["" if row.unread is None else str(row.unread) for row in rows]


@pytest.mark.parametrize("net", NETWORKS)
def test_the_markdown_has_a_cell_for_each_of_the_table(net):
    rows = Architecture.parse(net).table()
    head, rule, *lines = to_markdown(rows).splitlines()
    assert set(rule) == {"|", "-"}
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in (head, *lines)]
    assert cells[0] == list(COLUMNS)
    assert [row[0] for row in cells[1:]] == [row.layer for row in rows]
    assert {len(row) for row in cells} == {len(COLUMNS)}
    assert len({len(line) for line in (head, rule, *lines)}) == 1  # the columns line up


def test_what_a_reader_is_told_of_the_notebook_s_network():
    first = words(Architecture.parse("conv6k2-relu-max2-flatten-dense10").table())[0]
    assert first["Output shape"] == shape_text((27, 27, 6)) == "27×27×6"
    assert first["Parameters"].replace("\u00a0", " ") == "(2·2·1 + 1)·6 = 30"
    assert first["Receptive field"] == "2×2"
    assert first["Never read"] == "0 px"


def test_a_field_as_large_as_the_image_sees_all_of_it():
    rows = words(Architecture.parse("conv1k28-flatten-dense10").table())
    assert {row["Receptive field"] for row in rows} == {"all of it"}
