"""A route whose address is looked up often, and built seldom or never.

Werkzeug compiles code that builds it, twice, for every route that it is told of: half a
millisecond each, at each start.
"""

from collections.abc import Callable

from werkzeug.routing import Rule


class RuleBuiltLate(Rule):
    """Compiled where its address is first built."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            made: Callable[..., tuple[str, str]] = compiled(append_unknown).__get__(rule, None)
            setattr(rule, name, made)
            return made(**values)

        return build
