"""Prints every figure: `make bench`."""

from itertools import chain

from benchmarks import webjobs
from benchmarks.cases import cases

if __name__ == "__main__":
    for figure in chain(cases(), webjobs.cases()):
        print(figure, flush=True)
