"""`menu import`, `ledger export` and so on: shown first, written whole, refused with all faults."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result

from handlers.cli.tables import TABLES, table_group
from knowledge.tables.sheet import Cell, read_sheet, write_sheet
from models import audit, ledger, menu
from models.database.engine import Database
from models.restaurants import by_number
from tests.engine.world import KIGALI
from tests.handlers.terminal import run

HEADER = "date,journal,account_code,account_name,section,debit,credit"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def database(stocked_url: str) -> Iterator[Database]:
    database = Database(stocked_url)
    yield database
    database.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.mark.parametrize("name", [*TABLES, "synonyms"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing(
    database: Database, tmp_path: Path, name: str, ending: str
) -> None:
    file = tmp_path / f"table.{ending}"
    assert "rows are in" in done(_table(database, name, "export", file)).stdout
    told = done(_table(database, name, "import", file)).stdout.splitlines()
    assert ("0 added, 0 changed, 0 gone" in told[-2], told[-1]) == (True, "Nothing to write.")


def test_a_difference_is_shown_and_nothing_is_written(database: Database, file: Path) -> None:
    rows = _exported(database, file)
    rows["rolex"]["price"], rows["rolex"]["name"] = "3,500", "Rolex"
    del rows["chapati"]
    rows["soup"] = rows["rolex"] | {
        "slug": "",
        "name": "Pea soup",
        "allergens": "celery; milk",
        "dietary": "",
        "free_of": "",
    }
    _write(file, rows)
    told = done(_table(database, "menu", "import", file)).stdout
    assert "+ pea-soup\n" in told
    assert "~ rolex  name: Rolex (egg and chapati roll) → Rolex; price: 3000.00 → 3500.00" in told
    assert "- chapati\n" in told
    assert told.endswith("--apply writes it.\n")
    assert _price(database, "rolex") == 3000


def test_what_is_applied_is_on_file_and_its_gone_dish_keeps_its_row(
    database: Database, file: Path
) -> None:
    rows = _exported(database, file)
    rows["rolex"]["price"] = "3500"
    del rows["chapati"]
    _write(file, rows)
    assert done(_table(database, "menu", "import", file, "--apply")).stdout.endswith("Written.\n")
    assert _price(database, "rolex") == 3500
    with database.transaction() as session:
        (kept,) = session.query(audit.Change).all()
    assert (kept.what, kept.subject, kept.by) == ("menu.imported", file.name, audit.COMMAND_LINE)
    assert kept.after == {"changed": 1, "gone": 1}
    assert "chapati" not in {row["slug"] for row in _rows(database) if row["available"]}
    assert "chapati" in {row["slug"] for row in _rows(database)}
    assert "Nothing to write." in done(_table(database, "menu", "import", file)).stdout


def test_a_part_of_the_menu_leaves_the_rest_and_other_columns_as_they_are(
    database: Database, file: Path
) -> None:
    before = _rows(database)
    file.write_text("name;price\nChapati (two);1 250\n")
    done(_table(database, "menu", "import", file, "--keep", "--apply"))
    changed = [(was, now) for was, now in zip(before, _rows(database), strict=True) if was != now]
    assert [now["slug"] for _, now in changed] == ["chapati"]
    assert changed[0][1] == changed[0][0] | {"price": Decimal("1250.00")}


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("menu", "name,price\nChapati (two),99 999 999 999\n", "line 2, price: "),
        ("covers", "day,covers\n2026-01-01,99999999999\n", "line 2, covers: "),
    ],
)
def test_a_number_beyond_all_sense_is_refused_by_its_column(
    database: Database, file: Path, name: str, text: str, place: str
) -> None:
    file.write_text(text)
    refused = _table(database, name, "import", file, "--keep", "--apply")
    assert refused.exit_code == 1
    assert place in refused.stderr


def test_every_fault_is_named_by_line_and_column_and_nothing_is_written(
    database: Database, file: Path
) -> None:
    before = _rows(database)
    file.write_text(
        "slug,name,price,currency,category,description,allergens,dietary,available\n"
        "a,A,2500.50,RWF,Food,Good,none,,yes\n"
        "b,B,$4,RWF,Food,Good,mlik,,yes\n"
        "c,C,2500,EUR,Food,Good,,vegna,perhaps\n"
        "Not a slug,D,2500,RWF,,Good,none,,yes,and more\n"
        "rolex,E,2500,RWF,Food,Good,none,,yes\n"
        "rolex,F,2500,RWF,Food,Good,none,,yes\n"
    )
    done = _table(database, "menu", "import", file, "--apply")
    assert done.exit_code == 1
    for words in (
        "table.csv: line 2, price: 2500.50 has too many decimals",
        "line 3, price: '$4' is not in RWF",
        "line 4, currency: EUR is not RWF",
        "line 4, allergens: is empty: write what it contains, or none",
        "line 4, available: 'perhaps' is neither yes nor no",
        "line 5: 'and more' stands in no column",
        "line 7, slug: rolex stands in line 6 already",
    ):
        assert words in done.stderr
    assert _rows(database) == before


def test_a_kitchens_word_that_is_not_known_names_what_it_may_mean(
    database: Database, file: Path
) -> None:
    file.write_text("name,price,category,description,allergens\nA,2500,Food,Good,mlik\n")
    assert "line 2, allergens: A: 'mlik' is not known; did you mean milk?" in (
        _table(database, "menu", "import", file).stderr
    )


def test_a_column_that_is_not_known_or_missing_is_told_with_those_there_are(
    database: Database, file: Path
) -> None:
    file.write_text("name,prize\nA,2500\n")
    told = _table(database, "menu", "import", file).stderr
    assert "column 'prize' is not known; did you mean price?" in told
    assert "column 'price' is missing (the columns of menu are slug, name, price," in told


def test_a_pairing_of_what_is_not_on_the_menu_is_refused(database: Database, file: Path) -> None:
    file.write_text("item,with,upsell\nrolex,pizza,Try it\nrolex,rolex,Twice?\n")
    told = _table(database, "pairings", "import", file).stderr
    assert "line 2, with: pizza is not on the menu" in told
    assert "line 3, with: is the dish itself" in told


def test_hours_are_read_as_people_write_them(database: Database, file: Path) -> None:
    file.write_text(
        "Weekday;From;To;Period;Holiday\n"
        "Monday;7:00;23h00;;\n"
        "tue;٠٧.٠٠;２４:００;;\n"
        "Tue;07:00;11:00;breakfast;\n"
        "25/12/2026;;;;Christmas Day\n"
    )
    done(_table(database, "hours", "import", file, "--apply"))
    told = done(_table(database, "hours", "export", Path("-"))).stdout.splitlines()
    assert told == [
        "day,opens,closes,what,name",
        "mon,07:00,23:00,,",
        "tue,07:00,24:00,,",
        "tue,07:00,11:00,breakfast,",
        "2026-12-25,,,,Christmas Day",
    ]


def test_hours_that_are_none_are_told(database: Database, file: Path) -> None:
    file.write_text(
        "day,opens,closes,what\n"
        "mon,25:00,23:00,\n"
        "funday,07:00,23:00,\n"
        "tue,07:00,,\n"
        "wed,,,\n"
        "thu,07:00,11:00,breakfast\n"
        "thu,10:00,22:00,\n"
        "thu,20:00,23:00,\n"
        "fri,10:00,10:00,\n"
        "fri,11:00,12:00,\n"
        "sat,10:00,14:00,\n"
        "sat,14:00,02:00,\n"
    )
    told = _table(database, "hours", "import", file, "--apply").stderr
    assert "line 2, opens: '25:00' is no time: write it as 07:00" in told
    assert "line 3, day: 'funday' is neither a weekday nor a day" in told
    assert "line 4, closes: write both, or none on a date" in told
    assert "line 5, opens: a weekday that is closed has no line" in told
    assert "line 8, opens: thu is open then already by line 7" in told
    assert "line 10, opens: fri is open then already by line 9" in told
    assert "line 9, closes: it closes when it opens: write 00:00 and 24:00" in told
    assert "sat is" not in told
    assert "line 1, day: no weekday says when the house opens" not in told


def test_what_is_not_stated_stays_so_and_the_others_are_written_out(
    database: Database, file: Path
) -> None:
    header = "name,price,category,description,allergens,may_contain,free_of\n"
    file.write_text(
        f"{header}Soup,1200,Food,Good,celery,,\nPie,1200,Food,Good,gluten,nuts,others\n"
    )
    done(_table(database, "menu", "import", file, "--keep", "--apply"))
    rows = {row["slug"]: row for row in _rows(database)}
    assert (rows["soup"]["may_contain"], rows["soup"]["free_of"]) == (None, None)
    assert rows["pie"]["free_of"] == [
        each for each in menu.ALLERGENS if each not in ("gluten", "nuts")
    ]


def test_what_is_to_be_looked_at_again_is_told(database: Database, file: Path) -> None:
    header = "name,price,category,description,allergens,free_of\n"
    file.write_text(f"{header}Cheese pie,1200,Food,Good,gluten,others\nSoup,1200,Food,Good,none,\n")
    told = done(_table(database, "menu", "import", file, "--keep")).stdout
    assert "Check Cheese pie: says 'cheese', and its allergens lack milk." in told
    assert "Check no free_of, so nobody with an allergy is offered it: Soup." in told


def test_a_dish_is_served_at_a_time_that_there_is(database: Database, file: Path) -> None:
    file.write_text("name,price,served\nChapati (two),1200,breakfast | Mon-Fri 18:00-20:00\n")
    done(_table(database, "menu", "import", file, "--keep"))
    file.write_text("name,price,served\nChapati (two),1200,brunch\n")
    assert "line 2, served: 'brunch'" in (_table(database, "menu", "import", file, "--keep").stderr)


def test_what_the_ratios_are_reckoned_with(database: Database, file: Path) -> None:
    file.write_text("date,guests\n1/12/2026,80\n2/12/2026,-1\n")
    assert "line 3, covers: Input should be greater" in (
        _table(database, "covers", "import", file).stderr
    )
    file.write_text("date,guests\n1/12/2026,80\n")
    done(_table(database, "covers", "import", file, "--apply"))
    assert done(_table(database, "covers", "export", Path("-"))).stdout == (
        "day,covers\n2026-12-01,80\n"
    )
    file.write_text("code;kind\n5000;food\n6100;labor\n")
    assert "line 3, kind: Input should be 'food'" in (
        _table(database, "accounts", "import", file).stderr
    )


def test_diners_words_are_added_changed_and_taken_away(database: Database, file: Path) -> None:
    file.write_text("language,word,means\nfr,galette,pancake\nfr,poulet rouge,chicken; turkey\n")
    done(_table(database, "synonyms", "import", file, "--keep", "--apply"))
    told = done(_table(database, "synonyms", "export", Path("-"))).stdout.splitlines()
    assert ",fr,galette,pancake" in told
    assert ',fr,poulet rouge,"chicken, turkey"' in told
    assert ",rw,inkoko,chicken" in told
    gone = {",fr,galette,pancake", ",rw,inkoko,chicken"}
    file.write_text("\n".join(line for line in told if line not in gone))
    assert "2 gone" in done(_table(database, "synonyms", "import", file, "--apply")).stdout
    left = done(_table(database, "synonyms", "export", Path("-"))).stdout.splitlines()
    assert set(told) - set(left) == gone


def test_words_of_no_restaurant_and_no_language_are_refused_by_line_and_column(
    database: Database, file: Path
) -> None:
    file.write_text(
        "restaurant,language,word,means\n"
        "nowhere,fr,galette,pancake\n"
        ",qx,galette,pancake\n"
        "kigali,de,Huhn,chicken\n"
    )
    refused = _table(database, "synonyms", "import", file, "--keep", "--apply")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        "Error: table.csv: line 2, restaurant: there is no 'nowhere', only: kigali, valletta",
        "table.csv: line 3, language: 'qx' is no language's code, as fr or sw",
    ]


def test_journals_are_booked_and_stay(database: Database, file: Path) -> None:
    file.write_text(
        f"{HEADER}\n"
        "1/12/2026,ADJ-1,9001,Repairs,operating expense,45000,\n"
        "1/12/2026,ADJ-1,9002,Till,asset,,45000\n"
    )
    assert "2 added" in done(_table(database, "ledger", "import", file, "--apply")).stdout
    assert "0 added, 0 changed, 0 gone, 2 as" in (
        done(_table(database, "ledger", "import", file, "--apply")).stdout
    )
    file.write_text(file.read_text().replace("45000", "46000"))
    refused = _table(database, "ledger", "import", file, "--apply")
    assert refused.exit_code == 1
    assert "line 2, journal: ADJ-1 is booked already, and otherwise" in refused.stderr
    with database.transaction() as session:
        [restaurant_id] = [by_number(session, KIGALI).id]  # type: ignore[union-attr]
        booked = [
            row for row in ledger.lines_of(session, restaurant_id) if row["journal"] == "ADJ-1"
        ]
    assert [(row["entry_date"], row["line"], row["debit"]) for row in booked] == [
        (date(2026, 12, 1), 1, Decimal(45000)),
        (date(2026, 12, 1), 2, Decimal(0)),
    ]


@pytest.mark.parametrize("table", ["ledger", "covers", "hours", "tax"])
def test_a_slip_in_the_year_is_told(database: Database, file: Path, table: str) -> None:
    far = {f"{TODAY.year + 10}-03-01": "is after", "1926-03-01": "is before 2000"}
    head, line = {
        "ledger": (HEADER, "{},SLIP-{},9001,Repairs,operating expense,1,1"),
        "covers": ("day,covers", "{},80"),
        "hours": ("day,opens,closes", "{},,"),
        "tax": (
            "slug,jurisdiction,topic,rule,authority,citation,source_url,checked_on",
            "rw-{1},RW,VAT,18%,RRA,Law,https://rra.gov.rw,{0}",
        ),
    }[table]
    file.write_text("\n".join([head, *(line.format(day, nth) for nth, day in enumerate(far))]))
    if table == "tax":
        told = run(table_group(database, "tax", ""), "import", str(file), "--apply").stderr
    else:
        told = _table(database, table, "import", file, "--apply").stderr
    for nth, (day, why) in enumerate(far.items(), 2):
        (said,) = [each for each in told.splitlines() if f"line {nth}, " in each and day in each]
        assert f"{day} {why}" in said
        assert said.endswith("is its year right?")


def test_days_that_are_still_to_come_are_named(database: Database, file: Path) -> None:
    soon, past = TODAY + timedelta(days=3), TODAY - timedelta(days=3)
    sides = ("9001,Repairs,operating expense,1,", "9002,Till,asset,,1")
    lines = [f"{day},ADJ-{day},{side}" for day in (soon, past) for side in sides]
    file.write_text("\n".join([HEADER, *lines]))
    check = f"Check days that are still to come: {soon}.\n"
    assert check in done(_table(database, "ledger", "import", file)).stdout
    file.write_text(f"day,covers\n{soon},80\n{past},80\n")
    assert check in done(_table(database, "covers", "import", file)).stdout


def test_a_journal_that_does_not_balance_is_told_with_its_lines(
    database: Database, file: Path
) -> None:
    file.write_text(
        f"{HEADER}\n"
        "2026-12-01,ADJ-1,9001,Repairs,operating_expense,45000,\n"
        "2026-12-01,ADJ-1,9002,Till,asset,,44000\n"
        "2026-12-01,ADJ-2,9001,Repairs,asset,1,1\n"
        "2026-12-02,ADJ-2,9002,Till,asset,,\n"
        "2026-12-02,ADJ-3,9002,Till,nonsense,1,\n"
    )
    told = _table(database, "ledger", "import", file, "--apply").stderr
    assert "line 6, section: 'nonsense' is not a section: revenue, cost_of_goods_sold" in told
    file.write_text("\n".join(file.read_text().splitlines()[:-1]))
    told = _table(database, "ledger", "import", file, "--apply").stderr
    for words in (
        "line 3, journal: ADJ-1 does not balance: debit 45000.00, credit 44000.00, 1000.00 apart"
        " (lines 2, 3)",
        "line 4, account_code: 9001 is Repairs (operating_expense) elsewhere",
        "line 4, debit: a line has either a debit or a credit",
        "line 5, date: ADJ-2 has more than one day (lines 4, 5)",
        "line 5, debit: a line has either a debit or a credit",
    ):
        assert words in told


def test_a_fault_makes_no_second_one_of_what_it_is_a_part_of(
    database: Database, file: Path
) -> None:
    file.write_text(
        f"{HEADER}\n"
        "2026-12-01,ADJ-1,9001,Repairs,operating_expense,x,\n"
        "2026-12-01,ADJ-1,9002,Till,asset,,44000\n"
        "2026-12-01,ADJ-2,9002,Till,asset,,1\n"
    )
    told = _table(database, "ledger", "import", file).stderr.splitlines()
    assert [line.partition("line ")[2][:9] for line in told] == ["2, debit:", "4, journa"]


def test_a_file_without_a_row_takes_nothing_away(database: Database, file: Path) -> None:
    file.write_text("name,price\n")
    assert "has a header and no row" in _table(database, "menu", "import", file, "--apply").stderr


def test_what_is_everybodys_is_no_restaurants(database: Database, file: Path) -> None:
    told = run(table_group(database, "tax", ""), "export", "-", "--restaurant", "kigali").stderr
    assert "--restaurant: this table is everybody's" in told


def test_a_spreadsheets_days_and_numbers_are_its_own(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "ledger.xlsx"
    lines: list[list[Cell]] = [
        [date(2026, 12, 1), "ADJ-1", 9001, "Repairs", "operating_expense", 45000, None],
        [date(2026, 12, 1), "ADJ-1", 9002, "Till", "asset", None, 45000],
    ]
    write_sheet(file, "ledger", HEADER.split(","), lines)
    assert "2 added" in done(_table(database, "ledger", "import", file)).stdout


def test_a_long_file_shows_how_far_it_is(database: Database, file: Path) -> None:
    sides = ("9001,Repairs,operating_expense,1,", "9002,Till,asset,,1")
    lines = [f"2026-12-01,ADJ-{nth},{side}" for nth in range(1_000) for side in sides]
    file.write_text("\n".join([HEADER, *lines]))
    assert "2000 rows" in done(_table(database, "ledger", "import", file)).stderr


def test_which_restaurant_is_asked_where_there_are_several(database: Database, file: Path) -> None:
    group = table_group(database, "menu", "")
    told = run(group, "export", str(file)).stderr
    assert "Say --restaurant SLUG, one of: kigali, valletta." in told
    told = run(group, "export", str(file), "--restaurant", "gozo").stderr
    assert "There is no restaurant gozo, only: kigali, valletta." in told


def test_a_file_that_is_there_is_not_written_over(database: Database, file: Path) -> None:
    file.write_text("mine")
    refused = _table(database, "menu", "export", file)
    assert (refused.exit_code, file.read_text()) == (1, "mine")
    assert "--force writes over it" in refused.stderr
    assert "rows are in" in done(_table(database, "menu", "export", file, "--force")).stdout


def test_the_terminal_gets_a_csv(database: Database) -> None:
    told = done(_table(database, "menu", "export", Path("-"))).stdout
    assert told.startswith("slug,name,price,category")


def _table(database: Database, name: str, action: str, file: Path, *words: str) -> Result:
    whose = [] if name in ("tax", "synonyms") else ["--restaurant", "kigali"]
    return run(table_group(database, name, ""), action, str(file), *whose, *words)


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def _exported(database: Database, file: Path) -> dict[str, dict[str, str]]:
    done(_table(database, "menu", "export", file))
    sheet = read_sheet(file)
    rows = [dict(zip(sheet.header, map(str, cells), strict=True)) for _, cells in sheet.rows]
    return {row["slug"]: row for row in rows}


def _write(file: Path, rows: dict[str, dict[str, str]]) -> None:
    header = list(next(iter(rows.values())))
    file.unlink()
    write_sheet(file, "menu", header, [[row[name] for name in header] for row in rows.values()])


def _rows(database: Database) -> list[dict[str, object]]:
    with database.transaction() as session:
        restaurant = by_number(session, KIGALI)
        assert restaurant is not None
        return menu.rows_of(session, restaurant.id)


def _price(database: Database, slug: str) -> object:
    return next(row["price"] for row in _rows(database) if row["slug"] == slug)
