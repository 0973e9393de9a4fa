"""River 0.26.1's own tests of its models, run on this project's statistics."""
