"""The sample restaurants as files, the sample tax rules, and the books that are made up
for them.
"""
