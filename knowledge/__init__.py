"""What the tables alone don't tell: how to search them, what diners' words mean, periods, money,
the files they are filled from, and the time.
"""
