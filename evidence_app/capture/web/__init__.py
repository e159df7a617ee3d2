"""Web pages: what the capture browser asks, hears and writes; the browser itself is in `ui`."""
