"""The capture browser: a web page seen, and captured with where it was. A part that may be missing."""
