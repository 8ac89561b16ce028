"""What the cells of a net tell about its function."""
