"""What sketches promise, beside what the conformance table says of them."""
