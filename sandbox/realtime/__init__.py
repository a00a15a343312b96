"""The Realtime API's side: a websocket server that speaks its protocol, with faults on demand."""
