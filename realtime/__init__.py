"""The one door to the Realtime API: many diners' responses over one shared websocket."""
