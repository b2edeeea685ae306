"""What every script of figures shares: a generator that the tests in C have too, and rows."""


class Draw:
    """Knuth's MMIX generator; its upper 53 bits as a fraction."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) * 2.0**-53


def row(*fields):
    print("\t".join(f if isinstance(f, str) else repr(float(f)) for f in fields))
