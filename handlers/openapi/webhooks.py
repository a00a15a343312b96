"""What Twilio calls: a message, a call, how far either has come, and the sound of a call."""

from handlers.openapi.answers import AWAY, TWILIO, Answer, Operation
from handlers.openapi.shapes import Problem
from whatsapp.inbound import InboundMessage, StatusCallback
from whatsapp.ringing import CallProgress, InboundCall

OF_A_WEBHOOK = {
    204: Answer("Taken; also where there is nothing to do, or it was here before."),
    400: Answer(
        "Signed, but a field is missing or malformed; or the address is none that Twilio calls.",
        Problem,
        kinds=("text/plain",),
    ),
    403: Answer("Unsigned, or signed with another token or for another address.", Problem),
    413: Answer("Larger than 512 KiB, or more than 500 fields.", Problem),
    415: Answer("No form.", Problem),
    503: AWAY,
}
OF_A_CALL = {
    200: Answer("TwiML: what becomes of the call.", kinds=("text/xml",)),
    **{status: answer for status, answer in OF_A_WEBHOOK.items() if status in {400, 403, 413, 415}},
}
WEBHOOKS = (
    Operation(
        "POST",
        "/whatsapp",
        "take_message",
        "A diner's message, from Twilio.\n\nA slash may follow. Fields that are not listed are"
        " kept. A status that comes here is taken as one.",
        OF_A_WEBHOOK,
        security=(TWILIO,),
        form=InboundMessage,
    ),
    Operation(
        "POST",
        "/whatsapp/status",
        "take_status",
        "How far a message of ours has come, from Twilio.\n\nA slash may follow. A message that"
        " comes here is taken as one.",
        OF_A_WEBHOOK,
        security=(TWILIO,),
        form=StatusCallback,
    ),
    Operation(
        "POST",
        "/calls",
        "take_call",
        "Somebody rings, by telephone or WhatsApp; from Twilio.\n\nA slash may follow. Fields that"
        " are not listed are passed over.",
        OF_A_CALL,
        security=(TWILIO,),
        form=InboundCall,
    ),
    Operation(
        "POST",
        "/calls/status",
        "take_call_status",
        "How far a call has come, or its stream; from Twilio.\n\nA slash may follow.",
        OF_A_WEBHOOK,
        security=(TWILIO,),
        form=CallProgress,
    ),
    Operation(
        "GET",
        "/calls/stream",
        "stream_call",
        "The sound of a call, both ways: a websocket of Twilio's Media Streams, signed over its"
        " `wss://` address.\n\nIts `start` has the token that the call's TwiML gave it, once and"
        " within a minute; else it is closed with 1008. A message has 64 KiB at most.",
        {
            101: Answer("It is open."),
            400: Answer("A handshake that is malformed.", Problem),
            403: Answer("Unsigned, or signed with another token or for another address.", Problem),
            426: Answer(
                "No websocket's handshake.", Problem, headers={"Upgrade": "What is wanted."}
            ),
        },
        security=(TWILIO,),
    ),
)
