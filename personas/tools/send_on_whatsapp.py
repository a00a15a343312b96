"""`send_on_whatsapp`: what a caller wants in writing goes out as one message after the call.

It sends nothing by itself, and refuses what its persona may not say in a message.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import Field

from personas.effects import SendAfterCall
from personas.tool import Answer, Arguments, Check, Tool, ToolContext

NAME = "send_on_whatsapp"
MOST = 1_000  # characters of all that goes out after a call
CANT = (
    "They can't be written to: nobody has written to us from this number on WhatsApp today, or they"
    " asked us not to write. Say so, and that they get an answer there once they write to us."
)


class SendOnWhatsApp(Arguments):
    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MOST,
            description="What they asked for, in their language, complete, with prices as figures.",
        ),
    ]


@cache
def sends_on_whatsapp(check: Check | None) -> Tool[Any]:
    """The tool of a persona that looks its replies through for `check`."""

    def run(context: ToolContext, arguments: SendOnWhatsApp) -> Answer:
        if context.in_call is None or not context.in_call.writes_after:
            return Answer({"error": CANT})
        objection = check(arguments.text, (), context) if check is not None else None
        if objection is not None:
            return Answer({"error": objection.correction})
        note = "Say in one sentence that it reaches them on WhatsApp after the call."
        return Answer({"noted": True, "note": note}, (SendAfterCall(arguments.text),))

    return Tool(
        name=NAME,
        description=(
            "Notes a text that the caller gets on WhatsApp after the call. Only where they asked"
            " for something in writing, or said yes to it."
        ),
        arguments=SendOnWhatsApp,
        run=run,
    )
