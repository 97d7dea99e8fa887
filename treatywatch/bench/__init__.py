"""Measurements, each as a ratio to a ceiling of the same run; started by `./tw bench NAME`."""
