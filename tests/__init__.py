"""The tests mirror the packages; scenarios/ drives the real app against the sandbox.

benchmarks/ measures, and tests nothing.
"""
