"""The one door to Twilio: what comes in parsed and verified, what goes out split and sent."""
