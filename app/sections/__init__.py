"""What the page shows below its first screen, top to bottom."""

PARTS = RUNS, WHAT_IF, SAVING, CLINICIAN = "my runs", "what if", "keep", "clinician"
