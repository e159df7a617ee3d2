"""A second verifier, written from resources/formats/ alone, on the standard library and stock tools.

It need not be fast and it need not explain; it has to come to the same answer as the program on every bundle.
tests/integration/test_other_side.py holds the two against each other, and that nothing of the program is
imported here.
"""
