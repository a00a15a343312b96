"""The cases that ship: enough of every kind, in every language; and files that are wrong."""

from collections import Counter
from pathlib import Path

import pytest

from evaluation.case import CaseError, read_cases

LANGUAGES = {"en", "fr", "rw", "mt", "it", "sw"}


def test_there_are_enough_of_every_kind_and_language() -> None:
    cases = read_cases()
    assert len(cases) >= 60
    assert {case.language for case in cases if case.kind == "allergy"} == LANGUAGES
    assert {case.language for case in cases if case.kind == "menu"} == LANGUAGES
    kinds = Counter(case.kind for case in cases)
    assert min(kinds[kind] for kind in ("books", "injection", "nothing", "tax")) >= 5


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("- name: a\n  kind: menu\n  turns: [{says: Hi, musst: [x]}]\n", "0.turns.0.musst"),
        ("- name: a\n  kind: menus\n  turns: [{says: Hi}]\n", "0.kind"),
        ("- name: a\n  kind: menu\n  turns: []\n", "0.turns"),
        ("name: a\n", r"menu\.yaml: the file: .*list"),
        ("- {", "is no YAML"),
        ("- {name: a, kind: menu, turns: [{says: Hi}]}\n" * 2, "two cases have one name: a"),
    ],
)
def test_a_wrong_file_is_told_by_its_field(tmp_path: Path, written: str, words: str) -> None:
    (tmp_path / "menu.yaml").write_text(written)
    with pytest.raises(CaseError, match=words):
        read_cases(tmp_path)


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("never: [lookup_menus]", "no tool 'lookup_menus'"),
        ("calls: [{tool: lookup}]", "no tool 'lookup'"),
        ("must: ['']", "in every reply"),
        ("must: ['tea|']", "in every reply"),
        ('must_not: ["\'"]', "in every reply"),
        ("offers_none_with: [peanutz]", "no allergen or diet 'peanutz'"),
        ("persona: chef", "no persona 'chef'"),
    ],
)
def test_what_could_never_fail_is_told(tmp_path: Path, expected: str, words: str) -> None:
    written = f"- {{name: a, kind: menu, turns: [{{says: Hi, {expected}}}]}}\n"
    (tmp_path / "menu.yml").write_text(written)
    with pytest.raises(CaseError, match=words):
        read_cases(tmp_path)


def test_a_folder_without_cases_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"has no \.yaml file"):
        read_cases(tmp_path)
