"""What is said: a keyword's text, or the model asked in rounds until a turn has its ending."""
