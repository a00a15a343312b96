"""`call_staff`: puts the conversation into human hands, where anybody of the staff is reached.

In a call by telephone it has the caller put through, where the restaurant has one of its own.
"""

from typing import Annotated

from pydantic import Field

from personas import colleagues
from personas.effects import CalledInVain, PutThrough
from personas.tool import Answer, Arguments, Tool, ToolContext
from telemetry.logs import log


class CallStaffArguments(Arguments):
    reason: Annotated[
        str,
        Field(
            min_length=1,
            max_length=300,
            description="What the diner needs a person for, in a few words of your own.",
        ),
    ]


PUT_THROUGH = (
    "They are put through to the restaurant's people as soon as you have said so: say it in one"
    " short sentence, and nothing more."
)
WRITES_HERE = (
    "Say in one sentence that you have called a colleague, who will write to them here, and nothing"
    " more: from your reply on the conversation is in human hands."
)
WRITES_TO_CALLER = (
    "Say in one sentence that you have called a colleague, who will write to them on WhatsApp. The"
    " call goes on with you."
)

CALLED_BEFORE = (
    "A colleague was called before in this call, and will write to them on WhatsApp: say so in one"
    " sentence. The call goes on with you."
)


def run(context: ToolContext, arguments: CallStaffArguments) -> Answer:
    if context.in_call is not None and context.in_call.puts_through:
        return Answer({"called": 1, "note": PUT_THROUGH}, (PutThrough(),))
    if context.in_call is not None and context.in_call.has_called:
        # Each time would be a message to all of them, for each press of a key.
        return Answer({"called": 0, "note": CALLED_BEFORE})
    try:
        called = colleagues.call(
            context.database,
            context.diner,
            context.restaurant,
            reason=arguments.reason,
            said=context.said,
            now=context.now,
        )
    except colleagues.NobodyError as error:
        log.warning("hands.nobody", turn=context.turn_id, why=str(error))
        return Answer(
            {
                "error": f"{error} Nobody was called: say so honestly, and name the restaurant's"
                " address and hours, so that the diner can ask there."
            },
            (CalledInVain(),),
        )
    return Answer(
        {
            "called": len(called.notices),
            "note": WRITES_HERE if context.in_call is None else WRITES_TO_CALLER,
        },
        (called,),
    )


call_staff = Tool(
    name="call_staff",
    description=(
        "Calls a member of the staff into this conversation: from then on a person answers here."
    ),
    arguments=CallStaffArguments,
    run=run,
)
