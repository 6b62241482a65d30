"""What holds of a competency, as arrays for all and in words for one: chains, statuses, flaws. Knows no question."""
