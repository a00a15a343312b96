"""Who answers a diner: the personas, each its instructions and its tools.

They never send a message; what they know of the restaurant, their tools read.
"""
