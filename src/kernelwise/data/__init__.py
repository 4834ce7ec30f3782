"""Data of the course, one module a data set: seeded, vectorised, plain numpy arrays with documented units.

Import the module that you need, `from kernelwise.data import shapes`. This package needs nothing else of
kernelwise, so that a notebook in the sandbox of the grader can hold it alone.
"""
