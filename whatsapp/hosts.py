"""Where Twilio's REST API is, for who needs no more of it than that."""

API_URL = "https://api.twilio.com"
CONTENT_URL = "https://content.twilio.com"
MESSAGING_URL = "https://messaging.twilio.com"
