"""Plays conversations against a model and says what of its answers is right."""
