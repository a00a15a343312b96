"""Twilio's calls: a telephone that rings, TwiML carried out, Media Streams, the caller's ear."""
