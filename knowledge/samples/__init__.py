"""The sample restaurants as files, the sample tax rules, and the books made up for them."""
