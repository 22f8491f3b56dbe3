"""Guest images, device trees, and where in RAM they go."""
