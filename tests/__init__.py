"""The tests of river, and what they share."""
