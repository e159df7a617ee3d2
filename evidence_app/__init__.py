"""Evidence: capture, keep and hand over evidence of online abuse at school."""

__version__ = "0.1.0"
