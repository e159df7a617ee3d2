"""Encryption, signatures and words: the only room that imports `cryptography`.

`age` reads and writes the age v1 format, `sshsig` the signatures of `ssh-keygen -Y`, `words` turns
digests and keys into words that people can read to each other.
"""
