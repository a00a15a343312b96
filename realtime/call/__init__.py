"""One telephone call's session with the Realtime API, on a socket of its own."""
