"""Prints every figure: `make bench`."""

from itertools import chain

from benchmarks import dashboard, webjobs
from benchmarks.cases import cases

if __name__ == "__main__":
    for figure in chain(cases(), webjobs.cases(), dashboard.cases()):
        print(figure, flush=True)
