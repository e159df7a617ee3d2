"""What is on the screen, and what the computer can observe about it."""
