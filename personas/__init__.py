"""Who answers a diner: the personas, each its instructions and its tools.

They read tables; they never send a message.
"""
