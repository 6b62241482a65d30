"""The NICE workforce framework for cybersecurity: its editions of 2017 and 2024, read."""
