"""Twilio's side: the WhatsApp between diners and restaurants, its REST API and its webhooks."""
