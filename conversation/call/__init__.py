"""A diner calls: what is said, heard and done in a call, between two sockets."""
