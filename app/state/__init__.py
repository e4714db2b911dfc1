"""What the runner has entered, and what it comes to; no Streamlit."""
