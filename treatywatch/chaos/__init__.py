"""A whole installation under fire, counted from what its relay received; for a test and for `./tw bench chaos`."""
