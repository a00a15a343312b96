"""A message becomes a reply: claimed in order, answered by the diner's persona,
written, delivered.
"""
