"""A peer: openai-agents, a Realtime session for each sender, under uvicorn and starlette.

Each sender's session stays open, with what was said in it, as the library means it. It stores
nothing.
"""

import asyncio
import os
from typing import Any

from agents.realtime import RealtimeAgent, RealtimeRunner, RealtimeSession
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.benchmarks.peers.realtime import INSTRUCTIONS
from tests.benchmarks.peers.twilio_rest import aimed

TIMEOUT_S = 60
SETTINGS = {"model_name": os.environ["OPENAI_REALTIME_MODEL"], "output_modalities": ["text"]}
URL = f"{os.environ['OPENAI_REALTIME_ENDPOINT']}?model={os.environ['OPENAI_REALTIME_MODEL']}"

validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
agent = RealtimeAgent(name="waiter", instructions=INSTRUCTIONS)


class Redirected(AsyncTwilioHttpClient):  # type: ignore[misc]
    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return await super().request(method, aimed(url), *args, **kwargs)


class Conversation:
    """One sender's session; whatever is said in it goes to them."""

    def __init__(self, diner: str, number: str) -> None:
        self._diner = diner
        self._number = number
        self._opened = asyncio.create_task(self._open())

    async def hear(self, text: str) -> None:
        await (await self._opened).send_message(text)

    async def _open(self) -> RealtimeSession:
        runner = RealtimeRunner(
            agent, config={"model_settings": SETTINGS, "tracing_disabled": True}
        )
        session = await (
            await runner.run(model_config={"url": URL, "initial_model_settings": SETTINGS})
        ).enter()
        self._listening = asyncio.create_task(self._listen(session))
        return session

    async def _listen(self, session: RealtimeSession) -> None:
        said: list[str] = []
        async for event in session:
            if event.type == "raw_model_event" and event.data.type == "output_text_delta":
                said.append(event.data.delta)
            elif event.type == "agent_end":
                await twilio().messages.create_async(
                    to=self._diner, from_=self._number, body="".join(said)
                )
                said.clear()


conversations: dict[str, Conversation] = {}
tasks: set[asyncio.Task[None]] = set()
clients: list[Client] = []


def twilio() -> Client:
    """Made within the loop that it belongs to."""
    if not clients:
        http_client = Redirected(pool_connections=True, timeout=TIMEOUT_S)
        clients.append(
            Client(
                os.environ["TWILIO_ACCOUNT_SID"],
                os.environ["TWILIO_AUTH_TOKEN"],
                http_client=http_client,
            )
        )
    return clients[0]


async def whatsapp(request: Request) -> Response:
    form = dict(await request.form())
    signature = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(f"{os.environ['PUBLIC_URL']}/whatsapp", form, signature):
        return Response(status_code=403)
    diner = str(form["From"])
    conversation = conversations.get(diner) or conversations.setdefault(
        diner, Conversation(diner, str(form["To"]))
    )
    task = asyncio.create_task(conversation.hear(str(form["Body"])))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return Response(status_code=204)


async def healthz(_: Request) -> Response:
    return JSONResponse({"ok": True})


app = Starlette(routes=[Route("/healthz", healthz), Route("/whatsapp", whatsapp, methods=["POST"])])
