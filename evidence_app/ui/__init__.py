"""The window. Qt is imported only here and in `app`; nothing below this room knows a widget."""
