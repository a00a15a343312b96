"""The world outside in small: Twilio, the Realtime API and a phone, for play and for tests."""
