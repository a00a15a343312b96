"""Every way in: Twilio's webhooks, the HTTP API, the operator's pages, the command line."""
