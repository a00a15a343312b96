"""Files as people's programs save them: CSV in every dress, spreadsheets, and what is neither."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables.far_cells import last_cell_reader
from knowledge.tables.sheet import Cell, csv_text, read_sheet, write_sheet
from knowledge.tables.wrong import TableError


@pytest.mark.parametrize(
    "written",
    [
        b"name,price\r\nFenek,14\r\n",
        b"\xef\xbb\xbfname;price\nFenek;14\n",
        b"name\tprice\nFenek\t14",
        b"name;price\rFenek;14\r",
        b"sep=;\r\nname;price\r\nFenek;14\r\n",
        "name,price\nFenek,14\n".encode("utf-16"),
        b'"name, or so","price"\nFenek,14\n',
        b"\nname,price\n\n ,\nFenek,14\n",
    ],
)
def test_a_csv_in_any_dress(tmp_path: Path, written: bytes) -> None:
    sheet = read_sheet(_file(tmp_path, written))
    assert [cells for _, cells in sheet.rows] == [("Fenek", "14")]
    assert len(sheet.header) == 2


def test_a_row_is_named_by_its_line_in_the_file(tmp_path: Path) -> None:
    written = b'sep=,\nname,price\n"two\nlines",1\n\nFenek,14\n'
    assert [line for line, _ in read_sheet(_file(tmp_path, written)).rows] == [3, 6]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        ("name,price\nĦobż,2\nCafé".encode("latin-1", "replace"), "line 3: is not UTF-8"),
        (b'name,price\n"Fenek,14\n', "line 2: is no CSV"),
        (b"name\0,price\n", "is no text"),
        (b"PK\x03\x04....", "let its name end in .xlsx"),
    ],
)
def test_what_is_no_csv_is_told(tmp_path: Path, written: bytes, words: str) -> None:
    with pytest.raises(TableError, match=words):
        read_sheet(_file(tmp_path, written))


def test_a_spreadsheet_that_would_fill_the_memory_is_told(tmp_path: Path) -> None:
    file = tmp_path / "menu.xlsx"
    write_sheet(file, "Menu", ["name"], [["Fenek"]])
    with ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    wide = {name: part.replace(b'r="A2"', b'r="XFD1048576"') for name, part in parts.items()}
    _packed(file, wide)
    with pytest.raises(TableError, match="goes to row 1,048,576 and column 16,384"):
        read_sheet(file)
    bomb = bytes(100_000_000)
    _packed(file, parts | {f"{nth}.bin": bomb for nth in range(5)})
    with pytest.raises(TableError, match="larger than 500 MB unpacked"):
        read_sheet(file)


ODS = (
    '<d:c xmlns:d="d" xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="A">'
    '<table:table-row><table:table-cell office:value-type="string"><text:p>name</text:p>'
    '</table:table-cell><table:table-cell table:number-columns-repeated="16383"/>'
    "</table:table-row>{}</table:table></d:c>"
)
FIRST_ROW = ODS[ODS.index("<table:table-row") : ODS.index("{}")]
ROWS = (
    '<table:table-row table:number-rows-repeated="1048575">'
    '<table:table-cell table:number-columns-repeated="16384"{}</table:table-row>'
)
EMPTY = ROWS.format("/>")
FULL = ROWS.format("><text:p>x</text:p></table:table-cell>")
VALUED = ROWS.format(' office:value="1" office:value-type="float"/>')


@pytest.mark.parametrize(
    ("ending", "last"),
    [
        ("", (1, 1)),
        (EMPTY, (1, 1)),
        (EMPTY + FIRST_ROW, (1_048_577, 1)),
        (FULL, (1_048_576, 16_384)),
        (VALUED, (1_048_576, 16_384)),
    ],
)
def test_what_is_repeated_and_empty_takes_no_room(ending: str, last: tuple[int, int]) -> None:
    read = last_cell_reader("content.xml")
    assert read is not None
    assert read(ODS.format(ending).encode()) == last


def test_a_far_cell_of_an_ods_is_told(tmp_path: Path) -> None:
    file = tmp_path / "menu.ods"
    _packed(file, {"content.xml": ODS.format(FULL).encode()})
    with pytest.raises(TableError, match="goes to row 1,048,576 and column 16,384"):
        read_sheet(file)


def test_a_far_cell_of_an_xlsb_is_told(tmp_path: Path) -> None:
    file = tmp_path / "menu.xlsb"
    begins, dimensions = b"\x81\x01\x00", b"\x94\x01\x90\x01" + bytes(144)
    row = b"\x00\x04" + (1_048_575).to_bytes(4, "little")
    cell = b"\x07\x0c" + (16_383).to_bytes(4, "little") + bytes(8)
    sheet = begins + dimensions + row + cell
    _packed(file, {"xl/worksheets/sheet1.bin": sheet})
    with pytest.raises(TableError, match="goes to row 1,048,576 and column 16,384"):
        read_sheet(file)


def test_a_spreadsheet_whose_parts_are_larger_than_they_say_is_told(tmp_path: Path) -> None:
    file = tmp_path / "menu.xlsx"
    long = bytes(1_234_567)
    _packed(file, {"xl/sharedStrings.xml": long})
    size, less = (len(each).to_bytes(4, "little") for each in (long, b"no more"))
    assert file.read_bytes().count(size) == 2
    file.write_bytes(file.read_bytes().replace(size, less))
    with pytest.raises(TableError, match=r"sharedStrings\.xml is broken"):
        read_sheet(file)


def _packed(file: Path, parts: dict[str, bytes]) -> None:
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in parts.items():
            book.writestr(name, part)


def test_a_spreadsheet_that_is_none_is_told(tmp_path: Path) -> None:
    for written in (b"", b"name,price\n", b"PK\x03\x04 and no more"):
        file = tmp_path / "menu.xlsx"
        file.write_bytes(written)
        with pytest.raises(TableError, match="no spreadsheet"):
            read_sheet(file)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_is_written_is_read(tmp_path: Path, ending: str) -> None:
    row: list[Cell] = ['Ħobż, "biż"-żejt\n=x', Decimal("4.50"), date(2026, 3, 1), None, "yes", 3]
    file = tmp_path / f"menu{ending}"
    write_sheet(file, "menu", list("abcdef"), [row])
    [(line, cells)] = read_sheet(file).rows
    assert line == 2
    assert [str(each) for each in cells[:3]] == [row[0], str(cells[1]), "2026-03-01"]
    assert Decimal(str(cells[1])) == Decimal("4.50")
    assert (cells[3] or None, cells[4], int(str(cells[5]))) == (None, "yes", 3)


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "menu.xlsx"
    write_sheet(file, "menu", ["a"], [["b"]])
    assert read_sheet(file, "menu").header == ("a",)
    with pytest.raises(TableError, match="has no 'wine', only menu"):
        read_sheet(file, "wine")
    with pytest.raises(TableError, match="is no spreadsheet: it has one table only"):
        read_sheet(_file(tmp_path, b"a\nb\n"), "menu")


@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1
        ),
        min_size=1,
    )
)
def test_no_text_becomes_a_formula(texts: list[str]) -> None:
    written = csv_text(["a"], [[each] for each in texts])
    _, *lines = csv.reader(StringIO(written))
    assert len(lines) == len(texts)
    assert not [cell for (cell,) in lines if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["=1+1", "+250788", "-", "@home", "'=1", "'quoted'"])
def test_a_text_that_looks_like_a_formula_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    file = tmp_path / "menu.csv"
    write_sheet(file, "menu", ["a"], [[text]])
    assert read_sheet(file).rows[0][1] == (text,)


def _file(tmp_path: Path, written: bytes) -> Path:
    file = tmp_path / "menu.csv"
    file.write_bytes(written)
    return file
