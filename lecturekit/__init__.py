"""lecturekit: the small library behind the course on Bayesian hierarchical models.

Each module imports only from those before it: measurements, datasets, draws, model, mixture, quadrature, exact, mcmc,
populations, selection, predictive, plots, explore. `notebook` serves the chapters alone.
"""
