"""Which response goes where, and what an error or a cut means: pure rules, no socket, no clock."""
