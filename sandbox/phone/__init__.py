"""The phone in the browser: a diner's chats, as WhatsApp shows them."""
