"""What ../gpu_run is made of."""
