"""The ways of fitting the Normal hierarchy that `benchmarks/samplers.py` measures: one module for each library.

Each has `prepare(data, variant)`. What it does is set-up: it imports, builds the model and compiles. What it returns is the
run: a function without arguments that gives tau, shape (chains, draws), warm-up and burn-in left out of it but not of its time.
"""
