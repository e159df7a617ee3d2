"""Reading in a killable child process: whatever comes from outside is decoded there and nowhere else.

The bytes of the file go in by a pipe, what was found comes out by another as frames (`frames`) that this
side checks one by one. The child is a fresh interpreter without environment, files, network or other
processes (`confine`); it gets so much memory and time, and any fault ends it. Source: SECURITY.md,
"Reading what was brought in".
"""

from evidence_app.capture.child.outside import Child, Readable, read_in_child

__all__ = ["Child", "Readable", "read_in_child"]
