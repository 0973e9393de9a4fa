"""What sketches promise, in addition to what the conformance table says about them."""
