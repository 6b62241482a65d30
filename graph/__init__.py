"""What a competency graph is, and where it is kept. Start with model.py."""
