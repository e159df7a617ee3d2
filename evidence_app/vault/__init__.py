"""The vault: an encrypted folder with a hash-chained record (resources/formats/vault.md).

`vault.Vault` is opened, written by `record` alone, read by its queries and examined by `check`.
SQL rows never leave this room.
"""
