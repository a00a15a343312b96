"""What runs for every message: statements built and compiled once, run on the driver's connection.

To build one anew with SQLAlchemy Core for each call costs five times what its running costs, and
SQLAlchemy's way of running it as much again. It knows no table: those and their queries stand in
the files that use it.
"""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    bindparam,
    literal,
    select,
    true,
)
from sqlalchemy.engine import Dialect

from models.database.spelling import Spelling

Row = tuple[Any, ...]


class Statement:
    """One statement, finished, or made in a database's spelling at its first use there.

    What it leaves open is bound by name.
    """

    def __init__(self, made: Any) -> None:
        self._made = made
        self._compiled: dict[str, Compiled] = {}

    def on(self, sql: Spelling) -> "Compiled":
        found = self._compiled.get(sql.key)
        if found is None:
            construct = self._made
            if isinstance(construct, FunctionType):
                construct = construct(sql)
            found = self._compiled[sql.key] = Compiled(construct, sql.dialect)
        return found


class Chain:
    """Several statements that run as one. `build` adds them, step by step, to what it is given."""

    def __init__(self, build: Callable[["Steps"], None]) -> None:
        self._build = build
        self._compiled: dict[str, CompiledChain] = {}

    def on(self, sql: Spelling) -> "CompiledChain":
        found = self._compiled.get(sql.key)
        if found is None:
            steps = Steps(sql)
            self._build(steps)
            found = self._compiled[sql.key] = CompiledChain(steps, sql.dialect)
        return found


class Steps:
    """Each step gives one row at most, and may use what the steps before it gave.

    On PostgreSQL all of them are one statement, a step a CTE, which takes one round trip: they see
    the tables as those were when it began, and of each other only what they return. On SQLite they
    run one after the other, in one transaction.
    """

    def __init__(self, sql: Spelling) -> None:
        self.sql = sql
        self.named: dict[str, Any] = {}

    def add(self, name: str, construct: Any) -> Callable[[str], ColumnElement[Any]]:
        """Add a step, whose first column is never NULL.

        What comes back gives its columns to later steps, NULL without a row.
        """
        if self.sql.is_sqlite:
            self.named[name] = construct
            columns = construct.exported_columns
            return lambda key: bindparam(_key(name, key), type_=columns[key].type)
        step = self.named[name] = construct.cte(name)
        return lambda key: select(step.c[key]).scalar_subquery()

    def do(self, name: str, construct: Any) -> None:
        """Add a step that gives nothing, however many rows it writes."""
        self.named[name] = construct if self.sql.is_sqlite else construct.cte(name)

    def together(self) -> Any:
        """All of them as PostgreSQL's one statement."""
        source: FromClause = select(literal(1).label("one")).subquery("one")
        silent = []
        for step in self.named.values():
            if step.c:
                source = source.outerjoin(step, true())
            else:
                silent.append(step)
        columns = [
            column.label(_key(name, column.key))
            for name, step in self.named.items()
            for column in step.c
        ]
        return select(*columns).select_from(source).add_cte(*silent)


def _key(step: str, column: str) -> str:
    return f"{step}__{column}"


class Compiled:
    """A statement as its driver takes it: the text, and what is done to parameters and columns."""

    def __init__(self, construct: Any, dialect: Dialect) -> None:
        compiled = construct.compile(dialect=dialect)
        self.text = str(compiled)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        found = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in binds.items()
        }
        self._processors = {name: process for name, process in found.items() if process}
        self._constants: dict[str, Any] = {}
        self._constants = self.bound(
            {name: bind.value for name, bind in binds.items() if not bind.required}
        )
        columns = list(construct.exported_columns)  # of a write: what it returns
        self.keys = [column.key for column in columns]
        readers = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]
        self._readers = [(place, read) for place, read in enumerate(readers) if read]

    def bound(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters as the driver takes them; of `given`, it heeds those that it has."""
        bound = {**self._constants, **given}
        for name, process in self._processors.items():
            if name in given:
                bound[name] = process(given[name])
        return bound

    def read(self, row: Row) -> Row:
        """A row of the driver's, in Python's types."""
        if not self._readers:
            return row
        values = list(row)
        for place, read in self._readers:
            values[place] = read(values[place])
        return tuple(values)


class CompiledChain:
    """`parts`: each step on SQLite, all in one on PostgreSQL."""

    def __init__(self, steps: Steps, dialect: Dialect) -> None:
        named = steps.named if steps.sql.is_sqlite else {"": steps.together()}
        self.parts = {name: Compiled(construct, dialect) for name, construct in named.items()}
        self._widths = [len(each.exported_columns) for each in steps.named.values()]

    def split(self, row: Row) -> list[Row | None]:
        """The row of all steps together as a row each; None for one that gave none."""
        rows: list[Row | None] = []
        start = 0
        for width in self._widths:
            part = row[start : start + width]
            rows.append(part if part and part[0] is not None else None)
            start += width
        return rows


class Connection:
    """A driver's connection, for the time of one transaction, which `begin_by` begins.

    `watch` hears of each statement and its parameters, as sent.
    """

    def __init__(
        self,
        driver: Any,
        sql: Spelling,
        begin_by: str,
        watch: Callable[[str, Mapping[str, Any]], None] | None,
    ) -> None:
        self._driver = driver
        self._sql = sql
        self._begin_by = begin_by
        self._watch = watch

    def begin(self) -> None:
        """All that follows is one transaction, until `commit`."""
        self._driver.execute(self._begin_by)

    def commit(self) -> None:
        self._driver.commit()

    def all(self, statement: Statement, /, **given: Any) -> list[Row]:
        """Every row. `given`: what the statement leaves open, by name."""
        compiled = statement.on(self._sql)
        cursor = self._send(compiled.text, compiled.bound(given))
        return [compiled.read(row) for row in cursor.fetchall()] if compiled.keys else []

    def one(self, statement: Statement, /, **given: Any) -> Row | None:
        """The first row; None without one."""
        return next(iter(self.all(statement, **given)), None)

    def run(self, statement: Statement, /, **given: Any) -> int:
        """How many rows were written."""
        compiled = statement.on(self._sql)
        return int(self._send(compiled.text, compiled.bound(given)).rowcount)

    def chain(self, chain: Chain, /, **given: Any) -> list[Row | None]:
        """Each step's row, in the steps' order; None for one that gave none."""
        compiled = chain.on(self._sql)
        if self._sql.is_sqlite:
            return self._step_by_step(compiled, given)
        (whole,) = compiled.parts.values()
        row = self._send(whole.text, whole.bound(given)).fetchone()
        return compiled.split(whole.read(row))

    def _step_by_step(self, compiled: CompiledChain, given: Mapping[str, Any]) -> list[Row | None]:
        is_alone = not self._driver.in_transaction
        if is_alone:
            self.begin()
        rows: list[Row | None] = []
        before: dict[str, Any] = {}  # as the driver gave it
        for name, part in compiled.parts.items():
            row = self._send(part.text, part.bound(given) | before).fetchone()
            before |= {
                _key(name, key): row[place] if row else None for place, key in enumerate(part.keys)
            }
            rows.append(part.read(row) if row else None)
        if is_alone:
            self.commit()
        return rows

    def _send(self, text: str, parameters: Mapping[str, Any]) -> Any:
        if self._watch is not None:
            self._watch(text, parameters)
        return self._driver.execute(text, parameters)
