"""What the page shows below its first screen, top to bottom."""

PARTS = RUNS, WHAT_IF, SAVING, CLINICIAN = "runs told", "what if", "keep", "clinician"
