"""What the dashboard and the alarms ask for is there: each query names what `/metrics` tells.

promql_parser reads them as Prometheus does. `promtool check rules docs/alerts.yml`, of Debian's
package `prometheus`, reads the rules' templates too; it is too large for each run of these tests.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from engine.answers import MAX_ATTEMPTS
from engine.numbers import Numbers
from engine.standing import Standing
from handlers.limits import AI_BY_TOKEN
from handlers.metrics import MetricsRoutes
from personas.catalogue import PERSONAS
from realtime.client import RealtimeError
from telemetry.exposition import labelled
from telemetry.realtime_notes import RealtimeObserver
from tests.engine.clock import WAIT_S, soon
from tests.engine.outside import calls, refused
from tests.engine.world import ALICE, BOB, CHARLIE, KIGALI, House
from tests.handlers.web import FORM, Webhooks, client_of

DOCS = Path(__file__).parents[2] / "docs"
ALERTS = yaml.safe_load((DOCS / "alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
ALARMS = [rule for rule in RULES if "alert" in rule]
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
DASHBOARD = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
TARGETS = [target for panel in PANELS for target in panel["targets"]]
# What Prometheus adds to what it reads.
ADDED = {"job", "instance"}
# What a month allows to go wrong, and how fast two windows together may burn it:
# https://sre.google/workbook/alerting-on-slos/
BUDGETS = {"acknowledged": 0.001, "answered": 0.05, "delivered": 0.01}
BURNS = {("1h", "5m"): 14.4, ("6h", "30m"): 6.0, ("1d", "2h"): 3.0, ("3d", "6h"): 1.0}

Samples = dict[str, list[dict[str, str]]]  # the labels of each, by name


class Line:
    """In the Realtime client's place."""

    circuit = "open"

    def counts(self) -> dict[str, int]:
        return {"sockets": 0, "in_flight": 0, "waiting": 3}


@pytest.fixture
def samples(house: House) -> Samples:
    """What Prometheus reads where all has happened that is counted, of a process among several."""
    sees_it_all(house)
    return read(house)


def read(house: House) -> Samples:
    line: Any = Line()
    standing = Standing(house.metrics, house.database, house.delivery.alarm, line, line)
    numbers = Numbers(house.database, house.metrics, standing, house.clock.clock, process="1")
    routes = MetricsRoutes(house.database, numbers, house.spending, now=house.clock.now)
    told = client_of(routes.blueprint()).get("/metrics").data
    found: Samples = {}
    for family in text_string_to_metric_families(labelled(told, "process", "1").decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def sees_it_all(house: House) -> None:
    webhooks = Webhooks(house)
    webhooks.post(FORM)
    assert soon(lambda: house.read(ALICE))
    house.model.will(calls("lookup_menu", query="fish"), calls("order_taxi"), "Tilapia.")
    house.hears("Do you have fish?", BOB)
    assert soon(lambda: house.read(BOB) == ["Tilapia."])
    house.model.will(RealtimeError("timeout"))
    house.hears("And wine?", BOB)
    assert soon(lambda: len(house.read(BOB)) == 2)
    house.model.will(*[ZeroDivisionError("ours")] * MAX_ATTEMPTS)
    house.hears("Hello", CHARLIE)
    assert house.sweeps_until(lambda: house.read(CHARLIE))
    assert house.delivery.drain(WAIT_S)
    house.twilio.will_fail(refused())
    house.sends("Once more", diner=CHARLIE)
    assert soon(lambda: house.count("failures", code="21211", told="refused"))
    assert house.delivery.drain(WAIT_S)
    for part in house.parts()[:2]:
        webhooks.status(str(part.sid), "delivered", part.id)
    house.delivery.alarm.ring(KIGALI, 63007, was_taken=False)
    house.metrics.hands.labels("called").inc()
    house.metrics.calls.labels("hung_up").inc()
    house.metrics.refused.labels(AI_BY_TOKEN.what).inc()
    house.metrics.greenlets.labels("connections").set(1)
    observe = RealtimeObserver(house.metrics)
    observe("realtime.first_delta", {"seconds": 0.2})
    tokens = dict.fromkeys(("input_tokens", "cached_tokens", "output_tokens"), 1)
    observe("realtime.answered", {"response_seconds": 1.0, "queue_seconds": 0.0, **tokens})
    observe("realtime.cut", {"cause": "closed 1006"})


def parsed(query: str) -> Any:
    """Grafana fills in how far it looks."""
    return promql.parse(re.sub(r"\$__(rate_interval|range)", "5m", query))


def nodes(query: str) -> list[Any]:
    found: list[Any] = []
    promql.walk(parsed(query), found.append)
    return found


def selectors(query: str) -> Iterator[Any]:
    return (node for node in nodes(query) if isinstance(node, promql.VectorSelector))


def labels_in(query: str) -> set[str]:
    """By which it groups, and matches one side to the other."""
    modifiers = [getattr(node, "modifier", None) for node in nodes(query)]
    given = [each.matching if hasattr(each, "matching") else each for each in modifiers if each]
    return {label for each in given if each for label in each.labels}


def chooses(matcher: Any, labels: dict[str, str]) -> bool:
    """Whether it lets a sample through; of several alternatives, each is looked for apart."""
    value = labels.get(matcher.name)
    match matcher.op:
        case promql.MatchOp.Equal:
            return value == str(matcher.value)
        case promql.MatchOp.Re:
            return value is not None and bool(re.fullmatch(matcher.value, value))
    return value is not None  # what is left out need not be there


def alternatives(selector: Any) -> Iterator[list[Any]]:
    """Its matchers, once with each of the values that one of them lets through."""
    matchers = list(selector.matchers.matchers)
    several = [each for each in matchers if each.op == promql.MatchOp.Re and "|" in each.value]
    for each in several:
        rest = [other for other in matchers if other is not each]
        for value in each.value.split("|"):
            yield [*rest, promql.Matcher(promql.MatchOp.Equal, each.name, value)]
    if not several:
        yield matchers


def missing(query: str, samples: Samples) -> list[str]:
    """What it asks for and nobody tells."""
    lost = []
    known = set(ADDED)
    for selector in selectors(query):
        if selector.name in RECORDED:
            continue
        told = samples.get(selector.name, [])
        known |= {name for labels in told for name in labels}
        lost += [
            f"{selector.name}{[str(each) for each in matchers]}"
            for matchers in alternatives(selector)
            if not any(all(chooses(each, labels) for each in matchers) for labels in told)
        ]
    return lost + sorted(labels_in(query) - known)


def test_each_query_names_what_is_told(samples: Samples) -> None:
    queries = [target["expr"] for target in TARGETS] + [rule["expr"] for rule in RULES]
    assert [each for query in queries for each in missing(query, samples)] == []


def test_what_an_alarm_counts_is_there_before_it_happens(house: House) -> None:
    """`rate` takes a series' first value for its start: what it begins with is never counted."""
    house.metrics.expect_turns_of(PERSONAS)
    Webhooks(house)
    before = read(house)
    sees_it_all(house)
    after = read(house)
    ranges = [each for rule in RULES for each in nodes(rule["expr"])]
    counted = [each.vector_selector for each in ranges if isinstance(each, promql.MatrixSelector)]
    born = [
        (selector.name, labels)
        for selector in counted
        for labels in after.get(str(selector.name), [])
        if all(chooses(each, labels) for each in selector.matchers.matchers)
        and labels not in before.get(str(selector.name), [])
    ]
    assert counted
    assert born == []


def test_all_that_is_told_is_looked_at(samples: Samples) -> None:
    """Or it would be told for nobody."""
    ends = re.compile(r"_(bucket|sum|count)$")
    asked = {
        ends.sub("", str(selector.name))
        for target in TARGETS
        for selector in selectors(target["expr"])
    }
    assert {ends.sub("", name) for name in samples if name.startswith("tableside_")} <= asked


def test_a_metric_that_nobody_tells_is_found_missing(samples: Samples) -> None:
    for query in (
        "rate(tableside_turn_total[5m])",
        'tableside_turns_total{state="finished"}',
        'tableside_turns_total{state=~"done|finished"}',
        "sum by (diner) (tableside_turns_total)",
        'tableside_answer_seconds_bucket{le="4.5"}',
    ):
        assert missing(query, samples)


def test_a_dashboards_legend_names_labels_that_its_query_leaves() -> None:
    for target in TARGETS:
        named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        grouped = "by (" in target["expr"]
        left = labels_in(target["expr"]) if grouped else {"process", "kind"}
        assert named <= left, target["expr"]


def test_the_dashboard_opens_wherever_there_is_a_prometheus() -> None:
    [variable] = DASHBOARD["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    source = {"type": "prometheus", "uid": f"${{{variable['name']}}}"}
    assert all(each["datasource"] == source for each in [*PANELS, *TARGETS])
    assert not {"__inputs", "__requires", "id"} & DASHBOARD.keys()


def test_no_panel_stands_on_another() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(ids) == len(set(ids))
    assert len(places) == len(set(places))
    assert all(x < 24 for x, _ in places)


def test_each_alarm_says_how_urgent_it_is_what_it_means_and_where_to_look() -> None:
    for alarm in ALARMS:
        told = alarm["annotations"]
        assert alarm["labels"]["severity"] in {"page", "ticket"}
        assert told.keys() == {"summary", "description", "runbook_url"}
        assert told["runbook_url"] == f"docs/runbook.md#{alarm['alert'].lower()}"


def test_each_alarm_has_its_section_of_the_runbook_and_no_section_is_left_over() -> None:
    runbook = (DOCS / "runbook.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (\w+)\n\n(.+)", runbook, re.MULTILINE)
    assert [name for name, _ in sections] == list(dict.fromkeys(each["alert"] for each in ALARMS))


def test_what_is_recorded_is_used() -> None:
    used = {selector.name for rule in ALARMS for selector in selectors(rule["expr"])}
    assert used >= RECORDED
    assert {name for name in used if ":" in name} == RECORDED


@pytest.mark.parametrize("objective", BUDGETS)
def test_an_objectives_budget_burns_in_two_windows_at_once(objective: str) -> None:
    prefix = f"tableside:{objective}:bad_ratio_"
    text = " ".join(rule["expr"] for rule in ALARMS if prefix in rule["expr"])
    pairs = re.findall(rf"\({prefix}(\w+) > ([\d.]+) and {prefix}(\w+) > ([\d.]+)\)", text)
    budget = BUDGETS[objective]
    assert {(long, short): float(most) for long, most, short, _ in pairs} == pytest.approx(
        {windows: burn * budget for windows, burn in BURNS.items()}
    )
    assert all(most == both for _, most, _, both in pairs)
