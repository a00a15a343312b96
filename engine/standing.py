"""How a process stands right now, as gauges: its sockets, database places, greenlets, senders.

It looks, and changes nothing but the gauges.
"""

import threading
from collections import Counter

from engine.alarm import Alarm
from models.database.engine import Database
from realtime.client import RealtimeClient
from realtime.fleet.limits import CIRCUIT_STATES
from telemetry.metrics import Metrics


class Standing:
    """`client` and `voice` are None where AI_REALTIME_ENABLED is false."""

    def __init__(
        self,
        metrics: Metrics,
        database: Database,
        alarm: Alarm,
        client: RealtimeClient | None = None,
        voice: RealtimeClient | None = None,
    ) -> None:
        self._metrics = metrics
        self._database = database
        self._alarm = alarm
        self._clients = {"shared": client, "voice": voice}

    def note(self) -> None:
        for connection, client in self._clients.items():
            if client is not None:
                self._note_client(connection, client)
        places = self._metrics.database_connections
        for state, count in self._database.places().items():
            places.labels(state).set(count)
        self._metrics.greenlets.labels("threads").set(threading.active_count())
        self._metrics.senders_refused.clear()
        for code, count in Counter(self._alarm.codes()).items():
            self._metrics.senders_refused.labels(self._metrics.code(code)).set(count)

    def _note_client(self, connection: str, client: RealtimeClient) -> None:
        prefix = "" if connection == "shared" else f"{connection}_"
        for what, count in client.counts().items():
            self._metrics.realtime_now.labels(prefix + what).set(count)
        now = client.circuit
        for state in CIRCUIT_STATES:
            self._metrics.realtime_circuit.labels(connection, state).set(state == now)
