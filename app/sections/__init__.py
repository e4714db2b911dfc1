"""What the page shows below its first screen, top to bottom."""
