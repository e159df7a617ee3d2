"""The sealed bundle and its verifier. Reaches no vault, no SQL, no screen and no window."""
