"""Prints every figure: `make bench`."""

from benchmarks.cases import cases

if __name__ == "__main__":
    for comparison in cases():
        print(comparison, flush=True)
