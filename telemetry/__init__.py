"""What the service tells of itself: log events, metrics. Never words, secrets or numbers."""
