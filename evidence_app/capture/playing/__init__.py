"""Playing sound and video in a killable child process: what others made is decoded there and nowhere else.

The child is confined as the one that reads (`capture.child`); it asks for pieces of the file by their place
and answers with bare pixels and samples, which this side checks. Nothing of it is on the disk, and of a file
of any size only a few pieces are in memory. Source: SECURITY.md, "Reading what was brought in".
"""

from evidence_app.capture.playing.outside import Anywhere, Controls, play

__all__ = ["Anywhere", "Controls", "play"]
